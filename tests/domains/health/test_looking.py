"""The packs' checks over a small zone: what is wrong is found, where it belongs, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.domains.health.ground import drop, only, put, run, to_date

import loads
from qipan.registry.models import Unit, UnitPlace

if TYPE_CHECKING:
    from tests.web.sample import Zone


def test_nothing_is_wrong_with_a_sound_zone(sound: Zone):
    assert run() == []


def test_a_month_is_missing_from_its_day_on(sound: Zone, today: Callable[[date], None]):
    drop(sound.east.pk, "retail_sales", 202610)
    today(date(2026, 11, 17))
    assert run() == []
    today(date(2026, 11, 18))
    assert run() == [("figure_missing", sound.east.pk, "retail_sales", 202610)]
    assert (only().unit, only().rank, only().secret) == (sound.east.pk, 0, False)


def test_a_zone_that_is_not_its_parks_is_found_with_the_rest(sound: Zone):
    put(sound.zone.pk, "retail_sales", {202610: to_date(5)[202610] + 1})
    assert run() == [("zone_is_sum_of_parks", sound.zone.pk, "retail_sales", 202610)]


def test_a_park_that_went_into_another_counts_in_the_months_it_was_there(sound: Zone):
    from tests.web.sample import new_unit

    old = new_unit("old", "旧园", "park", sound.zone)
    UnitPlace.objects.filter(unit=old).update(until=date(2026, 11, 1))
    Unit.objects.filter(pk=old.pk).update(closed=date(2026, 11, 1))
    east = to_date(3)
    put(old.pk, "retail_sales", east)
    drop(sound.east.pk, "retail_sales", *east)
    assert run() == [], "the zone's figures add up with those of the park it had then"
    put(old.pk, "retail_sales", {202610: east[202610] - 1})
    assert ("zone_is_sum_of_parks", sound.zone.pk, "retail_sales", 202610) in run()


def test_a_slip_of_the_unit_is_told_once_and_not_as_an_outlier_too(sound: Zone):
    put(sound.east.pk, "retail_sales", {202610: to_date(3)[202610] * 10_000})
    found = run()
    assert ("unit_slip", sound.east.pk, "retail_sales", 202610) in found
    assert not [one for one in found if one[0] == "outlier"]


def test_a_year_to_date_that_went_down_is_a_warning(sound: Zone):
    falls = {202609: to_date(3)[202609], 202610: to_date(3)[202609] - 1}
    put(sound.east.pk, "retail_sales", falls)
    put(sound.zone.pk, "retail_sales", {202610: falls[202610] + to_date(2)[202610]})
    assert ("cumulative_falls", sound.east.pk, "retail_sales", 202610) in run()


def test_parts_larger_than_the_whole_and_a_share_that_does_not_fit(sound: Zone):
    put(sound.zone.pk, "tax_revenue", {202610: 31})
    put(sound.zone.pk, "budget_revenue", {202610: 30})
    put(sound.zone.pk, "tax_ratio", {202610: 75})
    assert run() == [
        ("tax_share_fits", sound.zone.pk, "", 202610),
        ("tax_within_budget_revenue", sound.zone.pk, "", 202610),
    ]


def test_output_electricity_and_tax_that_part_ways_are_found_where_all_three_are_known(sound: Zone):
    put(sound.west.pk, "industrial_output.yoy", {202610: 18.8})
    put(sound.west.pk, "industrial_power.yoy", {202610: -7.5})
    assert run() == []
    put(sound.west.pk, "tax_revenue.yoy", {202610: -15.7})
    assert run() == [("output_power_tax_part", sound.west.pk, "", 202610)]


def test_growth_that_levels_do_not_give_is_found_only_where_it_may_be_worked_out(sound: Zone):
    put(sound.east.pk, "industrial_power", {202510: 1.00, 202610: 1.60})
    put(sound.east.pk, "industrial_power.yoy", {202610: 9.2})
    put(sound.east.pk, "industrial_output", {202510: 10.0, 202610: 16.0})  # same scope: never from levels
    put(sound.east.pk, "industrial_output.yoy", {202610: 9.2})
    assert run() == [("growth_and_level", sound.east.pk, "industrial_power.yoy", 202610)]
    assert only().low == only().high
    assert only().value is not None


def test_firms_without_park_industry_or_code_and_wrong_codes_are_found_and_dead_firms_let_rest(sound: Zone):
    from tests.web.sample import new_firm

    well = {"industry": "3990", "status": "存续"}
    new_firm("好", sound.east, uscc=loads.code_of(1), **well)
    bare = new_firm("无园无行业", None, uscc=loads.code_of(2), status="存续")
    none = new_firm("无码", sound.west, **well)
    wrong = new_firm("错码", sound.west, uscc=loads.code_of(3)[:-1] + "I", **well)
    new_firm("已注销", None, status="注销")
    assert run() == [
        ("code_absent", none.pk, "", 0),
        ("code_wrong", wrong.pk, "", 0),
        ("industry_absent", bare.pk, "", 0),
        ("park_absent", bare.pk, "", 0),
    ]


def test_titles_that_ended_and_are_still_counted(sound: Zone):
    from tests.web.sample import new_firm

    from qipan.registry.models import Qualification

    for number, until in ((1, date(2028, 1, 1)), (2, date(2026, 7, 1))):
        firm = new_firm(f"企{number}", sound.east, uscc=loads.code_of(number), industry="3990", status="存续")
        Qualification.objects.create(enterprise=firm, kind="hightech", since=date(2023, 7, 1), until=until)
    put(sound.east.pk, "hightech_firms", {202610: 2})
    assert run() == [("title_counted_after_end", sound.east.pk, "hightech_firms", 202610)]
    put(sound.east.pk, "hightech_firms", {202610: 1})
    assert run() == []


def test_a_firms_survey_figures_are_a_secret_and_its_records_are_not(sound: Zone):
    from tests.web.sample import new_firm

    from qipan.domains.health.models import Finding

    firm = new_firm("云", sound.east, uscc=loads.code_of(1), industry="3990", status="存续", above_scale=True)
    months = to_date(1000)
    for code in ("firm_revenue", "firm_power"):
        put(firm.pk, code, {**months, 202610: months[202610] * 1000})
    run()
    assert set(Finding.objects.values_list("code", "thing", "secret")) == {
        ("firm_unit_slip", "firm_revenue", True),
        ("firm_unit_slip", "firm_power", False),
    }


def test_a_condition_over_survey_figures_is_a_secret(sound: Zone):
    from tests.web.sample import new_firm

    firm = new_firm("云", sound.east, uscc=loads.code_of(1), industry="3990", status="存续", above_scale=True)
    put(firm.pk, "firm_revenue", {202610: 100})
    put(firm.pk, "firm_tax", {202610: 170})
    assert run() == [("firm_tax_within_revenue", firm.pk, "", 202610)]
    assert only().secret


def test_a_zones_own_condition_costs_no_program(sound: Zone, tmp_path, monkeypatch: pytest.MonkeyPatch):
    from qipan.domains.health import watch
    from qipan.packs import read_pack, resolve_packs
    from qipan.platform.definitions import resolved

    pack = tmp_path / "local"
    (pack / "health").mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        'id: local\nversion: "2026.11"\nnames: {zh: 本区, en: Ours}\nneeds: [cn-hitech]\nlicence: Apache-2.0\n'
    )
    (pack / "health" / "own.yaml").write_text(
        "code: retail_is_small\nnames: {zh: 社零不会太大, en: Retail is small}\ndetector: condition\nseverity: info\n"
        "why: {zh: 我们是工业园, en: We make things}\ndo: {zh: 核对, en: Check}\nparameters: {months: 1}\n"
        "expression: 限上社会消费品零售额 < 限上社会消费品零售额上年同期 * 1.04\n"
        "from: 2026-01-01\nsource: {doc: 本区惯例, status: practice}\n"
    )
    read = read_pack(pack)
    assert read.problems == ()
    assert read.pack is not None
    ours = resolve_packs(resolved().packs, overlays=[read.pack])
    monkeypatch.setattr(watch, "resolved", lambda: ours)
    units = (sound.zone.pk, sound.east.pk, sound.west.pk)
    assert run() == [("retail_is_small", unit, "", 202610) for unit in sorted(units)]
