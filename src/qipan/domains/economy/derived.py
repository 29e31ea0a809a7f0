"""Derived indicators (派生指标): a pack's expression over the figures of one unit and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qipan.domains.economy.numbers import figure, period_text, stored_value, unit_text
from qipan.domains.economy.shapes import Address, Figure, Input, Text
from qipan.domains.economy.standing import WHOLE_YEAR, Desk, basis_of, newest, target_fact
from qipan.engine.feel import Expression, Scope, evaluate
from qipan.packs import Indicator
from qipan.packs.vocabulary import Reference, read_indicator, vocabulary
from qipan.registry.frames import ACTUAL, CUMULATIVE

# Expressions are read once per state of the definitions.
_read: dict[tuple[str, str], Expression | None] = {}
_names: dict[str, Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Derived:
    """An indicator's value at a period, and what it was worked out from."""

    indicator: Indicator
    period: int
    value: Decimal | None
    inputs: tuple[tuple[Reference, Decimal | None], ...]


def _expression(desk: Desk, indicator: Indicator) -> Expression | None:
    digest = desk.resolved.digest
    if digest not in _names:
        _names[digest] = vocabulary(desk.resolved)
    key = (digest, indicator.code)
    if key not in _read:
        _read[key] = read_indicator(desk.resolved, indicator, _names[digest]).expression
    return _read[key]


def derived(desk: Desk, unit: int, code: str, period: int) -> Derived | None:
    """Return the indicator `code` of `unit` at the newest period up to `period` at which all its inputs are known.

    Inputs of different months would make a ratio of unlike things: all are taken from one period.
    """
    indicator = desk.resolved.indicators.get(code)
    expression = _expression(desk, indicator) if indicator is not None else None
    if indicator is None or expression is None:
        return None
    references = [Reference.of(name) for name in sorted(expression.names)]
    own = _common_period(desk, unit, references, period)
    values = {str(reference): _value(desk, unit, reference, own) for reference in references}
    result = evaluate(expression, Scope.of(values, today=desk.today))
    value = result.value if isinstance(result.value, Decimal) else None
    return Derived(indicator, own, value, tuple((reference, values[str(reference)]) for reference in references))


def _common_period(desk: Desk, unit: int, references: list[Reference], period: int) -> int:
    own = period
    for reference in references:
        measure = desk.resolved.measures.get(reference.code)
        if reference.at != "period":
            continue
        if measure is None:
            inner = derived(desk, unit, reference.code, period)
            own = min(own, inner.period) if inner is not None else own
            continue
        found = newest(desk.facts.line(unit, reference.code, ACTUAL, basis_of(measure)), period)
        own = min(own, found) if found is not None else own
    return own


def _value(desk: Desk, unit: int, reference: Reference, period: int) -> Decimal | None:
    measure = desk.resolved.measures.get(reference.code)
    if measure is None:
        inner = derived(desk, unit, reference.code, period)
        return inner.value if inner is not None and inner.period == period else None
    at = period_of(reference, period)
    if reference.at == "target":
        stored = target_fact(desk, unit, reference.code, at)
    else:
        stored = desk.facts.get(unit, reference.code, at, ACTUAL, basis_of(measure))
    return stored_value(desk.resolved, reference.code, stored.value if stored else None)


def period_of(reference: Reference, period: int) -> int:
    """Return the period a reference asks for, seen from the indicator's own."""
    match reference.at:
        case "year_before":
            return period - 100
        case "year_end_before":
            return (period // 100 - 1) * 100 + 12
        case "target":
            return period // 100 * 100 + WHOLE_YEAR
        case _:
            return period


def derived_figure(desk: Desk, unit: int, found: Derived) -> Figure:
    """Return the indicator's value as a figure that can be asked why."""
    address = Address(unit, found.indicator.code, found.period, ACTUAL, CUMULATIVE, 0, "indicator")
    return figure(found.value, found.indicator.decimals, unit_text(desk.resolved.units, found.indicator.unit), address)


def inputs_of(desk: Desk, unit: int, found: Derived) -> tuple[Input, ...]:
    """Return the inputs of an indicator as figures that open in their turn."""
    shown: list[Input] = []
    for reference, value in found.inputs:
        measure = desk.resolved.measures.get(reference.code)
        if measure is None:
            inner = derived(desk, unit, reference.code, found.period)
            if inner is not None:
                names = inner.indicator.names
                shown.append(
                    Input(Text(names.zh, names.en), derived_figure(desk, unit, inner), period_text(inner.period, 1))
                )
            continue
        period = period_of(reference, found.period)
        basis = CUMULATIVE if reference.at == "target" else basis_of(measure)
        address = Address(unit, reference.code, period, 1 if reference.at == "target" else ACTUAL, basis)
        signed = measure.sibling == "yoy" and reference.at != "target"
        words = unit_text(desk.resolved.units, measure.unit)
        number = figure(value, measure.decimals, words, address, signed=signed)
        shown.append(Input(Text(measure.names.zh, measure.names.en), number, period_text(period, basis)))
    return tuple(shown)
