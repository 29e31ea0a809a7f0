"""Folders and ZIPs: which files are meant, what they are called, and the original cells found again."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
import xlwt

from qipan.engine.problem import Severity
from qipan.engine.sheets.reading import Limits, original_window, read_books, window


def table(path: Path, name: str = "甲") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"名称,产值\n{name},1\n", encoding="utf-8")
    return path


def test_a_folder_gives_its_files_in_the_order_people_expect(tmp_path: Path):
    for name in ("10月.csv", "2月.csv", "园区/1月.csv", ".hidden.csv", "~$2月.csv", "Thumbs.db", ".git/x.csv"):
        table(tmp_path / name)
    assert [book.name for book in read_books([tmp_path])] == ["2月.csv", "10月.csv", "园区/1月.csv"]


def test_links_are_not_followed_out_of_a_folder(tmp_path: Path):
    table(tmp_path / "elsewhere" / "b.csv")
    table(tmp_path / "folder" / "a.csv")
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "folder" / "link.csv").symlink_to(tmp_path / "elsewhere" / "b.csv")
    assert [book.name for book in read_books([tmp_path / "folder"])] == ["a.csv"]


def test_a_folder_without_tables_says_so(tmp_path: Path):
    (book,) = read_books([tmp_path])
    assert [problem.code for problem in book.problems] == ["reading.folder-empty"]


def test_a_picture_among_the_tables_of_a_folder_is_a_warning(tmp_path: Path):
    table(tmp_path / "a.csv")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    first, second = read_books([tmp_path])
    assert not first.problems
    assert second.problems[0].severity is Severity.WARNING


def test_one_broken_file_does_not_stop_the_others(tmp_path: Path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    table(tmp_path / "b.csv")
    first, second = read_books([tmp_path])
    assert [problem.code for problem in first.problems] == ["reading.file-damaged"]
    assert second.sheets[0].shape == (2, 2)


def test_a_zip_gives_its_members_without_the_litter_of_systems(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "十月.zip", "w") as archive:
        for name in ("报表/企业.csv", "__MACOSX/报表/._企业.csv", "报表/~$企业.csv", ".DS_Store"):
            archive.writestr(name, "名称,产值\n甲,1\n")
    (book,) = read_books([tmp_path / "十月.zip"])
    assert book.name == "十月.zip/报表/企业.csv"
    assert book.member == "报表/企业.csv"
    assert book.sheets[0].shape == (2, 2)


def test_names_written_in_gbk_by_chinese_windows_are_repaired(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("XXXXXXXX.csv", "名称,产值\n甲,1\n")
    raw = (tmp_path / "a.zip").read_bytes().replace(b"XXXXXXXX", "企业台账".encode("gbk"))
    (tmp_path / "a.zip").write_bytes(raw)
    (book,) = read_books([tmp_path / "a.zip"])
    assert book.name == "a.zip/企业台账.csv"


def test_a_zip_in_a_zip_is_opened_once(tmp_path: Path):
    table(tmp_path / "a.csv")
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "甲区.csv")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "报送/inner.zip")
    (book,) = read_books([tmp_path / "outer.zip"])
    assert book.member == "报送/inner.zip/甲区.csv"
    found = original_window(tmp_path / "outer.zip", 0, 2, 0, 1, member=book.member)
    assert [list(row) for row in found.grid.rows] == [["名称", "产值"], ["甲", "1"]]


def test_the_fingerprint_of_a_member_is_that_of_its_own_bytes(tmp_path: Path):
    table(tmp_path / "a.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "a.csv")
    outside, inside = read_books([tmp_path / "a.csv", tmp_path / "a.zip"])
    assert outside.sha256 == inside.sha256
    assert len(outside.sha256) == 64
    assert outside.size == inside.size


def test_a_large_member_is_read_from_scratch_which_is_empty_afterwards(tmp_path: Path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    text = "名称,产值\n" + "甲,1\n" * 500
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", text)
    (book,) = read_books([tmp_path / "a.zip"], limits=Limits(memory_bytes=100, grid_rows=50, scratch=scratch))
    assert book.sheets[0].frame is not None
    assert book.sheets[0].frame.height == 500
    assert list(scratch.iterdir()) == []


def test_a_parquet_file_keeps_its_types(tmp_path: Path):
    frame = pl.DataFrame({"名称": ["甲"], "成立": [date(2021, 3, 1)], "标签": [["高企", "科小"]], "章": [b"\xff\x00"]})
    frame.write_parquet(tmp_path / "a.parquet")
    (book,) = read_books([tmp_path / "a.parquet"])
    (sheet,) = book.sheets
    assert sheet.frame is not None
    assert sheet.frame.columns == ["名称", "成立", "标签"]
    assert sheet.frame.row(0)[:2] == ("甲", date(2021, 3, 1))
    assert "高企" in sheet.frame.row(0)[2]
    assert [problem.code for problem in sheet.problems] == ["reading.binary-columns"]


# The window must say the same whether a sheet is small or large.


def cells(path: Path, row: int, column: int, radius: int = 1, sheet: int = 0) -> tuple[int, int, list[list[object]]]:
    found = original_window(path, sheet, row, column, radius)
    assert not found.problems
    return found.grid.first_row, found.grid.first_column, [list(line) for line in found.grid.rows]


@pytest.mark.parametrize("small", [10**9, 0])
def test_a_window_shows_the_cells_around_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int):
    monkeypatch.setattr(window, "_SMALL", small)
    lines = [[f"r{row}c{column}" for column in range(6)] for row in range(1, 5_001)]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("无关", "台账"):
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                sheet.write_row(row, 0, line)
    (tmp_path / "a.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    (tmp_path / "b.csv").write_text("\n".join(",".join([*line[:5], "中"]) for line in lines), encoding="gb18030")
    expected = [["r3998c1", "r3998c2", "r3998c3"], ["r3999c1", "r3999c2", "r3999c3"], ["r4000c1", "r4000c2", "r4000c3"]]
    assert cells(tmp_path / "a.xlsx", 3999, 2, sheet=1) == (3998, 1, expected)
    assert cells(tmp_path / "a.csv", 3999, 2) == (3998, 1, expected)
    assert cells(tmp_path / "b.csv", 3999, 2) == (3998, 1, expected)
    assert cells(tmp_path / "a.xlsx", 1, 0) == (1, 0, [["r1c0", "r1c1"], ["r2c0", "r2c1"]])
    assert cells(tmp_path / "a.xlsx", 5000, 5) == (4999, 4, [["r4999c4", "r4999c5"], ["r5000c4", "r5000c5"]])
    assert cells(tmp_path / "a.csv", 5000, 5) == (4999, 4, [["r4999c4", "r4999c5"], ["r5000c4", "r5000c5"]])


def test_a_window_on_parquet_counts_the_header_as_its_first_row(tmp_path: Path):
    pl.DataFrame({"名称": ["甲", "乙", "丙"], "值": [1, 2, 3]}).write_parquet(tmp_path / "a.parquet")
    assert cells(tmp_path / "a.parquet", 2, 0) == (1, 0, [["名称", "值"], ["甲", 1], ["乙", 2]])
    assert cells(tmp_path / "a.parquet", 4, 1) == (3, 0, [["乙", 2], ["丙", 3]])


def test_a_window_on_an_old_workbook(tmp_path: Path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for row in range(9):
        sheet.write(row, 0, row)
    book.save(str(tmp_path / "a.xls"))
    assert cells(tmp_path / "a.xls", 5, 0) == (4, 0, [[3], [4], [5]])


def test_a_window_keeps_merges_and_colours_at_their_place(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "园区"
    sheet["B2"] = "甲区"
    sheet.merge_cells("B2:B4")
    sheet["B5"] = "末行"
    book.save(tmp_path / "a.xlsx")
    found = original_window(tmp_path / "a.xlsx", 0, 3, 1, 1)
    (span,) = found.grid.spans
    assert (span.top, span.left, span.bottom, span.right) == (0, 1, 2, 1)


def test_a_window_on_what_is_gone_says_so(tmp_path: Path):
    found = original_window(tmp_path / "gone.xlsx", 0, 1, 1)
    assert [problem.code for problem in found.problems] == ["reading.file-missing"]
    table(tmp_path / "a.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "a.csv")
    found = original_window(tmp_path / "a.zip", 0, 1, 1, member="b.csv")
    assert [problem.code for problem in found.problems] == ["reading.file-missing"]
    assert found.problems[0].where.file == "b.csv"
