"""Exports: every value readable, nothing that runs as a formula, and the same rows when read again."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.sheets import writing
from qipan.engine.sheets.escape import escape_formula, escaped_column, unescape_formula
from qipan.engine.sheets.reading import read_books
from qipan.engine.sheets.writing import TableColumn, sheet_name, write_table

COLUMNS = [
    TableColumn("名称"),
    TableColumn("产值(万元)", "number", 2),
    TableColumn("人数", "integer"),
    TableColumn("成立", "date"),
    TableColumn("高企", "boolean"),
    TableColumn("信用代码"),
]
ROWS = [
    ("齐鲁精工", Decimal("1234.5"), 1200, date(2021, 3, 1), True, "91370800MA3C4XYZ0A"),
    ('=HYPERLINK("http://x")', None, None, None, None, "+86 537"),
    ("-", 1.25, 913708001234567890, datetime(2021, 3, 1, 8, 30), False, "@x"),
]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "-1+2", "=", "+86 537"]
)
def test_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text: str):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "-", "--", "-5", "+3.2", "-1,234.50", "-0.5%", "1+1", "甲=乙", "—", "'=1", "-1.2E+05"]
)
def test_numbers_dashes_and_ordinary_text_stay_as_they_are(text: str):
    assert escape_formula(text) == text


@given(st.text(max_size=12) | st.from_regex(r"\A[ \t]?[=+\-@'][-+0-9.,%eE\n ]{0,6}\Z"))
def test_escaped_text_is_harmless_and_comes_back(text: str):
    escaped = escape_formula(text)
    assert escape_formula(escaped) == escaped
    if escaped != text or text[:1] != "'":
        assert unescape_formula(escaped) == text


@given(st.lists(st.text(max_size=8) | st.from_regex(r"\A[ \t]?[=+\-@][-+0-9.,%eE\n ]{0,6}\Z"), max_size=5))
def test_columns_are_escaped_as_single_texts_are(texts: list[str]):
    frame = pl.DataFrame({"a": texts}, schema={"a": pl.String})
    assert frame.select(escaped_column(pl.col("a"))).to_series().to_list() == [escape_formula(text) for text in texts]


def test_a_workbook_export_has_types_a_frozen_header_and_readable_widths(tmp_path: Path):
    assert write_table(tmp_path / "a.xlsx", COLUMNS, ROWS, sheet="企业", above=["企业名录", "=1"]) == 3
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["企业"]
    assert sheet.freeze_panes == "A4"
    assert [cell.value for cell in sheet[3]] == [column.name for column in COLUMNS]
    assert sheet["A2"].value == "'=1"
    assert [cell.value for cell in sheet[4]] == [
        "齐鲁精工",
        1234.5,
        1200,
        datetime(2021, 3, 1),
        "是",
        "91370800MA3C4XYZ0A",
    ]
    assert sheet["B4"].number_format == "#,##0.00"
    assert sheet["A5"].value == '\'=HYPERLINK("http://x")'
    assert sheet["A5"].data_type == "s"
    assert sheet["C6"].value == "913708001234567890"
    assert sheet.column_dimensions["F"].width > 18


def test_a_text_export_opens_in_excel_as_utf_8(tmp_path: Path):
    write_table(tmp_path / "a.csv", COLUMNS, ROWS, truth=("yes", "no"))
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert lines[1] == ["齐鲁精工", "1234.50", "1200", "2021-03-01", "yes", "91370800MA3C4XYZ0A"]
    assert lines[2] == ['\'=HYPERLINK("http://x")', "", "", "", "", "'+86 537"]
    assert lines[3][:3] == ["-", "1.25", "913708001234567890"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_frame_is_exported_as_its_rows_are(tmp_path: Path, name: str):
    frame = pl.DataFrame(
        {
            "名称": ["甲", "=1", None],
            "产值": [1.5, None, 3.0],
            "高企": [True, None, False],
            "成立": [date(2021, 3, 1)] * 3,
        }
    )
    columns = [
        TableColumn("名称"),
        TableColumn("产值", "number", 1),
        TableColumn("高企", "boolean"),
        TableColumn("成立", "date"),
    ]
    write_table(tmp_path / name, columns, frame)
    first = (tmp_path / name).rename(tmp_path / f"first-{name}")
    write_table(tmp_path / name, columns, frame.rows())

    def content(path: Path) -> list[list[object]]:
        grid = read_books([path])[0].sheets[0].grid
        assert grid is not None
        return [list(row) for row in grid.rows]

    assert content(first) == content(tmp_path / name)
    assert len(content(first)) == 4


def test_an_export_is_there_when_complete_or_not_at_all(tmp_path: Path):
    def broken():
        yield ("甲", 1, 1, None, None, None)
        raise RuntimeError("lost")

    for name in ("a.csv", "a.xlsx"):
        with pytest.raises(RuntimeError):
            write_table(tmp_path / name, COLUMNS, broken())
    assert list(tmp_path.iterdir()) == []


def test_rows_beyond_a_sheet_continue_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "SHEET_ROWS", 11)
    assert (
        write_table(tmp_path / "a.xlsx", [TableColumn("n", "integer")], ((n,) for n in range(25)), sheet="企业") == 25
    )
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["企业", "企业 (2)", "企业 (3)"]
    assert [sheet.max_row for sheet in book] == [11, 11, 6]


def test_two_exports_of_the_same_rows_on_the_same_day_are_equal(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        write_table(tmp_path / name, COLUMNS, ROWS, made_on=date(2026, 11, 20))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_text_too_long_for_a_cell_is_cut_not_lost(tmp_path: Path):
    write_table(tmp_path / "a.xlsx", [TableColumn("备注")], [("长" * 40_000,)])
    value = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value
    assert len(value) == 32_767
    assert value.endswith("…")


def test_names_of_sheets_are_made_acceptable_and_different():
    assert sheet_name("a/b:c[d]") == "a_b_c_d_"
    assert sheet_name("企业", ["企业", "企业 (2)"]) == "企业 (3)"
    assert len(sheet_name("长" * 40, ["长" * 31])) <= 31
    assert sheet_name("") == "Sheet"
