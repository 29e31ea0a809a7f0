"""Figures of firms summed up the tree of units, with growth: whole, or brought up to date by what changed."""

from __future__ import annotations

import polars as pl

from qipan.engine.periods import growth

# One current figure of a firm; `value` scaled, unknown is null.
FIGURES: dict[str, pl.DataType] = {
    "subject": pl.Int64(),
    "measure": pl.Int64(),
    "period": pl.Int64(),
    "value": pl.Int64(),
}
# Sums by unit: `value` over the known figures, `firms` how many they are.
SUMS: dict[str, pl.DataType] = {
    "unit": pl.Int64(),
    "measure": pl.Int64(),
    "period": pl.Int64(),
    "value": pl.Int64(),
    "firms": pl.Int64(),
}
KEY = ("unit", "measure", "period")


def roll_up(figures: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Return the sums (SUMS) of `figures` (FIGURES) for the unit each subject belongs to, sorted by its key.

    `members`: subject, unit, a subject once. Subjects nobody lists count under unit null, so that nothing drops out:
    Σ of the result is Σ of the figures. An unknown value adds nothing and is not counted.
    """
    joined = figures.lazy().join(members.lazy(), on="subject", how="left")
    sums = _summed(joined, pl.col("value"), pl.col("value").is_not_null())
    return sums.select(pl.col(name).cast(kind) for name, kind in SUMS.items()).collect()


def _summed(frame: pl.LazyFrame, value: pl.Expr, counted: pl.Expr) -> pl.LazyFrame:
    sums = frame.group_by(*KEY).agg(value.sum().alias("value"), counted.cast(pl.Int64).sum().alias("firms"))
    return sums.sort(*KEY)


def up_the_tree(sums: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """Return `sums` with those of every unit above added: `above` pairs each unit with itself and all units over it."""
    lifted = sums.lazy().join(above.lazy(), on="unit", how="inner").with_columns(unit="over").drop("over")
    return lifted.group_by(*KEY).agg(pl.col("value", "firms").sum()).sort(*KEY).collect()


def changed_by(sums: pl.DataFrame, come: pl.DataFrame, gone: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Return `sums` after the figures `come` were added and `gone` taken away; equal to rolling up the whole again."""
    plus, minus = roll_up(come, members), roll_up(gone, members)
    touched = pl.concat([plus, minus.with_columns(-pl.col("value", "firms"))])
    if not touched.height:
        return sums
    fresh = touched.group_by(*KEY).agg(pl.col("value", "firms").sum())
    together = pl.concat([sums.join(fresh.select(KEY), on=KEY, how="semi", nulls_equal=True), fresh])
    redone = together.group_by(*KEY).agg(pl.col("value", "firms").sum()).filter(pl.col("firms") > 0)
    kept = sums.join(fresh.select(KEY), on=KEY, how="anti", nulls_equal=True)
    return pl.concat([kept, redone]).sort(*KEY)


def with_growth(sums: pl.DataFrame, *, lag: int = 12) -> pl.DataFrame:
    """Return `sums` with `growth` against `lag` months earlier (0.062 is 6.2 %); null without a positive base."""
    return growth(sums, ("unit", "measure"), lag=lag)
