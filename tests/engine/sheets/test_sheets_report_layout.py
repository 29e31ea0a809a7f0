"""月报 as it comes, and the ways in which it varies: the same facts must come out."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

import pytest

from engine.sheets import layouts
from engine.sheets.definitions import VOCABULARY
from engine.sheets.readings import codes, column, facts, problems, read, skipped
from qipan.engine.sheets import Context
from qipan.engine.sheets.book import CellValue, Sheet

Rows = list[list[CellValue]]
YI = 10**10  # an 亿元 as stored: 分
CUMULATIVE = {
    (4, "gdp", 202609, 1): 3852 * YI // 10, (4, "gdp.yoy", 202609, 1): 62_000,
    (5, "output", 202610, 1): 8423 * YI // 10, (5, "output.yoy", 202610, 1): 65_000,
    (6, "value_added.yoy", 202610, 1): 68_000,
    (7, "investment", 202610, 1): 1512 * YI // 10, (7, "investment.yoy", 202610, 1): -23_000,
    (8, "industrial_investment", 202610, 1): 812 * YI // 10, (8, "industrial_investment.yoy", 202610, 1): 99_000,
    (9, "fdi", 202610, 1): 6540_000_000, (9, "fdi.yoy", 202610, 1): 121_000,
    (10, "revenue", 202610, 1): 251 * YI // 10, (10, "revenue.yoy", 202610, 1): 44_000,
    (11, "tax_share", 202610, 1): 762_000, (11, "tax_share.yoy", 202610, 1): 12_000,
}  # fmt: skip
SINGLE = {
    (5, "output", 202610, 0): 881 * YI // 10, (5, "output.yoy", 202610, 0): 51_000, (6, "value_added.yoy", 202610, 0): 55_000,
    (9, "fdi", 202610, 0): 500_000_000, (10, "revenue", 202610, 0): 23 * YI // 10, (10, "revenue.yoy", 202610, 0): 33_000,
}  # fmt: skip
TARGETS = {
    (4, "gdp.yoy", 202619, 1, "target"): 70_000, (5, "output", 202619, 1, "target"): 1020 * YI,
    (6, "value_added.yoy", 202619, 1, "target"): 70_000, (7, "investment", 202619, 1, "target"): 180 * YI,
    (8, "industrial_investment", 202619, 1, "target"): 95 * YI, (9, "fdi", 202619, 1, "target"): 8000_000_000,
    (10, "revenue", 202619, 1, "target"): 30 * YI, (11, "tax_share", 202619, 1, "target"): 750_000,
}  # fmt: skip
CITY = {
    (4, "gdp.yoy", 202609, 1, "city"): 58_000, (5, "output.yoy", 202610, 1, "city"): 60_000,
    (6, "value_added.yoy", 202610, 1, "city"): 61_000, (7, "investment.yoy", 202610, 1, "city"): 41_000,
    (8, "industrial_investment.yoy", 202610, 1, "city"): 81_000, (10, "revenue.yoy", 202610, 1, "city"): 39_000,
}  # fmt: skip
PLACES = {
    (4, "gdp.rank", 202609, 1): 3, (5, "output.rank", 202610, 1): 2, (6, "value_added.rank", 202610, 1): 3,
    (7, "investment.rank", 202610, 1): 5, (8, "industrial_investment.rank", 202610, 1): 2, (10, "revenue.rank", 202610, 1): 4,
}  # fmt: skip
FACTS = CUMULATIVE | SINGLE | TARGETS | CITY | PLACES


def _rows() -> Rows:
    grid = layouts.report().grid
    assert grid is not None
    return [list(row) for row in grid.rows]


def _spans(top: int = 0) -> list[tuple[int, int, int, int]]:
    return [(one + top, left, other + top, right) for one, left, other, right in layouts.REPORT_SPANS]


def test_the_report_as_it_comes_is_read_whole() -> None:
    found = read(layouts.report(), ledger="report")
    assert facts(found) == FACTS
    assert skipped(found) == {12: "footnote"}


def test_a_share_done_that_contradicts_value_over_target_is_a_warning() -> None:
    assert problems(read(layouts.report())) == {("sheets.progress-differs", 8, 7)}


def test_units_written_of_points_are_kept() -> None:
    found = read(layouts.report())
    said = {(row["measure"], row["text"]): row["unit"] for row in found.facts.to_dicts() if row["row"] == 11}
    assert said["tax_share.yoy", "提高1.2个百分点"] == "百分点"
    assert said["tax_share", "76.2"] == "%"


def _without_merges(rows: Rows) -> Sheet:
    return layouts.sheet(rows, "月报")


def _year_to_date_in_words(rows: Rows) -> Sheet:
    rows[1][5] = "本年累计"
    return layouts.sheet(rows, "月报", _spans())


def _one_row(rows: Rows) -> Sheet:
    top: list[CellValue] = [
        "指标",
        "单位",
        "全年目标",
        "本月绝对额",
        "本月±%",
        "1—10月绝对额",
        "1—10月±%",
        "完成%",
        "全市增速",
        "全市位次",
    ]
    return layouts.sheet([rows[0], [None] * 10, top, *rows[3:]], "月报")


def _period_in_cell(rows: Rows) -> Sheet:
    rows[3][0], rows[3][5], rows[3][6], rows[3][8], rows[3][9] = (
        "地区生产总值",
        "385.2(1-9月)",
        "6.2(1-9月)",
        "5.8(1-9月)",
        3,
    )
    rows[3].append(None)
    return layouts.sheet(rows, "月报", _spans())


def _period_in_note(rows: Rows) -> Sheet:
    for row, note in zip(rows, [None, "备注", None, "1-9月数据", *[None] * 8], strict=True):
        row.append(note)
    rows[3][0] = "地区生产总值"
    return layouts.sheet(rows, "月报", [*_spans(), (1, 10, 2, 10)])


def _units_in_labels(rows: Rows) -> Sheet:
    for row in rows[3:11]:
        row[0], row[1] = f"{row[0]}({row[1]})", None
    rows[3][0] = "地区生产总值(1-9月)(亿元)"
    return layouts.sheet(rows, "月报", _spans())


def _numbered(rows: Rows) -> Sheet:
    for at, row in enumerate(rows[3:11], start=1):
        row[0] = f"{at}.{row[0]}" if "其中" not in str(row[0]) else row[0]
    return layouts.sheet(rows, "月报", _spans())


def _places_in_words(rows: Rows) -> Sheet:
    rows[3][9], rows[4][9], rows[6][9] = "第3位", "第2位", "第5名"
    return layouts.sheet(rows, "月报", _spans())


def _long_names(rows: Rows) -> Sheet:
    rows[4][0], rows[5][0] = "规模以上工业总产值", "规模以上工业增加值增速"
    return layouts.sheet(rows, "月报", _spans())


def _target_words(rows: Rows) -> Sheet:
    rows[1][2], rows[5][2] = "年度目标", "增长7%"
    rows[1][7] = "完成年度目标%"
    return layouts.sheet(rows, "月报", _spans())


def _without_period_column(rows: Rows) -> Sheet:
    rows[1][5] = "累计"
    return layouts.sheet(rows, "2026年10月", _spans())


VARIATIONS = [
    _without_merges, _year_to_date_in_words, _one_row, _period_in_note, _units_in_labels, _numbered, _places_in_words,
    _target_words, _without_period_column,
]  # fmt: skip


@pytest.mark.parametrize("vary", VARIATIONS)
def test_the_same_facts_come_out_of_every_way_to_write_them(vary: object) -> None:
    found = read(vary(_rows()), file="2026年10月月报.xlsx", ledger="report")  # type: ignore[operator]
    assert facts(found) == FACTS


def test_of_how_many_places_is_read_from_the_same_cell() -> None:
    rows = _rows()
    rows[3][9], rows[4][9], rows[6][9] = "3/9", "第2/8位", "第5名"
    found = facts(read(layouts.sheet(rows, "月报", _spans()), file="2026年10月月报.xlsx", ledger="report"))
    assert found == {**FACTS, (4, "gdp.places", 202609, 1): 9, (5, "output.places", 202610, 1): 8}


def test_a_column_of_how_many_counts_only_beside_a_place() -> None:
    rows = _rows()
    rows[0].append(None)
    for row, said in zip(rows[1:], ["全市", "参评个数", *[9] * 20], strict=False):
        row.append(said)
    rows[4][9] = None
    found = facts(read(layouts.sheet(rows, "月报", _spans()), file="2026年10月月报.xlsx", ledger="report"))
    ranked = {row for row, measure, *_ in FACTS if str(measure).endswith(".rank")} - {5}
    assert {row for row, measure, *_ in found if str(measure).endswith(".places")} == ranked
    assert found[4, "gdp.places", 202609, 1] == 9


def test_a_period_beside_a_figure_holds_for_that_figure_only() -> None:
    found = facts(read(_period_in_cell(_rows())))
    assert found[4, "gdp", 202609, 1] == FACTS[4, "gdp", 202609, 1]
    assert found[4, "gdp.rank", 202610, 1] == 3


def test_a_growth_named_as_a_measure_is_the_growth_of_that_measure() -> None:
    found = facts(read(_long_names(_rows())))
    assert found[5, "output", 202610, 1] == FACTS[5, "output", 202610, 1]
    assert found[6, "value_added.yoy", 202619, 1, "target"] == 70_000


def test_the_month_is_in_the_name_of_the_file_where_nothing_else_says_it() -> None:
    rows = _rows()
    rows[0][0] = "主要经济指标完成情况"
    assert facts(read(layouts.sheet(rows, "Sheet1", _spans()), file="2026年10月月报.xlsx")) == FACTS


def test_a_person_who_names_the_period_overrules_the_sheet() -> None:
    rows = _rows()
    rows[0][0], rows[1][5] = "主要经济指标完成情况", "累计"
    sheet = layouts.sheet(rows, "Sheet1", _spans())
    assert "sheets.no-period" in codes(read(sheet))
    assert facts(read(sheet, context=Context(period=202510)))[5, "output", 202510, 1] == FACTS[5, "output", 202610, 1]


def test_section_rows_are_no_measures_and_stand_beside_what_follows() -> None:
    rows = _rows()
    rows.insert(3, ["一、综合", *[None] * 9])
    rows.insert(7, ["二、投资", *[None] * 9])
    found = read(layouts.sheet(rows, "月报", _spans()))
    assert column(found, "section")[:4] == ["一、综合"] * 3 + ["二、投资"]
    assert skipped(found) == {4: "section", 8: "section", 14: "footnote"}


def test_a_measure_nobody_knows_is_a_question_that_names_the_nearest() -> None:
    rows = _rows()
    rows[4][0] = "规上工业总产量"
    found = read(layouts.sheet(rows, "月报", _spans()))
    assert ("sheets.unknown-measure-near", 5, 0) in problems(found)
    assert not [key for key in facts(found) if key[0] == 5]
    assert skipped(found)[5] == "refused"


def test_points_given_for_the_growth_of_a_level_are_not_taken_for_growth() -> None:
    rows = _rows()
    rows[4][6] = "提高1.2个百分点"
    found = read(layouts.sheet(rows, "月报", _spans()))
    assert ("sheets.points-not-growth", 5, 6) in problems(found)
    assert (5, "output.yoy", 202610, 1) not in facts(found)


def test_a_figure_in_a_unit_of_another_kind_is_a_problem() -> None:
    rows = _rows()
    rows[4][5] = "842.3亿美元"
    found = read(layouts.sheet(rows, "月报", _spans()))
    assert ("sheets.other-unit", 5, 5) in problems(found)
    assert (5, "output", 202610, 1) not in facts(found)


def test_a_target_in_words_is_asked_about_and_a_rough_one_taken_with_a_question() -> None:
    rows = _rows()
    rows[4][2], rows[6][2] = "与全市同步", "190亿元以上"
    found = read(layouts.sheet(rows, "月报", _spans()))
    assert {("sheets.target-text", 5, 2), ("sheets.approximate", 7, 2)} <= problems(found)
    assert facts(found)[7, "investment", 202619, 1, "target"] == 190 * YI
    assert (5, "output", 202619, 1, "target") not in facts(found)


def test_last_years_figure_beside_this_years_checks_the_growth_and_is_no_fact_of_its_own() -> None:
    top = ["指标", "单位", "1-10月", "上年同期", "同比±%"]
    body = [["规上工业总产值", "亿元", 110, 100, 10], ["进出口总额", "亿元", 110, 100, 12]]
    found = read(layouts.sheet([["2026年1-10月主要经济指标", *[None] * 4], top, *body], "月报"))
    assert problems(found) == {("sheets.growth-differs", 4, 4)}
    assert {key[1] for key in facts(found)} == {"output", "output.yoy", "trade", "trade.yoy"}


def test_a_stock_is_kept_as_a_stock_whatever_the_column_says() -> None:
    rows = _rows()
    rows[4][:2] = ["有效高新技术企业", "家"]
    rows[4][3], rows[4][5] = 4, 352
    found = read(layouts.sheet(rows, "月报", _spans()))
    assert facts(found)[5, "hightech", 202610, 2] == 352
    assert ("sheets.stock-in-month", 5, 3) in problems(found)


def test_the_vocabulary_knows_the_long_and_the_short_name() -> None:
    for label in (
        "规模以上工业总产值",
        "规上工业总产值(亿元)",
        "  2.规上工业总产值",
        "全区规上工业总产值",
        "工业总产值",
    ):
        named = VOCABULARY.named(label)
        assert named is not None
        assert named.code == "output"
