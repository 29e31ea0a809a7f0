"""One calendar of working days, built from the rows of a pack."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

import polars as pl

from qipan.engine.problem import Problem

YearStatus = Literal["official", "provisional", "unknown"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days between the first and the last year of its tables; outside of them weekends alone are off.

    `days` are all working days in order; `first` and `last` bound what the tables speak of.
    """

    first: date
    last: date
    days: tuple[date, ...]
    off: frozenset[date]
    work: frozenset[date]
    years: Mapping[int, YearStatus]

    @classmethod
    def of(
        cls, rows: Iterable[tuple[date, str]], years: Iterable[tuple[int, YearStatus]]
    ) -> tuple[Self | None, list[Problem]]:
        """Return the calendar of rows (date, `off` or `work`) and years (year, status), or all problems of them."""
        named = dict(years)
        problems: list[Problem] = []
        kinds: dict[date, str] = {}
        for day, kind in rows:
            if kind not in ("off", "work"):
                problems.append(Problem.of("calendar.unknown-kind", day=day.isoformat(), value=kind))
            elif kinds.setdefault(day, kind) != kind:
                problems.append(Problem.of("calendar.two-kinds", day=day.isoformat()))
        if not named:
            problems.append(Problem.of("calendar.no-year"))
        missing = [year for year in range(min(named, default=0), max(named, default=0)) if year not in named]
        problems += [Problem.of("calendar.missing-year", year=year) for year in missing]
        # A make-up workday in December belongs to the next year's notice, so days just outside are no mistake.
        stray = [day for day in kinds if named and not min(named) - 1 <= day.year <= max(named) + 1]
        problems += [Problem.of("calendar.stray-day", day=day.isoformat()) for day in stray]
        if problems:
            return None, problems
        off = frozenset(day for day, kind in kinds.items() if kind == "off")
        work = frozenset(day for day, kind in kinds.items() if kind == "work")
        first, last = date(min(named), 1, 1), date(max(named), 12, 31)
        span = (first + _DAY * step for step in range((last - first).days + 1))
        days = tuple(day for day in span if _works(day, off, work))
        return cls(first, last, days, off, work, named), []

    @classmethod
    def of_frames(cls, days: pl.DataFrame, years: pl.DataFrame) -> tuple[Self | None, list[Problem]]:
        """Return the calendar of a pack's tables: days (date, kind) and years (year, status), text or typed."""
        dated = days.select(pl.col("date").cast(pl.String).str.to_date("%Y-%m-%d"), pl.col("kind").cast(pl.String))
        numbered = years.select(pl.col("year").cast(pl.Int32), pl.col("status").cast(pl.String))
        return cls.of(dated.iter_rows(), numbered.iter_rows())

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on a day."""
        return _works(day, self.off, self.work)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the working day `count` working days after a day, which does not count itself.

        Zero gives the day itself, or the next working day where it is none; a negative count goes back.
        """
        step = _DAY if count >= 0 else -_DAY
        if count == 0:
            while not self.is_workday(day):
                day += _DAY
            return day
        if self.first <= day <= self.last:
            place = bisect_left(self.days, day)
            here = place < len(self.days) and self.days[place] == day
            target = place + count - (1 if count > 0 and not here else 0)
            if 0 <= target < len(self.days):
                return self.days[target]
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Return the working days after `start` up to and with `end`; negative where `end` lies before `start`."""
        if end < start:
            return -self.workdays_between(end, start)
        if self.first <= start and end <= self.last:
            return bisect_left(self.days, end + _DAY) - bisect_left(self.days, start + _DAY)
        return sum(self.is_workday(start + _DAY * step) for step in range(1, (end - start).days + 1))

    def status(self, year: int) -> YearStatus:
        """Tell whether a year's days off were announced, are expected, or are not in the tables at all."""
        return self.years.get(year, "unknown")

    def status_between(self, start: date, end: date) -> YearStatus:
        """Return the least certain status of the years a span touches, so a deadline can say how sure it is."""
        seen = {self.status(year) for year in range(min(start, end).year, max(start, end).year + 1)}
        order: tuple[YearStatus, ...] = ("unknown", "provisional", "official")
        return next(status for status in order if status in seen)


def _works(day: date, off: frozenset[date], work: frozenset[date]) -> bool:
    return day in work or (day.weekday() < 5 and day not in off)
