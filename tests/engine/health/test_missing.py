"""Missing is what is due, used to come and is not there; never before its day, never what is never published."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.health.frames import figures, months, series, told

from qipan.engine.health import due_months, missing, stale
from qipan.engine.periods.due import Schedule

MONTHLY = Schedule("month", 18, 0, "with_february")
LATE = Schedule("month", 10, 1, "with_february")
QUARTERLY = Schedule("quarter", 25)
YEARLY = Schedule("year", 30, 5)


def found(values: dict[int, int | None], today: date, schedule: Schedule = MONTHLY, *, ended: int = 6) -> list[int]:
    due = due_months({"m": schedule}, 202401, today)
    return [period for _, _, period in told(missing(series(values), due, least=3, ended=ended, today=today))]


def monthly(first: int, count: int) -> dict[int, int | None]:
    return {month: 100 for month in months(first, count) if month % 100 != 1}


def test_a_month_that_has_not_come_is_missing_from_its_day_on_and_not_a_day_before():
    known = monthly(202601, 9)
    assert found(known, date(2026, 11, 17)) == []
    assert found(known, date(2026, 11, 18)) == [202610]


def test_a_month_that_comes_later_than_others_is_missed_later():
    known = monthly(202601, 8)
    assert found(known, date(2026, 11, 9), LATE) == []
    assert found(known, date(2026, 11, 10), LATE) == [202609]


def test_january_is_not_missed_where_it_comes_with_february():
    known = monthly(202501, 12)
    assert found(known, date(2026, 2, 25)) == []
    assert found(known, date(2026, 3, 18)) == [202602]


def test_january_is_not_missed_where_nobody_has_ever_reported_one_though_it_could_be():
    january = Schedule("month", 10)
    known = monthly(202401, 30)
    assert found(known, date(2026, 5, 20), january) == []
    with_one = known | {202401: 100, 202501: 100}
    assert found(with_one, date(2026, 5, 20), january) == [202601]


def test_a_hole_in_the_middle_is_missing_and_an_unknown_value_is_no_figure():
    known = monthly(202601, 10)
    del known[202605]
    assert found(known | {202607: None}, date(2026, 11, 20)) == [202605, 202607]


def test_what_came_before_the_first_figure_was_never_due():
    assert found(monthly(202606, 5), date(2026, 11, 20)) == []


def test_a_series_that_ended_long_ago_is_missed_no_more():
    known = monthly(202401, 10)
    assert found(known, date(2026, 11, 20), ended=6) == []
    assert found(monthly(202601, 6), date(2026, 11, 20), ended=6) == [202607, 202608, 202609, 202610]


def test_one_or_two_figures_are_no_series():
    assert found({202609: 1, 202608: 1}, date(2026, 11, 20)) == []


def test_a_quarter_is_due_by_quarters_and_a_years_figure_serves_no_monthly_series():
    quarters = {202503: 1, 202506: 1, 202509: 1, 202512: 1, 202603: 1, 202606: 1}
    assert found(quarters, date(2026, 10, 25), QUARTERLY) == [202609]
    assert found({**monthly(202606, 4), 202519: 5}, date(2026, 11, 1)) == []


def test_a_year_is_known_by_its_own_code_as_well_as_by_its_december():
    assert found({202119: 1, 202219: 1, 202319: 1, 202419: 1}, date(2026, 6, 29), YEARLY, ended=18) == []
    assert found({202119: 1, 202219: 1, 202319: 1, 202419: 1}, date(2026, 6, 30), YEARLY, ended=18) == [202512]


@given(
    have=st.sets(st.sampled_from(months(202401, 34)), min_size=3),
    today=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    day=st.integers(1, 31),
    lag=st.integers(0, 2),
    january=st.sampled_from(["separate", "with_february"]),
)
def test_nothing_is_ever_missing_before_it_is_due_nor_while_it_is_there(
    have: set[int], today: date, day: int, lag: int, january: str
):
    schedule = Schedule("month", day, lag, january)
    due = due_months({"m": schedule}, 202401, today)
    result = missing(series(dict.fromkeys(sorted(have), 7)), due, least=3, ended=12, today=today)
    for _, _, period in told(result):
        assert period not in have
        assert schedule.published_on(period) <= today
        assert not (january == "with_february" and period % 100 == 1)
        assert period > min(have)


@given(gone=st.sets(st.integers(1, 22), max_size=6), today=st.dates(date(2025, 12, 1), date(2026, 3, 1)))
def test_what_is_missing_is_what_a_slow_reading_of_the_rule_says(gone: set[int], today: date):
    every = [month for month in months(202401, 24) if month % 100 != 1]
    have = [month for at, month in enumerate(every) if at not in gone]
    due = [month for month in every if month not in have and month > min(have) and MONTHLY.published_on(month) <= today]
    slow = [
        month
        for month in due
        # A month left out in every earlier year it ran through, or twice and never there, is not expected.
        if (month - 100 <= min(have) or month - 100 in have)
        and (month - 100 not in due or month in have)
        and (month + 100 not in due or month - 100 in have)
    ]
    assert found(dict.fromkeys(have, 1), today, ended=24) == slow


def test_each_unit_and_measure_is_its_own_series():
    known = {(unit, measure, month): 1 for unit in (1, 2) for measure in ("m", "n") for month in monthly(202601, 10)}
    del known[(2, "n", 202610)]
    due = due_months({"m": MONTHLY, "n": MONTHLY}, 202401, date(2026, 11, 20))
    assert told(missing(figures(known), due, least=3, ended=6, today=date(2026, 11, 20))) == [(2, "n", 202610)]


def returned(*periods: int, ledger: str = "report", unit: int = 5) -> pl.DataFrame:
    return pl.DataFrame({"unit": [unit] * len(periods), "ledger": [ledger] * len(periods), "period": periods})


@pytest.mark.parametrize(
    ("today", "behind"),
    [(date(2026, 11, 30), []), (date(2026, 12, 1), [(5, "report", 202610)]), (date(2027, 12, 31), [])],
)
def test_a_ledger_is_stale_a_while_after_the_period_is_over_and_ended_after_a_year(
    today: date, behind: list[tuple[int, str, int]]
):
    known = returned(*monthly(202601, 9))
    assert told(stale(known, {"report": "month"}, grace=30, least=6, ended=12, today=today)) == behind


def test_a_ledger_that_comes_whenever_something_changes_is_never_stale():
    known = returned(*monthly(202401, 9))
    assert stale(known, {"report": ""}, grace=30, least=6, ended=120, today=date(2026, 11, 20)).is_empty()


def test_a_ledger_that_never_came_in_january_is_not_expected_in_january():
    known = returned(*monthly(202501, 12))
    for day in range(0, 28):
        today = date(2026, 3, 3) + timedelta(days=day)
        assert stale(known, {"report": "month"}, grace=30, least=6, ended=12, today=today).is_empty()
    late = stale(known, {"report": "month"}, grace=30, least=6, ended=12, today=date(2026, 3, 31))
    assert told(late) == [(5, "report", 202602)]


def test_years_in_a_monthly_ledger_do_not_keep_it_fresh():
    known = returned(*monthly(202401, 12), 202519)
    assert stale(known, {"report": "month"}, grace=30, least=6, ended=12, today=date(2026, 11, 20)).is_empty()
