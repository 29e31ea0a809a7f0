"""Files nobody made for us: the public data that QIPAN_DATA names are all answered sensibly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qipan.engine.sheets.reading import iter_books

DATA = Path(os.environ.get("QIPAN_DATA", Path(__file__).resolve().parents[5] / "shared" / "data"))
TABLES = {".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".txt"}

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no public data: set QIPAN_DATA ({DATA} is absent)"),
]


def test_every_file_is_read_or_told_why_not():
    seen = 0
    for book in iter_books([DATA]):
        seen += 1
        if Path(book.name).suffix in TABLES:
            assert not book.problems, book.name
            assert book.sheets, book.name
            assert all(sheet.shape[0] > 0 and not sheet.problems for sheet in book.sheets), book.name
        else:
            assert [problem.code for problem in book.problems] == ["reading.file-unsupported"], book.name
            assert not book.sheets
    assert seen > 40


def test_a_city_of_real_firms_is_read_completely():
    (book,) = iter_books([DATA / "registry" / "jining.csv"])
    (sheet,) = book.sheets
    assert sheet.shape == (4_984, 13)


def test_the_nation_of_real_firms_is_a_frame_of_typed_columns():
    (book,) = iter_books([DATA / "registry" / "enterprises.parquet"])
    (sheet,) = book.sheets
    assert sheet.frame is not None
    assert sheet.frame.height == 1_500_708
    assert sheet.frame.columns[:2] == ["name", "uscc"]
