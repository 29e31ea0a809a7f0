"""Sums that do not add up, and figures to date that went down."""

from __future__ import annotations

import polars as pl

from qipan.engine.health.findings import SERIES, findings, months_of, number_of

# Which units added up to which in a period: the zone and the parks it had then.
PARTS: dict[str, pl.DataType] = {"whole": pl.Int64(), "part": pl.Int64(), "period": pl.Int64()}


def residual(
    figures: pl.DataFrame, parts: pl.DataFrame, steps: pl.DataFrame, *, share: float, heard: int
) -> pl.DataFrame:
    """Return a finding where the newest complete figure of a whole is not the sum of its parts.

    `parts` (PARTS) says of each period what the whole was made of then. `steps` (measure, step): what one in the last
    printed digit is, stored; every figure may be off by half of it. The rest counts where it is more than `share` of
    the whole. A part that reports the measure (within `heard` months) and has not reported the period leaves the rest
    unknown: that is another finding.
    """
    whole = parts.select(subject="whole").unique().join(figures, on="subject").filter(pl.col("value").is_not_null())
    made_of = parts.rename({"part": "subject"})
    reported = figures.filter(pl.col("value").is_not_null())
    of_parts = made_of.join(reported, on=["subject", "period"])
    last = of_parts.group_by("measure", "subject").agg(last=pl.col("period").max())
    summed = of_parts.group_by("whole", "measure", "period").agg(sum=pl.col("value").sum(), count=pl.len())
    report = (
        summed.select("whole", "measure", "period")
        .join(made_of, on=["whole", "period"])
        .join(last, on=["measure", "subject"])
        .filter(_number("period") - _number("last") <= heard)
        .group_by("whole", "measure", "period")
        .agg(reporting=pl.len())
    )
    complete = summed.join(report, on=["whole", "measure", "period"]).filter(pl.col("count") >= pl.col("reporting"))
    joined = whole.join(complete.rename({"whole": "subject"}), on=["subject", "measure", "period"], how="inner").join(
        steps, on="measure", how="left"
    )
    newest = joined.sort("period").group_by(*SERIES, maintain_order=True).last()
    rest = pl.col("value") - pl.col("sum")
    rounding = (pl.col("count") + 1) * pl.col("step").fill_null(0) / 2
    found = newest.with_columns(rest=rest, share=rest / pl.col("value").abs()).filter(
        (pl.col("rest").abs() > rounding)
        & ((pl.col("rest").abs() > share * pl.col("value").abs()) | (pl.col("value") == 0))
    )
    shaped = found.with_columns(
        low=pl.col("sum"), high=pl.col("sum"), weight=pl.col("share").abs().fill_nan(1.0), parts=pl.col("count")
    )
    return findings(shaped, "rest", "share", "parts").sort("subject", "thing")


def _number(period: str) -> pl.Expr:
    return number_of(months_of(pl.col(period)))


def falling(figures: pl.DataFrame, *, since: int, share: float) -> pl.DataFrame:
    """Return a finding for every figure to date, from month `since` on, below the one before it in the same year.

    It must have lost more than `share` of it; a change of 口径 in between is no fall. Cuts (核减) and exits (退库)
    do this rightly, so that it is to be looked at, not refused.
    """
    months = figures.filter((pl.col("period") % 100).is_between(1, 12) & pl.col("value").is_not_null()).sort(
        *SERIES, "period"
    )
    year = [*SERIES, pl.col("period") // 100]
    before = months.with_columns(
        was=pl.col("value").shift(1).over(year),
        was_in=pl.col("period").shift(1).over(year),
        same=pl.col("scope").eq_missing(pl.col("scope").shift(1)).over(year),
    )
    lost = pl.col("was") - pl.col("value")
    found = before.filter(
        (pl.col("period") >= since) & pl.col("same") & (lost > share * pl.col("was").abs()) & (lost > 0)
    )
    weight = (lost / pl.col("was").abs().clip(lower_bound=1)).cast(pl.Float64)
    return findings(found.with_columns(low=pl.col("was"), weight=weight), "was", "was_in").sort(
        "subject", "thing", "period"
    )
