"""Finds declared names in text, the longest first, and the nearest declared name for one that is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import cast

from rapidfuzz import fuzz, process

from qipan.engine.feel.builtins import FUNCTIONS
from qipan.engine.feel.expression import Expression
from qipan.engine.feel.syntax import Name, Node, walk

RESERVED = frozenset({"true", "false", "null", "not", "if", "then", "else", "and", "or", "in", "between", "?", "-"})
NUMERAL = re.compile(r"[0-9.]+(?:[eE][+-]?[0-9]+)?")
OPENING = re.compile(r"\s*\(")
NEAR = 50  # of 100: one of two characters; below this a suggestion confuses more than it helps


def tidy(name: str) -> str:
    """Return `name` with every run of white space as one space."""
    return " ".join(name.split())


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of writing a name, and the name the scope knows it by."""

    written: str
    name: str
    pattern: re.Pattern[str] | None  # only where the name has spaces: they match any white space


class Index:
    """Spellings by their first character, the longest first."""

    def __init__(self, spellings: Mapping[str, str]) -> None:
        self.by_first: dict[str, list[Spelling]] = {}
        for written in sorted(spellings, key=len, reverse=True):
            words = [re.escape(word) for word in written.split(" ")]
            pattern = re.compile(r"\s+".join(words)) if len(words) > 1 else None
            self.by_first.setdefault(written[0], []).append(Spelling(written, spellings[written], pattern))

    def at(self, text: str, start: int) -> tuple[str, int] | None:
        """Return the longest name that stands at `start` with the position after it; never a part of a longer word."""
        for spelling in self.by_first.get(text[start], ()):
            if spelling.pattern is None:
                if not text.startswith(spelling.written, start):
                    continue
                end = start + len(spelling.written)
            else:
                found = spelling.pattern.match(text, start)
                if not found:
                    continue
                end = found.end()
            if end < len(text) and _joins(text[end - 1]) and _joins(text[end]):
                continue
            return spelling.name, end
        return None


def _joins(character: str) -> bool:
    return character.isalnum() or character == "_"


_FUNCTIONS = Index({name: name for name in FUNCTIONS})


class Names:
    """The names an expression may speak of; with `None` every name is allowed."""

    def __init__(self, names: Iterable[str] | Mapping[str, str] | None) -> None:
        self.open = names is None
        if names is None:
            spellings: dict[str, str] = {}
        elif isinstance(names, Mapping):
            names = cast("Mapping[str, str]", names)
            spellings = {tidy(written): name for written, name in names.items()}
            spellings |= {tidy(name): name for name in names.values() if tidy(name) not in spellings}
        else:
            spellings = {tidy(name): name for name in names}
        # A word of the language or a number can be declared, as a sloppy header may; it is not read as a name.
        self.spellings = {
            written: name
            for written, name in spellings.items()
            if written and written not in RESERVED and not NUMERAL.fullmatch(written)
        }
        self._index = Index(self.spellings)

    def at(self, text: str, start: int) -> tuple[str, int] | None:
        """Return the declared name at `start` and the position after it."""
        return self._index.at(text, start)

    def function_at(self, text: str, start: int) -> tuple[str, int] | None:
        """Return the built-in function that is applied at `start` and the position after its name."""
        found = _FUNCTIONS.at(text, start)
        return found if found and OPENING.match(text, found[1]) else None

    def nearest(self, written: str) -> str | None:
        """Return the declared name most like `written`; null where none is alike."""
        return nearest(written, self.spellings)

    def some(self, count: int = 8) -> str:
        """Return the first few declared names as a list for a message."""
        listed = "、".join(islice(self.spellings, count))
        return listed + "…" if len(self.spellings) > count else listed


def nearest(written: str, among: Iterable[str]) -> str | None:
    """Return the text of `among` most like `written`; null where none is alike."""
    found = process.extractOne(written, list(among), scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else None


def names_in(expression: Expression) -> frozenset[str]:
    """Return every name an expression reads, as the scope calls it: what its value depends on."""
    return expression.names


def names_below(node: Node) -> frozenset[str]:
    """Return every name that `node` reads."""
    return frozenset(part.name for part, _ in walk(node) if isinstance(part, Name))
