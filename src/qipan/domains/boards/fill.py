"""Tiles filled for a reader: what they show is asked of the desks' frames, which give only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.utils import timezone

from qipan.domains.boards.comparison import parks_body, ranking_body
from qipan.domains.boards.numbers import both, choices, known, number, rows_of
from qipan.domains.boards.shapes import (
    NOTHING,
    Body,
    FigureBody,
    Filled,
    FunnelBody,
    Line,
    MapBody,
    MeasureRow,
    Point,
    Step,
    TableBody,
    TextBody,
    TrendBody,
    UnitChoice,
)
from qipan.engine.periods import Period
from qipan.packs.layouts import Tile
from qipan.platform.definitions import resolved
from qipan.platform.models import User
from qipan.platform.register import frame
from qipan.platform.rights import may, person
from qipan.platform.term import Term

ZONE = "zone"
NO_FIGURE = Term("此期没有数据。", "No figure for this period.")
SHUT = Term("此数只涉及少数企业，不公开。", "Not disclosed: it would tell of a few firms.")
NO_UNIT = Term("您看不到这个单位的数据。", "You have no right to the figures of this unit.")
NO_PARKS = Term("没有可以比较的园区。", "There are no parks to compare.")
NO_FIRMS = Term("您看不到企业。", "You have no right to see firms.")
OFF = Term("这项内容所属的功能没有启用。", "The part of the system this comes from is switched off.")
# Titles of firms from the widest rung to the narrowest; a title no pack has is left out.
RUNGS = ("tech_sme", "hightech", "specialised", "little_giant", "listed")


@dataclass(slots=True)
class Asked:
    """For whom, of which unit and at which period a board is filled; frames are asked for once."""

    user: User
    unit: UnitChoice
    period: int
    units: Sequence[UnitChoice]
    kept: dict[tuple[Any, ...], pl.DataFrame | None] = field(default_factory=dict)

    def frame(self, name: str, *args: Any) -> pl.DataFrame | None:
        """Return a frame of another desk, as far as the reader may see it."""
        key = (name, *(tuple(one) if isinstance(one, list) else one for one in args))
        if key not in self.kept:
            self.kept[key] = frame(name, self.user, *args)
        return self.kept[key]

    def unit_of(self, tile: Tile) -> UnitChoice | None:
        """Return the unit a tile is about: its fixed one, else the board's; None where the reader does not see it."""
        if not tile.unit:
            return self.unit
        return next((one for one in self.units if one.code == tile.unit), None)

    def period_of(self, tile: Tile) -> int:
        """Return the period a tile shows."""
        return tile.period or self.period

    def parks(self, unit: UnitChoice, tile: Tile) -> list[UnitChoice]:
        """Return the parks that made up a unit in a tile's period, or stand beside a park, as the reader sees them."""
        if unit.kind != ZONE:
            return [one for one in self.units if one.kind != ZONE]
        found = self.frame("economy.units", unit.unit, self.period_of(tile))
        return [] if found is None else list(choices(found))


def filled(asked: Asked, tiles: Sequence[Tile]) -> tuple[Filled, ...]:
    """Return the tiles with what they show to the reader, top to bottom."""
    return tuple(_filled(asked, tile) for tile in sorted(tiles, key=lambda tile: (tile.y, tile.x)))


def _filled(asked: Asked, tile: Tile) -> Filled:
    unit = asked.unit_of(tile)
    if unit is None:
        return Filled(tile, _title(tile, None), None, NO_UNIT)
    made = _MAKERS[tile.kind](asked, tile, unit)
    body, empty = (None, made) if isinstance(made, Term) else (made, NOTHING)
    period = Period(tile.period) if tile.period else None
    own = Term(period.text("zh"), period.text("en")) if period is not None else NOTHING
    return Filled(tile, _title(tile, body), body, empty, unit.name if tile.unit else NOTHING, own)


def _title(tile: Tile, body: Body | None) -> Term:
    """Return what a tile is called: as it says itself, else what it shows."""
    if tile.names is not None:
        return Term(tile.names.zh, tile.names.en)
    names = resolved()
    shown = names.measures.get(tile.measures[0]) or names.indicators.get(tile.measures[0]) if tile.measures else None
    if shown is not None:
        grown = tile.show == "growth"
        return Term(shown.names.zh + ("增速" if grown else ""), shown.names.en + (", growth" if grown else ""))
    del body
    return {
        "map": Term("地图", "Map"), "funnel": Term("梯队", "Rungs"), "table": Term("表", "Table"),
    }.get(tile.kind, NOTHING)  # fmt: skip


def _figure(asked: Asked, tile: Tile, unit: UnitChoice) -> Body | Term:
    found = asked.frame("economy.figures", [tile.measures[0]], [unit.unit], asked.period_of(tile))
    if found is None:
        return OFF
    numbers = {row["what"]: row for row in found.iter_rows(named=True)}
    lead = numbers.get("growth") if tile.show == "growth" else None
    lead = lead or numbers.get("value") or numbers.get("growth")
    if lead is None:
        return SHUT if "closed" in numbers else NO_FIGURE
    beside = numbers.get("value" if lead["what"] == "growth" else "growth")
    grown = numbers.get("growth")
    progress = numbers.get("progress") if lead["what"] == "value" else None
    return FigureBody(
        lead=number(lead), beside=number(beside) if beside else None, kind=both(grown, "kind"),
        grown=lead["what"] == "growth",
        target=number(numbers["target"]) if "target" in numbers else None,
        progress=number(progress) if progress else None, scope=both(lead, "scope"), period=both(lead, "period"),
        direction=lead["direction"], locked=lead["locked"],
    )  # fmt: skip


def _trend(asked: Asked, tile: Tile, unit: UnitChoice) -> Body | Term:
    many = tile.by == "parks"
    of = asked.parks(unit, tile) if many else [unit]
    if not of:
        return NO_PARKS
    numbers = [one.unit for one in of]
    found = asked.frame("economy.lines", tile.measures[0], numbers, asked.period_of(tile), tile.last, tile.show)
    if found is None:
        return OFF
    lines: list[Line] = []
    for one in of:
        rows = rows_of(found, one.unit)
        points = tuple(Point(row["period"], row["number"], row["text"], row["why"], row["broken"]) for row in rows)
        if any(point.value is not None for point in points):
            lines.append(Line(one.unit, one.name, points))
    if not lines:
        return NO_FIGURE
    first = rows_of(found, lines[0].unit)[0]
    return TrendBody(
        tuple(lines), both(first, "name"), both(first, "of"), both(first, "basis"), both(first, "scope"), many
    )


def _ranking(asked: Asked, tile: Tile, unit: UnitChoice) -> Body | Term:
    parks = asked.parks(unit, tile)
    if not parks:
        return NO_PARKS
    found = asked.frame("economy.figures", [tile.measures[0]], [one.unit for one in parks], asked.period_of(tile))
    if found is None:
        return OFF
    return ranking_body(tile, parks, found) or NO_FIGURE


def _table(asked: Asked, tile: Tile, unit: UnitChoice) -> Body | Term:
    codes = list(tile.measures)
    if tile.by == "parks":
        parks = asked.parks(unit, tile)
        if not parks:
            return NO_PARKS
        found = asked.frame("economy.figures", codes, [one.unit for one in parks], asked.period_of(tile))
        return OFF if found is None else parks_body(codes, parks, found) or NO_FIGURE
    found = asked.frame("economy.figures", codes, [unit.unit], asked.period_of(tile))
    if found is None:
        return OFF
    rows: list[MeasureRow] = []
    for code in codes:
        numbers = {row["what"]: row for row in known(found, measure=code)}
        if not numbers:
            continue
        first = next(iter(numbers.values()))
        value, growth, target, progress = (
            number(numbers[what]) if what in numbers else None for what in ("value", "growth", "target", "progress")
        )
        name, period = both(first, "name"), both(first, "period")
        rows.append(MeasureRow(code, name, period, value, growth, target, progress, first["locked"]))
    return TableBody(tuple(rows)) if rows else NO_FIGURE


def _map(asked: Asked, tile: Tile, unit: UnitChoice) -> Body | Term:
    if not may(person(asked.user), "units.see"):
        return NO_UNIT
    return MapBody(None if unit.kind == ZONE else unit.unit, tile.industry, tile.title)


def _funnel(asked: Asked, tile: Tile, unit: UnitChoice) -> Body | Term:
    steps = _counted(asked, tile, unit) if tile.noun else _measured(asked, tile, unit)
    if isinstance(steps, Term):
        return steps
    widest = max((step.share for step in steps), default=0.0)
    if widest <= 0:
        return NO_FIGURE
    made: list[Step] = []
    before = None
    for step in steps:
        part = None if before is None or before <= 0 else step.share / before * 100
        shown = Step(step.name, step.number, step.count, step.list, step.share / widest, part, step.period)
        made.append(shown)
        before = step.share
    return FunnelBody(tuple(made))


def _counted(asked: Asked, tile: Tile, unit: UnitChoice) -> list[Step] | Term:
    if not may(person(asked.user), "firms.see"):
        return NO_FIRMS
    table = resolved().tables.get("qualifications")
    words: Mapping[str, tuple[str, str]] = {}
    if table is not None:
        named = zip(table.column(table.columns[0]), table.column("zh"), table.column("en"), strict=True)
        words = {code: (zh, en or zh) for code, zh, en in named}
    rungs = {code: words[code] for code in RUNGS if code in words}
    place = None if unit.kind == ZONE else unit.unit
    found = frame(f"{tile.noun}.steps", asked.user, place, timezone.localdate(), rungs)
    if found is None:
        return OFF
    return [
        Step(both(row, "name"), None, row["number"], row["list"], float(row["number"]), None)
        for row in found.iter_rows(named=True)
    ]


def _measured(asked: Asked, tile: Tile, unit: UnitChoice) -> list[Step] | Term:
    found = asked.frame("economy.figures", list(tile.measures), [unit.unit], asked.period_of(tile))
    if found is None:
        return OFF
    return [
        Step(both(row, "name"), number(row), None, "", max(row["number"], 0.0), None, both(row, "period"))
        for code in tile.measures
        for row in known(found, measure=code, what="value")
    ]


def _text(_asked: Asked, tile: Tile, _unit: UnitChoice) -> Body | Term:
    return NOTHING if tile.text is None else TextBody(Term(tile.text.zh, tile.text.en))


_MAKERS: Mapping[str, Callable[[Asked, Tile, UnitChoice], Body | Term]] = {
    "figure": _figure, "trend": _trend, "ranking": _ranking, "table": _table, "map": _map, "funnel": _funnel,
    "text": _text,
}  # fmt: skip
