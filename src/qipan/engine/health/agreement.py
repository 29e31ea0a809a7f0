"""Figures that contradict each other: growth and level, a ratio and its parts, whatever a zone wants to hold true."""

from __future__ import annotations

import polars as pl

from qipan.engine.feel import Expression, NotCompiledError, run_columns
from qipan.engine.health.findings import SERIES, findings, no_findings


def growth_differs(
    figures: pl.DataFrame, stated: pl.DataFrame, *, since: int, points: float, percent: float, slack: pl.DataFrame
) -> pl.DataFrame:
    """Return a finding where a stated growth is not that of the levels, by more than `points` of a percentage.

    `stated` has FIGURES of growth; `percent` is what one stored unit of it is. What the rounding of both levels can do
    is allowed: `slack` (measure, step) is what one in the last printed digit is, stored. `measure` is the level's in
    both frames.
    """
    base = figures.select(*SERIES, "scope", period=pl.col("period") + 100, base="value")
    levels = figures.join(base, on=[*SERIES, "scope", "period"], how="inner").filter(
        (pl.col("base") > 0) & pl.col("value").is_not_null() & (pl.col("period") >= since)
    )
    joined = (
        levels.rename({"value": "level"})
        .drop("fact")
        .join(stated.select(*SERIES, "period", "value", "fact"), on=[*SERIES, "period"], how="inner")
        .join(slack, on="measure", how="left")
    )
    ratio = pl.col("level") / pl.col("base")
    rounding = 100 * pl.col("step").fill_null(0) / 2 * (1 + ratio.abs()) / pl.col("base")
    judged = joined.with_columns(
        growth=pl.col("value") * percent, computed=(ratio - 1) * 100, rounding=rounding
    ).filter(pl.col("value").is_not_null())
    off = (pl.col("growth") - pl.col("computed")).abs()
    found = judged.filter(off > points + pl.col("rounding"))
    expected = pl.col("computed") / percent
    return findings(
        found.with_columns(thing=pl.col("measure") + ".yoy", weight=off, low=expected, high=expected),
        "growth",
        "computed",
    ).sort("subject", "thing", "period")


def broken(numbers: pl.DataFrame, expression: Expression) -> pl.DataFrame:
    """Return a finding for every unit and period for which a condition is false; unknown is no failure.

    `numbers` has subject, period and a column for every name of the expression. Raises NotCompiledError for a condition
    that names anything else.
    """
    lacking = tuple(name for name in expression.names if name not in numbers.columns)
    if numbers.is_empty() or lacking:
        return no_findings()
    told = [pl.col(name).is_not_null() for name in expression.names]
    rows = numbers.filter(pl.any_horizontal(told)) if told else numbers
    if rows.is_empty():
        return no_findings()
    kept = run_columns(expression, rows, by_value=True)
    if kept.dtype != pl.Boolean:
        return no_findings()
    wrong = rows.filter(kept.eq_missing(pl.Series([False])))
    return findings(wrong.rename({}), *sorted(expression.names)).sort("subject", "period")


__all__ = ["NotCompiledError", "broken", "growth_differs"]
