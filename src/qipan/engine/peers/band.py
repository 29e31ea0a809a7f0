"""The band of a group's figures: median and quartiles, told only where the group is large enough."""

from __future__ import annotations

import polars as pl

LEAST = 5  # members below which a band would tell single firms apart
BAND_SCHEMA: dict[str, pl.DataType] = {
    "measure": pl.Int64(),
    "period": pl.Int64(),
    "members": pl.Int64(),
    "low": pl.Float64(),  # a quarter of the members lie below
    "middle": pl.Float64(),
    "high": pl.Float64(),  # a quarter lie above
}


def band(figures: pl.DataFrame, *, least: int = LEAST) -> pl.DataFrame:
    """Return BAND_SCHEMA for `figures` (`measure`, `period`, `member`, `value`), sorted by measure and period.

    A member counts once a measure and period, with the mean where it has several values; null values do not count.
    Groups of fewer than `least` members are left out; the firm that is compared is not among `figures`. Quartiles lie
    between the two nearest members, in proportion (the usual seventh definition).
    """
    known = figures.filter(pl.col("value").is_not_null() & pl.col("value").cast(pl.Float64).is_finite())
    keys = ["measure", "period"]
    each = known.group_by(*keys, "member").agg(pl.col("value").cast(pl.Float64).mean())
    found = each.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("members"),
        pl.col("value").quantile(0.25, interpolation="linear").alias("low"),
        pl.col("value").median().alias("middle"),
        pl.col("value").quantile(0.75, interpolation="linear").alias("high"),
    )
    told = found.filter(pl.col("members") >= least).sort(keys)
    return told.select(pl.col(name).cast(kind) for name, kind in BAND_SCHEMA.items())
