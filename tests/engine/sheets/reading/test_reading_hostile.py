"""Files made to harm: bounded time and memory, and a clear answer in two languages."""

from __future__ import annotations

import os
import random
import struct
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from qipan.engine.problem import Problem, Severity
from qipan.engine.sheets.book import Book
from qipan.engine.sheets.reading import Limits, read_books

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]><sst><si><t>&i;</t></si></sst>""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
)


def only(path: Path, limits: Limits | None = None) -> Book:
    begin = time.monotonic()
    (book,) = read_books([path], limits=limits)
    assert time.monotonic() - begin < 20
    return book


def told(book: Book) -> list[Problem]:
    found = [*book.problems, *(problem for sheet in book.sheets for problem in sheet.problems)]
    for problem in found:
        for language in ("zh", "en"):
            assert problem.message(language)
            assert "{" not in problem.message(language)
            assert "…" not in problem.message(language) or "detail" in problem.params
            assert problem.hint(language)
        assert problem.where.file == book.name
    return found


def codes(book: Book) -> list[str]:
    return [problem.code for problem in told(book)]


def workbook(path: Path, rows: int = 2) -> Path:
    book = openpyxl.Workbook()
    for row in range(rows):
        book.active.append([f"企业{row}", row])
    book.save(path)
    return path


def altered(path: Path, out: Path, changes: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            if name not in changes:
                target.writestr(name, archive.read(name))
        for name, content in changes.items():
            target.writestr(name, content)
    return out


def sheet_xml(body: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{main}">{body}</worksheet>'.encode()


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (70 * 1024 * 1024))
    assert codes(only(tmp_path / "a.zip")) == ["reading.archive-ratio"]


def test_a_zip_that_unpacks_to_more_than_is_bearable_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.csv", os.urandom(40_000))
    assert codes(only(tmp_path / "a.zip", Limits(unpacked_bytes=100_000))) == ["reading.archive-bomb"]


def test_a_zip_that_lies_about_its_sizes_is_not_unpacked_further_than_it_says(tmp_path: Path):
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = packed.compress(b"0" * (300 * 1024 * 1024)) + packed.flush()
    head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(content), 100, 5, 0) + b"a.csv"
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, len(content), 100, 5, 0, 0, 0, 0, 0, 0)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) + 5, len(head) + len(content), 0)
    (tmp_path / "a.zip").write_bytes(head + content + entry + b"a.csv" + end)
    assert "reading.file-damaged" in [
        problem.code for book in read_books([tmp_path / "a.zip"]) for problem in told(book)
    ]


def test_a_workbook_that_is_a_zip_bomb_is_refused(tmp_path: Path):
    empty = b"<row r='1'/>" * 8_000_000
    altered(workbook(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": empty})
    assert codes(only(tmp_path / "b.xlsx")) == ["reading.archive-ratio"]


def test_a_zip_with_too_many_members_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(120):
            archive.writestr(f"{number}.csv", "a")
    assert codes(only(tmp_path / "a.zip", Limits(members=100))) == ["reading.archive-too-many"]


def test_zips_inside_zips_inside_zips_end(tmp_path: Path):
    inner = b"a,b\n1,2\n"
    name = "a.csv"
    for level in range(4):
        held = BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, inner)
        inner, name = held.getvalue(), f"{level}.zip"
    (tmp_path / "a.zip").write_bytes(inner)
    assert codes(only(tmp_path / "a.zip")) == ["reading.archive-nested"]


@pytest.mark.parametrize(
    "part",
    ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/theme/theme1.xml"],
)
def test_entities_are_refused_wherever_they_stand(tmp_path: Path, part: str):
    altered(workbook(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", {part: BOMB})
    assert codes(only(tmp_path / "b.xlsx")) == ["reading.xml-entities"]


def test_entities_are_refused_in_utf_16_too(tmp_path: Path):
    bomb = BOMB.decode().replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode("utf-16")
    altered(workbook(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": bomb})
    assert codes(only(tmp_path / "b.xlsx")) == ["reading.xml-entities"]


def test_a_sheet_that_claims_sixteen_million_rows_has_the_rows_it_has(tmp_path: Path):
    claim = sheet_xml(
        '<dimension ref="A1:XFD16777216"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )
    altered(workbook(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": claim})
    book = only(tmp_path / "b.xlsx")
    assert book.sheets[0].shape == (1, 1)
    assert book.sheets[0].grid is not None
    assert book.sheets[0].grid.spans == ()


def test_two_cells_in_opposite_corners_do_not_fill_the_memory(tmp_path: Path):
    corners = sheet_xml(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="BXX1048576"><v>2</v></c></row></sheetData>'
    )
    altered(workbook(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": corners})
    book = only(tmp_path / "b.xlsx")
    assert book.sheets[0].grid is not None
    assert book.sheets[0].grid.rows[-1][-1] == 2


def test_a_scattered_large_sheet_is_not_spread_out(tmp_path: Path):
    body = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 30_000))
    body += '<row r="1048576"><c r="ZZ1048576"><v>2</v></c></row>'
    altered(
        workbook(tmp_path / "a.xlsx"),
        tmp_path / "b.xlsx",
        {"xl/worksheets/sheet1.xml": sheet_xml(f"<sheetData>{body}</sheetData>")},
    )
    assert codes(only(tmp_path / "b.xlsx")) == ["reading.sheet-too-large"]


def test_sixteen_thousand_columns_are_cut_and_said(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for column in range(16_384):
            sheet.write_number(0, column, column)
            sheet.write_number(1, column, column)
    book = only(tmp_path / "a.xlsx")
    assert codes(book) == ["reading.too-many-columns"]
    assert book.sheets[0].shape == (2, 2_000)
    assert book.sheets[0].problems[0].params["columns"] == 16_384


def test_a_flood_of_empty_tags_is_not_worked_through(tmp_path: Path):
    flood = sheet_xml("<sheetData>" + '<row r="1"><c r="A1"/><c r="B1"/></row>' * 200_000 + "</sheetData>")
    texts = sheet_xml("<si/>" * 300_000).replace(b"worksheet", b"sst")
    styles = sheet_xml("<cellXfs>" + "<xf/>" * 300_000 + "</cellXfs>").replace(b"worksheet", b"styleSheet")
    changes = {"xl/worksheets/sheet1.xml": flood, "xl/sharedStrings.xml": texts, "xl/styles.xml": styles}
    for number, (part, content) in enumerate(changes.items()):
        altered(workbook(tmp_path / "a.xlsx"), tmp_path / f"{number}.xlsx", {part: content})
    limits = Limits(markup=100_000, texts=100_000, part_bytes=1_000_000)
    assert codes(only(tmp_path / "0.xlsx", limits)) == ["reading.sheet-too-large"]
    assert codes(only(tmp_path / "1.xlsx", limits)) == ["reading.sheet-too-large"]
    assert codes(only(tmp_path / "2.xlsx", limits)) == ["reading.archive-bomb"]


@pytest.mark.parametrize("tag", ["<row ", '<c r="A1" ', "<row r=", '<c r="A1" t="e"'])
def test_tags_that_never_close_take_no_time(tmp_path: Path, tag: str):
    altered(workbook(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": tag.encode() * 400_000})
    assert codes(only(tmp_path / "b.xlsx"))[0] in ("reading.file-damaged", "reading.sheet-too-large")


@pytest.mark.parametrize(
    "tag", ["<td", "<!--", "<td a='", "<script>", "<table>", "<td colspan=2000 rowspan=999>", "&#"]
)
def test_web_pages_that_never_close_take_no_time(tmp_path: Path, tag: str):
    (tmp_path / "a.xls").write_text("<html><table><tr><td>a</td></tr>\n" + (tag + " ") * 200_000, encoding="utf-8")
    book = only(tmp_path / "a.xls")
    assert told(book)
    assert book.sheets[0].shape[0] > 0


def test_a_large_text_of_many_tiny_columns_is_bounded_by_its_cells(tmp_path: Path):
    line = ",".join("1" * 1_000)
    header = ",".join(f"c{n}" for n in range(1_000))
    (tmp_path / "a.csv").write_text(f"{header}\n" + f"{line}\n" * 300, encoding="utf-8")
    assert codes(only(tmp_path / "a.csv", Limits(grid_rows=50, frame_cells=100_000))) == ["reading.too-many-rows"]


def test_a_line_of_a_million_columns_is_cut_and_said(tmp_path: Path):
    (tmp_path / "a.csv").write_text(",".join("a" * 1_000_000) + "\n1,2\n", encoding="utf-8")
    book = only(tmp_path / "a.csv")
    assert codes(book) == ["reading.too-many-columns"]
    assert book.sheets[0].shape == (2, 2_000)


def test_a_line_without_end_is_refused(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"a," * 10_000_000)
    assert codes(only(tmp_path / "a.csv")) == ["reading.line-too-long"]


def test_a_wide_header_over_many_rows_is_refused(tmp_path: Path):
    (tmp_path / "a.csv").write_text(",".join(f"c{n}" for n in range(5_000)) + "\n" + "1,2\n" * 200, encoding="utf-8")
    assert codes(only(tmp_path / "a.csv", Limits(grid_rows=50))) == ["reading.too-many-columns"]


def test_a_macro_workbook_is_read_as_data(tmp_path: Path):
    workbook(tmp_path / "a.xlsx")
    altered(tmp_path / "a.xlsx", tmp_path / "b.xlsm", {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})
    book = only(tmp_path / "b.xlsm")
    assert codes(book) == ["reading.macros"]
    assert book.problems[0].severity is Severity.WARNING
    assert book.sheets[0].shape == (2, 2)


def test_what_a_file_is_called_does_not_matter(tmp_path: Path):
    old = xlwt.Workbook()
    old.add_sheet("a").write(0, 0, "x")
    old.save(str(tmp_path / "old.xlsx"))
    workbook(tmp_path / "new.xls")
    (tmp_path / "text.xlsx").write_text("名称,产值\n甲,1\n", encoding="gb18030")
    for name in ("old.xlsx", "new.xls", "text.xlsx"):
        book = only(tmp_path / name)
        assert codes(book) == ["reading.wrong-extension"]
        assert book.sheets[0].shape[0] > 0


def ole(names: list[str]) -> bytes:
    """A compound file with empty streams of those names, as encrypted workbooks and old documents have."""
    entries = b""
    for name in names:
        raw = (name + "\0").encode("utf-16-le")
        entry = raw.ljust(64, b"\0") + struct.pack("<HBBiii", len(raw), 2, 1, -1, -1, -1)
        entries += entry.ljust(116, b"\0") + struct.pack("<IQ", 0xFFFFFFFE, 0)
    directory = entries.ljust(512, b"\0")
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\0" * 6 + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + fat + directory


def test_a_workbook_with_a_password_says_so(tmp_path: Path):
    (tmp_path / "a.xlsx").write_bytes(ole(["Root Entry", "EncryptionInfo", "EncryptedPackage"]))
    assert codes(only(tmp_path / "a.xlsx")) == ["reading.file-encrypted"]


def test_an_encrypted_member_says_so(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(raw)
    assert codes(only(tmp_path / "a.zip")) == ["reading.file-encrypted"]


OTHERS = {
    "a.pdf": b"%PDF-1.7 ...",
    "a.docx": b"",
    "a.doc": ole(["Root Entry", "WordDocument"]),
    "a.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    "a.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 40,
    "a.rar": b"Rar!\x1a\x07\x00" + b"\0" * 40,
    "a.json": b'{"a": 1}',
    "a.xml": b"<?xml version='1.0'?><a/>",
    "a.md": "# 说明".encode(),
    "a.db": b"SQLite format 3\0" + b"\0" * 100,
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_kinds_of_file_are_named_and_told_what_is_read(tmp_path: Path, name: str):
    content = OTHERS[name]
    if name == "a.docx":
        held = BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", "<w/>")
        content = held.getvalue()
    (tmp_path / name).write_bytes(content)
    book = only(tmp_path / name)
    assert codes(book) == ["reading.file-unsupported"]
    assert "XLSX" in book.problems[0].hint("zh")
    assert book.problems[0].severity is Severity.ERROR


def test_noise_is_no_table(tmp_path: Path):
    (tmp_path / "a.xls").write_bytes(random.Random(1).randbytes(5_000))
    assert codes(only(tmp_path / "a.xls"))[0] in ("reading.file-unsupported", "reading.file-unknown")
