"""The zone has the life of a real one: few large firms, parks that fall, things that break."""

from __future__ import annotations

import polars as pl
import pytest

from qipan.demo import SEED, Truth, truth


@pytest.fixture(scope="module", params=[SEED, 7])
def any_zone(request, zone) -> Truth:
    return zone if request.param == SEED else truth(request.param)


def growth(zone: Truth, measure: str, unit: str, month: int = 202610) -> float:
    return zone.figures.filter(measure=measure, unit=unit, month=month)["growth"].item()


def outputs(zone: Truth) -> pl.DataFrame:
    months = zone.firm_months.filter(pl.col("reported") & (pl.col("month") == 202610))
    return months.filter(pl.col("output_sum") > 0).sort("output_sum", descending=True)


def test_ten_firms_make_half_of_the_output_and_the_first_fifteen_percent(any_zone):
    output = outputs(any_zone)["output_sum"]
    assert output[:10].sum() / output.sum() == pytest.approx(0.5, abs=0.01)
    assert output[0] / output.sum() == pytest.approx(0.15, abs=0.005)


def test_exactly_two_parks_decline(any_zone):
    falling = {
        park.code
        for park in any_zone.parameters.parks
        if park.firms[0] >= 8 and growth(any_zone, "规上工业总产值", park.code) < 0
    }
    assert falling == {"SJ", "BL"}


def test_output_electricity_and_taxes_part_ways_in_one_park(any_zone):
    assert growth(any_zone, "规上工业总产值", "BX") > 3
    assert growth(any_zone, "工业用电量", "BX") < 0
    assert growth(any_zone, "税收收入", "BX") < -5


def test_a_plant_moves_away_and_leaves_the_sample_at_the_next_turn_of_the_year(zone):
    moved = next(firm for firm in zone.firms if firm.reason.startswith("整体搬迁"))
    months = {
        row[0]: row[1:] for row in zone.firm_months.filter(firm=moved.id).select("month", "output", "reported").rows()
    }
    assert moved.status == "迁出"
    assert months[202403][0] > 100_000
    assert months[202407] == (0, True)
    assert months[202502][1] is False


def test_entries_into_the_register_bunch_at_the_end_of_the_year(zone):
    entries = [firm.entry for firm in zone.firms if firm.kind and 202112 <= firm.entry <= 202512]
    late = [entry for entry in entries if entry % 100 >= 11]
    assert len(entries) > 100
    assert len(late) / len(entries) > 0.7


def test_by_october_a_few_more_firms_have_entered_than_left(zone):
    month = zone.figures.filter(unit="CCGX", month=202610)
    entered, left = (month.filter(measure=f"四上企业{what}数")["total"].item() for what in ("新增入库", "退库"))
    assert 0 < entered - left < 15
    assert left > 3


def test_an_audit_makes_cumulative_investment_fall(zone):
    line = zone.figures.filter(measure="固定资产投资", unit="CCGX").sort("month")
    totals = dict(line.select("month", "total").rows())
    assert totals[202309] < totals[202308]
    assert zone.figures.filter(measure="固定资产投资", unit="BL", month=202508)["single"].item() < 0


def test_inspectors_take_output_away_from_one_firm(zone):
    single = zone.firm_months.filter(pl.col("reported") & (pl.col("output") < 0))
    assert single.select("month").to_series().to_list() == [202409]


def test_entries_and_exits_make_growth_differ_from_last_years_stored_figure(zone):
    line = zone.figures.filter(measure="规上工业总产值", unit="CCGX", month=202610).row(0, named=True)
    stored = zone.figures.filter(measure="规上工业总产值", unit="CCGX", month=202510)["total"].item()
    assert abs((line["total"] / stored - 1) * 100 - line["growth"]) > 0.5


def test_official_growth_of_a_scope_break_is_not_the_quotient_of_levels(zone):
    row = zone.figures.filter(measure="固定资产投资", unit="CCGX", month=202312).row(0, named=True)
    assert row["growth"] - (row["total"] / row["base"] - 1) * 100 == pytest.approx(1.9, abs=0.06)


def test_the_flagship_stands_still_for_want_of_land_and_permit(zone):
    ship = next(project for project in zone.projects if project.name == zone.parameters.events.flagship.name)
    assert ship.light == "red"
    assert ship.done / ship.plan < 0.1
    assert "用地" in ship.problem
    assert "环评" in ship.problem


def test_some_leads_have_died_and_some_firms_may_not_be_named(zone):
    assert sum(lead.stage == "终止" for lead in zone.leads) > 10
    assert any("保密" in lead.firm for lead in zone.leads)


def test_lists_hold_titles_that_have_run_out(zone):
    last = zone.qualifications.group_by("firm", "kind").agg(pl.col("until").max())
    assert last.filter(pl.col("until") < pl.date(2026, 10, 31)).height > 40


def test_the_citys_places_are_places(zone):
    assert zone.city["rank"].drop_nulls().is_between(1, zone.parameters.city.counties).all()
    assert zone.city.filter(month=202610)["rank"].n_unique() >= 3
