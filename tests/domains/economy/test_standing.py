"""Where a measure stands: pace, need, growth and its kinds, by the rules of the pack and worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.economy.figures import ZONE, Figures
from qipan.domains.economy.standing import computed_growth, last_share, seasonal_pace, standing

OUTPUT = "industrial_output"


def at(figures: Figures, code: str = OUTPUT, period: int = 202610):
    found = standing(figures.desk(), ZONE, code, period)
    assert found is not None
    return found


def three_years(figures: Figures, *, to_october: tuple[str, str, str] = ("80", "82", "84")) -> Figures:
    for year, part in zip((2023, 2024, 2025), to_october, strict=True):
        figures.line(OUTPUT, {year * 100 + 10: part, year * 100 + 12: "100"})
    return figures


def test_progress_pace_and_what_each_month_must_bring(figures: Figures):
    figures.target(OUTPUT, 2026, "1020").put(OUTPUT, 202610, "816")
    found = at(figures)
    assert found.progress == 80
    assert found.pace == pytest.approx(Decimal("83.3333"), abs=Decimal("0.001"))
    assert found.needed == 102


def test_nothing_more_is_needed_once_the_target_is_reached(figures: Figures):
    figures.target(OUTPUT, 2026, "800").put(OUTPUT, 202610, "816")
    assert at(figures).needed == 0


def test_after_december_no_month_is_left_to_need_anything(figures: Figures):
    figures.target(OUTPUT, 2026, "1020").put(OUTPUT, 202612, "1000")
    found = at(figures, period=202612)
    assert found.needed is None
    assert found.pace == 100


def test_the_seasonal_pace_is_the_mean_share_of_three_years(figures: Figures):
    three_years(figures)
    assert at(figures.put(OUTPUT, 202610, "1")).seasonal == 82


def test_two_years_make_no_seasonal_pace(figures: Figures):
    three_years(figures).put(OUTPUT, 202312, None)
    assert seasonal_pace(figures.desk(), ZONE, OUTPUT, 202610) is None


def test_a_year_told_as_a_year_counts_as_its_twelve_months(figures: Figures):
    figures.put(OUTPUT, 202510, "84").put(OUTPUT, 202519, "100")
    assert last_share(figures.desk(), ZONE, OUTPUT, 10, 2025) == 84


def test_a_scope_that_changed_within_the_year_has_no_share(figures: Figures):
    figures.put(OUTPUT, 202510, "84").put(OUTPUT, 202512, "100", scope=7)
    assert last_share(figures.desk(), ZONE, OUTPUT, 10, 2025) is None


def test_a_growth_target_has_a_gap_in_points_and_a_growth_the_rest_needs(figures: Figures):
    code = "industrial_value_added"
    figures.target(f"{code}.yoy", 2026, "7.5").put(code, 202610, "180").put(f"{code}.yoy", 202610, "7")
    figures.put(code, 202510, "80").put(code, 202512, "100")
    found = at(figures, code)
    assert found.growth_gap == Decimal("-0.5")
    assert found.needed_growth == Decimal("9.5")  # (7.5 - 7 x 0.8) / 0.2
    assert found.level_target is None
    assert found.progress is None


def test_official_growth_is_never_worked_out_from_levels(figures: Figures):
    figures.put("industrial_value_added", 202610, "180").put("industrial_value_added", 202510, "160")
    found = at(figures, "industrial_value_added")
    assert found.growth is None
    assert found.growth_kind is None


def test_same_scope_growth_is_never_worked_out_from_last_years_stored_figure(figures: Figures):
    figures.put(OUTPUT, 202610, "180").put(OUTPUT, 202510, "160")
    assert at(figures).growth is None


def test_growth_that_was_reported_keeps_its_kind(figures: Figures):
    figures.put(OUTPUT, 202610, "180").put(f"{OUTPUT}.yoy", 202610, "7.7").put(OUTPUT, 202510, "100")
    found = at(figures)
    assert (found.growth, found.growth_kind) == (Decimal("7.7"), "same_scope")


def test_growth_is_computed_where_the_measure_allows_it(figures: Figures):
    figures.put("trade", 202610, "110").put("trade", 202510, "100")
    found = at(figures, "trade")
    assert (found.growth, found.growth_kind) == (10, "computed")


@pytest.mark.parametrize("base", ["0", "-5", None])
def test_no_growth_over_a_base_that_is_not_positive(figures: Figures, base: str | None):
    figures.put("trade", 202610, "110").put("trade", 202510, base)
    assert at(figures, "trade").growth is None


def test_no_growth_over_a_scope_break(figures: Figures):
    figures.put("trade", 202610, "110", scope=3).put("trade", 202510, "100")
    assert at(figures, "trade").growth is None


def test_a_share_grows_by_points_not_by_percent_of_itself(figures: Figures):
    share = replace(figures.resolved.measures["tax_ratio"], unit="%", growth="computed")
    figures.resolved = replace(figures.resolved, measures={**figures.resolved.measures, "tax_ratio": share})
    figures.put("tax_ratio", 202610, "75.4").put("tax_ratio", 202510, "74.2")
    desk = figures.desk()
    found = standing(desk, ZONE, "tax_ratio", 202610)
    assert found is not None
    assert computed_growth(desk, ZONE, share, 202610, found.basis) == Decimal("1.2")


def test_a_measure_shows_its_own_newest_period_of_the_year(figures: Figures):
    figures.put("gdp", 202609, "379.2").put("gdp", 202512, "493.6").put("gdp", 202612, "520")
    assert at(figures, "gdp").period == 202609
    assert at(figures, "gdp", 202603).period == 202603
    assert at(figures, "gdp", 202603).value is None


def test_a_measure_no_pack_knows_stands_nowhere(figures: Figures):
    assert standing(figures.desk(), ZONE, "unheard_of", 202610) is None


@given(
    parts=st.lists(st.integers(1, 10**6), min_size=3, max_size=3),
    rests=st.lists(st.integers(0, 10**6), min_size=3, max_size=3),
)
def test_the_seasonal_pace_equals_the_slow_obvious_mean(definitions, parts: list[int], rests: list[int]):
    figures = Figures(definitions)
    for year, part, rest in zip((2023, 2024, 2025), parts, rests, strict=True):
        figures.put(OUTPUT, year * 100 + 10, str(part)).put(OUTPUT, year * 100 + 12, str(part + rest))
    slow = sum(Fraction(part, part + rest) for part, rest in zip(parts, rests, strict=True)) / 3 * 100
    found = seasonal_pace(figures.desk(), ZONE, OUTPUT, 202610)
    assert found is not None
    assert abs(Fraction(found) - slow) < Fraction(1, 10**9)
    assert 0 < found <= 100


@given(target=st.integers(1, 10**6), done=st.integers(-1000, 10**6), month=st.integers(2, 11))
def test_doing_what_each_month_needs_meets_the_target(definitions, target: int, done: int, month: int):
    figures = Figures(definitions).target(OUTPUT, 2026, str(target)).put(OUTPUT, 202600 + month, str(done))
    found = at(figures, period=202600 + month)
    assert found.needed is not None
    assert abs(done + found.needed * (12 - month) - max(target, done)) < Decimal("0.000001")
