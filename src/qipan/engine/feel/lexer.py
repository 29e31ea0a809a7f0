"""Turns text into tokens, on demand: what a character means depends on whether a value or an operator is expected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qipan.engine.feel.names import Names

TokenKind = Literal["number", "string", "at", "name", "unknown", "function", "word", "symbol", "bad", "end"]

# Words that end an unknown name and can never be one; `date and time` and the like are found before words are.
WORDS = frozenset(
    {
        *("and", "or", "in", "between", "if", "then", "else", "true", "false", "null", "not", "instance", "of"),
        *("for", "return", "some", "every", "satisfies", "function"),
    }
)
SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
WORD = re.compile(r"[^\W\d]\w*")
SYMBOL = re.compile(r"\*\*|\.\.|<=|>=|!=|[-+*/=<>()\[\]{},.:?]")
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
# What a Chinese keyboard types, and what is meant.
MEANT = {
    "，": ",", "（": "(", "）": ")", "【": "[", "】": "]", "［": "[", "］": "]", "“": '"', "”": '"', "：": ":",
    "．": ".", "＋": "+", "－": "-", "−": "-", "×": "*", "÷": "/", "＊": "*", "／": "/", "＝": "=", "≠": "!=", 
    "＜": "<", "≤": "<=", "＞": ">", "≥": ">=", "？": "?", "、": ",", "；": ",", "==": "=", "&&": "and", "||": "or",
    "%": "/ 100", "％": "/ 100",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; `text` is its meaning: the canonical name, the string without quotation marks."""

    kind: TokenKind
    text: str
    start: int
    end: int


def unescape(text: str) -> str:
    """Return the characters a string literal's body stands for; an unknown escape stands for itself."""

    def one(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits:
            return chr(min(int(digits, 16), 0x10FFFF))
        return ESCAPED.get(found[3], found[0])

    # Two escaped halves of one character (a surrogate pair) are that character.
    joined = ESCAPE.sub(one, text)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Lexer:
    """Reads tokens of one text at any position; positions never go back over the same characters twice."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names

    def skip(self, position: int) -> int:
        """Return the position of the next character that is neither space nor comment."""
        found = SPACE.match(self.text, position)
        return found.end() if found else position

    def operator(self, position: int) -> Token:
        """Return the token at `position` where an operator or an end is expected."""
        start = self.skip(position)
        if start >= len(self.text):
            return Token("end", "", start, start)
        if found := SYMBOL.match(self.text, start):
            if found[0] == "=" and self.text.startswith("==", start):
                return Token("bad", "==", start, start + 2)
            return Token("symbol", found[0], start, found.end())
        if found := WORD.match(self.text, start):
            return Token("word", found[0], start, found.end())
        two = self.text[start : start + 2]
        return Token("bad", two if two in MEANT else two[0], start, start + (2 if two in MEANT else 1))

    def operand(self, position: int) -> Token:
        """Return the token at `position` where a value is expected: declared names win, the longest first."""
        start = self.skip(position)
        if start >= len(self.text):
            return Token("end", "", start, start)
        if called := self.names.function_at(self.text, start):
            return Token("function", called[0], start, called[1])
        if named := self.names.at(self.text, start):
            return Token("name", named[0], start, named[1])
        if found := NUMBER.match(self.text, start):
            return Token("number", found[0], start, found.end())
        if self.text[start] == '"':
            return self._string(start, "string", start)
        if self.text[start] == "@" and self.text.startswith('"', self.skip(start + 1)):
            return self._string(self.skip(start + 1), "at", start)
        if found := WORD.match(self.text, start):
            if found[0] in WORDS:
                return Token("word", found[0], start, found.end())
            return self._unknown(start, found.end())
        return self.operator(start)

    def _string(self, quote: int, kind: TokenKind, start: int) -> Token:
        found = STRING.match(self.text, quote)
        if not found:
            return Token("bad", '"', start, len(self.text))
        return Token(kind, unescape(found[0][1:-1]), start, found.end())

    def _unknown(self, start: int, end: int) -> Token:
        """Take following words into an undeclared name, as a person who misspelt `Monthly Salary` meant them."""
        while True:
            following = WORD.match(self.text, self.skip(end))
            if not following or following[0] in WORDS or following.start() == end:
                break
            end = following.end()
        after = self.skip(end)
        kind: TokenKind = "function" if self.text.startswith("(", after) else "unknown"
        return Token(kind, " ".join(self.text[start:end].split()), start, end)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The position of each line's first character."""
        return (0, *(found.end() for found in re.finditer("\n", self.text)))
