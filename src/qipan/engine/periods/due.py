"""When a figure is due (发布时间): so many months after its month, on its day; January only where it is published."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from qipan.engine.periods.period import Period

STEPS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a figure comes, and when: on `day` of the month after its period, `lag` months later.

    `january` is `with_february` where no figure of January alone is published.
    """

    frequency: str  # month | quarter | year
    day: int
    lag: int = 0
    january: str = "separate"

    def has(self, month: int) -> bool:
        """Tell whether a figure of this month of the year (YYYYMM) is published at all."""
        part = month % 100
        return part % STEPS[self.frequency] == 0 and not (self.january == "with_february" and part == 1)

    def published_on(self, period: int) -> date:
        """Return the day a figure of `period` is due."""
        last = Period(period).last
        month = last // 100 * 12 + last % 100 + self.lag
        year, number = divmod(month, 12)  # the month after: publication follows the month it is about
        return date(year, number + 1, min(self.day, monthrange(year, number + 1)[1]))

    def due_period(self, period: int, today: date) -> int | None:
        """Return the newest period that must be there on a page of `period`, in its year; None: none is due yet."""
        year, month = divmod(period, 100)
        for back in range(month, 0, -1):
            candidate = year * 100 + back
            if self.has(candidate) and self.published_on(candidate) <= today:
                return candidate
        return None

    def next_due(self, period: int) -> date | None:
        """Return the day the figure after `period` is due; None for a period that is no month."""
        if not 1 <= period % 100 <= 12 or period >= 10**6:
            return None
        step = STEPS[self.frequency]
        following = Period(period).shift(step - period % 100 % step).code
        if following % 100 == 1 and self.january == "with_february":
            following += 1
        return self.published_on(following)

    def due_since(self, first: int, today: date) -> tuple[int, ...]:
        """Return the months from `first` on whose figures are due by `today`, oldest first."""
        months = Period(first).to(Period(today.year * 100 + today.month))
        return tuple(one.code for one in months if self.has(one.code) and self.published_on(one.code) <= today)
