"""A board's tiles as tables: what an export writes, every number with the place it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from qipan.domains.boards import maps
from qipan.domains.boards.shapes import (
    FigureBody,
    Filled,
    FunnelBody,
    MapBody,
    Number,
    Page,
    ParksBody,
    RankingBody,
    TableBody,
    TextBody,
    TrendBody,
)
from qipan.engine.periods import Period
from qipan.platform.models import User
from qipan.platform.register import frame
from qipan.platform.term import Term, language
from qipan.platform.visible import visible_to
from qipan.registry.models import Unit

MEASURE, PARK, PERIOD = Term("指标", "Measure"), Term("园区", "Park"), Term("期间", "Period")
VALUE, GROWTH, TARGET = Term("数值", "Value"), Term("增速", "Growth"), Term("全年目标", "Target of the year")
DONE, OF, PLACE = Term("完成", "Done"), Term("单位", "Unit"), Term("位次", "Place")
STEP, SHARE = Term("梯级", "Rung"), Term("与上一级之比（%）", "Against the rung before (%)")
FIRMS, FIRM = Term("企业数", "Firms"), Term("家", "firms")
NO_PARK = Term("未分园区", "In no park")
COUNTED = Term("按企业名单统计", "counted from the list of firms")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of an export: text, or a number with its unit and the address of its source."""

    text: str
    value: float | None = None
    unit: str = ""
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TileTable:
    """A tile as a table."""

    code: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(user: User, page: Page) -> tuple[TileTable, ...]:
    """Return the board's tiles as tables, with the source of every number."""
    found = [_table(user, filled) for filled in page.tiles]
    whys = {cell.why for table in found for row in table.rows for cell in row if cell.why}
    said = frame("economy.sources", user, sorted(whys))
    words = {} if said is None else {row["why"]: row[language()] for row in said.iter_rows(named=True)}
    return tuple(
        replace(table, rows=tuple(tuple(_sourced(cell, words) for cell in row) for row in table.rows))
        for table in found
    )


def _sourced(cell: Cell, words: Mapping[str, str]) -> Cell:
    return replace(cell, source=words.get(cell.why, "")) if cell.why else cell


def _cell(number: Number | None) -> Cell:
    if number is None:
        return Cell("—")
    return Cell(number.text, number.value, str(number.unit), number.why)


def _text(words: object) -> Cell:
    return Cell(str(words))


def _table(user: User, filled: Filled) -> TileTable:
    body = filled.body
    notes = [str(term) for term in (filled.whose, filled.own_period) if str(term)]
    if body is None:
        return TileTable(filled.tile.code, str(filled.title), (*notes, str(filled.empty)), (), ())
    columns, rows, said = _MAKERS[type(body)](user, body)
    more = [str(note) for note in said if str(note)]
    return TileTable(filled.tile.code, str(filled.title), (*notes, *more), tuple(map(str, columns)), tuple(rows))


Made = tuple[Iterable[object], list[tuple[Cell, ...]], Iterable[object]]


def _figure(_user: User, body: FigureBody) -> Made:
    row = (_text(body.period), _cell(body.lead), _cell(body.beside), _cell(body.target), _cell(body.progress))
    lead = GROWTH if body.grown else VALUE
    beside = VALUE if lead is GROWTH else GROWTH
    return (PERIOD, lead, beside, TARGET, DONE), [row], (body.scope,)


def _trend(_user: User, body: TrendBody) -> Made:
    periods = [point.period for point in body.lines[0].points]
    rows: list[tuple[Cell, ...]] = []
    for at, period in enumerate(periods):
        cells = [
            Cell(point.text, point.value, str(body.of), point.why) if point.value is not None else Cell("—")
            for point in (line.points[at] for line in body.lines)
        ]
        rows.append((_text(Period(period).text(language())), *cells))
    return (PERIOD, *(line.name for line in body.lines)), rows, (f"{body.basis} {body.of}", body.scope)


def _ranking(_user: User, body: RankingBody) -> Made:
    rows = [
        (Cell(str(row.place), float(row.place)), _text(row.name), _cell(row.value), _cell(row.growth))
        for row in body.rows
    ]
    names = (GROWTH, VALUE) if body.growth else (VALUE, GROWTH)
    return (PLACE, PARK, *names), rows, (body.period, body.of)


def _measures(_user: User, body: TableBody) -> Made:
    rows = [
        (
            _text(row.name), _text(row.period), _cell(row.value), _cell(row.growth), _cell(row.target),
            _cell(row.progress),
        )
        for row in body.rows
    ]  # fmt: skip
    return (MEASURE, PERIOD, VALUE, GROWTH, TARGET, DONE), rows, ()


def _parks(_user: User, body: ParksBody) -> Made:
    columns: list[object] = [PARK]
    for column in body.columns:
        of = f"（{column.of}）" if language() == "zh" else f" ({column.of})"
        columns += [
            f"{column.name}{of if str(column.of) else ''}",
            f"{column.name} · {GROWTH}",
            f"{column.name} · {PLACE}",
        ]
    rows: list[tuple[Cell, ...]] = []
    for row in body.rows:
        cells: list[Cell] = [_text(row.name)]
        for cell in row.cells:
            place = Cell("—") if cell.place is None else Cell(str(cell.place), float(cell.place))
            cells += [_cell(cell.value), _cell(cell.growth), place]
        rows.append(tuple(cells))
    return columns, rows, [f"{column.name}：{column.period}" for column in body.columns]


def _funnel(_user: User, body: FunnelBody) -> Made:
    rows: list[tuple[Cell, ...]] = []
    for step in body.steps:
        count = step.count or 0
        number = _cell(step.number) if step.number else Cell(f"{count:,}", float(count), str(FIRM), source=str(COUNTED))
        share = Cell("—") if step.of_before is None else Cell(f"{step.of_before:.1f}", round(step.of_before, 1))
        rows.append((_text(step.name), number, share))
    return (STEP, VALUE, SHARE), rows, ()


def _map(user: User, body: MapBody) -> Made:
    found = maps.firms(user, maps.Narrowed(body.unit, body.industry, body.title))
    counts = dict(found.group_by("unit").agg(pl.len()).rows())
    rows: list[tuple[Cell, ...]] = []
    for unit in visible_to(Unit, user).filter(pk__in=[key for key in counts if key is not None]):
        name = Term(unit.name, unit.name_en or unit.name)
        count = counts[unit.pk]
        rows.append((_text(name), Cell(f"{count:,}", float(count), str(FIRM), source=str(COUNTED))))
    if counts.get(None):
        count = counts[None]
        rows.append((_text(NO_PARK), Cell(f"{count:,}", float(count), str(FIRM), source=str(COUNTED))))
    return (PARK, FIRMS), rows, ()


def _said(_user: User, body: TextBody) -> Made:
    return (), [], str(body.text).splitlines()


_MAKERS: Mapping[type, Callable[[User, Any], Made]] = {
    FigureBody: _figure, TrendBody: _trend, RankingBody: _ranking, TableBody: _measures, ParksBody: _parks,
    FunnelBody: _funnel, MapBody: _map, TextBody: _said,
}  # fmt: skip
