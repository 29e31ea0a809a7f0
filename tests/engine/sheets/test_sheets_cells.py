"""Text of cells becomes values, the same one by one and by the column."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sheets.definitions import UNITS
from qipan.engine.sheets.body import cell_text
from qipan.engine.sheets.cells import read_cells, read_date, read_number
from qipan.engine.sheets.cells.figures import in_unit, read_figures
from qipan.engine.sheets.spec import ColumnSpec, ColumnType


@pytest.mark.parametrize(
    ("text", "value", "unit", "magnitude"),
    [
        ("1234.5", "1234.5", None, 1), ("1,234.5", "1234.5", None, 1), ("１，２３４．５", "1234.5", None, 1), (" 12 ", "12", None, 1),
        ("+3.2", "3.2", None, 1), ("-3.2", "-3.2", None, 1), ("−3.2", "-3.2", None, 1), ("1.2万", "1.2", None, 10**4),
        ("5亿", "5", None, 10**8), ("12.3亿元", "12.3", "亿元", 1), ("50亩", "50", "亩", 1), ("1万㎡", "1", "万平方米", 1),
        ("26,171.5550(万元人民币)", "26171.555", "万元", 1), ("6.2%", "6.2", "%", 1), ("6.2％", "6.2", "%", 1),
        ("增长6.2%", "6.2", "%", 1), ("下降0.3个百分点", "-0.3", "百分点", 1), ("提高1.2个百分点", "1.2", "百分点", 1),
        ("回落1.5百分点", "-1.5", "百分点", 1), ("同比增长8.1%", "8.1", "%", 1), ("持平", "0", None, 1), ("与上年持平", "0", None, 1),
        ("123.4*", "123.4", None, 1), ("壹佰贰拾叁万肆仟伍佰元整", "1234500", "元", 1), ("三亿五千万", "350000000", None, 1),
        ("¥100", "100", None, 1), ("1e3", "1000", None, 1), ("3家", "3", "家", 1),
    ],
)  # fmt: skip
def test_a_figure_is_read_in_every_way_it_is_written(text: str, value: str, unit: str | None, magnitude: int) -> None:
    found = read_number(text, UNITS)
    assert (found.value, found.unit, found.magnitude, found.problem) == (Decimal(value), unit, magnitude, None)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "——", "…", "……", "/", "无", "N/A", "null", "－", "\u3000"])
def test_the_many_ways_to_write_nothing_are_null_and_no_problem(text: str) -> None:
    assert read_number(text, UNITS).value is None
    assert read_number(text, UNITS).problem is None
    cells = read_cells(pl.Series([text]), ColumnSpec("x", (), "", ColumnType.NUMBER), UNITS)
    assert cells.row(0) == (None,) * 5


@pytest.mark.parametrize(
    ("text", "problem", "value"),
    [
        ("abc", "sheets.bad-number", None), ("50亩/厂房1万㎡", "sheets.bad-number", None), ("#REF!", "sheets.formula-error", None),
        ("#DIV/0!", "sheets.formula-error", None), ("5-8亿", "sheets.range", None), ("5~8亿元", "sheets.range", None),
        ("2000—3000万元", "sheets.range", None), ("约3亿美元", "sheets.approximate", "3"), ("7%左右", "sheets.approximate", "7"),
        ("不低于8%", "sheets.approximate", "8"), ("1.2.3", "sheets.bad-number", None), ("12,34", "sheets.bad-number", None),
    ],
)  # fmt: skip
def test_what_is_no_plain_figure_is_said_to_be_so(text: str, problem: str, value: str | None) -> None:
    found = read_number(text, UNITS)
    assert found.problem == problem
    assert found.value == (None if value is None else Decimal(value))


def test_a_remark_in_brackets_is_kept_beside_the_figure() -> None:
    assert read_number("385.2(1-9月)", UNITS).note == "1-9月"


@pytest.mark.parametrize(
    ("text", "day", "problem"),
    [
        ("2021-03-05", date(2021, 3, 5), None), ("2021/3/5", date(2021, 3, 5), None), ("2021.3.5", date(2021, 3, 5), None),
        ("20210305", date(2021, 3, 5), None), ("2021年3月5日", date(2021, 3, 5), None), ("2021 年 3 月 5 日", date(2021, 3, 5), None),
        ("44260", date(2021, 3, 5), None), ("2021-03-05 00:00:00", date(2021, 3, 5), None), ("21.3.5", date(2021, 3, 5), None),
        ("2021年3月", date(2021, 3, 1), "sheets.rounded-date"), ("2021.03", date(2021, 3, 1), "sheets.rounded-date"),
        ("3月底", date(2026, 3, 31), "sheets.rounded-date"), ("2月底", date(2026, 2, 28), "sheets.rounded-date"),
        ("6月中旬", date(2026, 6, 15), "sheets.rounded-date"), ("2021", date(2021, 1, 1), "sheets.rounded-date"),
        ("2021年底", date(2021, 12, 31), "sheets.rounded-date"), ("拟6月", None, "sheets.planned-date"),
        ("预计2027年3月", None, "sheets.planned-date"), ("2021-02-30", None, "sheets.bad-date"), ("2021年13月", None, "sheets.bad-date"),
        ("长期", None, "sheets.bad-date"), ("#N/A", None, "sheets.formula-error"), ("—", None, None),
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_way_it_is_written(text: str, day: date | None, problem: str | None) -> None:
    found = read_date(text, 2026)
    assert (found.value, found.problem) == (day, problem)


def test_a_month_without_a_year_anywhere_is_asked_about() -> None:
    assert read_date("3月底").problem == "sheets.year-unknown"


def test_phones_with_names_and_line_breaks_are_numbers() -> None:
    texts = pl.Series(["张工\n13800000001", "0537-1234567/13900000002", "86-13800000001", "无", "王五"])
    cells = read_cells(texts, ColumnSpec("x", (), "", ColumnType.PHONE), UNITS)
    assert cells["value"].to_list() == ["13800000001", "0537-1234567;13900000002", "13800000001", None, None]
    assert cells["problem"].to_list() == [None, None, None, None, "sheets.bad-phone"]


def test_ticks_and_crosses_are_yes_and_no_and_blank_is_unknown() -> None:
    texts = pl.Series(["√", "是", "Y", "×", "否", "", None, "待定"])
    cells = read_cells(texts, ColumnSpec("x", (), "", ColumnType.BOOLEAN), UNITS)
    assert cells["value"].to_list() == [True, True, True, False, False, None, None, None]
    assert cells["problem"].to_list() == [*[None] * 7, "sheets.bad-boolean"]


def test_codes_keep_a_question_about_their_inner_digit_and_lose_what_is_wrong() -> None:
    texts = pl.Series(
        [
            "91110000600037341L",
            "９１１１００００６０００３７３４１Ｌ",
            "91110000600037341X",
            "9.1E+17",
            "600037341",
            "—",
        ]
    )
    cells = read_cells(texts, ColumnSpec("x", (), "", ColumnType.USCC), UNITS)
    assert cells["value"].to_list() == ["91110000600037341L"] * 2 + [None, None, "600037341", None]
    assert cells["problem"].to_list() == [
        None,
        "codes.written",
        "codes.uscc-check",
        "codes.scientific",
        "codes.organisation-only",
        None,
    ]


def test_figures_of_one_column_in_many_units_come_out_in_one() -> None:
    figures = read_figures(pl.Series(["5亿", "1.2万", "300千元", "2亿元", "7", "3亿美元"]), UNITS)
    found = in_unit(figures, None, "万元", UNITS)
    shown = [None if value is None else f"{value.normalize():f}" for value in found["value"]]
    assert shown == ["50000", "1.2", "30", "20000", "7", None]
    assert found["problem"].to_list() == [*[None] * 5, "sheets.other-unit"]


def test_a_cell_shows_what_a_person_sees_in_it() -> None:
    assert cell_text(0.1 + 0.2) == "0.3"
    assert cell_text(0.062, percent=True) == "6.2%"
    assert cell_text(1020.0) == "1020"
    assert cell_text(911100006000373410) == "9.11100006000373e+17"
    assert cell_text(9.111e17) == "9.111e+17"
    assert cell_text(float("nan")) is None
    assert cell_text("  ") is None
    assert cell_text(True) == "是"


@given(st.decimals(min_value="-99999999999", max_value="99999999999", places=6))
def test_figures_survive_the_column_exactly_with_and_without_thousands(value: Decimal) -> None:
    figures = read_figures(pl.Series([f"{value}", f"{value:,}", f"{value}万元"]), UNITS)
    assert figures["value"].to_list() == [value.quantize(Decimal("1e-10"))] * 3


@given(st.lists(st.text(alphabet="0123456789.,-+%万亿元个百分点约增长下降持平—/( )年月abce", max_size=12), max_size=8))
def test_any_text_is_read_alike_by_the_column_and_alone(texts: list[str]) -> None:
    figures = read_figures(pl.Series("x", texts, dtype=pl.String), UNITS)
    for text, value, problem in zip(texts, figures["value"], figures["problem"], strict=True):
        one = read_number(text, UNITS)
        if value is None or one.value is None:
            assert (value is None, problem) == (one.value is None, one.problem)
        else:
            assert abs(value - one.value) <= Decimal("1e-10")
