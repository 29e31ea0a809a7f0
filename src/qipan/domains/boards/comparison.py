"""Parks beside each other: places, growth, bars. Who sees one park only is shown no place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from qipan.domains.boards.numbers import both, known, number
from qipan.domains.boards.shapes import (
    NOTHING,
    Cell,
    Number,
    ParkColumn,
    ParkRow,
    ParksBody,
    Rank,
    RankingBody,
    UnitChoice,
)
from qipan.packs.layouts import Tile


def places(values: Iterable[tuple[int, float]], *, rising: bool) -> dict[int, int]:
    """Return the place of each unit; equal values share one, and the next place is left out (1, 2, 2, 4).

    `rising`: more is better, the largest comes first.
    """
    given = sorted(values, key=lambda pair: -pair[1] if rising else pair[1])
    found: dict[int, int] = {}
    for at, (unit, value) in enumerate(given):
        same = at > 0 and given[at - 1][1] == value
        found[unit] = found[given[at - 1][0]] if same else at + 1
    return found if len(given) > 1 else {}


def ranking_body(tile: Tile, parks: Sequence[UnitChoice], found: pl.DataFrame) -> RankingBody | None:
    """Return the parks in the order of one measure's value or growth; None where nothing is known."""
    lead, other = ("growth", "value") if tile.show == "growth" else ("value", "growth")
    rows = {row["unit"]: row for row in known(found, what=lead)}
    if not rows:
        return None
    first = next(iter(rows.values()))
    order = places(((unit, row["number"]) for unit, row in rows.items()), rising=first["direction"] != "down")
    beside = {row["unit"]: row for row in known(found, what=other)}
    longest = max(abs(row["number"]) for row in rows.values()) or 1.0
    ranked = [
        Rank(
            order.get(park.unit, 1), park.unit, park.name, number(rows[park.unit]),
            number(beside[park.unit]) if park.unit in beside else None, rows[park.unit]["number"] / longest,
        )
        for park in parks
        if park.unit in rows
    ]  # fmt: skip
    ranked.sort(key=lambda row: row.place)
    unknown = tuple(park.name for park in parks if park.unit not in rows)
    kept = ranked[: tile.top] if tile.top else ranked
    return RankingBody(
        tuple(kept), both(first, "name"), both(first, "of"), both(first, "period"), tile.show == "growth", unknown
    )


def parks_body(codes: Sequence[str], parks: Sequence[UnitChoice], found: pl.DataFrame) -> ParksBody | None:
    """Return parks × measures with value, growth, place and bar; None where nothing is known of any."""
    columns: list[ParkColumn] = []
    cells: list[dict[int, Cell]] = []
    for code in codes:
        values = {row["unit"]: row for row in known(found, measure=code, what="value")}
        growths = {row["unit"]: row for row in known(found, measure=code, what="growth")}
        if not values and not growths:
            continue
        # Of a measure that is known by its growth alone the growths are compared.
        leading = values or growths
        first = next(iter(leading.values()))
        rising = first["direction"] != "down"
        columns.append(
            ParkColumn(
                code, both(first, "name"), both(first, "of") if values else NOTHING, both(first, "period"), rising
            )
        )
        order = places(((unit, row["number"]) for unit, row in leading.items()), rising=rising)
        longest = max(abs(row["number"]) for row in leading.values()) or 1.0
        cells.append(
            {
                park.unit: Cell(
                    _number(values.get(park.unit)), _number(growths.get(park.unit)), order.get(park.unit),
                    leading[park.unit]["number"] / longest if park.unit in leading else 0.0,
                )
                for park in parks
            }
        )  # fmt: skip
    if not columns:
        return None
    rows = [ParkRow(park.unit, park.name, tuple(column[park.unit] for column in cells)) for park in parks]
    return ParksBody(tuple(columns), tuple(rows))


def _number(row: dict[str, Any] | None) -> Number | None:
    return None if row is None else number(row)
