"""Months as statistics publish them: January has no figure of its own, February stands for January and February."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

MONTHS_A_YEAR = 11  # increments: 1-2月, 3月, … 12月


def increments(first_year: int, last_year: int) -> tuple[int, ...]:
    """Return the months (yyyymm) that carry an increment, from February of the first year to December of the last."""
    return tuple(year * 100 + month for year in range(first_year, last_year + 1) for month in range(2, 13))


def reported(months: int, last_month: int) -> tuple[int, ...]:
    """Return every calendar month of the window, January included."""
    ends = last_month // 100 * 12 + last_month % 100 - 1
    return tuple(at // 12 * 100 + at % 12 + 1 for at in range(ends - months + 1, ends + 1))


def later(month: int, by: int) -> int:
    """Return the calendar month `by` months after `month`."""
    at = month // 100 * 12 + month % 100 - 1 + by
    return at // 12 * 100 + at % 12 + 1


def cumulate(months: Sequence[int], values: Sequence[int]) -> list[int]:
    """Return the sums since the year began."""
    sums: list[int] = []
    year = total = 0
    for month, value in zip(months, values, strict=True):
        total = value if month // 100 != year else total + value
        year = month // 100
        sums.append(total)
    return sums


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split a whole number by weights without losing any of it (largest remainder)."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value // 1) for value in exact]
    order = sorted(range(len(weights)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


def month_end(month: int) -> date:
    """Return the last day of a month."""
    following = later(month, 1)
    return date(following // 100, following % 100, 1) - timedelta(days=1)
