"""What each year is meant to bring: growth targets and level targets, for the zone and for the parks."""

from __future__ import annotations

import polars as pl

from qipan.demo.economy import rounded
from qipan.demo.parameters import Parameters

TARGETS: dict[str, pl.DataType] = {
    "unit": pl.String(),
    "measure": pl.String(),
    "year": pl.Int32(),
    "level": pl.Float64(),  # in `quantity`; null: a growth target
    "growth": pl.Float64(),  # percent; null: a level target
    "quantity": pl.String(),
}
IN_HUNDRED_MILLIONS = {"千元": 1e5, "万元": 1e4, "百千瓦时": 1e6}


def targets(parameters: Parameters, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the targets as TARGETS; a park's level target is its last year plus what the zone asks of all."""
    rows: list[tuple[str, str, int, float | None, float | None, str]] = []
    ends = {
        (unit, measure, month // 100): (total, quantity)
        for unit, measure, month, total, quantity in figures.filter(pl.col("month") % 100 == 12)
        .select("unit", "measure", "month", "total", "quantity")
        .rows()
    }
    for aim in parameters.targets:
        for year, level, growth in aim.years:
            rows.append((parameters.zone.code, aim.measure, year, level, growth, aim.unit))
            before = ends.get((parameters.zone.code, aim.measure, year - 1))
            if before is None or not aim.parks:
                continue
            for park in (park for park in parameters.parks if park.kind == "park"):
                if growth is not None:
                    rows.append((park.code, aim.measure, year, None, growth, aim.unit))
                    continue
                own, quantity = ends.get((park.code, aim.measure, year - 1), (0, before[1]))
                if level is not None and own:
                    scale = IN_HUNDRED_MILLIONS[quantity]
                    share = own / before[0]
                    rows.append(
                        (park.code, aim.measure, year, rounded(level * share, 1 if scale else 0), None, aim.unit)
                    )
    return pl.DataFrame(rows, schema=TARGETS, orient="row")
