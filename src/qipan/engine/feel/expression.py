"""What a person hands around: a read expression, a scope of values, a result with its reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from qipan.engine.feel.syntax import Node
from qipan.engine.feel.values import Value, value_of
from qipan.engine.problem import Param, Problem


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression that has been read; its root, and the names it reads.

    Two readings of one text are two expressions: programs made from an expression are kept on it, under `made`.
    """

    text: str
    root: Node
    names: frozenset[str]
    made: dict[object, object] = field(default_factory=dict[object, object], repr=False)

    def source(self, node: Node) -> str:
        """Return the text from which `node` was read."""
        return self.text[node.start : node.end]

    def place(self, position: int) -> tuple[int, int]:
        """Return line and column of a character, both from 1."""
        return place(self.text, position)


def place(text: str, position: int) -> tuple[int, int]:
    """Return line and column of the character at `position`, both from 1."""
    line = text.count("\n", 0, position) + 1
    return line, position - text.rfind("\n", 0, position)


def problem_at(code: str, text: str, position: int, details: Mapping[str, Param]) -> Problem:
    """Return the problem `code` of an expression, with the line and the column of a character of it."""
    line, column = place(text, position)
    return replace(Problem.of(code), params={"line": line, "column": column, **details})


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression, or null where it cannot be used; and everything that is wrong with it."""

    expression: Expression | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The values names stand for, the day that counts as today, and the value under test for unary tests."""

    values: Mapping[str, Value]
    today: dt.date | None = None
    subject: Value = None

    @classmethod
    def of(cls, things: Mapping[str, object], *, today: dt.date | None = None, subject: object = None) -> Scope:
        """Return a scope of Python values: ints, floats (by their shortest decimal), Decimals, texts, dates, lists."""
        return cls({name: value_of(thing) for name, thing in things.items()}, today, value_of(subject))


class Trace(NamedTuple):
    """How one part of an expression came to its value: the text, the value, and the parts it was made of."""

    text: str
    value: Value
    parts: tuple[Trace, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Result:
    """The value of an expression, the reasons for nulls other than unknown inputs, and on request the trace."""

    value: Value
    trace: Trace | None
    problems: tuple[Problem, ...]
