"""CSV and TSV as they come: any encoding, any separator, large ones as frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from qipan.engine.sheets.book import Book, Sheet
from qipan.engine.sheets.reading import Limits, read_books

SMALL = Limits(grid_rows=50)


def only(path: Path, limits: Limits | None = None) -> Book:
    (book,) = read_books([path], limits=limits)
    return book


def sheet_of(path: Path, limits: Limits | None = None) -> Sheet:
    (sheet,) = only(path, limits).sheets
    return sheet


def rows(sheet: Sheet) -> list[list[object]]:
    assert sheet.grid is not None
    return [list(row) for row in sheet.grid.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str):
    (tmp_path / "a.csv").write_bytes("企业名称,产值\r\n齐鲁精工有限公司,12\r\n".encode(encoding))
    assert rows(sheet_of(tmp_path / "a.csv")) == [["企业名称", "产值"], ["齐鲁精工有限公司", "12"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_every_usual_encoding_reads_the_same_when_large(tmp_path: Path, encoding: str):
    text = "企业名称,产值\r\n" + "".join(f"齐鲁精工{row}有限公司,{row}\r\n" for row in range(200))
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    sheet = sheet_of(tmp_path / "a.csv", SMALL)
    assert sheet.frame is not None
    assert sheet.frame.columns == ["企业名称", "产值"]
    assert sheet.frame.height == 200
    assert sheet.frame.row(199) == ("齐鲁精工199有限公司", "199")


def test_a_large_file_that_turns_chinese_late_is_still_read(tmp_path: Path):
    text = "name,value\n" + "abc,1\n" * 60_000 + "齐鲁,2\n"
    (tmp_path / "a.csv").write_bytes(text.encode("gb18030"))
    sheet = sheet_of(tmp_path / "a.csv")
    assert sheet.frame is not None
    assert sheet.frame.row(-1) == ("齐鲁", "2")


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_the_one_that_makes_columns(tmp_path: Path, separator: str):
    lines = [["名称", "说明"], ["甲", "机械,电子;其他"], ["乙", "无"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert rows(sheet_of(tmp_path / "a.csv")) == lines


def test_quoted_line_ends_stay_inside_their_cell_and_blank_lines_count(tmp_path: Path):
    (tmp_path / "a.csv").write_text('名称,电话\n甲,"123\n456"\n\n乙,7\n', encoding="utf-8")
    assert rows(sheet_of(tmp_path / "a.csv")) == [["名称", "电话"], ["甲", "123\n456"], [None, None], ["乙", "7"]]


def test_large_text_keeps_quoted_line_ends_blank_lines_and_row_numbers(tmp_path: Path):
    text = '名称,电话\n甲,"123\n456"\n\n' + "乙,7\n" * 100 + "\n\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    sheet = sheet_of(tmp_path / "a.csv", SMALL)
    assert sheet.frame is not None
    assert sheet.first_row == 2
    assert sheet.frame.rows()[:3] == [("甲", "123\n456"), (None, None), ("乙", "7")]
    assert sheet.frame.height == 102


def test_title_rows_above_the_header_stay_in_a_grid(tmp_path: Path):
    text = "2026年10月企业台账,,\n单位:万元,,\n名称,产值,税收\n" + "甲,1,2\n" * 100
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    sheet = sheet_of(tmp_path / "a.csv", SMALL)
    assert rows(sheet)[:3] == [["2026年10月企业台账", None, None], ["单位:万元", None, None], ["名称", "产值", "税收"]]


def test_title_rows_of_a_text_too_large_for_cells_stand_above_the_frame(tmp_path: Path):
    text = "2026年10月企业台账,,\n名称,产值,税收\n" + "甲,1,2\n" * 100
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    sheet = sheet_of(tmp_path / "a.csv", Limits(grid_rows=50, grid_cells=100))
    assert sheet.frame is not None
    assert sheet.above == (("2026年10月企业台账", None, None),)
    assert sheet.first_row == 3
    assert sheet.frame.shape == (100, 3)


def test_codes_kept_as_text_for_excel_lose_the_wrapping_only(tmp_path: Path):
    (tmp_path / "a.csv").write_text('名称,代码\n甲,="00123"\n', encoding="utf-8")
    assert rows(sheet_of(tmp_path / "a.csv"))[1] == ["甲", "00123"]
    (tmp_path / "b.csv").write_text("名称,代码\n" + '甲,"=""00123"""\n' * 100, encoding="utf-8")
    frame = sheet_of(tmp_path / "b.csv", SMALL).frame
    assert frame is not None
    assert frame.row(5) == ("甲", "00123")


def test_rows_longer_than_the_header_are_counted_never_dropped_in_silence(tmp_path: Path):
    text = "名称,产值\n" + "甲,1\n" * 100 + "乙,1,2,3\n" + "丙,1,5\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    (problem,) = sheet_of(tmp_path / "a.csv", SMALL).problems
    assert problem.code == "reading.ragged-rows"
    assert (problem.params["count"], problem.where.row) == (2, 102)


def test_a_quote_nobody_closes_is_a_problem_and_loses_no_line(tmp_path: Path):
    (tmp_path / "a.csv").write_text('名称,产值\n甲,1\n"乙,2\n丙,3\n', encoding="utf-8")
    sheet = sheet_of(tmp_path / "a.csv")
    assert [problem.code for problem in sheet.problems] == ["reading.unclosed-quote"]
    assert rows(sheet)[3] == ["丙", "3"]


def test_a_quote_nobody_closes_in_a_large_file_loses_no_line(tmp_path: Path):
    text = "名称,产值\n" + "甲,1\n" * 100 + '"乙,2\n' + "丙,3\n" * 10
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    sheet = sheet_of(tmp_path / "a.csv", SMALL)
    assert [problem.code for problem in sheet.problems] == ["reading.unclosed-quote"]
    assert sheet.frame is not None
    assert sheet.frame.height == 111


def test_double_and_empty_headings_become_different_columns(tmp_path: Path):
    with_gaps = "名称,产值,产值,\n" + "甲,1,2,3\n" * 100
    (tmp_path / "a.csv").write_text(with_gaps, encoding="utf-8")
    frame = sheet_of(tmp_path / "a.csv", Limits(grid_rows=50, grid_cells=100)).frame
    assert frame is not None
    assert frame.columns == ["名称", "产值", "产值 (2)", "第4列"]


def test_nul_characters_are_removed_and_said(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes("名称,产值\n甲\x00,1\n".encode())
    sheet = sheet_of(tmp_path / "a.csv")
    assert rows(sheet)[1] == ["甲", "1"]
    assert [problem.code for problem in sheet.problems] == ["reading.nul-bytes"]
    (tmp_path / "b.csv").write_bytes(("名称,产值\n" + "甲\x00,1\n" * 100).encode())
    large = sheet_of(tmp_path / "b.csv", SMALL)
    assert large.frame is not None
    assert large.frame.row(99) == ("甲", "1")
    assert [problem.code for problem in large.problems] == ["reading.nul-bytes"]


def test_characters_of_no_encoding_are_counted(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes("名称,产值\n甲乙丙丁,1\n".encode() + b"\xff\xff,2\n")
    sheet = sheet_of(tmp_path / "a.csv")
    assert [problem.code for problem in sheet.problems] == ["reading.bad-encoding"]
    assert rows(sheet)[0] == ["名称", "产值"]


def test_a_line_naming_its_separator_is_not_a_row(tmp_path: Path):
    (tmp_path / "a.csv").write_text("sep=;\r\n名称;产值\r\n甲;1,5\r\n", encoding="utf-8")
    assert rows(sheet_of(tmp_path / "a.csv")) == [["名称", "产值"], ["甲", "1,5"]]


def test_a_web_page_saved_as_a_workbook_is_read_as_the_table_it_is(tmp_path: Path):
    page = (
        "<html><head><meta charset='gbk'></head><body><table><tr><td colspan=2>企业台账</td></tr>"
        "<tr><td rowspan='2'>甲区</td><td bgcolor='#ff0000'>齐鲁&amp;精工</td></tr>"
        "<tr style='display:none'><td>12<br>34</td></tr></table></body></html>"
    )
    (tmp_path / "a.xls").write_bytes(page.encode("gbk"))
    book = only(tmp_path / "a.xls")
    assert [problem.code for problem in book.problems] == ["reading.wrong-extension"]
    (sheet,) = book.sheets
    assert rows(sheet) == [["企业台账", None], ["甲区", "齐鲁&精工"], [None, "12\n34"]]
    assert sheet.grid is not None
    assert sheet.grid.fills == {(1, 1): "FF0000"}
    assert sheet.grid.hidden_rows == {2}
    assert len(sheet.grid.spans) == 2
