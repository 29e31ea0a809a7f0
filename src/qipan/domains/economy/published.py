"""What the economy desk offers to the other desks: figures, lines and periods, as far as the asker may see them.

Every number comes with the address of its drawer (`why`); where there is no number there is no address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils import timezone

from qipan.domains.economy.derived import derived, derived_figure
from qipan.domains.economy.figures import address, growth_figure, growth_kind, growth_unit
from qipan.domains.economy.lines import Points, basis_text, breaks, growths, levels, months
from qipan.domains.economy.numbers import PERCENT, figure, period_text, printed, unit_text
from qipan.domains.economy.queries import SHOWN_PERIODS, desk, months_with_figures
from qipan.domains.economy.shapes import Address, Figure, Text
from qipan.domains.economy.standing import Desk, Standing, end_of, standing
from qipan.platform.models import User
from qipan.platform.register import publish_frame
from qipan.registry.frames import ACTUAL, CLOSED, CUMULATIVE
from qipan.registry.models import Unit
from qipan.registry.queries import units_with_figures
from qipan.registry.rights import open_on
from qipan.registry.unit_history import units_under

TEXT, WHOLE, NUMBER, TRUTH = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
# A number of a measure of a unit: `what` is value, growth, target or progress; `of_…` its unit of measure. What is
# closed to the asker, because a single firm could be read out of it, is a row `closed` without number and address.
FIGURES: dict[str, pl.DataType] = {
    "unit": WHOLE, "measure": TEXT, "what": TEXT, "name_zh": TEXT, "name_en": TEXT, "scope_zh": TEXT, "scope_en": TEXT,
    "period": WHOLE, "period_zh": TEXT, "period_en": TEXT, "number": NUMBER, "text": TEXT, "of_zh": TEXT, "of_en": TEXT,
    "why": TEXT, "kind_zh": TEXT, "kind_en": TEXT, "direction": TEXT, "locked": TRUTH,
}  # fmt: skip
# A point of a line of months; unknown months are there, with neither number nor address.
LINES: dict[str, pl.DataType] = {
    "unit": WHOLE, "measure": TEXT, "name_zh": TEXT, "name_en": TEXT, "scope_zh": TEXT, "scope_en": TEXT,
    "basis_zh": TEXT, "basis_en": TEXT, "of_zh": TEXT, "of_en": TEXT, "period": WHOLE, "number": NUMBER, "text": TEXT,
    "why": TEXT, "broken": TRUTH,
}  # fmt: skip
UNITS: dict[str, pl.DataType] = {"unit": WHOLE, "code": TEXT, "kind": TEXT, "name_zh": TEXT, "name_en": TEXT}
PERIODS: dict[str, pl.DataType] = {"period": WHOLE, "name_zh": TEXT, "name_en": TEXT}
MEASURES: dict[str, pl.DataType] = {"measure": TEXT, "name_zh": TEXT, "name_en": TEXT, "theme": TEXT, "grows": TRUTH}


@publish_frame("economy.units")
def units(user: User, under: int | None = None, period: int | None = None) -> pl.DataFrame:
    """Return the zone and the parks (UNITS) whose figures `user` may see, as they stand today.

    `under`: only the parks that make up this unit; `period`: those that made it up then.
    """
    today = timezone.localdate()
    seen = units_with_figures(user).filter(kind__in=(Unit.Kind.ZONE, Unit.Kind.PARK))
    if under is None:
        seen = seen.filter(open_on(today))
    else:
        day = today if period is None else end_of(period)
        seen = seen.filter(kind=Unit.Kind.PARK, pk__in=units_under(under, day, today))
    rows = [(one.pk, one.code, one.kind, one.name, one.name_en or one.name) for one in seen.order_by("sort", "code")]
    rows.sort(key=lambda row: row[2] != Unit.Kind.ZONE)
    return pl.DataFrame(rows, schema=UNITS, orient="row")


@publish_frame("economy.periods")
def periods(user: User, unit: int) -> pl.DataFrame:
    """Return the months (PERIODS) for which there are figures of `unit`, newest first."""
    found = months_with_figures(desk(user), unit) if _seen(user, [unit]) else []
    rows = [(code, *_both(period_text(code, CUMULATIVE))) for code in found[:SHOWN_PERIODS]]
    return pl.DataFrame(rows, schema=PERIODS, orient="row")


@publish_frame("economy.measures")
def measures() -> pl.DataFrame:
    """Return what a board can show of units (MEASURES): measures, then indicators."""
    known = desk().resolved
    rows: list[tuple[Any, ...]] = [
        (one.code, one.names.zh, one.names.en, one.theme, f"{one.code}.yoy" in known.measures)
        for one in known.measures.values()
        if one.about == "unit" and not one.sibling
    ]
    rows += [
        (one.code, one.names.zh, one.names.en, one.theme, False)
        for one in known.indicators.values()
        if one.about == "unit"
    ]
    return pl.DataFrame(rows, schema=MEASURES, orient="row")


@publish_frame("economy.figures")
def figures(user: User, codes: Sequence[str], of: Sequence[int], period: int) -> pl.DataFrame:
    """Return the numbers (FIGURES) of measures of units at `period`, in the order asked for.

    A figure's own period is the newest up to the one asked for, of the same year. Unknown numbers are left out.
    """
    seen = _seen(user, of)
    now = desk(user)
    rows: list[tuple[Any, ...]] = []
    for unit in (one for one in of if one in seen):
        locks = now.facts.locked(unit)
        for code in codes:
            rows += _rows(now, unit, code, period, locks)
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def _seen(user: User, wanted: Iterable[int]) -> set[int]:
    return set(units_with_figures(user).filter(pk__in=list(wanted)).values_list("pk", flat=True))


def _both(text: Text | None) -> tuple[str, str]:
    return ("", "") if text is None else (text.zh, text.en)


def _rows(now: Desk, unit: int, code: str, period: int, locks: frozenset[tuple[str, int]]) -> Iterator[tuple[Any, ...]]:
    at = standing(now, unit, code, period)
    if at is None:
        found = derived(now, unit, code, period)
        if found is not None and found.value is not None:
            names, own = found.indicator.names, period_text(found.period, CUMULATIVE)
            shown = derived_figure(now, unit, found)
            words = found.indicator.words
            yield (
                unit, code, "value", names.zh, names.en, words.zh, words.en, found.period, own.zh, own.en,
                float(found.value), shown.text, *_both(shown.unit), shown.address.token(), "", "",
                found.indicator.direction, False,
            )  # fmt: skip
        return
    stored = now.facts.get(unit, code, period, ACTUAL, at.basis)
    if stored is not None and stored.text == CLOSED:
        names, own = at.measure.names, period_text(period, at.basis)
        yield (
            unit, code, "closed", names.zh, names.en, "", "", period, own.zh, own.en, None, CLOSED, "", "", "", "", "",
            at.measure.direction, False,
        )  # fmt: skip
        return
    measure, own = at.measure, period_text(at.period, at.basis)
    locked = (code, at.period) in locks
    for what, number, shown, kind in _numbers(now, at):
        if number is not None and shown.known:
            yield (
                unit, code, what, measure.names.zh, measure.names.en, measure.scope.zh, measure.scope.en, at.period,
                own.zh, own.en, float(number), shown.text, *_both(shown.unit), shown.address.token(), *_both(kind),
                measure.direction, locked,
            )  # fmt: skip


def _numbers(now: Desk, at: Standing) -> Iterator[tuple[str, Decimal | None, Figure, Text | None]]:
    measure, words = at.measure, unit_text(now.resolved.units, at.measure.unit)
    kind = growth_kind(now, measure, at.growth_kind, reported=at.growth_stored is not None)
    yield "value", at.value, figure(at.value, measure.decimals, words, address(at)), None
    yield "growth", at.growth, growth_figure(now, at), kind
    year = at.period // 100 * 100 + 19
    if at.level_target is not None:
        where = Address(at.unit, measure.code, year, 1, CUMULATIVE)
        yield "target", at.level_target, figure(at.level_target, measure.decimals, words, where), None
    elif at.growth_target is not None:
        where = Address(at.unit, f"{measure.code}.yoy", year, 1, CUMULATIVE)
        of = growth_unit(now, measure.code)
        yield "target", at.growth_target, figure(at.growth_target, 1, of, where, signed=True), None
    yield "progress", at.progress, figure(at.progress, 1, PERCENT, address(at, "progress")), None


@publish_frame("economy.lines")
def lines(user: User, code: str, of: Sequence[int], period: int, count: int, show: str) -> pl.DataFrame:
    """Return the months (LINES) of a measure of units up to `period`: its level, or with `show` "growth" its growth."""
    seen = _seen(user, of)
    now = desk(user)
    rows: list[tuple[Any, ...]] = []
    for unit in (one for one in of if one in seen):
        at = standing(now, unit, code, period)
        rows += _indicator_line(now, unit, code, period, count) if at is None else _line(now, at, period, count, show)
    return pl.DataFrame(rows, schema=LINES, orient="row")


def _line(now: Desk, at: Standing, period: int, count: int, show: str) -> Iterator[tuple[Any, ...]]:
    measure, grown = at.measure, show == "growth"
    points: Points = (growths if grown else levels)(now, at, period, count)
    code = f"{measure.code}.yoy" if grown else measure.code
    what = "growth" if grown else "value"
    of = growth_unit(now, measure.code) if grown else unit_text(now.resolved.units, measure.unit)
    basis = basis_text(at.basis)
    if grown:
        basis = Text("累计增速", "growth to date") if at.basis == CUMULATIVE else Text("同比增速", "growth")
    broken = set(breaks(now, at, period, count))
    for month, value in points:
        where = Address(at.unit, code, month, ACTUAL, at.basis, 0, what).token() if value is not None else ""
        text = printed(None if value is None else Decimal(repr(value)), 1 if grown else measure.decimals, signed=grown)
        yield (
            at.unit, measure.code, measure.names.zh, measure.names.en, measure.scope.zh, measure.scope.en,
            *_both(basis), *_both(of), month, value, text, where, month in broken,
        )  # fmt: skip


def _indicator_line(now: Desk, unit: int, code: str, period: int, count: int) -> Iterator[tuple[Any, ...]]:
    for month in months(period, count):
        found = derived(now, unit, code, month)
        if found is None:
            return
        shown = derived_figure(now, unit, found)
        known = found.period == month and found.value is not None
        names, words = found.indicator.names, found.indicator.words
        yield (
            unit, code, names.zh, names.en, words.zh, words.en, *_both(basis_text(CUMULATIVE)), *_both(shown.unit),
            month, float(found.value) if known and found.value is not None else None, shown.text if known else "—",
            shown.address.token() if known else "", False,
        )  # fmt: skip
