"""企业台账 as it comes, and the ways in which it varies: the records, facts and problems must be the same."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
import pytest

from engine.sheets import layouts
from engine.sheets.readings import codes, column, facts, problems, read, skipped
from qipan.engine.sheets.book import CellValue, Sheet

NAMES = ["启盘精密机械有限公司", "启盘电子科技有限公司", "启盘新材料有限公司", "启盘生物医药有限公司"]
FACTS = {
    (5, "firm_revenue", 202519, 1): 12345_600_000, (6, "firm_revenue", 202519, 1): 2345_600_000, (8, "firm_revenue", 202519, 1): 345_600_000,
    (9, "firm_revenue", 202519, 1): 1045_600_000, (5, "firm_tax", 202519, 1): 321_500_000, (6, "firm_tax", 202519, 1): 21_500_000,
    (8, "firm_tax", 202519, 1): 1_500_000, (5, "firm_power", 202519, 1): 88_000_000, (6, "firm_power", 202519, 1): 8_000_000,
    (5, "firm_output", 202610, 1): 9876_500_000, (6, "firm_output", 202610, 1): 1876_500_000, (8, "firm_output", 202610, 1): 276_500_000,
    (9, "firm_output", 202610, 1): 76_500_000, (5, "firm_output.yoy", 202610, 1): 62_000, (6, "firm_output.yoy", 202610, 1): -31_000,
    (8, "firm_output.yoy", 202610, 1): 0,
}  # fmt: skip
Rows = list[list[CellValue]]


def _rows() -> Rows:
    grid = layouts.enterprises().grid
    assert grid is not None
    return [list(row) for row in grid.rows]


def _moved(by: int) -> dict[tuple[object, ...], int]:
    return {(key[0] + by, *key[1:]): value for key, value in FACTS.items()}  # type: ignore[operator]


def test_the_ledger_as_it_comes_is_read_whole() -> None:
    found = read(layouts.enterprises(), ledger="enterprises")
    assert column(found, "name") == NAMES
    assert column(found, "uscc") == ["91110000600037341L", "91330100799655058B", None, "192203821"]
    assert column(found, "hightech") == [True, None, True, False]
    assert column(found, "phone") == ["13800000001", "0537-1234567", None, "13900000002"]
    assert column(found, "note") == [None, "拟退库", None, None]
    assert facts(found) == FACTS
    assert skipped(found) == {7: "subtotal", 10: "subtotal", 11: "total", 12: "footnote"}


def test_a_merged_park_holds_for_all_its_rows() -> None:
    assert column(read(layouts.enterprises()), "unit") == ["东园", "东园", "西园", "西园"]


def test_a_code_the_spreadsheet_damaged_is_a_problem_and_never_guessed() -> None:
    found = read(layouts.enterprises())
    assert ("codes.scientific", 8, 2) in problems(found)
    assert column(found, "uscc")[2] is None
    assert "9.14403001922038e+17" in str(column(found, "extra")[2])


def test_a_formula_error_is_a_problem_and_not_a_figure() -> None:
    found = read(layouts.enterprises())
    assert ("sheets.formula-error", 9, 8) in problems(found)
    assert column(found, "tax")[3] is None


def test_numbers_of_eighteen_digits_held_as_numbers_are_damaged_whatever_their_type() -> None:
    rows = _rows()
    rows[4][2] = 911100006000373410
    found = read(layouts.sheet(rows, "企业台账", [(0, 0, 0, 12), *layouts.ENTERPRISE_SPANS]))
    assert ("codes.scientific", 5, 2) in problems(found)
    assert column(found, "uscc")[0] is None


def _without_merges(rows: Rows) -> Sheet:
    rows[5][3], rows[8][3] = "东园", "西园"
    return layouts.sheet(rows, "企业台账")


def _without_title(rows: Rows) -> Sheet:
    return layouts.sheet([[None] * 13, [None] * 13, *rows[2:]], "Sheet1", layouts.ENTERPRISE_SPANS)


def _hidden_and_blank(rows: Rows) -> Sheet:
    return layouts.sheet(
        [*rows, [None] * 13, [""] * 13], "企业台账", layouts.ENTERPRISE_SPANS, hidden_rows=frozenset({5})
    )


def _full_width(rows: Rows) -> Sheet:
    rows[4][7], rows[4][8], rows[5][7], rows[4][11] = "１２,３４５.６", " 321.5 ", "2 345.6", "６.２％"
    return layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS)


def _percent_cells(rows: Rows) -> Sheet:
    rows[4][11], rows[5][11] = 0.062, -0.031
    return layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS, percent=frozenset({(4, 11), (5, 11)}))


def _thousands_of_yuan(rows: Rows) -> Sheet:
    rows[1][0] = "单位:千元"
    for row in rows[4:]:
        for at in (7, 8, 10):
            value = row[at]
            row[at] = (
                float(str(value).replace(",", "")) * 10
                if isinstance(value, int | float) or value == "1,045.6"
                else value
            )
    return layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS)


def _suffixes(rows: Rows) -> Sheet:
    rows[4][7], rows[5][7], rows[8][7] = "1.23456亿", "2345.6万元", "10456千元"
    return layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS)


def _signed(rows: Rows) -> Sheet:
    rows[4][11], rows[5][11], rows[7][11] = "增长6.2%", "下降3.1%", "与去年同期持平"
    return layouts.sheet(
        [*rows, ["填表人:王某", None, None, "审核人:李某", *[None] * 9]], "企业台账", layouts.ENTERPRISE_SPANS
    )


@pytest.mark.parametrize(
    "vary",
    [
        _without_merges,
        _without_title,
        _hidden_and_blank,
        _full_width,
        _percent_cells,
        _thousands_of_yuan,
        _suffixes,
        _signed,
    ],
)
def test_the_same_figures_come_out_of_every_way_to_write_them(vary: object) -> None:
    found = read(vary(_rows()), file="2026年10月企业台账.xlsx", ledger="enterprises")  # type: ignore[operator]
    assert column(found, "name") == NAMES
    assert facts(found) == FACTS


def test_headings_of_one_row_with_units_in_them_say_the_same() -> None:
    top = [
        "企业名称",
        "统一社会信用代码",
        "所属园区",
        "2025年营收(亿元)",
        "2025年税收(万元)",
        "1—10月产值(千元)",
        "1—10月产值±%",
    ]
    body = [[NAMES[0], "91110000600037341L", "东园", 1.23456, 321.5, 98765, 6.2]]
    found = read(layouts.sheet([["2026年企业台账", *[None] * 6], top, *body], "台账", [(0, 0, 0, 6)]))
    assert facts(found) == {
        (3, "firm_revenue", 202519, 1): 12345_600_000, (3, "firm_tax", 202519, 1): 321_500_000,
        (3, "firm_output", 202610, 1): 9876_500_000, (3, "firm_output.yoy", 202610, 1): 62_000,
    }  # fmt: skip


def test_a_header_of_three_rows_is_one_header() -> None:
    rows = _rows()
    over: list[CellValue] = [*rows[2][:7], "主要指标", None, None, None, None, rows[2][12]]
    second: list[CellValue] = [*[None] * 7, *rows[2][7:12], None]
    spans = [(2, column, 4, column) for column in (0, 1, 2, 3, 4, 5, 6, 12)] + [
        (2, 7, 2, 11),
        (3, 7, 3, 9),
        (3, 10, 3, 11),
    ]
    found = read(layouts.sheet([*rows[:2], over, second, *rows[3:]], "企业台账", spans))
    assert column(found, "name") == NAMES
    assert facts(found) == _moved(1)


def test_a_repeated_header_and_a_row_of_column_numbers_are_no_records() -> None:
    rows = _rows()
    numbers: list[CellValue] = ["甲", "乙", "丙", "丁", "戊", *range(1, 9)]
    again = [*rows[:4], numbers, *rows[4:7], rows[2], rows[3], *rows[7:]]
    found = read(layouts.sheet(again, "企业台账", layouts.ENTERPRISE_SPANS))
    assert column(found, "name") == NAMES
    assert {5: "numbering", 9: "header", 10: "header"}.items() <= skipped(found).items()


def test_rows_that_only_name_a_park_are_sections_of_what_follows() -> None:
    rows = _rows()
    for row in rows[4:9]:
        row[3] = None
    body = [*rows[:4], ["一、东园", *[None] * 12], *rows[4:6], ["二、西园", *[None] * 12], *rows[7:9]]
    found = read(layouts.sheet(body, "企业台账", layouts.ENTERPRISE_SPANS))
    assert column(found, "section") == ["一、东园", "一、东园", "二、西园", "二、西园"]
    assert list(skipped(found).values()) == ["section", "section"]


@pytest.mark.parametrize("words", ["合 计", "总计:", "合  计", "总 计(大写)", "全区合计", "合计(单位:万元)"])
def test_a_total_is_never_a_record_however_it_is_spaced(words: str) -> None:
    rows = _rows()
    rows[10][0], rows[10][1] = None, words
    assert skipped(read(layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS)))[11] == "total"


def test_a_firm_whose_name_holds_the_word_total_is_a_record() -> None:
    rows = _rows()
    rows[4][1] = "启盘合计信息技术有限公司"
    assert (
        column(read(layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS)), "name")[0] == "启盘合计信息技术有限公司"
    )


def test_hidden_rows_are_read_and_asked_about() -> None:
    assert "sheets.hidden-rows" in codes(read(_hidden_and_blank(_rows())))


def test_colour_is_asked_about_and_not_interpreted() -> None:
    fills = {(5, at): "FFFF00" for at in range(13)}
    found = read(layouts.sheet(_rows(), "企业台账", layouts.ENTERPRISE_SPANS, fills=fills))
    asked = found.problems.filter(pl.col("code") == "sheets.colour-meaning")
    assert asked["value"].to_list() == ["#FFFF00"]
    assert '"rows": "6"' in asked["params"][0]


def test_an_unknown_column_is_a_question_and_kept_beside_the_record() -> None:
    rows = _rows()
    for row, text in zip(rows[2:9], ["安全等级", None, "A", "B", None, "C", None], strict=True):
        row.append(text)
    found = read(layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS))
    assert ("sheets.unknown-column", None, 13) in problems(found)
    assert column(found, "extra")[0] == '{"安全等级": "A"}'


def test_growths_written_as_fractions_are_asked_about() -> None:
    top = ["企业名称", "1-10月产值", "1-10月产值±%"]
    body = [
        [f"启盘{name}有限公司", 100, value]
        for name, value in zip("甲乙丙丁戊", [0.062, 0.031, -0.05, 0.1, 0.2], strict=True)
    ]
    found = read(layouts.sheet([top, *body], "企业台账"), file="2026.xlsx")
    assert codes(found).count("sheets.maybe-fraction") == 5


def test_a_column_of_codes_without_a_telling_heading_is_found_by_its_values() -> None:
    top = ["企业名称", "代码证", "行业"]
    body = [
        [NAMES[0], "91110000600037341L", "制造"],
        [NAMES[1], "91330100799655058B", "制造"],
        ["启盘丙有限公司", "914403001922038216", "制造"],
    ]
    found = read(layouts.sheet([top, *body], "企业台账"))
    assert column(found, "uscc") == ["91110000600037341L", "91330100799655058B", "914403001922038216"]
    assert "sheets.unsure-column" in codes(found)


def test_dates_in_all_their_forms_are_days() -> None:
    forms: Sequence[CellValue] = [
        "2021年3月",
        "2021.3.5",
        "20210305",
        44260,
        "2021-03-05",
        date(2021, 3, 5),
        datetime(2021, 3, 5),
        "2021年3月5日",
        "不详",
    ]
    body = [[f"启盘{at}有限公司", form] for at, form in enumerate(forms)]
    found = read(layouts.sheet([["企业名称", "成立日期"], *body], "企业台账"))
    assert column(found, "registered") == [date(2021, 3, 1), *[date(2021, 3, 5)] * 7, None]
    assert codes(found) == ["sheets.bad-date", "sheets.rounded-date"]


def test_a_required_value_that_is_missing_refuses_the_row_and_only_it() -> None:
    rows = _rows()
    rows[5][1] = "—"
    found = read(layouts.sheet(rows, "企业台账", layouts.ENTERPRISE_SPANS))
    assert column(found, "name") == [NAMES[0], *NAMES[2:]]
    assert skipped(found)[6] == "refused"
    assert ("sheets.required-missing", 6, 1) in problems(found)
    assert facts(found) == {key: value for key, value in FACTS.items() if key[0] != 6}
    assert found.facts.filter(pl.col("row") == 8)["record"].unique().to_list() == [1]


def test_values_outside_the_list_and_fractions_of_people_are_problems() -> None:
    top = ["企业名称", "企业规模", "从业人员"]
    found = read(layouts.sheet([top, [NAMES[0], "中型", "1.2万"], [NAMES[1], "特大", 12.5]], "企业台账"))
    assert column(found, "staff") == [12000, None]
    assert {("sheets.not-allowed", 3, 1), ("sheets.not-integer", 3, 2)} <= problems(found)


def test_a_condition_of_the_ledger_is_checked_for_every_record() -> None:
    top = ["企业名称", "2025年营收", "2025年税收"]
    found = read(layouts.sheet([top, [NAMES[0], 100, 200], [NAMES[1], 100, 20], [NAMES[2], None, 20]], "企业台账"))
    assert [(code, row) for code, row, _ in problems(found)] == [("sheets.check-warning", 2)]


def test_a_firm_that_stands_twice_is_reported() -> None:
    top = ["企业名称", "统一社会信用代码"]
    body = [[NAMES[0], "91110000600037341L"], [NAMES[1], "91330100799655058B"], ["启盘机械", "91110000600037341L"]]
    assert ("sheets.repeated-record", 4, None) in problems(read(layouts.sheet([top, *body], "企业台账")))


def test_figures_without_any_period_are_asked_about_and_not_dated_by_guess() -> None:
    found = read(layouts.sheet([["企业名称", "产值"], [NAMES[0], 100]], "企业台账"))
    assert found.facts.is_empty()
    assert "sheets.figure-without-period" in codes(found)


def test_a_large_plain_table_reads_like_a_small_one() -> None:
    frame = pl.DataFrame(
        {
            "name": [*NAMES, "合计", None],
            "uscc": ["91110000600037341L", "91330100799655058X", "9.1E+17", None, None, None],
            "reg_date": ["2021-03-05", "2021年3月", "", "44260", None, None],
            "capital_wan": ["3.1", "1,045.6", "—", "5亿", "9", None],
        }
    )
    found = read(Sheet("enterprises", 0, None, frame), ledger="enterprises")
    assert column(found, "name") == NAMES
    assert column(found, "uscc") == ["91110000600037341L", None, None, None]
    assert column(found, "registered") == [date(2021, 3, 5), date(2021, 3, 1), None, date(2021, 3, 5)]
    assert column(found, "capital") == ["3.1", "1045.6", None, "50000"]
    assert skipped(found) == {6: "total", 7: "blank"}
    assert {("codes.uscc-check", 3, 1), ("codes.scientific", 4, 1)} <= problems(found)
