"""XLSX and XLS: values, what their formats mean, merges, colours, hidden parts and stored formula results."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.styles import Alignment, PatternFill
from openpyxl.styles.colors import Color

from qipan.engine.sheets.book import Book, Grid, Span
from qipan.engine.sheets.reading import Limits, read_books


def only(path: Path, limits: Limits | None = None) -> Book:
    (book,) = read_books([path], limits=limits)
    return book


def grid(path: Path, sheet: int = 0) -> Grid:
    found = only(path).sheets[sheet].grid
    assert found is not None
    return found


def codes(book: Book) -> list[str]:
    return [problem.code for problem in (*book.problems, *(one for sheet in book.sheets for one in sheet.problems))]


def test_numbers_texts_and_truths_keep_their_types(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["产值", 12, 1.5, True, None, "00123", "91370800MA3C4XYZ0A", -3])
    book.save(tmp_path / "a.xlsx")
    assert list(grid(tmp_path / "a.xlsx").rows[0]) == ["产值", 12, 1.5, True, None, "00123", "91370800MA3C4XYZ0A", -3]


def test_a_long_whole_number_is_the_float_that_excel_kept(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_number(0, 0, 913708001234567890)
    value = grid(tmp_path / "a.xlsx").rows[0][0]
    assert isinstance(value, float)
    assert value == pytest.approx(9.13708001234568e17)


def test_dates_times_and_percentages_are_told_by_their_number_format(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for column, (value, code) in enumerate(
            [
                (44256, "yyyy-mm-dd"),
                (44256.5, 'yyyy"年"m"月"d"日" hh:mm'),
                (0.25, "h:mm"),
                (0.062, "0.0%"),
                (44256, "[$-804]yyyy年m月"),
                (1.25, "[h]:mm"),
                (12, '0.00"万元"'),
                (59, "yyyy-mm-dd"),
            ]
        ):
            sheet.write_number(0, column, value, book.add_format({"num_format": code}))
    found = grid(tmp_path / "a.xlsx")
    assert list(found.rows[0]) == [
        date(2021, 3, 1),
        datetime(2021, 3, 1, 12),
        time(6),
        0.062,
        date(2021, 3, 1),
        1.25,
        12,
        date(1900, 2, 28),
    ]
    assert found.percent == {(0, 3)}


def test_a_workbook_counting_from_1904_gives_the_same_dates(tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True})
    book.add_worksheet().write_datetime(0, 0, date(2026, 10, 31), book.add_format({"num_format": 14}))
    book.close()
    assert grid(tmp_path / "a.xlsx").rows[0][0] == date(2026, 10, 31)


def test_merges_fills_indents_and_hidden_parts_are_known_by_place(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "2026年10月主要指标"
    sheet.merge_cells("A1:C1")
    sheet.append(["指标", "单位", "值"])
    sheet.append(["总产值", "亿元", 1020])
    sheet.append(["其中:工业", "亿元", 900])
    sheet["A4"].alignment = Alignment(indent=2)
    sheet["C3"].fill = PatternFill("solid", fgColor="FFFF0000")
    sheet["C4"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.4))
    sheet["B4"].fill = PatternFill("solid", fgColor="FFFFFFFF")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "a.xlsx")
    found = grid(tmp_path / "a.xlsx")
    assert found.spans == (Span(0, 0, 0, 2),)
    assert list(found.rows[0]) == ["2026年10月主要指标", None, None]
    assert found.fills[2, 2] == "FF0000"
    assert found.fills[3, 2] not in ("FFFFFF", "4F81BD")
    assert (3, 1) not in found.fills
    assert found.indents == {(3, 0): 2}
    assert found.hidden_rows == {2}
    assert found.hidden_columns == {1}


def test_formulas_are_read_by_their_stored_result_and_errors_are_named(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_formula(0, 1, "=A9", None, "#REF!")
        sheet.write_formula(0, 2, '="a"', None, "a")
    found = grid(tmp_path / "a.xlsx")
    assert list(found.rows[0]) == [2, None, "a"]
    assert found.errors == {(0, 1): "#REF!"}


def test_a_formula_without_a_stored_result_is_a_problem_and_not_a_zero(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["合计", "=SUM(B2:B9)"])
    book.save(tmp_path / "a.xlsx")
    read = only(tmp_path / "a.xlsx")
    assert codes(read) == ["reading.formula-without-value"]
    assert read.sheets[0].problems[0].where.text() == "a.xlsx › Sheet › 第1行 › B"
    assert grid(tmp_path / "a.xlsx").rows[0][0] == "合计"


def test_a_workbook_written_with_prefixes_reads_the_same(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["名称", "值"])
    book.active.append(["甲", 1])
    book.active.merge_cells("A3:B3")
    book.active["A3"] = "注"
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for name in archive.namelist():
            content = archive.read(name)
            if name.startswith(("xl/worksheets", "xl/shared", "xl/workbook", "xl/styles")) and name.endswith(".xml"):
                content = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", content).replace(b"xmlns=", b"xmlns:x=")
            target.writestr(name.replace("/", "\\") if "sheet1" in name else name, content)
    found = grid(tmp_path / "b.xlsx")
    assert [list(row) for row in found.rows] == [["名称", "值"], ["甲", 1], ["注", None]]
    assert len(found.spans) == 1


def test_a_cell_stands_where_its_own_reference_says(tmp_path: Path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    body = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="A11"><v>11</v></c><c r="B1"><v>2</v></c></row>'
        '<row><c><v>3</v></c><c><v>4</v></c><c r="C2"><v>5</v></c></row></sheetData>'
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for name in archive.namelist():
            target.writestr(name, f"<worksheet>{body}</worksheet>" if "sheet1" in name else archive.read(name))
    rows = [list(row) for row in grid(tmp_path / "b.xlsx").rows]
    assert rows[:2] == [[1, 2, None], [3, 4, 5]]
    assert rows[10] == [11, None, None]


def test_rich_text_is_one_text_and_pronunciation_is_left_out(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(0, 0, "高新", bold, "技术", "企业")
    content = {}
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    strings = content["xl/sharedStrings.xml"].replace(b"</si>", b"<rPh sb='0' eb='2'><t>gaoxin</t></rPh></si>")
    content["xl/sharedStrings.xml"] = strings
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    assert grid(tmp_path / "b.xlsx").rows[0][0] == "高新技术企业"


def test_empty_formatted_rows_and_columns_are_not_part_of_the_sheet(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "企业名称"
    sheet["B2"] = 1
    for row in range(3, 400):
        sheet.cell(row, 30).fill = PatternFill("solid", fgColor="FFFFFF00")
    book.save(tmp_path / "a.xlsx")
    found = grid(tmp_path / "a.xlsx")
    assert [list(row) for row in found.rows] == [["企业名称", None], [None, 1]]
    assert not found.fills


def test_a_hidden_sheet_is_read_and_said(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    hidden = book.create_sheet("旧数据")
    hidden["A1"] = 2
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    read = only(tmp_path / "a.xlsx")
    assert [sheet.name for sheet in read.sheets] == ["Sheet", "旧数据"]
    assert codes(read) == ["reading.hidden-sheet"]


def test_an_old_workbook_gives_values_and_merges(tmp_path: Path):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("月报")
    sheet.write_merge(0, 0, 0, 2, "主要经济指标")
    sheet.write(1, 0, "总产值")
    sheet.write(1, 1, 1020.5)
    sheet.write(1, 2, date(2026, 10, 31), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "a.xls"))
    found = grid(tmp_path / "a.xls")
    assert [list(row) for row in found.rows] == [
        ["主要经济指标", None, None],
        ["总产值", 1020.5, date(2026, 10, 31)],
    ]
    assert found.spans == (Span(0, 0, 0, 2),)


def test_an_old_workbook_tells_percentages_colours_indents_and_hidden_parts(tmp_path: Path):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("月报")
    sheet.write(0, 0, "指标")
    sheet.write(1, 0, "其中:工业", xlwt.easyxf("alignment: indent 2"))
    sheet.write(1, 1, 0.062, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(2, 0, "黄牌", xlwt.easyxf("pattern: pattern solid, fore_colour yellow"))
    sheet.write(3, 1, 7)
    sheet.row(3).hidden = True
    sheet.col(1).hidden = True
    book.save(str(tmp_path / "a.xls"))
    found = grid(tmp_path / "a.xls")
    assert found.percent == {(1, 1)}
    assert found.indents == {(1, 0): 2}
    assert found.fills == {(2, 0): "FFFF00"}
    assert found.hidden_rows == {3}
    assert found.hidden_columns == {1}


def test_a_large_plain_sheet_becomes_a_frame_with_its_types(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet("企业")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["企业名称", "成立日期", "从业人数", "营收", "备注"])
        for row in range(1, 400):
            sheet.write_string(row, 0, f"企业{row}")
            sheet.write_datetime(row, 1, date(2020, 1, 1), day)
            sheet.write_number(row, 2, row)
            sheet.write_number(row, 3, row + 0.5)
            if row % 2:
                sheet.write(row, 4, "拟退库" if row % 3 else 12)
    (sheet,) = only(tmp_path / "a.xlsx", Limits(grid_rows=100)).sheets
    assert sheet.grid is None
    assert sheet.frame is not None
    assert {name: str(kind) for name, kind in sheet.frame.schema.items()} == {
        "企业名称": "String",
        "成立日期": "Date",
        "从业人数": "Int64",
        "营收": "Float64",
        "备注": "String",
    }
    assert sheet.first_row == 2
    assert sheet.frame.row(2) == ("企业3", date(2020, 1, 1), 3, 3.5, "12")


def test_a_large_sheet_with_titles_or_merges_stays_cells(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "企业台账"
    sheet.merge_cells("A1:B1")
    sheet.append(["名称", "产值"])
    for row in range(300):
        sheet.append([f"企业{row}", row])
    book.save(tmp_path / "a.xlsx")
    (read,) = only(tmp_path / "a.xlsx", Limits(grid_rows=100)).sheets
    assert read.grid is not None
    assert read.shape == (302, 2)


def test_a_sheet_too_large_for_cells_is_a_frame_below_its_titles(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "企业台账(单位:万元)"
    sheet.append(["名称", "产值"])
    for row in range(300):
        sheet.append([f"企业{row}", row])
    book.save(tmp_path / "a.xlsx")
    (read,) = only(tmp_path / "a.xlsx", Limits(grid_rows=100, grid_cells=200)).sheets
    assert read.frame is not None
    assert read.frame.columns == ["名称", "产值"]
    assert read.above == (("企业台账(单位:万元)", None),)
    assert read.first_row == 3
    assert read.frame.row(0) == ("企业0", 0)


def test_formula_errors_of_a_large_sheet_are_counted_and_placed(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "增速"])
        for row in range(1, 300):
            sheet.write_string(row, 0, f"企业{row}")
            sheet.write_formula(row, 1, "=1/0", None, "#DIV/0!" if row in (7, 9) else row)
    (read,) = only(tmp_path / "a.xlsx", Limits(grid_rows=100)).sheets
    assert read.frame is not None
    assert read.frame["增速"][6] is None
    (problem,) = read.problems
    assert problem.code == "reading.cell-errors"
    assert (problem.params["count"], problem.where.row, problem.where.column) == (2, 8, "B")
