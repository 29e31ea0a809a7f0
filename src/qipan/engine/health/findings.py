"""What a check found: one frame for all of them, whatever they looked at."""

from __future__ import annotations

import polars as pl

# `thing` is a measure's, an indicator's or a ledger's code, empty where the record as a whole is meant; `period` 0 is
# no period. `value` is stored as facts are (scaled), `low` and `high` bound what was expected in the same scale; null
# is no bound. `detail` is JSON: what the sentence about it says besides. `weight` orders findings of one check, the
# gravest first. `fact` is the figure's own number, null where there is none.
FINDINGS: dict[str, pl.DataType] = {
    "subject": pl.Int64(),
    "thing": pl.String(),
    "period": pl.Int64(),
    "value": pl.Int64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "detail": pl.String(),
    "weight": pl.Float64(),
    "fact": pl.Int64(),
}
# Current actual figures in the basis in which their measure is kept; a subject, measure and period once. `scope` is the
# 口径: figures of different scopes are never compared.
FIGURES: dict[str, pl.DataType] = {
    "subject": pl.Int64(),
    "measure": pl.String(),
    "period": pl.Int64(),
    "scope": pl.Int64(),
    "value": pl.Int64(),
    "fact": pl.Int64(),
}
SERIES = ("subject", "measure")


def no_findings() -> pl.DataFrame:
    """Return an empty frame of findings."""
    return pl.DataFrame(schema=FINDINGS)


def findings(frame: pl.DataFrame, *said: str) -> pl.DataFrame:
    """Return `frame` as findings: its columns of that name, null where it has none; `said` are told in `detail`."""
    if "measure" in frame.columns and "thing" not in frame.columns:
        frame = frame.rename({"measure": "thing"})
    detail = pl.struct(said).struct.json_encode() if said else pl.lit("{}")
    missing = {"thing": pl.lit(""), "period": pl.lit(0), "weight": pl.lit(1.0)}
    shaped = frame.with_columns(detail=detail)
    return shaped.select(
        (pl.col(name) if name in shaped.columns else missing.get(name, pl.lit(None))).cast(kind).alias(name)
        for name, kind in FINDINGS.items()
    )


def months_of(period: pl.Expr) -> pl.Expr:
    """Return the last month (YYYYMM) of a period's code: of 202519, the year, 202512; null for a range of months."""
    part = period % 100
    last = (
        pl.when(part <= 12)
        .then(part)
        .when(part <= 16)
        .then((part - 12) * 3)
        .when(part <= 18)
        .then((part - 16) * 6)
        .otherwise(12)
    )
    return pl.when(period < 10**6).then(period // 100 * 100 + last)


def number_of(month: pl.Expr) -> pl.Expr:
    """Return months counted from the year 0, so that they can be told apart by subtraction."""
    return month // 100 * 12 + month % 100 - 1


def median_and_spread(value: pl.Expr, floor: float) -> tuple[pl.Expr, pl.Expr]:
    """Return the median and 1.4826 × the median absolute deviation, which is the deviation of a normal variable.

    The spread is never below `floor`: a series that stood still would make every change a wonder.
    """
    median = value.median()
    spread = (value - median).abs().median() * 1.4826
    return median, pl.max_horizontal(spread, pl.lit(floor))
