"""The numbers of the zone fit together, to the last thousand yuan."""

from __future__ import annotations

import polars as pl
import pytest

from qipan.demo import Truth
from qipan.demo.economy import growth_of
from qipan.demo.honours import valid_on
from qipan.demo.timeline import month_end

FLOWS_OF_FIRMS = {
    "规上工业总产值": ("工业", "output"),
    "规上工业营业收入": ("工业", "revenue"),
    "工业用电量": ("工业", "electricity"),
    "规上服务业营业收入": ("服务业", "revenue"),
}


def at(zone: Truth, measure: str, month: int, unit: str = "CCGX") -> dict[str, object]:
    found = zone.figures.filter(measure=measure, month=month, unit=unit)
    assert found.height == 1, (measure, month, unit)
    return found.row(0, named=True)


def year_end(zone: Truth, measure: str) -> int:
    total = at(zone, measure, 202612)["total"]
    assert isinstance(total, int)
    return total


@pytest.mark.parametrize(
    ("measure", "expected", "tolerance"),
    [
        ("地区生产总值", 520 * 10_000, 0),
        ("规上工业总产值", 1020 * 100_000, 0.005),
        ("工业用电量", 26 * 1_000_000, 0.005),
        ("固定资产投资", 180 * 10_000, 0),
        ("工业投资", 95 * 10_000, 0),
        ("进出口总额", 140 * 10_000, 0),
        ("实际使用外资", 8_000, 0),
        ("省外到位资金", 55 * 10_000, 0),
        ("一般公共预算收入", 30 * 10_000, 0),
    ],
)
def test_the_year_2026_ends_where_the_zone_is_said_to_stand(zone, measure, expected, tolerance):
    assert year_end(zone, measure) == pytest.approx(expected, rel=tolerance or 1e-12)


def test_three_quarters_of_budget_revenue_are_taxes(zone):
    assert year_end(zone, "税收收入") / year_end(zone, "一般公共预算收入") == pytest.approx(0.75)


def test_gdp_grows_by_six_point_two_percent(zone):
    assert at(zone, "地区生产总值", 202612)["growth"] == 6.2


def test_ten_months_are_what_the_seasons_leave_of_the_year(zone):
    share = sum(zone.parameters.seasons["工业"][:9])
    assert at(zone, "规上工业总产值", 202610)["total"] == pytest.approx(1020 * 100_000 * share, rel=0.002)


def test_added_value_is_twenty_two_percent_of_output(zone):
    for month in (202212, 202610):
        output, added = at(zone, "规上工业总产值", month), at(zone, "规上工业增加值", month)
        assert added["total"] == pytest.approx(0.22 * output["total"], rel=1e-6)


def test_counts_of_firms_are_those_of_the_zone(zone):
    expected = {
        "四上企业数": 640,
        "规上工业企业数": 310,
        "有效高新技术企业数": 360,
        "科技型中小企业数": 580,
        "专精特新中小企业数": 95,
        "专精特新小巨人企业数": 16,
        "上市公司数": 7,
        "在册企业数": 12_000,
        "重点项目数": 90,
    }
    assert {measure: at(zone, measure, 202610)["total"] for measure in expected} == expected


def test_the_yearly_return_has_its_firms_and_their_revenue(zone):
    torch = {firm.id for firm in zone.firms if firm.torch and firm.status == "存续"}
    revenue = zone.firm_years.filter(pl.col("firm").is_in(list(torch)))["revenue"].sum()
    assert (len(torch), revenue) == (1_300, 1_750 * 100_000)


def test_half_of_the_firms_are_silent_on_research(zone):
    torch = [firm.id for firm in zone.firms if firm.torch and firm.status == "存续"]
    known = zone.firm_years.filter(pl.col("firm").is_in(torch))["research"]
    assert known.null_count() / known.len() == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("measure", list(FLOWS_OF_FIRMS))
def test_firms_add_up_to_their_park_and_parks_to_the_zone(zone, measure):
    kind, column = FLOWS_OF_FIRMS[measure]
    who = pl.DataFrame(
        [(firm.id, firm.park) for firm in zone.firms if firm.kind == kind],
        schema={"firm": pl.Int32, "unit": pl.String},
        orient="row",
    )
    sums = zone.firm_months.filter("reported").join(who, on="firm").group_by("unit", "month")
    firms = sums.agg(pl.col(f"{column}_sum").sum().alias("firms"))
    figures = zone.figures.filter((pl.col("measure") == measure) & (pl.col("month") % 100 != 1))
    both = figures.join(firms, on=["unit", "month"], how="left")
    parks = both.filter(pl.col("unit") != "CCGX")
    assert parks.filter(pl.col("total") != pl.col("firms").fill_null(0)).is_empty()
    whole = parks.group_by("month").agg(pl.col("total").sum().alias("parks"))
    assert figures.filter(unit="CCGX").join(whole, on="month").filter(pl.col("total") != pl.col("parks")).is_empty()


def test_the_zone_less_its_parks_is_the_explained_rest(zone):
    split = zone.figures.filter(
        pl.col("measure").is_in(["固定资产投资", "一般公共预算收入", "四上企业数", "新登记企业数", "进出口总额"])
    )
    parks = [park.code for park in zone.parameters.parks if park.kind == "park"]
    wide = split.group_by("measure", "month").agg(
        zone=pl.col("total").filter(pl.col("unit") == "CCGX").sum(),
        parks=pl.col("total").filter(pl.col("unit").is_in(parks)).sum(),
        rest=pl.col("total").filter(pl.col("unit") == "BJ").sum(),
    )
    assert wide.filter(pl.col("zone") - pl.col("parks") != pl.col("rest")).is_empty()
    assert wide["rest"].abs().sum() > 0


def test_what_ran_up_is_the_sum_of_the_months(zone):
    flows = zone.figures.filter(pl.col("single").is_not_null()).sort("unit", "measure", "month")
    summed = flows.with_columns(pl.col("single").cum_sum().over("unit", "measure", pl.col("month") // 100).alias("sum"))
    assert summed.height > 20_000
    assert summed.filter(pl.col("sum") != pl.col("total")).is_empty()


def test_january_stands_alone_only_where_it_is_published(zone):
    months = zone.figures.filter(pl.col("single").is_not_null() & (pl.col("month") == 202601))["measure"].unique()
    assert {"工业用电量", "税收收入", "新登记企业数"} <= set(months)
    assert not {"规上工业总产值", "固定资产投资", "地区生产总值"} & set(months)


def test_same_scope_growth_compares_the_firms_of_this_form_with_themselves(zone):
    who = pl.DataFrame(
        [(firm.id,) for firm in zone.firms if firm.kind == "工业"], schema={"firm": pl.Int32}, orient="row"
    )
    mine = zone.firm_months.filter(pl.col("reported") & (pl.col("month") == 202610)).join(who, on="firm")
    expected = growth_of(mine["output_sum"].sum(), mine["output_base"].sum())
    assert at(zone, "规上工业总产值", 202610)["growth"] == expected


def test_growth_is_the_quotient_of_what_the_form_states(zone):
    stated = zone.figures.filter(
        pl.col("growth_kind").is_in(["same_scope", "computed"]) & pl.col("growth").is_not_null()
    )
    apart = {entry.measure for entry in zone.parameters.events.scope_breaks}
    for total, base, growth in stated.filter(~pl.col("measure").is_in(apart)).select("total", "base", "growth").rows():
        assert growth == growth_of(total, base)


def test_plans_of_projects_add_up_and_so_does_what_was_done(zone):
    assert len(zone.projects) == 90
    assert sum(project.plan for project in zone.projects) == 150 * 10_000
    done = {park.code: 0 for park in zone.parameters.parks}
    for project in zone.projects:
        done[project.park] += project.done
    for park in zone.parameters.parks:
        assert done[park.code] == at(zone, "重点项目完成投资", 202610, park.code)["total"]


def test_titles_on_the_lists_are_as_many_as_are_counted(zone):
    valid = valid_on(zone.qualifications, month_end(202610))
    counts = dict(valid.group_by("kind").len().rows())
    assert counts == zone.parameters.qualifications


def test_a_little_giant_is_also_on_the_lists_below_it(zone):
    valid = valid_on(zone.qualifications, month_end(202610))
    held = {kind: set(valid.filter(kind=kind)["firm"]) for kind in zone.parameters.qualifications}
    assert held["专精特新“小巨人”企业"] <= held["专精特新中小企业"] <= held["高新技术企业"]
