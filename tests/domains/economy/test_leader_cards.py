"""The leader's page from figures made by hand: lights, gaps, city, breaks, locks, parks, the sentence on top."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from domains.economy.figures import CITY, EAST, WEST, ZONE, Figures
from qipan.domains.economy import leader
from qipan.domains.economy.shapes import Card, Light, ParkRow, Text

OUTPUT = "industrial_output"
VALUE_ADDED = "industrial_value_added"


def card(figures: Figures, code: str, period: int = 202610, locks: set[tuple[str, int]] | None = None) -> Card:
    spec = next(one for one in figures.resolved.boards["leader"].cards if one.code == code)
    found = leader.card(figures.desk(), spec, ZONE, CITY, period, locks or set())
    assert found is not None
    return found


def cards(figures: Figures, period: int = 202610) -> tuple[Card, ...]:
    board = figures.resolved.boards["leader"]
    found = (leader.card(figures.desk(), spec, ZONE, CITY, period, set()) for spec in board.cards)
    return tuple(one for one in found if one is not None)


@pytest.mark.parametrize(
    ("done", "light"), [("850", Light.GREEN), ("849.9", Light.AMBER), ("765", Light.AMBER), ("764.9", Light.RED)]
)
def test_a_level_target_is_judged_by_its_pace(figures: Figures, done: str, light: Light):
    figures.target(OUTPUT, 2026, "1020").put(OUTPUT, 202610, done)
    assert card(figures, OUTPUT).light is light


def test_three_years_of_seasons_replace_the_linear_pace(figures: Figures):
    for year in (2023, 2024, 2025):
        figures.line(OUTPUT, {year * 100 + 10: "80", year * 100 + 12: "100"})
    figures.target(OUTPUT, 2026, "1000").put(OUTPUT, 202610, "801")
    found = card(figures, OUTPUT)
    assert found.light is Light.GREEN
    assert found.seasonal_pace is not None
    assert found.seasonal_pace.text == "80.0"


@pytest.mark.parametrize(
    ("growth", "light"), [("7.5", Light.GREEN), ("7.4", Light.AMBER), ("5.5", Light.AMBER), ("5.4", Light.RED)]
)
def test_a_growth_target_is_judged_in_points(figures: Figures, growth: str, light: Light):
    figures.target(f"{VALUE_ADDED}.yoy", 2026, "7.5").put(VALUE_ADDED, 202610, "180")
    assert card(figures.put(f"{VALUE_ADDED}.yoy", 202610, growth), VALUE_ADDED).light is light


def test_a_red_light_says_by_how_much(figures: Figures):
    figures.target(f"{VALUE_ADDED}.yoy", 2026, "7.5").put(VALUE_ADDED, 202610, "180")
    found = card(figures.put(f"{VALUE_ADDED}.yoy", 202610, "4"), VALUE_ADDED)
    assert found.reason.zh == "低于目标3.5个百分点"
    assert found.reason.en == "3.5 points below the target"
    assert found.rule == "growth_light"
    figures.target(OUTPUT, 2026, "1000").put(OUTPUT, 202610, "700")
    assert card(figures, OUTPUT).reason.zh == "低于时间进度13.3个百分点"


def test_no_light_before_january_and_february(figures: Figures):
    figures.target("budget_revenue", 2026, "30").put("budget_revenue", 202601, "0.1")
    assert card(figures, "budget_revenue", 202601).light is Light.NONE
    figures.put("budget_revenue", 202602, "0.2")
    assert card(figures, "budget_revenue", 202602).light is Light.RED


def test_no_light_without_a_target(figures: Figures):
    found = card(figures.put(OUTPUT, 202610, "800"), OUTPUT)
    assert (found.light, found.reason.zh) == (Light.NONE, "没有目标")
    assert (found.target, found.progress, found.gap, found.needed) == (None, None, None, None)


def test_a_count_that_is_held_against_nothing_shows_no_target(figures: Figures):
    figures.target("hightech_firms.yoy", 2026, "10").target("hightech_firms", 2026, "385")
    found = card(figures.put("hightech_firms", 202610, "360").put("hightech_firms", 202510, "324"), "hightech_firms")
    assert (found.target, found.gap, found.needed, found.progress) == (None, None, None, None)
    assert found.growth is not None
    assert found.growth.text == "+11.1"


def test_what_is_not_due_yet_is_not_missing(figures: Figures):
    figures.today = date(2026, 4, 20)
    assert card(figures, "gdp", 202603).light is Light.DUE


def test_what_was_due_and_did_not_come_is_said_to_be_missing(figures: Figures):
    found = card(figures.put(OUTPUT, 202512, "900"), OUTPUT)
    assert found.light is Light.NONE
    assert found.reason.zh == "已到发布时间，尚未报送"


def test_services_a_month_late_are_judged_on_their_own_month(figures: Figures):
    code = "service_revenue"
    figures.target(f"{code}.yoy", 2026, "8").put(code, 202609, "122.3").put(f"{code}.yoy", 202609, "8.2")
    found = card(figures, code)
    assert found.period == Text("2026年1—9月", "Jan–Sep 2026")
    assert found.light is Light.GREEN


def test_what_a_unit_never_reports_is_not_called_missing(figures: Figures):
    assert card(figures, "gdp").reason.zh == "本单位不报此项"


def test_the_city_stands_beside_with_its_growth_and_our_place(figures: Figures):
    figures.put(OUTPUT, 202610, "800").put(f"{OUTPUT}.yoy", 202610, "6.2", unit=CITY).put(f"{OUTPUT}.rank", 202610, "3")
    assert card(figures, OUTPUT).city_places is None
    figures.put(f"{OUTPUT}.places", 202610, "9")
    found = card(figures, OUTPUT)
    assert found.city_growth is not None
    assert found.city_rank is not None
    assert found.city_places is not None
    assert (found.city_growth.text, found.city_rank.text, found.city_places.text) == ("+6.2", "3", "9")
    assert found.city_places.address.measure == f"{OUTPUT}.places"
    assert found.city_growth.address.subject == CITY


def test_the_line_has_two_years_and_marks_its_breaks(figures: Figures):
    figures.put("trade", 202509, "90").put("trade", 202510, "100", scope=4).put("trade", 202610, "110", scope=4)
    figures.put("trade", 202001, "1", scope=9).put("trade", 202002, "2")
    found = card(figures, "trade")
    assert [found.line[0][0], found.line[-1]] == [202411, (202610, 110.0)]
    assert len(found.line) == 24
    assert found.breaks == (202510,)


def test_a_growth_card_draws_growth(figures: Figures):
    found = card(figures.put("gdp", 202609, "379").put("gdp.yoy", 202609, "5.9"), "gdp")
    assert dict(found.line)[202609] == 5.9
    assert found.line_basis.zh == "累计增速"


def test_a_figure_in_a_locked_return_is_locked(figures: Figures):
    figures.put(OUTPUT, 202610, "800").put("trade", 202610, "11")
    assert card(figures, OUTPUT, locks={(OUTPUT, 202610)}).locked
    assert not card(figures, OUTPUT, locks={(OUTPUT, 202609), ("trade", 202610)}).locked


def test_an_indicator_is_locked_where_all_it_was_worked_out_from_is(figures: Figures):
    figures.put("above_scale_new", 202610, "21").put("above_scale_exit", 202610, "17")
    both = {("above_scale_new", 202610), ("above_scale_exit", 202610)}
    found = card(figures, "above_scale", locks=both)
    assert (found.value.text, found.value.unit.zh, found.locked) == ("4", "家", True)
    assert found.value.address.what == "indicator"
    assert found.light is Light.NONE
    assert not card(figures, "above_scale", locks={("above_scale_new", 202610)}).locked


def test_inputs_of_different_months_make_no_ratio(figures: Figures):
    figures.put("above_scale_new", 202610, "21").put("above_scale_new", 202609, "18")
    found = card(figures.put("above_scale_exit", 202609, "17"), "above_scale")
    assert (found.value.text, found.period.zh) == ("1", "2026年1—9月")


def sentence(figures: Figures, locked: int = 0) -> Text:
    board = figures.resolved.boards["leader"]
    return leader.sentence(board, cards(figures), Text("1—10月", "Jan–Oct"), locked)


def test_the_sentence_counts_every_light_once(figures: Figures):
    figures.target(OUTPUT, 2026, "1000").put(OUTPUT, 202610, "900")
    figures.target("budget_revenue", 2026, "30").put("budget_revenue", 202610, "10")
    assert sentence(figures).zh == "16项：1项达序时、0项偏慢、1项滞后，14项不亮灯；1—10月，2项为初步数"
    assert sentence(figures).en == (
        "16 measures: 1 on pace, 0 behind, 1 far behind, 14 without a light; Jan–Oct, 2 preliminary"
    )


def test_the_sentence_leaves_out_what_is_nothing(figures: Figures):
    assert sentence(figures).zh == "16项：0项达序时、0项偏慢、0项滞后，16项不亮灯；1—10月"


def test_the_sentence_of_a_single_card_is_singular(figures: Figures):
    figures.target(OUTPUT, 2026, "1000").put(OUTPUT, 202610, "900")
    board = figures.resolved.boards["leader"]
    only = (card(figures, OUTPUT),)
    said = leader.sentence(board, only, Text("1—10月", "Jan–Oct"), 1)
    assert said.en.startswith("1 measure: 1 on pace")
    assert said.zh.startswith("1项：1项达序时")


def rows(figures: Figures) -> tuple[ParkRow, ...]:
    parks = [
        SimpleNamespace(pk=EAST, name="东园", name_en="East"), SimpleNamespace(pk=WEST, name="西园", name_en="")
    ]  # fmt: skip
    return leader.park_rows(figures.desk(), figures.resolved.boards["leader"], ZONE, parks, 202610)  # type: ignore[arg-type]


def parted(figures: Figures, west: str | None = "300") -> Figures:
    figures.put(OUTPUT, 202610, "800").put(OUTPUT, 202610, "450.5", unit=EAST).put(OUTPUT, 202509, "1", unit=WEST)
    return figures.put(OUTPUT, 202610, west, unit=WEST)


def test_what_no_park_holds_is_shown_as_the_rest_of_the_zone(figures: Figures):
    found = rows(parted(figures))
    assert [row.name.zh for row in found] == ["全区", "东园", "西园", "未分园区"]
    rest = found[-1].cells[0][0]
    assert (rest.text, rest.address.what, rest.address.subject) == ("49.5", "residual", ZONE)
    assert found[-1].residual
    assert found[2].name.en == "西园"


def test_the_rest_is_unknown_while_a_park_has_not_reported(figures: Figures):
    assert len(rows(parted(figures, west=None))) == 3


def test_no_rest_is_shown_where_the_parks_make_up_the_zone(figures: Figures):
    assert len(rows(parted(figures, west="349.5"))) == 3


def test_official_growth_does_not_add_up_but_levels_do(figures: Figures):
    figures.put(f"{OUTPUT}.yoy", 202610, "6", unit=EAST)
    east = rows(parted(figures))[1].cells[0]
    assert east[1] is not None
    assert east[1].text == "+6.0"


def test_the_year_is_over_in_december_and_nothing_is_needed(figures: Figures):
    figures.target(OUTPUT, 2026, "1000").put(OUTPUT, 202612, "990")
    found = card(figures, OUTPUT, 202612)
    assert found.needed is None
    assert found.gap is not None
    assert found.gap.text == "-10.0"
    assert Decimal(found.gap.text) < 0


def test_a_card_leads_with_what_its_name_promises(figures: Figures):
    figures.put(VALUE_ADDED, 202610, "184").put(f"{VALUE_ADDED}.yoy", 202610, "7.3")
    growth = card(figures, VALUE_ADDED)
    assert (growth.lead.text, growth.level and growth.level.text, growth.growth_beside) == ("+7.3", "184.0", None)
    figures.target("project_done", 2026, "150").put("project_done", 202610, "114.9")
    rate = card(figures, "projects")
    assert (rate.lead.text, rate.lead.unit.zh, rate.level and rate.level.text) == ("76.6", "%", "114.9")
    level = card(figures.put(OUTPUT, 202610, "800"), OUTPUT)
    assert (level.lead.text, level.level) == ("800.0", None)


def test_only_money_has_current_prices_and_what_was_reported_is_not_computed(figures: Figures):
    figures.put("trade", 202610, "110").put("trade", 202510, "100")
    figures.put("industrial_power", 202610, "22").put("industrial_power", 202510, "20")
    assert card(figures, "trade").growth_kind == Text("现价计算", "computed, current prices")
    assert card(figures, "industrial_power").growth_kind == Text("同比", "year on year")
    assert card(figures.put("trade.yoy", 202610, "9"), "trade").growth_kind == Text("现价", "current prices")


def test_the_reason_says_which_pace_judged(figures: Figures):
    for year in (2023, 2024, 2025):
        figures.line(OUTPUT, {year * 100 + 10: "88", year * 100 + 12: "100"})
    found = card(figures.target(OUTPUT, 2026, "1000").put(OUTPUT, 202610, "860"), OUTPUT)
    assert found.reason.zh == "低于季节序时2.0个百分点（高于时间进度2.7）"
    assert found.reason.en == "2.0 points below the seasonal pace (2.7 above the linear pace)"


def test_growth_below_zero_that_is_enough_is_room_and_no_order(figures: Figures):
    figures.line("trade", {202510: "90", 202512: "100"}).target("trade.yoy", 2026, "5")
    found = card(figures.put("trade", 202610, "103.5").put("trade.yoy", 202610, "15"), "trade")
    assert found.needed is not None
    assert found.needed.text.startswith("-")
    assert found.needed_name == Text("已有余量，可降至", "In hand, may fall to")


def test_a_figure_to_date_draws_its_growth_not_saw_teeth(figures: Figures):
    figures.put("trade", 202609, "90").put("trade", 202610, "100")
    assert (card(figures, "trade").line_basis.zh, card(figures, "trade").line_unit.zh) == ("累计", "亿元")
    found = card(figures.put("trade.yoy", 202609, "4").put("trade.yoy", 202610, "5"), "trade")
    assert (found.line_basis.zh, found.line_unit.zh, found.line[-1]) == ("累计增速", "%", (202610, 5.0))
    assert found.line_address is not None
    assert found.line_address.measure == "trade.yoy"
