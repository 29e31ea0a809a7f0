"""项目台账, 招商线索台账, 政策兑现台账, wide and long tables: as they come, and how they vary."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from engine.sheets import layouts
from engine.sheets.definitions import LEDGERS, VOCABULARY
from engine.sheets.readings import codes, column, facts, problems, read, skipped
from qipan.engine.sheets import extract, recognise
from qipan.engine.sheets.book import CellValue, Grid, Sheet

YI = 10**10  # an 亿元 as stored: 分


def _rows(sheet: Sheet) -> list[list[CellValue]]:
    assert sheet.grid is not None
    return [list(row) for row in sheet.grid.rows]


# --- 项目台账 -----------------------------------------------------------------------------------------------------------


def test_section_rows_of_a_project_ledger_group_its_projects() -> None:
    found = read(layouts.projects(), ledger="projects")
    assert column(found, "section") == ["一、产业项目(2个) / (一)续建项目"] * 2 + ["二、基础设施项目(1个)"]
    assert skipped(found) == {4: "section", 5: "section", 8: "section"}


def test_sums_of_a_project_ledger_come_out_in_its_own_unit() -> None:
    found = read(layouts.projects())
    assert column(found, "total") == ["52000", "32000", "8600"]
    assert column(found, "plan") == ["20000", "8000", "6000"]
    assert facts(found) == {(6, "project_done", 202610, 1): 16800_500_000, (9, "project_done", 202610, 1): 5400_000_000}


def test_a_planned_start_is_asked_about_and_a_rough_one_dated_to_its_end() -> None:
    found = read(layouts.projects())
    assert column(found, "start") == [date(2025, 3, 5), None, date(2026, 3, 31)]
    assert {("sheets.planned-date", 7, 8), ("sheets.rounded-date", 9, 8)} <= problems(found)


def test_merged_leaders_and_officers_hold_for_all_their_projects() -> None:
    found = read(layouts.projects())
    assert column(found, "leader") == ["张三", "张三", "王五"]
    assert column(found, "officer") == ["李四", "李四", "赵六"]


def test_status_by_colour_is_asked_about() -> None:
    assert codes(read(layouts.projects())).count("sheets.colour-meaning") == 1


def test_section_rows_with_sums_are_sections_all_the_same() -> None:
    rows = _rows(layouts.projects())
    rows[3] = ["一、产业项目", None, None, 84000, 12000, 28000, 16800.5, *[None] * 6]
    rows[7] = ["二", "基础设施项目", *[None] * 11]
    found = read(layouts.sheet(rows, "项目台账"))
    assert found.records.height == 3
    assert skipped(found) == {4: "section", 5: "section", 8: "section"}


# --- 招商线索台账 --------------------------------------------------------------------------------------------------------


def test_ranges_and_other_currencies_are_questions_and_their_text_is_kept() -> None:
    found = read(layouts.leads(), ledger="leads")
    assert column(found, "amount") == [None, None, "2.5", "1.2"]
    assert {("sheets.range", 3, 3), ("sheets.other-unit", 4, 3)} <= problems(found)
    assert '"拟投资": "5-8亿"' in str(column(found, "extra")[0])
    told = found.problems.filter(pl.col("code") == "sheets.range")["params"][0]
    assert told == '{"low": "5", "high": "8", "unit": "亿"}'


def test_land_comes_out_in_mu_whatever_it_was_written_in() -> None:
    found = read(layouts.leads())
    assert column(found, "land") == [None, "120", None, "30"]
    assert ("sheets.bad-number", 3, 4) in problems(found)


def test_long_remarks_that_begin_with_a_date_are_remarks() -> None:
    assert column(read(layouts.leads()), "talks")[0] == "9.12赴深对接;10.8回访"


def test_a_sheet_per_team_is_one_form() -> None:
    one, other = layouts.leads(), layouts.leads()
    assert recognise(one, LEDGERS, VOCABULARY).signature == recognise(other, LEDGERS, VOCABULARY).signature


# --- 政策兑现台账 --------------------------------------------------------------------------------------------------------


def test_a_firm_merged_over_its_clauses_stands_in_every_row() -> None:
    found = read(layouts.payouts(), ledger="payouts")
    assert column(found, "firm") == ["启盘精密机械有限公司"] * 2 + ["启盘电子科技有限公司"] * 2
    assert skipped(found) == {7: "total"}


def test_a_sum_merged_over_rows_is_counted_once() -> None:
    found = read(layouts.payouts())
    assert column(found, "granted") == ["50", "25", "80", None]
    assert ("sheets.merged-number", 6, 3) in problems(found)


def test_account_numbers_stay_text() -> None:
    assert column(read(layouts.payouts()), "account")[2] == "建行 37001000000000000002"


def test_a_sheet_of_refusals_is_read_as_the_same_ledger() -> None:
    rows = _rows(layouts.payouts())
    rows[0][0] = "不予兑现清单(单位:元)"
    rows[2][2] = 500000
    found = read(layouts.sheet(rows, "不予兑现", [(2, 0, 3, 0), (4, 0, 5, 0)]), ledger="payouts")
    assert column(found, "claimed")[0] == "50"


# --- 指标×月份 ----------------------------------------------------------------------------------------------------------

MONTHS = {
    (3, "output", 202602, 1): 1505 * YI // 10, (3, "output", 202603, 1): 24025 * YI // 100, (3, "output", 202604, 1): 320 * YI,
    (3, "output", 202605, 1): 4051 * YI // 10, (4, "trade", 202602, 1): 18 * YI, (4, "trade", 202603, 1): 29 * YI,
    (4, "trade", 202605, 1): 48 * YI, (5, "hightech", 202602, 2): 340, (5, "hightech", 202603, 2): 341,
    (5, "hightech", 202604, 2): 350, (5, "hightech", 202605, 2): 352,
}  # fmt: skip


def test_a_measure_a_row_and_a_month_a_column() -> None:
    assert facts(read(layouts.months(), ledger="wide")) == MONTHS


def test_months_that_name_their_year_and_single_months() -> None:
    rows = _rows(layouts.months())
    rows[1] = ["指标", "单位", "2025年11月", "2025年12月", "2026年3月", "2026年4月"]
    found = facts(read(layouts.sheet(rows, "分月"), ledger="wide"))
    assert found[3, "output", 202511, 1] == 1505 * YI // 10
    rows[0][0] = "2026年主要指标分月情况(当月数)"


def test_a_transposed_table_has_a_month_a_row_and_a_measure_a_column() -> None:
    top = ["月份", "规上工业总产值(亿元)", None, "进出口总额(万元)", None]
    sub = [None, "绝对额", "同比±%", "绝对额", "同比±%"]
    body = [["1-2月", 150.5, 6.1, 180000, "—"], ["1-3月", 240.25, 5.9, 290000, -1]]
    spans = [(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)]
    found = read(layouts.sheet([["2026年主要指标分月情况", *[None] * 4], top, sub, *body], "分月", spans))
    assert facts(found) == {
        (4, "output", 202602, 1): 1505 * YI // 10, (4, "output.yoy", 202602, 1): 61_000, (4, "trade", 202602, 1): 18 * YI,
        (5, "output", 202603, 1): 24025 * YI // 100, (5, "output.yoy", 202603, 1): 59_000, (5, "trade", 202603, 1): 29 * YI,
        (5, "trade.yoy", 202603, 1): -10_000,
    }  # fmt: skip


def test_parks_against_measures_for_one_period() -> None:
    top = ["园区", "规上工业总产值", None, "固定资产投资", None]
    sub = [None, "绝对额", "±%", "绝对额", "±%"]
    body = [["东园", 320.5, 6.1, 80, "—"], ["西园", 240.25, -5.9, 29, 3], ["合计", 560.75, None, 109, None]]
    rows = [["2026年1-10月各园区主要指标(单位:亿元)", *[None] * 4], top, sub, *body]
    found = read(layouts.sheet(rows, "分园区", [(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)]))
    assert facts(found) == {
        (4, "output", 202610, 1, "东园"): 3205 * YI // 10, (4, "output.yoy", 202610, 1, "东园"): 61_000,
        (4, "investment", 202610, 1, "东园"): 80 * YI, (5, "output", 202610, 1, "西园"): 24025 * YI // 100,
        (5, "output.yoy", 202610, 1, "西园"): -59_000, (5, "investment", 202610, 1, "西园"): 29 * YI,
        (5, "investment.yoy", 202610, 1, "西园"): 30_000,
    }  # fmt: skip
    assert skipped(found) == {6: "total"}


def test_parks_against_months_of_the_measure_in_the_title() -> None:
    rows = [
        ["2026年各园区规上工业总产值(亿元)分月情况", None, None, None],
        ["园区", "1-2月", "1-3月", "1-4月"],
        ["东园", 1, 2, 3],
        ["西园", 4, 5, 6],
    ]
    found = facts(read(layouts.sheet(rows, "分月"), ledger="wide"))
    assert found[3, "output", 202602, 1, "东园"] == YI
    assert found[4, "output", 202604, 1, "西园"] == 6 * YI


# --- one figure a row ---------------------------------------------------------------------------------------------------

FIGURES = {
    (2, "output", 202610, 1, "东园"): 3205 * YI // 10, (2, "output.yoy", 202610, 1, "东园"): 62_000,
    (3, "output", 202610, 0, "西园"): 305 * YI // 10, (3, "output.yoy", 202610, 0, "西园"): -12_000,
    (4, "trade", 202610, 1, "city"): 125 * YI // 10, (4, "trade.yoy", 202610, 1, "city"): 0,
    (5, "hightech", 202609, 2, "东园"): 120,
}  # fmt: skip


def test_one_figure_a_row() -> None:
    found = read(layouts.long(), ledger="long")
    assert facts(found) == FIGURES
    assert found.facts.filter(pl.col("row") == 4)["scope"].unique().to_list() == ["海关口径"]
    assert skipped(found) == {6: "refused"}
    assert {("sheets.unknown-measure", 6, 1), ("sheets.unknown-unit", 6, 4)} <= problems(found)


def test_a_large_long_table_reads_like_a_small_one() -> None:
    rows = _rows(layouts.long())
    frame = pl.DataFrame(
        [[None if value is None else str(value) for value in row] for row in rows[1:]],
        schema={str(name): pl.String for name in rows[0]},
        orient="row",
    )
    assert facts(read(Sheet("指标明细", 0, None, frame), ledger="long")) == FIGURES


@pytest.mark.parametrize(
    "build",
    [
        layouts.enterprises,
        layouts.report,
        layouts.projects,
        layouts.leads,
        layouts.payouts,
        layouts.months,
        layouts.long,
    ],
)
def test_every_layout_is_told_from_every_other(build: object) -> None:
    sheet = build()  # type: ignore[operator]
    found = recognise(sheet, LEDGERS, VOCABULARY)
    assert found.confidence >= 0.75
    assert found.confidence - found.nearest[1].confidence >= 0.2


def test_a_header_without_any_row_below_it_is_an_empty_ledger() -> None:
    rows = _rows(layouts.long())[:1]
    found = recognise(Sheet("指标明细", 0, Grid(rows)), LEDGERS, VOCABULARY)
    if found.ledger is not None:
        ledger = next(one for one in LEDGERS if one.code == found.ledger)
        assert extract(Sheet("指标明细", 0, Grid(rows)), found, ledger, VOCABULARY).rows == 0
