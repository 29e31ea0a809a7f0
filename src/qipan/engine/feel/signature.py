"""How a built-in function states what it takes: parameters with their types, in one or more forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from qipan.engine.feel.values import Value

ParameterKind = Literal["any", "number", "string", "boolean", "date", "list"]


class RefusedError(Exception):
    """Arguments a function has no answer for; the evaluator records the reason and answers null."""

    def __init__(self, reason: str, **details: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: `null` tells whether null is an argument like any other or makes the answer null."""

    name: str
    kind: ParameterKind
    optional: bool = False
    null: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One way to call a function; `spread` takes a list or its items one by one."""

    parameters: tuple[Parameter, ...]
    call: Callable[..., Value]
    spread: bool = False

    def takes(self, count: int) -> bool:
        """Tell whether `count` arguments by position fit."""
        if self.spread:
            return count >= 1
        return sum(not p.optional for p in self.parameters) <= count <= len(self.parameters)

    def positions(self, keywords: tuple[str, ...]) -> tuple[int, ...] | None:
        """Return the position of each named argument; null where names are unknown, missing or doubled."""
        names = [parameter.name for parameter in self.parameters]
        if len(set(keywords)) != len(keywords) or not set(keywords) <= set(names):
            return None
        if any(not p.optional and p.name not in keywords for p in self.parameters):
            return None
        return tuple(names.index(keyword) for keyword in keywords)

    def text(self) -> str:
        """Return the parameters as a person writes them."""
        if self.spread:
            return "list"
        return ", ".join(f"[{p.name}]" if p.optional else p.name for p in self.parameters)


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function and the forms in which it may be called."""

    name: str
    forms: tuple[Form, ...]

    def form(self, count: int, keywords: tuple[str, ...]) -> Form | None:
        """Return the form that fits the arguments; null where none does."""
        for form in self.forms:
            if form.positions(keywords) is not None if keywords else form.takes(count):
                return form
        return None

    def usage(self) -> str:
        """Return how the function is called, one form after the other."""
        return " / ".join(f"{self.name}({form.text()})" for form in self.forms)


def parameters(stated: str) -> tuple[Parameter, ...]:
    """Read `name: kind` pairs separated by commas; `?` after the name makes it optional, `!` lets null in."""
    found: list[Parameter] = []
    for part in filter(None, (piece.strip() for piece in stated.split(","))):
        name, _, kind = part.partition(":")
        optional, null = name.endswith("?"), kind.strip().endswith("!")
        found.append(Parameter(name.rstrip("?").strip(), _kind(kind.strip().rstrip("!")), optional, null))
    return tuple(found)


def _kind(text: str) -> ParameterKind:
    return next(kind for kind in get_args(ParameterKind) if kind == text)


def function(name: str, *forms: tuple[str, Callable[..., Value]]) -> Function:
    """Return a function with the stated forms."""
    return Function(name, tuple(Form(parameters(stated), call) for stated, call in forms))


def spread(name: str, call: Callable[[tuple[Value, ...]], Value]) -> Function:
    """Return a function of a list that also takes the items one by one."""
    return Function(name, (Form(parameters("list: list"), call, spread=True),))
