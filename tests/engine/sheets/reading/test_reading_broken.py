"""Files that are empty, gone, closed, changing or damaged: one clear problem each, never an exception."""

from __future__ import annotations

import os
import random
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlwt

from qipan.engine.problem import Problem
from qipan.engine.sheets.book import Book
from qipan.engine.sheets.reading import Limits, read_books, source


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


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.parquet", "a.zip"])
def test_an_empty_file_says_so(tmp_path: Path, name: str):
    (tmp_path / name).touch()
    assert codes(only(tmp_path / name)) == ["reading.file-empty"]


def test_a_missing_file_says_so(tmp_path: Path):
    assert codes(only(tmp_path / "nowhere.xlsx")) == ["reading.file-missing"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_closed_file_says_so(tmp_path: Path):
    workbook(tmp_path / "a.xlsx").chmod(0)
    assert codes(only(tmp_path / "a.xlsx")) == ["reading.file-denied"]


def test_a_refused_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = workbook(tmp_path / "a.xlsx")

    def refused(*_: object, **__: object) -> object:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "open", refused)
    assert codes(only(path)) == ["reading.file-denied"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "a.csv")
    assert codes(only(tmp_path / "a.csv")) == ["reading.file-not-a-file"]


def growing(path: Path) -> Callable[..., object]:
    real = source.keep

    def keep(*arguments: object, **more: object) -> object:
        kept = real(*arguments, **more)  # type: ignore[arg-type]
        with path.open("ab") as target:
            target.write(b"1,2\n")
        return kept

    return keep


def test_a_file_that_changes_under_the_reader_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    monkeypatch.setattr(source, "keep", growing(tmp_path / "a.csv"))
    book = only(tmp_path / "a.csv")
    assert codes(book) == ["reading.file-changed"]
    assert book.sheets == ()


def test_a_full_disk_says_so(tmp_path: Path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n" * 1_000, encoding="utf-8")
    full = Path("/dev/full")
    if not full.exists() or not stat.S_ISCHR(full.stat().st_mode):
        pytest.skip("needs /dev/full")
    place = tmp_path / "scratch"
    place.mkdir()
    original = source.Scratch.path
    try:
        source.Scratch.path = lambda self: full  # type: ignore[method-assign]
        assert codes(only(tmp_path / "a.csv", Limits(memory_bytes=10, scratch=place))) == ["reading.no-space"]
    finally:
        source.Scratch.path = original  # type: ignore[method-assign]


def fixtures(folder: Path) -> list[Path]:
    old = xlwt.Workbook()
    sheet = old.add_sheet("a")
    for row in range(40):
        sheet.write(row, 0, f"企业{row}")
        sheet.write(row, 1, row, xlwt.easyxf(num_format_str="0.0%"))
    old.save(str(folder / "a.xls"))
    pl.DataFrame({"名称": [f"企业{row}" for row in range(40)], "值": range(40)}).write_parquet(folder / "a.parquet")
    workbook(folder / "a.xlsx", 40)
    (folder / "a.csv").write_bytes(b"\xef\xbb\xbf" + "名称,值\n甲,1\n".encode() * 20)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.write(folder / "a.xls", "a.xls")
    (folder / "b.xls").write_text("<html><table><tr><td>a</td><td>b</td></tr></table></html>", encoding="utf-8")
    return sorted(folder.iterdir())


def test_no_truncated_file_raises(tmp_path: Path):
    for path in fixtures(tmp_path):
        whole = path.read_bytes()
        for share in range(1, 20):
            path.write_bytes(whole[: len(whole) * share // 20])
            for book in read_books([path]):
                told(book)


def test_no_damaged_file_raises(tmp_path: Path):
    chance = random.Random(7)
    for path in fixtures(tmp_path):
        whole = path.read_bytes()
        for _ in range(60):
            broken = bytearray(whole)
            for _ in range(chance.choice((1, 3, 30))):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            path.write_bytes(broken)
            for book in read_books([path]):
                told(book)


def test_no_damaged_part_of_a_workbook_raises(tmp_path: Path):
    chance = random.Random(11)
    workbook(tmp_path / "a.xlsx", 40)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, whole in parts.items():
        for _ in range(8):
            broken = bytearray(whole)
            broken[chance.randrange(len(broken))] = chance.randrange(256)
            book = only(altered(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {name: bytes(broken)}))
            told(book)
