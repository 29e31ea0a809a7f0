"""The value evaluator: one expression, one scope, one exact answer. It is what decides, and the columns' oracle.

An expression is turned once into Python closures and then runs without looking at its tree again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import DecimalException
from typing import cast

from qipan.engine.feel import operators
from qipan.engine.feel.builtins import FUNCTIONS
from qipan.engine.feel.dates import PROPERTIES
from qipan.engine.feel.expression import Expression, Result, Scope, Trace, problem_at
from qipan.engine.feel.operators import Run, Step
from qipan.engine.feel.signature import Form, Parameter, RefusedError
from qipan.engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conditional,
    Interval,
    Items,
    Junction,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Subject,
    Test,
    Tests,
    Within,
)
from qipan.engine.feel.values import CONTEXT, Range, Value, kind_of
from qipan.engine.problem import Problem

Build = Callable[[Node], Step]


def evaluate(expression: Expression, scope: Scope, *, trace: bool = False) -> Result:
    """Return the value of `expression` in `scope`.

    Errors in data make the part null and are returned as problems with the place and the reason; a null among the
    inputs is not an error. A name the scope does not hold is one.
    """
    program = cast("Step | None", expression.made.get(trace))
    if program is None:
        program = _Builder(expression, trace=trace).build(expression.root)
        expression.made[trace] = program
    run = Run(scope.values, scope.today, scope.subject)
    value = program(run)
    problems = tuple(_problem(expression, *noted) for noted in run.notes) if run.notes else ()
    return Result(value, run.parts[0] if trace else None, problems)


def _problem(expression: Expression, code: str, node: Node, details: Mapping[str, str]) -> Problem:
    return problem_at(code, expression.text, node.start, {"text": expression.source(node), **details})


class _Builder:
    """Builds the closures of one expression."""

    def __init__(self, expression: Expression, *, trace: bool) -> None:
        self.expression = expression
        self.trace = trace

    def build(self, node: Node) -> Step:
        """Return the closure that computes `node`."""
        step = _BUILDERS[type(node)](node, self.build)
        # The text of a literal, a range or a test stands in the part around it: no trace of its own.
        if not self.trace or isinstance(node, Literal | Interval | Test | Items):
            return step if not self.trace or node is not self.expression.root else self._traced(step, node)
        return self._traced(step, node)

    def _traced(self, step: Step, node: Node) -> Step:
        return _traced(step, node, self.expression.source(node))


def _traced(step: Step, node: Node, text: str) -> Step:
    start, end = node.start, node.end
    if isinstance(node, Name | Subject):

        def leaf(run: Run) -> Value:
            value = step(run)
            run.parts.append(Trace(text, value, (), start, end))
            return value

        return leaf

    def traced(run: Run) -> Value:
        outer = run.parts
        mine: list[Trace] = []
        run.parts = mine
        value = step(run)
        run.parts = outer
        outer.append(Trace(text, value, tuple(mine), start, end))
        return value

    return traced


def _literal(node: Node, _build: Build) -> Step:
    value = cast(Literal, node).value
    return lambda _run: value


def _name(node: Node, _build: Build) -> Step:
    name = cast(Name, node).name

    def step(run: Run) -> Value:
        try:
            return run.values[name]
        except KeyError:
            return run.note("feel.no-value", node, name=name)

    return step


def _subject(_node: Node, _build: Build) -> Step:
    return lambda run: run.subject


def _negation(node: Node, build: Build) -> Step:
    operand = build(cast(Negation, node).operand)

    def step(run: Run) -> Value:
        value = operand(run)
        if kind_of(value) == "number":
            return CONTEXT.minus(value)  # pyright: ignore[reportArgumentType]
        return None if value is None else run.note("feel.operand-type", node, operator="-", types=kind_of(value))

    return step


def _conditional(node: Node, build: Build) -> Step:
    node = cast(Conditional, node)
    condition, then, otherwise = build(node.condition), build(node.then), build(node.otherwise)
    return lambda run: then(run) if condition(run) is True else otherwise(run)


def _interval(node: Node, build: Build) -> Step:
    node = cast(Interval, node)
    low, high, low_closed, high_closed = build(node.low), build(node.high), node.low_closed, node.high_closed
    if isinstance(node.low, Literal) and isinstance(node.high, Literal):
        constant = Range(node.low.value, node.high.value, low_closed, high_closed)
        return lambda _run: constant
    return lambda run: Range(low(run), high(run), low_closed, high_closed)


def _items(node: Node, build: Build) -> Step:
    items = cast(Items, node).items
    steps = tuple(build(item) for item in items)
    if all(isinstance(item, Literal) for item in items):
        constant: Value = tuple([cast(Literal, item).value for item in items])
        return lambda _run: constant
    return lambda run: tuple([step(run) for step in steps])


def _path(node: Node, build: Build) -> Step:
    node = cast(Path, node)
    value_step, wanted = build(node.value), node.property
    read = PROPERTIES.get(wanted)

    def step(run: Run) -> Value:
        value = value_step(run)
        if value is None:
            return None
        if read is not None and isinstance(value, dt.date):
            return read(value)
        return run.note("feel.no-property", node, property=wanted, types=kind_of(value))

    return step


def _call(node: Node, build: Build) -> Step:
    node = cast(Call, node)
    if node.function == "today" and not node.arguments:
        return lambda run: run.today if run.today is not None else run.note("feel.no-today", node)
    function = FUNCTIONS[node.function]
    form = function.form(len(node.arguments), node.keywords)
    if form is None:
        return lambda run: run.note("feel.arguments", node, function=function.name, usage=function.usage())
    steps = tuple(build(argument) for argument in node.arguments)
    if form.spread:
        return _spread(node, form, steps)
    places = form.positions(node.keywords) if node.keywords else tuple(range(len(steps)))
    return _applied(node, form, steps, places or ())


def _applied(node: Call, form: Form, steps: tuple[Step, ...], places: tuple[int, ...]) -> Step:
    """Return the step that checks each argument and calls; arguments left out in the middle are null."""
    call, stated = form.call, form.parameters
    order = sorted(zip(places, steps, strict=True), key=lambda pair: pair[0])
    plan = tuple((step, stated[position], _accepted(stated[position])) for position, step in order)
    gaps = tuple(position for position in range(max(places, default=-1)) if position not in places)

    def step(run: Run) -> Value:
        arguments: list[Value] = []
        for argument, parameter, accepted in plan:
            value = argument(run)
            if value is None:
                if not parameter.null:
                    return None
            elif parameter.kind == "list":
                value = value if type(value) is tuple else (value,)
            elif accepted is not None and not isinstance(value, accepted):
                return run.note("feel.argument-type", node, function=node.function, parameter=parameter.name,
                                expected=parameter.kind)  # fmt: skip
            arguments.append(value)
        for gap in gaps:
            arguments.insert(gap, None)
        return _called(run, node, call, arguments)

    return step


def _accepted(parameter: Parameter) -> type | None:
    return operators.PYTHON_TYPES.get(parameter.kind)


def _spread(node: Call, form: Form, steps: tuple[Step, ...]) -> Step:
    """Return the step that calls with one list, given as such or item by item."""
    call = form.call

    def step(run: Run) -> Value:
        values = [one(run) for one in steps]
        if len(values) == 1:
            only = values[0]
            if only is None:
                return None
            items = only if isinstance(only, tuple) else (only,)
        else:
            items = tuple(values)
        return _called(run, node, call, [items])

    return step


def _called(run: Run, node: Call, call: Callable[..., Value], arguments: list[Value]) -> Value:
    try:
        return call(*arguments)
    except RefusedError as refused:
        return run.note(refused.reason, node, **({"function": node.function} | refused.details))
    except DecimalException:
        return run.note("feel.overflow", node)


_BUILDERS: dict[type[Node], Callable[[Node, Build], Step]] = {
    Literal: _literal,
    Name: _name,
    Subject: _subject,
    Negation: _negation,
    Arithmetic: operators.arithmetic,
    Comparison: operators.comparison,
    Junction: operators.junction,
    Conditional: _conditional,
    Between: operators.between,
    Within: operators.within,
    Tests: operators.cell,
    Interval: _interval,
    Items: _items,
    Path: _path,
    Call: _call,
}
