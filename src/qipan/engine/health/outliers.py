"""Figures far from what their own past, or firms like theirs, would make one expect."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from qipan.engine.health.findings import SERIES, findings, median_and_spread


def steps_of(figures: pl.DataFrame, *, cumulative: bool) -> pl.DataFrame:
    """Return monthly figures with `part`, what the period alone brought, `span`, over how many months, and `before`.

    Of figures to date, `part` is the difference to the figure before it in the year (`before`), the first of a year
    whole; of others it is the figure itself. Across a change of 口径 the part is null.
    """
    months = figures.filter((pl.col("period") % 100).is_between(1, 12) & (pl.col("period") < 10**6)).sort(
        *SERIES, "period"
    )
    month = pl.col("period") % 100
    if not cumulative:
        return months.with_columns(
            part=pl.col("value"), span=pl.lit(1, dtype=pl.Int64), before=pl.lit(0, dtype=pl.Int64)
        )
    year = [*SERIES, pl.col("period") // 100]
    shifted = months.with_columns(
        before=pl.col("value").shift(1).over(year),
        span=month - month.shift(1).over(year).fill_null(0),
        same=pl.col("scope").eq_missing(pl.col("scope").shift(1)).over(year),
        begins=month.shift(1).over(year).is_null(),
    )
    part = pl.when("begins").then(pl.col("value")).when("same").then(pl.col("value") - pl.col("before"))
    return shifted.with_columns(part=part, before=pl.when("begins").then(0).otherwise(pl.col("before"))).drop(
        "same", "begins"
    )


def growths(figures: pl.DataFrame, steps: pl.DataFrame, *, cumulative: bool, small: int) -> pl.DataFrame:
    """Return the figures whose part can be compared with the same months a year before, with `growth`: ln of the ratio.

    `base` is the part a year before. Both must be positive, of the same span and 口径, and at least `small` times what
    one in the last printed digit is (`steps`: measure, step): three firms after two are no growth.
    """
    parts = steps_of(figures, cumulative=cumulative)
    base = parts.select(*SERIES, "span", "scope", period=pl.col("period") + 100, base="part")
    joined = parts.join(base, on=[*SERIES, "period", "span", "scope"], how="inner")
    least = (small * pl.col("step").fill_null(0)).clip(lower_bound=1)
    sized = joined.join(steps, on="measure", how="left").filter((pl.col("part") >= least) & (pl.col("base") >= least))
    return sized.with_columns(growth=(pl.col("part") / pl.col("base")).log())


@dataclass(frozen=True, slots=True)
class Far:
    """When a growth is far from what is usual: more than `limit` robust deviations from the median, and than `change`.

    A deviation counts for `floor` at least; both are in ln: 0.3 is a third more or a quarter less. `least` others make
    a usual; figures smaller than `small` steps say nothing.
    """

    least: int
    limit: float
    floor: float
    change: float
    small: int

    def reach(self, spread: pl.Expr) -> pl.Expr:
        """Return how far from the median a growth may be."""
        return pl.max_horizontal(self.limit * spread, pl.lit(self.change))


def outliers(figures: pl.DataFrame, steps: pl.DataFrame, *, cumulative: bool, since: int, far: Far) -> pl.DataFrame:
    """Return a finding for every figure from month `since` on whose growth is far from its own past's.

    The past are the growths of the periods before it, each against the same months a year earlier: what the season
    does is thereby taken out.
    """
    grown = growths(figures, steps, cumulative=cumulative, small=far.small)
    now = grown.filter(pl.col("period") >= since)
    past = grown.select(*SERIES, earlier="period", was="growth")
    paired = now.select(*SERIES, "period").join(past, on=list(SERIES)).filter(pl.col("earlier") < pl.col("period"))
    median, spread = median_and_spread(pl.col("was"), far.floor)
    usual = paired.group_by(*SERIES, "period").agg(median=median, spread=spread, count=pl.len())
    judged = now.join(usual.filter(pl.col("count") >= far.least), on=[*SERIES, "period"])
    return _far_ones(judged, far, "now", "usual")


def unlike_peers(
    figures: pl.DataFrame, steps: pl.DataFrame, groups: pl.DataFrame, *, since: int, far: Far
) -> pl.DataFrame:
    """Return a finding for every figure whose growth on the year before is far from that of its peers.

    `groups` (subject, group): firms of one industry and size. Figures are compared as they stand, to date or not, each
    with the peers' of the same measure and period, its own among them.
    """
    grown = growths(figures, steps, cumulative=False, small=far.small)
    placed = grown.filter(pl.col("period") >= since).join(groups, on="subject")
    kind = ["group", "measure", "period"]
    median, spread = median_and_spread(pl.col("growth"), far.floor)
    usual = placed.group_by(kind).agg(median=median, spread=spread, peers=pl.len())
    judged = placed.join(usual.filter(pl.col("peers") >= far.least), on=kind)
    return _far_ones(judged, far, "now", "usual", "peers")


def _far_ones(judged: pl.DataFrame, far: Far, *said: str) -> pl.DataFrame:
    """Return the findings among figures with `growth`, `median` and `spread`; what was expected is in the figure's own
    scale, to date where it is.
    """
    off, reach = (pl.col("growth") - pl.col("median")).abs(), far.reach(pl.col("spread"))

    def bound(side: int) -> pl.Expr:
        return pl.col("before") + pl.col("base") * (pl.col("median") + side * reach).exp()

    found = judged.filter(off > reach).with_columns(
        low=bound(-1), high=bound(1), weight=off / pl.col("spread"), now=pl.col("growth").exp() - 1,
        usual=pl.col("median").exp() - 1,
    )  # fmt: skip
    return findings(found, *said).sort("subject", "thing", "period")
