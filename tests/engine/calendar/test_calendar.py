"""Working days follow the announced tables, and a year without a notice says so."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.calendar import Calendar, add_workdays, is_workday, workdays_between

ROWS = [
    (date(2026, 1, 1), "off"),
    (date(2026, 1, 2), "off"),
    (date(2026, 1, 4), "work"),
    (date(2026, 10, 1), "off"),
    (date(2026, 10, 2), "off"),
    (date(2026, 10, 5), "off"),
    (date(2026, 10, 10), "work"),
    (date(2027, 1, 1), "off"),
]


def made(rows: list[tuple[date, str]]) -> Calendar:
    calendar, problems = Calendar.of(rows, [(2026, "official"), (2027, "provisional")])
    assert problems == []
    assert calendar is not None
    return calendar


CALENDAR = made(ROWS)


def test_a_make_up_sunday_is_worked_and_a_holiday_friday_is_not() -> None:
    assert CALENDAR.is_workday(date(2026, 1, 4))
    assert not CALENDAR.is_workday(date(2026, 1, 2))
    assert not CALENDAR.is_workday(date(2026, 1, 3))
    assert CALENDAR.is_workday(date(2026, 11, 20))


def test_the_day_itself_does_not_count() -> None:
    assert CALENDAR.add_workdays(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert CALENDAR.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 6)
    assert CALENDAR.add_workdays(date(2026, 10, 9), 1) == date(2026, 10, 10)
    assert CALENDAR.add_workdays(date(2026, 10, 3), 1) == date(2026, 10, 6)
    assert CALENDAR.add_workdays(date(2026, 10, 6), -1) == date(2026, 9, 30)
    assert CALENDAR.add_workdays(date(2026, 10, 3), 0) == date(2026, 10, 6)


def test_a_year_without_a_notice_makes_the_whole_span_provisional() -> None:
    assert CALENDAR.status(2026) == "official"
    assert CALENDAR.status_between(date(2026, 12, 20), date(2027, 1, 5)) == "provisional"
    assert CALENDAR.status_between(date(2027, 12, 20), date(2028, 1, 5)) == "unknown"


days = st.dates(date(2025, 6, 1), date(2028, 6, 1))


@given(days, st.integers(-300, 300))
def test_moving_agrees_with_walking_day_by_day(day: date, count: int) -> None:
    walked, left = day, abs(count)
    while left or (count == 0 and not CALENDAR.is_workday(walked)):
        walked += timedelta(days=1 if count >= 0 else -1)
        left -= CALENDAR.is_workday(walked) if left else 0
    assert CALENDAR.add_workdays(day, count) == walked


@given(days, days)
def test_counting_agrees_with_looking_at_every_day(start: date, end: date) -> None:
    low, high = min(start, end), max(start, end)
    seen = sum(CALENDAR.is_workday(low + timedelta(days=step)) for step in range(1, (high - low).days + 1))
    assert CALENDAR.workdays_between(start, end) == (seen if end >= start else -seen)


@given(st.lists(st.tuples(st.none() | days, st.none() | days), max_size=12), st.integers(-40, 40))
def test_columns_agree_with_single_days(pairs: list[tuple[date | None, date | None]], count: int) -> None:
    frame = pl.DataFrame(pairs, schema={"a": pl.Date, "b": pl.Date}, orient="row")
    ones = frame["a"].to_list()
    assert is_workday(frame["a"], CALENDAR).to_list() == [None if a is None else CALENDAR.is_workday(a) for a in ones]
    assert workdays_between(frame["a"], frame["b"], CALENDAR).to_list() == [
        None if a is None or b is None else CALENDAR.workdays_between(a, b) for a, b in pairs
    ]
    assert add_workdays(frame["a"], count, CALENDAR).to_list() == [
        None if a is None else CALENDAR.add_workdays(a, count) for a in ones
    ]


def test_every_problem_of_the_tables_is_returned_together() -> None:
    rows = [
        (date(2026, 1, 1), "off"),
        (date(2026, 1, 1), "work"),
        (date(2026, 2, 1), "free"),
        (date(1999, 1, 1), "off"),
    ]
    calendar, problems = Calendar.of(rows, [(2024, "official"), (2026, "official")])
    assert calendar is None
    assert sorted(problem.code for problem in problems) == [
        "calendar.missing-year",
        "calendar.stray-day",
        "calendar.two-kinds",
        "calendar.unknown-kind",
    ]
    assert Calendar.of([], [])[1][0].code == "calendar.no-year"


def shipped() -> Calendar:
    folder = Path(__file__).parents[3] / "packs" / "cn-base" / "calendars"
    if not (folder / "working_days.csv").exists():
        pytest.skip("the pack's calendar is not there yet")
    tables = [
        pl.read_csv(folder / name, infer_schema_length=0) for name in ("working_days.csv", "working_days.years.csv")
    ]
    calendar, problems = Calendar.of_frames(*tables)
    assert problems == []
    assert calendar is not None
    return calendar


@pytest.mark.realdata
def test_the_shipped_tables_agree_with_the_published_days_of_2018_to_2026() -> None:
    folder = Path(os.environ.get("QIPAN_DATA", "../shared/data")) / "calendar"
    if not folder.exists():
        pytest.skip(f"real data absent: {folder}")
    calendar = shipped()
    published = [row for year in range(2018, 2027) for row in json.loads((folder / f"{year}.json").read_text())["days"]]
    ours, _ = Calendar.of(
        [(date.fromisoformat(row["date"]), "off" if row["isOffDay"] else "work") for row in published],
        [(year, "official") for year in range(2018, 2027)],
    )
    assert ours is not None
    assert [day for day in ours.days if not calendar.is_workday(day)] == []
    assert [day for day in calendar.days if day.year <= 2026 and not ours.is_workday(day)] == []


def test_the_shipped_calendar_says_that_2027_is_provisional() -> None:
    calendar = shipped()
    assert calendar.status(2026) == "official"
    assert calendar.status(2027) == "provisional"
