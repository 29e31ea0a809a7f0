"""What reading a text takes beside its grammar: where one is, what is wrong, stepping over what must come next."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from qipan.engine.feel.expression import problem_at
from qipan.engine.feel.lexer import MEANT, Lexer, Token
from qipan.engine.feel.names import Names
from qipan.engine.feel.syntax import Node
from qipan.engine.problem import Param, Problem

LATER = frozenset({"for", "some", "every", "function", "instance"})


class StopError(Exception):
    """The grammar found something it cannot read past."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Reading:
    """One text being read; `problems` collects what does not stop the reading."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.lexer = Lexer(text, names)
        self.position = 0
        self.problems: list[Problem] = []

    def problem(self, code: str, position: int, **details: Param) -> Problem:
        """Return a problem at a position."""
        return problem_at(code, self.text, position, details)

    def stop(self, code: str, position: int, **details: Param) -> NoReturn:
        """End the reading with a problem."""
        raise StopError(self.problem(code, position, **details))

    def unexpected(self, token: Token, valid: str) -> NoReturn:
        """End the reading at a token that cannot stand where it stands."""
        if token.kind == "bad" and token.text == '"':
            self.stop("feel.open-text", token.start)
        if token.kind == "bad" and token.text in MEANT:
            self.stop("feel.typed", token.start, found=token.text, meant=MEANT[token.text])
        if token.kind == "end":
            self.stop("feel.unfinished", token.start, valid=valid)
        if token.text in LATER or token.text == "{":
            self.stop("feel.not-yet", token.start, found=token.text)
        self.stop("feel.unexpected", token.start, found=self.text[token.start : token.end][:40], valid=valid)

    def accept(self, text: str) -> bool:
        """Step over `text` where it comes next."""
        token = self.lexer.operator(self.position)
        if token.kind in ("symbol", "word") and token.text == text:
            self.position = token.end
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over `text`, or stop."""
        if not self.accept(text):
            self.unexpected(self.lexer.operator(self.position), text)

    def comma_separated(self, read: Callable[[], Node]) -> tuple[Node, ...]:
        """Return one or more things separated by commas."""
        items = [read()]
        while self.accept(","):
            items.append(read())
        return tuple(items)
