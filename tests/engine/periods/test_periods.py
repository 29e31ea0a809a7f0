"""Periods: codes, words, arithmetic, and series that stay honest about what is missing."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.periods import Basis, Kind, Period, growth, parse, seek, state, to_cumulative, to_single


@pytest.mark.parametrize(
    ("text", "code", "basis"),
    [
        ("2021年10月", 202110, None), ("2021-10", 202110, None), ("202110", 202110, None), ("2021/10", 202110, None), ("2021.10", 202110, None),
        ("10月", 202610, None), ("10月份", 202610, None), ("十月", 202610, None), ("二〇二一年十月", 202110, None), ("26年9月", 202609, None),
        ("1-10月", 202610, 1), ("1—2月", 202602, 1), ("1~9月(GDP)", 202609, 1), ("1～9月", 202609, 1), ("1至10月", 202610, 1), ("一至九月", 202609, 1),
        ("2026年1-10月", 202610, 1), ("1月-10月", 202610, 1), ("1-10月累计", 202610, 1), ("前三季度", 202609, 1), ("前三个季度", 202609, 1),
        ("2021年上半年", 202117, None), ("2021H1", 202117, None), ("下半年", 202618, None), ("2021Q3", 202115, None), ("三季度", 202615, None),
        ("第三季度", 202615, None), ("2021年4季度", 202116, None), ("2021", 202119, None), ("2021年", 202119, None), ("2021年度", 202119, None),
        ("全年", 202619, None), ("2025年末", 202519, 2), ("2025底", 202519, 2), ("截至2026年10月底", 202610, 2), ("9-10月", 202609202610, None),
        ("2025年10月-2026年3月", 202510202603, None), ("20261031", 202610, None),
    ],
)  # fmt: skip
def test_a_period_is_read_in_every_way_it_is_written(text: str, code: int, basis: int | None) -> None:
    found = state(text)
    assert found is not None
    period = found.period(2026)
    assert period is not None
    assert (period.code, found.basis) == (code, basis)


@pytest.mark.parametrize(
    "text", ["", "本月", "13月", "2021年13月", "abc", "100", "99年99月", "10-1月", "产值", "3个月", "1月1", "五"]
)
def test_what_is_no_period_is_none(text: str) -> None:
    assert parse(text, year=2026) is None


def test_a_period_without_a_year_is_not_given_one() -> None:
    assert parse("1-10月") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026年10月月报.xlsx", ["2026年10月"]), ("XX高新区2026年1—10月主要经济指标", ["2026年1-10月"]), ("2025年营收", ["2025年"]),
        ("累计至2025底", ["2025底"]), ("2026-10-月报", ["2026-10"]), ("台账(2026年三季度)", ["2026年三季度"]), ("企业台账", []), ("第3次会议", []),
        ("3个月内", []), ("2026计划", ["2026"]),
    ],
)  # fmt: skip
def test_periods_are_found_inside_titles(text: str, found: list[str]) -> None:
    assert [words for _, words in seek(text)] == found


@pytest.mark.parametrize("code", [202600, 202620, 2026, 0, -1, 202610202609, 202610202610, 202613202614, 999912])
def test_a_code_that_is_no_period_makes_none(code: int) -> None:
    with pytest.raises(ValueError, match="is no"):
        Period(code)


def test_periods_know_their_months() -> None:
    assert Period(202615).months() == (202607, 202608, 202609)
    assert Period(202617).months()[-1] == 202606
    assert len(Period(202619).months()) == 12
    assert Period(202511202602).months() == (202511, 202512, 202601, 202602)


@pytest.mark.parametrize(
    ("code", "end"),
    [(202402, date(2024, 2, 29)), (202613, date(2026, 3, 31)), (202618, date(2026, 12, 31)), (202619, date(2026, 12, 31)), (202510202603, date(2026, 3, 31))],
)  # fmt: skip
def test_a_period_ends_on_the_last_day_of_its_last_month(code: int, end: date) -> None:
    assert Period(code).end == end


def test_periods_shift_by_their_own_length() -> None:
    assert Period(202601).shift(-1) == Period(202512)
    assert Period(202613).shift(-1) == Period(202516)
    assert Period(202618).shift(1) == Period(202717)
    assert Period(202619).shift(-2) == Period(202419)
    assert Period(202601202602).shift(1) == Period(202603202604)
    assert Period(202602).same_last_year() == Period(202502)
    assert Period(202601202602).same_last_year() == Period(202501202502)
    assert [one.code for one in Period(202511).to(Period(202602))] == [202511, 202512, 202601, 202602]


def test_periods_show_as_people_write_them() -> None:
    assert Period(202610).text() == "2026年10月"
    assert Period(202610).text(basis=Basis.CUMULATIVE) == "2026年1—10月"
    assert Period(202610).text("en", basis=Basis.CUMULATIVE) == "Jan–Oct 2026"
    assert Period(202601).text(basis=Basis.CUMULATIVE) == "2026年1月"
    assert Period(202615).text() == "2026年三季度"
    assert Period(202617).text("en") == "H1 2026"
    assert Period(202619).text() == "2026年"
    assert Period(202603202604).text() == "2026年3—4月"
    assert Period(202511202602).text("en") == "Nov 2025–Feb 2026"


PERIODS = st.one_of(
    st.builds(Period.month, st.integers(1950, 2150), st.integers(1, 12)),
    st.builds(Period.quarter, st.integers(1950, 2150), st.integers(1, 4)),
    st.builds(Period.half, st.integers(1950, 2150), st.integers(1, 2)),
    st.builds(Period.year_of, st.integers(1950, 2150)),
)


@given(PERIODS)
def test_what_a_period_is_called_is_read_as_that_period(period: Period) -> None:
    assert parse(period.text()) == period


@given(PERIODS, st.integers(-20, 20))
def test_shifting_there_and_back_is_no_shift(period: Period, steps: int) -> None:
    assert period.shift(steps).shift(-steps) == period
    assert period.shift(steps).kind is period.kind
    assert len(period.months()) == {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF: 6, Kind.YEAR: 12}[period.kind]


@given(st.text(max_size=20))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    state(text)
    seek(text)


def _series(values: dict[int, int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "subject": [1] * len(values),
            "measure": ["m"] * len(values),
            "period": list(values),
            "value": list(values.values()),
        },
        schema={"subject": pl.Int64, "measure": pl.String, "period": pl.Int64, "value": pl.Int64},
    )


def test_a_month_is_the_difference_to_the_month_before() -> None:
    found = to_single(_series({202601: 5, 202602: 9, 202603: 20, 202605: 40}))
    assert found["single"].to_list() == [5, 4, 11, None]
    assert found["months"].to_list() == [1, 1, 1, 1]


def test_january_and_february_stay_together_where_they_are_published_together() -> None:
    found = to_single(_series({202601: None, 202602: 9, 202603: 20}), january="with_february")
    assert found["single"].to_list() == [None, 9, 11]
    assert found["months"].to_list() == [1, 2, 1]


def test_a_year_that_misses_a_month_has_no_sum_from_there_on() -> None:
    found = to_cumulative(_series({202512: 7, 202601: 5, 202602: 4, 202604: 2}))
    assert found["cumulative"].to_list() == [None, 5, 9, None]


def test_a_fallen_cumulative_figure_gives_a_negative_month() -> None:
    assert to_single(_series({202601: 5, 202602: 3}))["single"].to_list() == [5, -2]


@given(st.lists(st.integers(-1000, 1000), min_size=12, max_size=12), st.booleans())
def test_single_and_cumulative_are_each_others_inverse(values: list[int], together: bool) -> None:
    start = 2 if together else 1
    frame = _series({202600 + month: values[month - 1] for month in range(start, 13)})
    january = "with_february" if together else "separate"
    summed = to_cumulative(frame, january=january).with_columns(value=pl.col("cumulative"))
    assert to_single(summed, january=january)["single"].to_list() == values[start - 1 :]


def test_growth_without_a_comparable_base_is_unknown() -> None:
    found = growth(_series({202510: 100, 202509: 0, 202508: -5, 202610: 106, 202609: 5, 202608: 5, 202607: 5}))
    known = dict(zip(found["period"], found["growth"], strict=True))
    assert known[202610] == pytest.approx(0.06)
    assert [known[code] for code in (202609, 202608, 202607, 202510)] == [None] * 4


def test_growth_over_one_month_crosses_the_year() -> None:
    found = growth(_series({202512: 100, 202601: 110}), lag=1)
    assert found["growth"].to_list()[1] == pytest.approx(0.1)
