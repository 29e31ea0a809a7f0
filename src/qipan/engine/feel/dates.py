"""Built-in functions of dates. The day is an argument of the evaluation; nothing here asks a clock."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from qipan.engine.feel.signature import Function, RefusedError, function
from qipan.engine.feel.values import Value

WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def read(text: str) -> dt.date:
    """Return the day a text of the form 2026-10-31 names."""
    try:
        if WRITTEN.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass  # refused below, with every other text that names no day
    raise RefusedError("feel.not-a-date", value=text[:80])


def day(thing: Value) -> Value:
    """Return a date from a text or a date."""
    if isinstance(thing, dt.date):
        return thing
    if isinstance(thing, str):
        return read(thing)
    raise RefusedError("feel.argument-type", function="date", parameter="from", expected="string")


def of_parts(year: Decimal, month: Decimal, day: Decimal) -> Value:
    """Return the day of a year, a month and a number."""
    try:
        if year == int(year) and month == int(month) and day == int(day):
            return dt.date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        pass  # refused below
    raise RefusedError("feel.not-a-date", value=f"{year}-{month}-{day}")


def day_of_year(day: dt.date) -> Value:
    """Return the number of the day in its year, from 1."""
    return Decimal(day.timetuple().tm_yday)


def day_of_week(day: dt.date) -> Value:
    """Return the English name of the weekday, as the standard has it."""
    return WEEKDAYS[day.weekday()]


def month_of_year(day: dt.date) -> Value:
    """Return the English name of the month, as the standard has it."""
    return MONTHS[day.month - 1]


def monday_week(day: dt.date) -> Value:
    """Return the number of the ISO week."""
    return Decimal(day.isocalendar().week)


PROPERTIES: dict[str, Callable[[dt.date], Decimal]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.isoweekday()),
}

DATES: tuple[Function, ...] = (
    function("date", ("from: any", day), ("year: number, month: number, day: number", of_parts)),
    function("year", ("date: date", PROPERTIES["year"])),
    function("month", ("date: date", PROPERTIES["month"])),
    function("day", ("date: date", PROPERTIES["day"])),
    function("day of year", ("date: date", day_of_year)),
    function("day of week", ("date: date", day_of_week)),
    function("month of year", ("date: date", month_of_year)),
    function("week of year", ("date: date", monday_week)),
)
