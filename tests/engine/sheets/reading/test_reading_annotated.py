"""The user's own file given back: problem cells coloured and commented, a first sheet listing them all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import xlsxwriter
import xlwt
from openpyxl.styles import Font, PatternFill

from qipan.engine.problem import Severity
from qipan.engine.sheets.reading import CellNote, Limits, annotate, annotated, notes, read_books, rewritten

BAD = CellNote(0, 3, 1, Severity.ERROR, "信用代码的校验位不对", "请按营业执照更正")
ODD = CellNote(0, 3, 1, Severity.WARNING, "=cmd|'/c calc'!A0")
ROW = CellNote(0, 4, None, Severity.QUESTION, "这一行是小计吗?")
WHOLE = CellNote(0, None, None, Severity.INFO, "按企业台账读取")
ALL = [WHOLE, ODD, ROW, BAD]


def ledger(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "企业'台账"
    sheet.append(["2026年10月"])
    sheet.merge_cells("A1:C1")
    sheet.append(["名称", "代码", "产值"])
    sheet.append(["甲", "91370800", "=1+1"])
    sheet.append(["小计", None, 12])
    sheet["A2"].font = Font(bold=True)
    sheet["C4"].fill = PatternFill("solid", fgColor="FFFF0000")
    sheet.column_dimensions["A"].width = 33
    book.save(path)
    return path


def test_a_workbook_keeps_its_look_and_gains_colours_comments_and_a_list(tmp_path: Path):
    ledger(tmp_path / "a.xlsx")
    assert annotate(tmp_path / "a.xlsx", None, ALL, tmp_path / "b.xlsx") == ()
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book.sheetnames == ["问题清单", "企业'台账"]
    sheet = book["企业'台账"]
    assert sheet["A2"].font.bold
    assert sheet["C3"].value == "=1+1"
    assert sheet.column_dimensions["A"].width == 33
    assert sheet["C4"].fill.fgColor.rgb == "FFFF0000"
    assert sheet["B3"].fill.fgColor.rgb.endswith(notes.COLOURS[Severity.ERROR])
    assert "校验位" in sheet["B3"].comment.text
    assert "请按营业执照更正" in sheet["B3"].comment.text
    assert sheet["A4"].comment.text.startswith("这一行")
    listed = book["问题清单"]
    assert [cell.value for cell in listed[1]] == ["级别", "工作表", "位置", "原内容", "问题", "怎么办"]
    assert [cell.value for cell in listed[2]] == ["错误", "企业'台账", "B3", "91370800", BAD.message, BAD.hint]
    assert listed["C2"].hyperlink.location == "'企业''台账'!B3"
    assert [listed.cell(row, 1).value for row in range(2, 6)] == ["错误", "待确认", "提醒", "说明"]


def test_nothing_that_is_written_runs_as_a_formula(tmp_path: Path):
    ledger(tmp_path / "a.xlsx")
    (tmp_path / "c.csv").write_text("名称,备注\n=1+2,@SUM(A1)\n甲,-1\n", encoding="utf-8")
    annotate(tmp_path / "a.xlsx", None, ALL, tmp_path / "b.xlsx")
    annotate(tmp_path / "c.csv", None, [CellNote(0, 2, 0, Severity.ERROR, "=1", "+x")], tmp_path / "d.xlsx")
    listed = openpyxl.load_workbook(tmp_path / "b.xlsx")["问题清单"]
    assert listed["E4"].value == "'=cmd|'/c calc'!A0"
    for sheet in openpyxl.load_workbook(tmp_path / "d.xlsx"):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "@", "+"))


def test_the_list_speaks_english_too(tmp_path: Path):
    ledger(tmp_path / "a.xlsx")
    annotate(tmp_path / "a.xlsx", None, ALL, tmp_path / "b.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book.sheetnames[0] == "Problems"
    assert book["Problems"]["A2"].value == "Error"


def test_a_cell_inside_a_merge_is_marked_where_the_merge_shows(tmp_path: Path):
    ledger(tmp_path / "a.xlsx")
    annotate(tmp_path / "a.xlsx", None, [CellNote(0, 1, 2, Severity.ERROR, "期别读不出")], tmp_path / "b.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["企业'台账"]
    assert sheet["A1"].comment.text == "期别读不出"


def test_text_and_old_workbooks_become_a_workbook_with_the_same_rows(tmp_path: Path):
    (tmp_path / "a.csv").write_text("名称,代码\n甲,1\n乙,2\n", encoding="gb18030")
    old = xlwt.Workbook()
    sheet = old.add_sheet("台账")
    for row, line in enumerate([["名称", "代码"], ["甲", "1"], ["乙", "2"]]):
        for column, cell in enumerate(line):
            sheet.write(row, column, cell)
    old.save(str(tmp_path / "a.xls"))
    for name, title in (("a.csv", "a"), ("a.xls", "台账")):
        assert annotate(tmp_path / name, None, [BAD, ROW], tmp_path / "b.xlsx") == ()
        book = openpyxl.load_workbook(tmp_path / "b.xlsx")
        assert book.sheetnames == ["问题清单", title]
        assert [[cell.value for cell in row] for row in book[title].iter_rows(max_row=3)] == [
            ["名称", "代码"],
            ["甲", "1"],
            ["乙", "2"],
        ]
        assert book[title]["B3"].comment.text.startswith("信用代码")
        assert book["问题清单"]["C2"].hyperlink.location == f"'{title}'!B3"
        assert book["问题清单"]["D2"].value == "2"


def test_of_a_very_large_file_only_the_rows_with_problems_are_shown(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(rewritten, "_WHOLE_ROWS", 50)
    pl.DataFrame({"名称": [f"企业{row}" for row in range(100)], "值": range(100)}).write_parquet(tmp_path / "a.parquet")
    found = [CellNote(0, row, 1, Severity.ERROR, "错") for row in (1, 30, 90)]
    assert annotate(tmp_path / "a.parquet", None, found, tmp_path / "b.xlsx") == ()
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    rows = [[cell.value for cell in row] for row in book["a"].iter_rows()]
    assert rows[1:] == [["原行号", "名称", "值"], [30, "企业28", 28], [90, "企业88", 88]]
    assert book["问题清单"]["C4"].hyperlink.location == "'a'!C4"
    assert book["a"]["C4"].comment.text == "错"


def test_a_million_problems_are_listed_up_to_a_bound_and_counted(tmp_path: Path, monkeypatch):
    for module in (annotated, rewritten):
        monkeypatch.setattr(module, "LISTED", 50)
        monkeypatch.setattr(module, "COMMENTED", 10)
    ledger(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("名称,代码\n" + "甲,1\n" * 500, encoding="utf-8")
    found = [CellNote(0, row, 1, Severity.ERROR, "错") for row in range(2, 400)]
    for name in ("a.xlsx", "a.csv"):
        annotate(tmp_path / name, None, found, tmp_path / "b.xlsx")
        book = openpyxl.load_workbook(tmp_path / "b.xlsx")
        assert book["问题清单"].max_row == 52
        assert book["问题清单"]["A52"].value == "另有 348 个问题未列出"
        comments = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
        assert len(comments) == 10


def test_a_member_of_a_zip_is_annotated(tmp_path: Path):
    ledger(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.xlsx", "报送/企业.xlsx")
    (book,) = read_books([tmp_path / "a.zip"])
    assert book.path is not None
    assert annotate(book.path, book.member, [BAD], tmp_path / "b.xlsx") == ()
    assert openpyxl.load_workbook(tmp_path / "b.xlsx")["企业'台账"]["B3"].comment


def test_a_workbook_with_an_endless_merge_is_rewritten_instead(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("a")
        sheet.merge_range(2, 0, 60_000, 20, "")
        sheet.write(0, 0, "名称")
        sheet.write(1, 0, "甲")
    content = (
        zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").replace(b"A3:U60001", b"A3:XFD1048576")
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive, zipfile.ZipFile(tmp_path / "b.xlsx", "w", 8) as target:
        for name in archive.namelist():
            target.writestr(name, content if name.endswith("sheet1.xml") else archive.read(name))
    assert annotate(tmp_path / "b.xlsx", None, [CellNote(0, 2, 0, Severity.ERROR, "错")], tmp_path / "c.xlsx") == ()
    assert openpyxl.load_workbook(tmp_path / "c.xlsx")["a"]["A2"].comment.text == "错"


def test_what_cannot_be_read_is_said_and_leaves_no_file(tmp_path: Path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    (problem,) = annotate(tmp_path / "a.pdf", None, [BAD], tmp_path / "b.xlsx", limits=Limits())
    assert problem.code == "reading.file-unknown"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
