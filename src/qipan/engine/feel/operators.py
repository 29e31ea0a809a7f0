"""The operators of the value evaluator, as closures over the closures of their parts."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException, DivisionByZero
from typing import TYPE_CHECKING, cast

from qipan.engine.feel import numbers
from qipan.engine.feel.syntax import Arithmetic, Between, Comparison, Junction, Node, Subject, Test, Tests, Within, walk
from qipan.engine.feel.values import CONTEXT, LONGEST_TEXT, Range, Value, equal, inside, kind_of

if TYPE_CHECKING:
    from qipan.engine.feel.expression import Trace

PYTHON_TYPES: dict[str, type] = {"number": Decimal, "string": str, "boolean": bool, "date": dt.date}
Build = Callable[[Node], "Step"]


class Run:
    """One evaluation under way: what names stand for, and what has been noted so far."""

    __slots__ = ("notes", "parts", "subject", "today", "values")

    def __init__(self, values: Mapping[str, Value], today: dt.date | None, subject: Value) -> None:
        self.values = values
        self.today = today
        self.subject = subject
        self.notes: list[tuple[str, Node, Mapping[str, str]]] = []
        self.parts: list[Trace] = []

    def note(self, code: str, node: Node, **details: str) -> None:
        """Record why a part has no value; the part is null."""
        self.notes.append((code, node, details))


Step = Callable[[Run], Value]
Judge = Callable[[Run, Value], Value]

_EXACT: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "**": numbers.power,
}
_ORDERED: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,  # pyright: ignore[reportAssignmentType]
    "<=": operator.le,  # pyright: ignore[reportAssignmentType]
    ">": operator.gt,  # pyright: ignore[reportAssignmentType]
    ">=": operator.ge,  # pyright: ignore[reportAssignmentType]
}


def arithmetic(node: Node, build: Build) -> Step:
    """Return the step of + - * / **: null for an unknown operand, a zero denominator or a result out of range."""
    node = cast(Arithmetic, node)
    left, right, sign, compute = build(node.left), build(node.right), node.operator, _EXACT[node.operator]

    def step(run: Run) -> Value:
        a, b = left(run), right(run)
        if type(a) is Decimal and type(b) is Decimal:
            if sign == "/" and not b:
                return run.note("feel.divide-by-zero", node)
            try:
                return compute(a, b)
            except DivisionByZero:
                return run.note("feel.divide-by-zero", node)
            except DecimalException:
                return run.note("feel.overflow", node)
        if a is None or b is None:
            return None
        if sign == "+" and isinstance(a, str) and isinstance(b, str):
            return a + b if len(a) + len(b) <= LONGEST_TEXT else run.note("feel.too-long", node)
        return run.note("feel.operand-type", node, operator=sign, types=f"{kind_of(a)}, {kind_of(b)}")

    return step


def judgement(sign: str, node: Node) -> Callable[[Run, Value, Value], Value]:
    """Return what compares two values by `sign`: three-valued, noting a comparison of two types."""
    if sign in ("=", "!="):
        wanted = sign == "="

        def same(run: Run, a: Value, b: Value) -> Value:
            found = equal(a, b)
            if found is None:
                return run.note("feel.operand-type", node, operator=sign, types=f"{kind_of(a)}, {kind_of(b)}")
            return found is wanted

        return same
    compare = _ORDERED[sign]

    def ordered(run: Run, a: Value, b: Value) -> Value:
        if a is None or b is None:
            return None
        if type(a) is type(b) and not isinstance(a, bool | tuple | Range):
            return compare(a, b)
        return run.note("feel.operand-type", node, operator=sign, types=f"{kind_of(a)}, {kind_of(b)}")

    return ordered


def comparison(node: Node, build: Build) -> Step:
    """Return the step of = != < <= > >=."""
    node = cast(Comparison, node)
    left, right, judge = build(node.left), build(node.right), judgement(node.operator, node)
    return lambda run: judge(run, left(run), right(run))


def junction(node: Node, build: Build) -> Step:
    """Return the step of `and` and `or` in three-valued logic; what is no truth value counts as unknown."""
    node = cast(Junction, node)
    steps, decisive = tuple(build(item) for item in node.items), node.operator == "or"

    def step(run: Run) -> Value:
        answer: Value = not decisive
        for one in steps:
            value = one(run)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                answer = None
        return answer

    return step


def between(node: Node, build: Build) -> Step:
    """Return the step of `between`: both ends included."""
    node = cast(Between, node)
    value, low, high = build(node.value), build(node.low), build(node.high)
    return lambda run: inside(value(run), Range(low(run), high(run), low_closed=True, high_closed=True))


def test(node: Node, build: Build) -> Judge:
    """Return what judges a value by one unary test: `< 10`, a range, a list, a value, or a condition on `?`."""
    if isinstance(node, Test):
        operand, judge = build(node.operand), judgement(node.operator, node)
        return lambda run, value: judge(run, value, operand(run))
    wanted = build(node)
    conditional = any(isinstance(part, Subject) for part, _ in walk(node))

    def step(run: Run, value: Value) -> Value:
        found = wanted(run)
        if conditional and (found is None or isinstance(found, bool)):
            return found
        if isinstance(found, Range):
            return inside(value, found)
        if isinstance(found, tuple) and not isinstance(value, tuple):
            return _in_list(value, found)
        return equal(value, found)

    return step


def _in_list(value: Value, items: tuple[Value, ...]) -> bool:
    return any((inside(value, item) if isinstance(item, Range) else equal(value, item)) is True for item in items)


def within(node: Node, build: Build) -> Step:
    """Return the step of `in`: true where one test holds, unknown where none does and one is unknown."""
    node = cast(Within, node)
    value_step, judges = build(node.value), tuple(test(item, build) for item in node.tests)

    def step(run: Run) -> Value:
        return _one_holds(run, value_step(run), judges)

    return step


def _one_holds(run: Run, value: Value, judges: tuple[Judge, ...]) -> Value:
    answer: Value = False
    for judge in judges:
        found = judge(run, value)
        if found is True:
            return True
        if found is None:
            answer = None
    return answer


def cell(node: Node, build: Build) -> Step:
    """Return the step of the tests of a table's cell, applied to the value under test."""
    node = cast(Tests, node)
    judges, negated = tuple(test(item, build) for item in node.items), node.negated

    def step(run: Run) -> Value:
        if not judges:
            return True
        found = _one_holds(run, run.subject, judges)
        return (not found) if negated and isinstance(found, bool) else found

    return step
