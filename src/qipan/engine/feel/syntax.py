"""The tree an expression is read into: frozen nodes that know where they stand in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Constant = Decimal | str | bool | date | None


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression: the characters from `start` up to, not including, `end`."""

    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value written out."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A declared name; `name` is what the scope calls it, whatever alias was written."""

    name: str


@dataclass(frozen=True, slots=True)
class Subject(Node):
    """The value under test, written `?` inside unary tests."""


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left operator right` with one of + - * / **."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator right` with one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """Two or more conditions joined by `and` or by `or`; a chain is one node, so that long rules stay shallow."""

    operator: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`if condition then … else …`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Within(Node):
    """`value in tests`: true where one of the tests holds."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`operator operand` with the value under test left out, as in `< 10`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The tests of one cell of a decision table: none of them means that anything goes (`-`)."""

    items: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """A range `[low..high]`, each end open or closed."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list written out."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A built-in function applied; `keywords` is empty or names every argument."""

    function: str
    arguments: tuple[Node, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    """A property of a value, as in `开工日期.year`."""

    value: Node
    property: str


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts directly below `node`, in the order in which they are written."""
    match node:
        case Negation(operand=operand) | Test(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Junction(items=items) | Items(items=items) | Tests(items=items):
            return items
        case Conditional():
            return (node.condition, node.then, node.otherwise)
        case Between():
            return (node.value, node.low, node.high)
        case Within():
            return (node.value, *node.tests)
        case Interval():
            return (node.low, node.high)
        case Call():
            return node.arguments
        case Path():
            return (node.value,)
        case _:
            return ()


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node below and including `node` with its depth; never recurses, however deep the tree is."""
    waiting = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        yield current, depth
        waiting.extend((child, depth + 1) for child in children(current))
