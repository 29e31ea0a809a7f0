"""The numbers a condition speaks of, side by side: a row for every subject and period, a column for every name."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from qipan.engine.feel import Expression, run_columns
from qipan.packs import Reference, Resolved, read_indicator

KEY = ("subject", "period")
# `figures(code, target)` gives the figures (FIGURES) of a measure: as they are, or its targets.
Figures = Callable[[str, bool], pl.DataFrame]


def side_by_side(resolved: Resolved, expression: Expression, figures: Figures, since: int) -> pl.DataFrame:
    """Return subject, period and the numbers of `expression` in the units people read, from month `since` on.

    A name nobody has a figure for is null. Figures of a year before, of its end, and targets stand in the row of the
    period that is asked about.
    """
    names = sorted(expression.names)
    columns = [_column(resolved, Reference.of(name), name, figures, since) for name in names]
    own = [column.select(KEY) for name, column in zip(names, columns, strict=True) if "@" not in name]
    if not own:
        return pl.DataFrame(schema={"subject": pl.Int64, "period": pl.Int64})
    rows = pl.concat(own).unique().filter((pl.col("period") >= since) & (pl.col("period") % 100 <= 12))
    for name, column in zip(names, columns, strict=True):
        if "year" in column.columns:
            rows = rows.with_columns(year=pl.col("period") // 100)
            rows = rows.join(column, on=["subject", "year"], how="left").drop("year")
        else:
            rows = rows.join(column, on=list(KEY), how="left")
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(name))
    return rows


def _column(resolved: Resolved, asked: Reference, name: str, figures: Figures, since: int) -> pl.DataFrame:
    if asked.code in resolved.indicators:
        return _derived(resolved, asked.code, name, figures, since)
    found = figures(asked.code, asked.at == "target").filter(pl.col("value").is_not_null())
    number = found.select(*KEY, in_units(resolved, asked.code, pl.col("value")).alias(name))
    match asked.at:
        case "year_before":
            return number.with_columns(pl.col("period") + 100)
        case "year_end_before":
            ends = number.filter(pl.col("period") % 100 == 12)
            return ends.select("subject", name, year=pl.col("period") // 100 + 1)
        case "target":
            years = number.filter(pl.col("period") % 100 == 19)
            return years.select("subject", name, year=pl.col("period") // 100)
        case _:
            return number


def _derived(resolved: Resolved, code: str, name: str, figures: Figures, since: int) -> pl.DataFrame:
    """Return an indicator worked out row by row from its own names."""
    expression = read_indicator(resolved, resolved.indicators[code]).expression
    if expression is None:
        return pl.DataFrame(schema={"subject": pl.Int64, "period": pl.Int64, name: pl.Float64})
    rows = side_by_side(resolved, expression, figures, since)
    if rows.is_empty():
        return pl.DataFrame(schema={"subject": pl.Int64, "period": pl.Int64, name: pl.Float64})
    values = run_columns(expression, rows, by_value=True).cast(pl.Float64, strict=False)
    return rows.select(KEY).with_columns(values.alias(name))


def in_units(resolved: Resolved, code: str, stored: pl.Expr) -> pl.Expr:
    """Return stored values of a measure as floats in the unit people read, each the nearest there is."""
    unit = resolved.measures[code].unit
    whole = resolved.units.units[unit].factor * 10 ** resolved.units.dimension_of(unit).places
    return stored * whole.denominator / whole.numerator
