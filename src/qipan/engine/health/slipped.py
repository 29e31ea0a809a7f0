"""Figures off their own past by a power of ten, as a slip of the unit makes them (千元, 万元, 亿元)."""

from __future__ import annotations

import polars as pl

from qipan.engine.health.findings import findings, no_findings
from qipan.engine.sheets.slips import by_a_power, times

AROUND = 1.6  # what a slip may be off by besides


def slipped(figures: pl.DataFrame, *, basis: int, since: int) -> pl.DataFrame:
    """Return a finding for every figure from `since` on that is ten to ten thousand times what it was, or a part of it.

    Compared as a load compares what comes in: with the same months of the year before, else with the latest figure
    before, cumulative ones by the month.
    """
    known = figures.filter((pl.col("period") < 10**6) & pl.col("value").is_not_null()).with_columns(
        key=pl.col("subject"), basis=pl.lit(basis)
    )
    now = known.filter(pl.col("period") >= since)
    if now.is_empty():
        return no_findings()
    past = known.join(now.select("key", "measure").unique(), on=["key", "measure"], how="semi")
    found = by_a_power(
        now.select("key", "measure", "basis", "period", "value", "subject", "fact"),
        past.select("key", "measure", "basis", "period", "value"),
    ).filter("slip")
    shaped = found.with_columns(
        times=times(pl.col("power")), low=pl.col("expected") / AROUND, high=pl.col("expected") * AROUND,
        weight=pl.col("power").abs(),
    )  # fmt: skip
    return findings(shaped, "times").sort("subject", "thing", "period")
