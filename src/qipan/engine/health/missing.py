"""Figures and sources that used to come, are due and are not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from qipan.engine.health.findings import SERIES, findings, months_of, no_findings, number_of
from qipan.engine.periods.due import STEPS, Schedule
from qipan.engine.periods.period import Period

# What must be there: the month a period ends, how many months it has, and the day its figure is due.
DUE: dict[str, pl.DataType] = {"measure": pl.String(), "month": pl.Int64(), "step": pl.Int64(), "due": pl.Date()}
# Which unit filled which ledger for which period (returns).
RETURNS: dict[str, pl.DataType] = {"unit": pl.Int64(), "ledger": pl.String(), "period": pl.Int64()}


def due_months(schedules: Mapping[str, Schedule], first: int, today: date) -> pl.DataFrame:
    """Return (DUE) every month from `first` on whose figure is due by `today`, with the day it was due."""
    rows = [
        (measure, month, STEPS[schedule.frequency], schedule.published_on(month))
        for measure, schedule in schedules.items()
        for month in schedule.due_since(first, today)
    ]
    return pl.DataFrame(rows, schema=DUE, orient="row")


def missing(figures: pl.DataFrame, due: pl.DataFrame, *, least: int, ended: int, today: date) -> pl.DataFrame:
    """Return a finding for every figure that is due and absent from a series that comes.

    A series comes where it has `least` figures or more, from its first figure on. One of which nothing was heard for
    more than `ended` months has ended, and is missed no more. A month of the year that the series has left out every
    year (a January) is not expected. Never before the day a figure is due.
    """
    asked = due.filter(pl.col("due") <= today)
    known = _months(figures, asked)
    series = known.group_by(*SERIES).agg(
        first=pl.col("month").min(), last=pl.col("month").max(), count=pl.col("month").n_unique()
    )
    newest = asked.group_by("measure").agg(newest=pl.col("month").max())
    coming = series.join(newest, on="measure").filter(
        (pl.col("count") >= least) & (_number("newest") - _number("last") <= ended)
    )
    wanted = coming.join(asked, on="measure").filter(pl.col("month") > pl.col("first"))
    absent = wanted.join(known, on=[*SERIES, "month"], how="anti")
    late = (pl.lit(today) - pl.col("due")).dt.total_days()
    shaped = _expected_by_habit(absent, known).with_columns(
        period=pl.col("month"), due=pl.col("due").dt.to_string("%Y-%m-%d"), late=late, weight=late.cast(pl.Float64)
    )
    return findings(shaped, "due", "late").sort("subject", "thing", "period")


def _number(month: str) -> pl.Expr:
    return number_of(pl.col(month))


def _months(figures: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """Return (subject, measure, month) for every figure of the length in which its measure is due: a year's figure is
    none of a monthly series.
    """
    part = pl.col("period") % 100
    steps = due.select("measure", "step").unique()
    known = figures.filter(pl.col("value").is_not_null() & (pl.col("period") < 10**6)).join(steps, on="measure")
    return known.filter(part <= _longest(pl.col("step"))).select(*SERIES, month=months_of(pl.col("period"))).unique()


def _longest(step: pl.Expr) -> pl.Expr:
    """Return the highest part of a period's code that is of the length: months to 12, quarters to 16, years at 19."""
    return step.replace_strict({1: 12, 3: 16, 12: 19}, return_dtype=pl.Int64)


def _expected_by_habit(absent: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Leave out the months of the year that a series, or everybody, has left out in every earlier year, or ever."""
    of_year = (pl.col("month") % 100).alias("of_year")
    own = known.group_by(*SERIES, of_year).agg(earliest=pl.col("month").min())
    anybody = known.group_by("measure", of_year).agg(earliest_of_all=pl.col("month").min())
    begun = known.group_by("measure").agg(begun=pl.col("month").min())
    joined = (
        absent.with_columns(of_year)
        .join(own, on=[*SERIES, "of_year"], how="left")
        .join(anybody, on=["measure", "of_year"], how="left")
        .join(begun, on="measure")
    )

    def skipped(first: str, earliest: str) -> pl.Expr:
        had_before = (pl.col(earliest) < pl.col("month")).fill_null(value=False)
        never = pl.col(earliest).is_null() & (pl.len().over(*SERIES, "of_year") > 1)
        return never | ((pl.col("month") - 100 > pl.col(first)) & ~had_before)

    return joined.filter(~skipped("first", "earliest") & ~skipped("begun", "earliest_of_all"))


def stale(
    returns: pl.DataFrame, frequencies: Mapping[str, str], *, grace: int, least: int, ended: int, today: date
) -> pl.DataFrame:
    """Return a finding for every unit's ledger that came regularly and whose newest expected period has not come.

    `frequencies`: ledger → month, quarter or year. A ledger is expected `grace` days after a period ends, where it came
    at least `least` times and within the last `ended` months; a January that has never come is not expected.
    """
    steps = {"month": 1, "quarter": 3, "year": 12}
    wanted = [(ledger, steps[how]) for ledger, how in frequencies.items() if how in steps]
    if not wanted or returns.is_empty():
        return no_findings()
    known = (
        returns.join(pl.DataFrame(wanted, schema={"ledger": pl.String, "step": pl.Int64}, orient="row"), on="ledger")
        .filter(pl.col("period") < 10**6)
        .filter(pl.col("period") % 100 <= _longest(pl.col("step")))
        .with_columns(month=months_of(pl.col("period")))
    )
    came = known.group_by("unit", "ledger", "step").agg(
        last=pl.col("month").max(), count=pl.col("month").n_unique(), january=(pl.col("month") % 100 == 1).any()
    )
    expected = pl.DataFrame(
        [
            (step, january, _expected(step, today, grace, january=january))
            for step in (1, 3, 12)
            for january in (True, False)
        ],
        schema={"step": pl.Int64, "january": pl.Boolean, "month": pl.Int64},
        orient="row",
    )
    behind = came.join(expected, on=["step", "january"]).with_columns(behind=_number("month") - _number("last"))
    found = behind.filter((pl.col("count") >= least) & (pl.col("behind") > 0) & (pl.col("behind") <= ended))
    return findings(
        found.with_columns(subject="unit", thing="ledger", period="month", weight=pl.col("behind").cast(pl.Float64)),
        "last",
        "behind",
    ).sort("subject", "thing")


def _expected(step: int, today: date, grace: int, *, january: bool) -> int:
    """Return the newest month that ends a step, is over for `grace` days, and is no January that never comes."""
    at = Period(today.year * 100 + today.month).shift(-1)
    while True:
        over = (today - _end(at.code)).days
        if over >= grace and at.code % 100 % step == 0 and (january or at.code % 100 != 1 or step > 1):
            return at.code
        at = at.shift(-1)


def _end(month: int) -> date:
    year, part = divmod(month, 100)
    return date(year + part // 12, part % 12 + 1, 1)
