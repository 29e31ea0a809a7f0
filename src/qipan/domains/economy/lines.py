"""The line of 24 months on a card: growth to date where it is stated, else the level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qipan.domains.economy.figures import address, growth_unit
from qipan.domains.economy.numbers import stored_value, unit_text
from qipan.domains.economy.shapes import Address, Text
from qipan.domains.economy.standing import Desk, Standing, computed_growth
from qipan.engine.periods import Period
from qipan.registry.frames import ACTUAL, BASES, CUMULATIVE

MONTHS = 24
Points = tuple[tuple[int, float | None], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The points of a line, what they are, in which unit, and the address of one (its period is to be put in)."""

    points: Points
    basis: Text
    unit: Text
    address: Address


@lru_cache(maxsize=256)
def months(period: int, count: int = MONTHS) -> tuple[int, ...]:
    """Return so many months up to `period`."""
    return tuple(Period(period).shift(-back).code for back in range(count - 1, -1, -1))


def basis_text(basis: int) -> Text:
    """Return the words for a basis."""
    return {CUMULATIVE: Text("累计", "to date"), BASES["single"]: Text("当月", "monthly")}.get(
        basis, Text("期末", "at the end")
    )


def line_of(desk: Desk, at: Standing, show: str, period: int) -> Line:
    """Return the line of a standing.

    The level of a figure to date falls back every January and says little: its growth is drawn, where two months of
    it are known. Levels at a time, and cards that lead with growth, are drawn as they are.
    """
    code = at.measure.code
    if show == "growth" or at.basis == CUMULATIVE:
        growth = growths(desk, at, period)
        if show == "growth" or sum(value is not None for _, value in growth) > 1:
            words = Text("累计增速", "growth to date") if at.basis == CUMULATIVE else Text("同比增速", "growth")
            return Line(growth, words, growth_unit(desk, code), address(at, "growth", code=f"{code}.yoy"))
    words = unit_text(desk.resolved.units, at.measure.unit)
    return Line(levels(desk, at, period), basis_text(at.basis), words, address(at))


def levels(desk: Desk, at: Standing, period: int, count: int = MONTHS) -> Points:
    """Return the levels month by month, in the measure's unit."""
    code = at.measure.code
    line = desk.facts.line(at.unit, code, ACTUAL, at.basis)
    points: list[tuple[int, float | None]] = []
    for month in months(period, count):
        stored = line.get(month)
        value = stored_value(desk.resolved, code, stored.value if stored else None)
        points.append((month, None if value is None else float(value)))
    return tuple(points)


def growths(desk: Desk, at: Standing, period: int, count: int = MONTHS) -> Points:
    """Return growth month by month: as reported, else computed where the measure says it may be."""
    code = f"{at.measure.code}.yoy"
    line = desk.facts.line(at.unit, code, ACTUAL, at.basis)
    points: list[tuple[int, float | None]] = []
    for month in months(period, count):
        stored = line.get(month)
        value = stored_value(desk.resolved, code, stored.value if stored else None)
        if value is None and at.measure.growth == "computed":
            value = computed_growth(desk, at.unit, at.measure, month, at.basis)
        points.append((month, None if value is None else float(round(value, 4))))
    return tuple(points)


def breaks(desk: Desk, at: Standing, period: int, count: int = MONTHS) -> tuple[int, ...]:
    """Return the periods of the line at which the 口径 differs from the period before."""
    line = sorted(desk.facts.line(at.unit, at.measure.code, ACTUAL, at.basis).items())
    changed = {now for (_, before), (now, after) in pairwise(line) if before.scope != after.scope}
    return tuple(month for month in months(period, count) if month in changed)
