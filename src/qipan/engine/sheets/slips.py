"""Figures that are ten to ten thousand times what they used to be: slips of the unit (千元, 万元, 亿元)."""

from __future__ import annotations

import math

import polars as pl

from qipan.engine.periods import Basis
from qipan.engine.problem import no_problems

FARTHEST = 4  # ×10,000
NEAR = 0.2  # in powers of ten: within a factor of 1.6 of the slip
NEAR_TEN = 0.12  # a tenfold change happens by itself more often: within a factor of 1.3, and only after a steady past
STEADY = 2.0  # past figures differ by less than this factor
YEARS = 2  # how far back a figure is compared
SMALL = 100  # stored figures below this say nothing (one firm becomes ten)
ALIKE = 0.8  # a column in which so many figures slip alike has one cause
KEYS = ("key", "measure", "basis")


def slips(facts: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Return a problem (PROBLEM_SCHEMA) for every fact that is off its own history by a power of ten.

    `facts` has FACT_SCHEMA plus `key` (the resolved subject, any type); `history` has `key, measure, period, basis,
    value` (stored values). A figure is compared with the same months a year before, else with the latest figure
    before it, cumulative ones by the month. Only actual levels are compared; a column of which most figures slip
    alike is named as a whole too.
    """
    if facts.is_empty() or history.is_empty():
        return no_problems()
    level = (pl.col("reading") == 0) & ~pl.col("measure").str.contains(r"\.(yoy|rank)$")
    now = facts.filter(level & (pl.col("period") < 10**6))
    slipped = by_a_power(now.select(*KEYS, "period", "value", "text", "sheet", "row", "column"), history)
    cells = slipped.filter("slip")
    if cells.is_empty():
        return no_problems()
    return pl.concat([_columns(slipped), _cells(cells)]).sort("sheet", "row", "column", nulls_last=False)


def by_a_power(figures: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Return the figures that have a past, with `expected`, the `power` of ten they are off by, and whether that is a
    `slip`.

    Both frames have `key, measure, basis, period, value` (stored values), no ranges of months; what else `figures` has
    stays.
    """
    sized = _compared(figures, history)
    found = sized.with_columns(power=pl.col("ratio").log10().round(0)).with_columns(
        off=(pl.col("ratio").log10() - pl.col("power")).abs()
    )
    far = pl.col("power").abs().is_between(1, FARTHEST)
    near = pl.when(pl.col("power").abs() == 1).then((pl.col("off") <= NEAR_TEN) & pl.col("steady"))
    return found.with_columns(slip=far & near.otherwise(pl.col("off") <= NEAR))


def _compared(figures: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Return the figures that have a past, with `ratio` to it and whether that past was `steady`."""
    now = figures.with_columns(at=pl.int_range(pl.len()))
    past = history.filter(pl.col("period") < 10**6).select(*KEYS, before=pl.col("period"), was=pl.col("value"))
    kinds = {name: now.schema[name] for name in KEYS}
    joined = now.join(past.cast(kinds), on=list(KEYS), how="inner").filter(  # pyright: ignore[reportArgumentType]
        (pl.col("before") < pl.col("period"))
        & (pl.col("period") - pl.col("before") <= YEARS * 100)
        & (pl.col("was") != 0)
    )
    same_kind = (pl.col("period") % 100 <= 12) == (pl.col("before") % 100 <= 12)
    months = pl.when((pl.col("basis") == Basis.CUMULATIVE) & (pl.col("period") % 100 <= 12))
    share = months.then((pl.col("period") % 100) / (pl.col("before") % 100)).otherwise(1.0)
    joined = joined.filter(same_kind).with_columns(expected=pl.col("was").abs() * share)
    last_year = pl.col("before") == pl.col("period") - 100
    best = joined.sort(last_year.not_(), -pl.col("before")).group_by("at", maintain_order=True)
    pasts = best.agg(
        pl.col("expected").first(),
        (pl.col("expected").max() <= STEADY * pl.col("expected").min()).alias("steady") & (pl.len() >= 2),
    )
    size = pl.max_horizontal(pl.col("value").abs(), pl.col("expected"))
    return (
        now.join(pasts, on="at", how="inner")
        .filter((pl.col("value") != 0) & (size >= SMALL))
        .with_columns(ratio=pl.col("value").abs() / pl.col("expected"))
    )


def times(power: pl.Expr) -> pl.Expr:
    """Return the power of ten as people say it: 10,000 or 1/100."""
    return pl.when(power > 0).then(_thousands(power)).otherwise(pl.lit("1/") + _thousands(-power))


def _thousands(power: pl.Expr) -> pl.Expr:
    words = {at: f"{int(math.pow(10, at)):,}" for at in range(1, FARTHEST + 1)}
    return power.cast(pl.Int64).replace_strict(words, default="", return_dtype=pl.String)


def _cells(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(times=times(pl.col("power"))).select(
        code=pl.lit("sheets.unit-slip"),
        sheet=pl.col("sheet").cast(pl.Int32),
        row=pl.col("row").cast(pl.Int64),
        column=pl.col("column").cast(pl.Int32),
        field=pl.col("measure"),
        value=pl.col("text"),
        params=pl.struct("times").struct.json_encode(),
    )


def _columns(slipped: pl.DataFrame) -> pl.DataFrame:
    """Return a problem for every column in which most figures are off by the same power."""
    groups = slipped.group_by("sheet", "column").agg(
        pl.len().alias("all"), pl.col("slip").sum().alias("count"), pl.col("power").filter("slip").mode().first()
    )
    alike = groups.filter((pl.col("count") >= 3) & (pl.col("count") >= ALIKE * pl.col("all")))
    return alike.with_columns(times=times(pl.col("power"))).select(
        code=pl.lit("sheets.unit-slip-column"),
        sheet=pl.col("sheet").cast(pl.Int32),
        row=pl.lit(None, dtype=pl.Int64),
        column=pl.col("column").cast(pl.Int32),
        field=pl.lit(None, dtype=pl.String),
        value=pl.lit(None, dtype=pl.String),
        params=pl.struct(pl.col("times"), pl.col("count").cast(pl.Int64)).struct.json_encode(),
    )
