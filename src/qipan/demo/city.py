"""The city the zone is compared with: its figures, its growth and the zone's place among its counties."""

from __future__ import annotations

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.economy import rounded
from qipan.demo.parameters import Parameters

CITY: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "month": pl.Int32(),
    "total": pl.Int64(),  # since the year began, in the quantity of FIGURES; null: the city publishes growth only
    "growth": pl.Float64(),
    "rank": pl.Int32(),  # the zone's place, 1 is best; null: the city does not rank this measure
    "quantity": pl.String(),
}
# measure: how many times the zone the city is, its usual growth in percent; the ones the city publishes.
_UNRANKED = frozenset({"税收收入"})
_CITY = {
    "地区生产总值": (9.6, 5.4),
    "规上工业增加值": (6.1, 6.0),
    "规上工业总产值": (6.1, 5.6),
    "固定资产投资": (8.8, 3.9),
    "工业投资": (6.4, 5.2),
    "规上服务业营业收入": (5.2, 6.3),
    "限上社会消费品零售额": (7.9, 3.8),
    "一般公共预算收入": (7.4, 3.1),
    "税收收入": (7.1, 2.9),
    "进出口总额": (4.7, 4.6),
    "实际使用外资": (3.9, -2.5),
    "工业用电量": (6.8, 4.4),
}


def city_figures(parameters: Parameters, figures: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the city's figures as CITY; a month has a row only where the zone has published that measure."""
    rows: list[tuple[str, int, int | None, float, int | None, str]] = []
    zone = figures.filter((pl.col("unit") == parameters.zone.code) & pl.col("growth").is_not_null())
    for measure, (times, usual) in _CITY.items():
        random = stream(seed, f"city:{measure}")
        wander, bias = 0.0, random.uniform(-0.4, 0.4)
        mine = zone.filter(pl.col("measure") == measure).sort("month")
        for month, total, growth, quantity in mine.select("month", "total", "growth", "quantity").rows():
            wander = 0.8 * wander + random.gauss(0, 0.45)
            city = rounded(usual + wander + 0.25 * max(-8.0, min(8.0, growth - usual)))
            lead = growth - city
            rank = round(parameters.city.counties / 2 - lead * 0.9 + bias + random.gauss(0, 0.4))
            level = round(total * times * (1 + random.gauss(0, 0.006)))
            published = None if measure == "规上工业增加值" else level
            place = None if measure in _UNRANKED else max(1, min(parameters.city.counties, rank))
            rows.append((measure, month, published, city, place, quantity))
    return pl.DataFrame(rows, schema=CITY, orient="row")
