"""Working days of whole columns."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from qipan.engine.calendar.calendar import Calendar


def _busy(calendar: Calendar) -> np.busdaycalendar:
    """Return the calendar as numpy counts with it: weekends first, then exceptions.

    numpy knows no make-up workdays on weekends, so every day of the week counts as one and all days off are listed.
    """
    span = pl.date_range(calendar.first, calendar.last, eager=True)
    free = span.filter(~span.is_in(list(calendar.days)))
    return np.busdaycalendar(weekmask="1111111", holidays=_numbers(free))


def _numbers(days: pl.Series) -> npt.NDArray[np.datetime64]:
    return days.cast(pl.Date).to_numpy().astype("datetime64[D]")


def _inside(days: pl.Series, calendar: Calendar) -> bool:
    known = days.drop_nulls()
    low, high = known.min(), known.max()
    return isinstance(low, date) and isinstance(high, date) and calendar.first <= low and high <= calendar.last


def is_workday(days: pl.Series, calendar: Calendar) -> pl.Series:
    """Tell of each date whether people work on it; null stays null."""
    weekday = days.dt.weekday() <= 5
    off, work = pl.Series(list(calendar.off), dtype=pl.Date), pl.Series(list(calendar.work), dtype=pl.Date)
    return ((weekday & ~days.is_in(off.implode())) | days.is_in(work.implode())).alias(days.name)


def workdays_between(start: pl.Series, end: pl.Series, calendar: Calendar) -> pl.Series:
    """Return the working days after `start` up to and with `end` of each pair (i64); null where either is."""
    answer = np.zeros(len(start), dtype=np.int64)
    known = (start.is_not_null() & end.is_not_null()).to_numpy()
    if known.any():
        one, two = start.filter(known), end.filter(known)
        if _inside(one, calendar) and _inside(two, calendar):
            day = np.timedelta64(1, "D")
            low, high = np.minimum(_numbers(one), _numbers(two)), np.maximum(_numbers(one), _numbers(two))
            count = np.busday_count(low + day, high + day, busdaycal=_busy(calendar))
            answer[known] = np.where(_numbers(two) >= _numbers(one), count, -count)
        else:
            pairs = zip(one.to_list(), two.to_list(), strict=True)
            answer[known] = [calendar.workdays_between(before, after) for before, after in pairs]
    return pl.Series(start.name, answer).set(pl.Series(~known), None)


def add_workdays(days: pl.Series, counts: pl.Series | int, calendar: Calendar) -> pl.Series:
    """Return for each date the working day that many working days later; null where date or count is."""
    numbers = pl.repeat(counts, len(days), eager=True) if isinstance(counts, int) else counts
    frame = pl.DataFrame({"day": days.cast(pl.Date), "count": numbers.cast(pl.Int64)})
    distinct = frame.drop_nulls().unique()
    # A column has few distinct dates, so each is moved once.
    moved = [calendar.add_workdays(day, count) for day, count in distinct.iter_rows()]
    told = distinct.with_columns(pl.Series("moved", moved, dtype=pl.Date))
    return frame.join(told, on=["day", "count"], how="left", maintain_order="left")["moved"].alias(days.name)
