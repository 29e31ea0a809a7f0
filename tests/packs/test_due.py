"""When a figure is due: a month after its month, later for what lags, never before 1-2月 for what has no January."""

from __future__ import annotations

from datetime import date

import pytest

from qipan.packs import Checked, Measure


def measure(hitech: Checked, code: str) -> Measure:
    return hitech.resolved.measures[code]


@pytest.mark.parametrize(
    ("code", "period", "day"),
    [
        ("industrial_output", 202610, date(2026, 11, 18)),
        ("industrial_output", 202612, date(2027, 1, 18)),
        ("industrial_output", 202611, date(2026, 12, 18)),
        ("service_revenue", 202609, date(2026, 11, 10)),
        ("service_revenue", 202611, date(2027, 1, 10)),
        ("service_revenue", 202612, date(2027, 2, 10)),
        ("gdp", 202609, date(2026, 10, 25)),
        ("gdp", 202612, date(2027, 1, 25)),
    ],
)
def test_a_figure_is_due_on_its_day(hitech: Checked, code: str, period: int, day: date):
    assert measure(hitech, code).schedule().published_on(period) == day


def test_a_day_the_month_does_not_have_is_its_last(hitech: Checked):
    from dataclasses import replace

    from qipan.packs.model import Publication

    late = replace(measure(hitech, "industrial_output"), publication=Publication(31, 0)).schedule()
    assert late.published_on(202601) == date(2026, 2, 28)
    assert late.published_on(202603) == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("code", "page", "today", "due"),
    [
        ("industrial_output", 202610, date(2026, 11, 20), 202610),
        ("industrial_output", 202610, date(2026, 11, 17), 202609),
        ("service_revenue", 202610, date(2026, 11, 20), 202609),  # 1-9月 when others are 1-10月
        ("gdp", 202610, date(2026, 11, 20), 202609),
        ("gdp", 202602, date(2026, 3, 20), None),
        ("gdp", 202603, date(2026, 4, 20), None),
        ("gdp", 202603, date(2026, 4, 25), 202603),
        ("industrial_output", 202601, date(2026, 2, 20), None),  # January comes with February
        ("industrial_output", 202602, date(2026, 3, 17), None),
        ("industrial_output", 202602, date(2026, 3, 18), 202602),
        ("industrial_power", 202601, date(2026, 2, 20), 202601),  # electricity has a January
        ("service_revenue", 202602, date(2026, 4, 9), None),
    ],
)
def test_what_must_be_there_on_a_page(hitech: Checked, code: str, page: int, today: date, due: int | None):
    assert measure(hitech, code).schedule().due_period(page, today) == due


@pytest.mark.parametrize(
    ("code", "period", "day"),
    [
        ("industrial_output", 202610, date(2026, 12, 18)),
        ("industrial_output", 202612, date(2027, 3, 18)),  # after December comes 1-2月
        ("industrial_power", 202612, date(2027, 2, 10)),
        ("gdp", 202609, date(2027, 1, 25)),
        ("gdp", 202612, date(2027, 4, 25)),
        ("service_revenue", 202609, date(2026, 12, 10)),
        ("industrial_output", 202619, None),  # a year's target has no next
    ],
)
def test_when_the_next_figure_is_due(hitech: Checked, code: str, period: int, day: date | None):
    assert measure(hitech, code).schedule().next_due(period) == day
