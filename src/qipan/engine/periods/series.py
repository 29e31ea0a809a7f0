"""Series over periods: single months out of cumulative figures and back, and growth, with honest nulls.

Frames have `period` (month codes YYYYMM, Int64), `value` (any number, nullable) and the columns of `keys` that tell
one series from another; each series has a period at most once.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

KEYS = ("subject", "measure")


def to_single(frame: pl.DataFrame, keys: Sequence[str] = KEYS, *, january: str = "separate") -> pl.DataFrame:
    """Return `frame` with `single` and `months`: what the month alone brought, and how many months that spans.

    Cumulative figures fall to single ones by difference to the month before; without that month the answer is null.
    Where January comes with February (`january="with_february"`), 02 holds both months (months = 2) and 01 is null.
    """
    together = january == "with_february"
    month = pl.col("period") % 100
    before = frame.select(*keys, period=pl.col("period") + 1, before="value")
    joined = frame.join(before, on=[*keys, "period"], how="left", nulls_equal=True, maintain_order="left")
    first = (month == 2) if together else (month == 1)
    single = pl.when(first).then(pl.col("value")).otherwise(pl.col("value") - pl.col("before"))
    if together:
        single = pl.when(month == 1).then(None).otherwise(single)
    months = pl.when(first & pl.lit(together)).then(2).otherwise(1).cast(pl.Int8)
    return joined.with_columns(single=single, months=months).drop("before")


def to_cumulative(frame: pl.DataFrame, keys: Sequence[str] = KEYS, *, january: str = "separate") -> pl.DataFrame:
    """Return `frame` with `cumulative`: the sum from January; null from the first missing month of a year on.

    Where January comes with February, the figure of 02 already holds both.
    """
    together = january == "with_february"
    year, month = pl.col("period") // 100, pl.col("period") % 100
    groups = [*keys, "_year"]
    known = frame.with_columns(_year=year).sort(*keys, "period")
    if together:
        known = known.with_columns(value=pl.when(month == 1).then(None).otherwise(pl.col("value")))
    start = 2 if together else 1
    counted = pl.col("value").is_not_null().cast(pl.Int32).cum_sum().over(groups)
    summed = pl.col("value").cum_sum().over(groups)
    whole = pl.col("value").is_not_null() & (counted == month - start + 1)
    return known.with_columns(cumulative=pl.when(whole).then(summed)).drop("_year")


def growth(frame: pl.DataFrame, keys: Sequence[str] = KEYS, *, lag: int = 12) -> pl.DataFrame:
    """Return `frame` with `growth`: value over that of `lag` months earlier, minus one (0.062 is 6.2 %), as Float64.

    A missing, zero or negative base gives null: "no comparable base" is an answer a reader must see, not a number to
    rank.
    """
    number = pl.col("period") // 100 * 12 + pl.col("period") % 100 - 1 + lag
    base = frame.select(*keys, period=number // 12 * 100 + number % 12 + 1, _base=pl.col("value").cast(pl.Float64))
    joined = frame.join(base, on=[*keys, "period"], how="left", nulls_equal=True, maintain_order="left")
    grown = pl.when(pl.col("_base") > 0).then(pl.col("value").cast(pl.Float64) / pl.col("_base") - 1)
    return joined.with_columns(growth=grown).drop("_base")
