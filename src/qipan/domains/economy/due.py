"""When a figure is due (发布时间): so many months after its month, on the measure's day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from qipan.engine.periods import Period
from qipan.packs import Measure


def published_on(measure: Measure, period: int) -> date:
    """Return the day a figure of `period` is due: so many months after its month, on the measure's day."""
    last = Period(period).last
    month = last // 100 * 12 + last % 100 + measure.publication.lag
    year, number = divmod(month, 12)  # the month after: publication follows the month it is about
    return date(year, number + 1, min(measure.publication.day, monthrange(year, number + 1)[1]))


def due_period(measure: Measure, period: int, today: date) -> int | None:
    """Return the newest period of the measure that must be there on the page of `period`; None: none is due yet."""
    year, month = divmod(period, 100)
    step = {"month": 1, "quarter": 3, "year": 12}[measure.frequency]
    for back in range(month, 0, -1):
        candidate = year * 100 + back
        if back % step or (measure.january == "with_february" and back == 1):
            continue
        if published_on(measure, candidate) <= today:
            return candidate
    return None


def next_due(measure: Measure, period: int) -> date | None:
    """Return the day the figure after `period` is due; None for a period that is no month."""
    if not 1 <= period % 100 <= 12 or period >= 10**6:
        return None
    step = {"month": 1, "quarter": 3, "year": 12}[measure.frequency]
    following = Period(period).shift(step - period % 100 % step).code
    if following % 100 == 1 and measure.january == "with_february":
        following += 1
    return published_on(measure, following)
