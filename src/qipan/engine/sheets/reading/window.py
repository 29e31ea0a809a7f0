"""The original cells around a place, for the reader who asks where a figure came from."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import overload

import polars as pl
from polars.exceptions import PolarsError

from qipan.engine.problem import Problem
from qipan.engine.sheets.book import CellValue, Grid, Sheet, Span
from qipan.engine.sheets.reading.archive import member_name
from qipan.engine.sheets.reading.cells import CellReader
from qipan.engine.sheets.reading.encoding import guess
from qipan.engine.sheets.reading.kind import Kind, tell
from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits, Unreadable, guarded, refuse
from qipan.engine.sheets.reading.oldbook import read_oldbook
from qipan.engine.sheets.reading.package import checked, listed
from qipan.engine.sheets.reading.source import Scratch, Source, keep
from qipan.engine.sheets.reading.strings import one_string
from qipan.engine.sheets.reading.text import delimiter, first_rows, read_text
from qipan.engine.sheets.reading.webpage import read_webpage
from qipan.engine.sheets.reading.workbook import Named, Workbook

_SMALL = 4 * MEBIBYTE
_ROW = re.compile(rb'<row (?:[^<>]{0,400}? )?r="([0-9]{1,7})"')
_TEXT = re.compile(rb"<si[\s>/]")
_PENDING = "\x00shared "  # a shared text whose number is known and whose words are not yet


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a sheet: `grid.first_row` (1-based) and `grid.first_column` (0-based) say where it was cut out."""

    sheet: str
    grid: Grid
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """The bounds of a window: rows and columns 0-based, all included."""

    top: int
    bottom: int
    left: int
    right: int


def original_window(
    path: Path,
    sheet: int,
    row: int,
    column: int,
    radius: int = 3,
    *,
    member: str | None = None,
    limits: Limits | None = None,
    from_left: bool = False,
) -> Window:
    """Return the cells around `row` (1-based) and `column` (0-based) of a stored file that no longer changes.

    `member` names the file inside where `path` is a ZIP; `from_left` adds all columns left of them. Only what is
    needed is read: a place far down a large file takes about as long as unpacking it. What cannot be read any more is
    said in the window's problems.
    """
    bounds = limits or Limits()
    reach = max(0, min(radius, 50))
    left = 0 if from_left else max(column - reach, 0)
    frame = _Frame(max(row - 1 - reach, 0), row - 1 + reach, left, column + reach)
    try:
        with guarded(), Scratch(bounds.scratch) as scratch:
            source = opened(path, member, bounds, scratch)
            name, grid = _cut(source, sheet, frame, bounds, scratch)
    except Unreadable as refusal:
        where = replace(refusal.problem.where, file=member or path.name)
        return Window("", Grid(()), (replace(refusal.problem, where=where),))
    return Window(name, grid)


def opened(path: Path, member: str | None, limits: Limits, scratch: Scratch) -> Source:
    """Return a stored file, or the member of it that was read under that name."""
    if not path.exists():
        raise refuse("reading.file-missing")
    source = Source.stored(path)
    return source if member is None else _member(source, member, limits, scratch)


def _member(source: Source, wanted: str, limits: Limits, scratch: Scratch) -> Source:
    with source.open() as stream, zipfile.ZipFile(listed(stream, limits)) as archive:
        for member in checked(archive, limits.unpacked_bytes, limits):
            name = member_name(member)
            if name != wanted and not wanted.startswith(f"{name}/"):
                continue
            with archive.open(member) as content:
                found = keep(content, name, member.file_size, scratch, limits)
            return found if name == wanted else _member(found, wanted[len(name) + 1 :], limits, scratch)
    raise refuse("reading.file-missing")


def _cut(source: Source, index: int, frame: _Frame, limits: Limits, scratch: Scratch) -> tuple[str, Grid]:
    kind = tell(source, limits).kind
    if kind is Kind.XLSX:
        return _of_workbook(source, index, frame, limits)
    if kind is Kind.PARQUET:
        return "", _of_parquet(source, frame)
    if kind is Kind.TEXT:
        return "", _of_text(source, frame, limits, scratch)
    if kind is Kind.XLS:
        return _of_sheets(read_oldbook(source, limits)[0], index, frame)
    if kind is Kind.WEBPAGE:
        return _of_sheets(read_webpage(source, limits)[0], index, frame)
    raise refuse("reading.file-unknown")


def _of_sheets(sheets: Sequence[Sheet], index: int, frame: _Frame) -> tuple[str, Grid]:
    sheet = next((sheet for sheet in sheets if sheet.index == index), None)
    if sheet is None or sheet.grid is None:
        raise refuse("reading.no-sheets")
    return sheet.name, cut(sheet.grid, frame.top, frame.bottom, frame.left, frame.right)


def cut(grid: Grid, top: int, bottom: int, left: int, right: int) -> Grid:
    """Return a piece of a grid; places inside it count from its own first cell, merges are cut to it."""
    skipped = grid.first_row - 1
    first, last = max(top - skipped, 0), bottom - skipped
    rows = [tuple(row[left : right + 1]) for row in grid.rows[first : last + 1]]
    height, width = len(rows), max((len(row) for row in rows), default=0)

    def moved(at: tuple[int, int]) -> tuple[int, int] | None:
        row, column = at[0] - first, at[1] - left
        return (row, column) if 0 <= row < height and 0 <= column < width else None

    spans: list[Span] = []
    for span in grid.spans:
        one = Span(
            max(span.top - first, 0),
            max(span.left - left, 0),
            min(span.bottom - first, height - 1),
            min(span.right - left, width - 1),
        )
        if one.top <= one.bottom and one.left <= one.right and (one.top, one.left) != (one.bottom, one.right):
            spans.append(one)
    return Grid(
        rows,
        tuple(spans),
        {at: colour for old, colour in grid.fills.items() if (at := moved(old))},
        {at: text for old, text in grid.errors.items() if (at := moved(old))},
        frozenset(at for old in grid.percent if (at := moved(old))),
        {at: level for old, level in grid.indents.items() if (at := moved(old))},
        frozenset(row - first for row in grid.hidden_rows if 0 <= row - first < height),
        frozenset(column - left for column in grid.hidden_columns if 0 <= column - left < width),
        first_row=first + skipped + 1,
        first_column=left,
    )


def _of_workbook(source: Source, index: int, frame: _Frame, limits: Limits) -> tuple[str, Grid]:
    with source.open() as stream, zipfile.ZipFile(listed(stream, limits)) as archive:
        workbook = Workbook(archive, source, limits)
        sheet = next((sheet for sheet in workbook.sheets if sheet.index == index), None)
        if sheet is None:
            raise refuse("reading.no-sheets")
        if workbook.package.size(sheet.part) <= _SMALL and workbook.strings_size <= _SMALL:
            grid = workbook.found(sheet, 0).grid(limits)
        else:
            grid = _far_down(workbook, sheet, frame, limits)
        return sheet.name, cut(grid, frame.top, frame.bottom, frame.left, frame.right)


def _far_down(workbook: Workbook, sheet: Named, frame: _Frame, limits: Limits) -> Grid:
    """Return the rows around the frame of a large sheet: what comes before is unpacked but not parsed."""
    pending = _Pending()
    reader = CellReader(pending, workbook.styles, limits, from_1904=workbook.from_1904, last_row=frame.bottom)
    piece = _rows_from(workbook, sheet, frame)
    found = reader.read(BytesIO(piece), wrap=(b"<worksheet><sheetData>", b"</sheetData></worksheet>"))
    words = _words(workbook, pending.wanted)
    for cells in found.rows.values():
        for at, value in cells.items():
            if isinstance(value, str) and value.startswith(_PENDING):
                cells[at] = words.get(int(value[len(_PENDING) :]))
    return found.grid(limits)


def _rows_from(workbook: Workbook, sheet: Named, frame: _Frame) -> bytes:
    """Return the tags of the rows from just before the frame to its end."""
    kept: list[bytes] = []
    carried = b""
    for piece in workbook.package.tags(sheet.part):
        text = carried + piece
        numbers = [(match.start(), int(match[1])) for match in _ROW.finditer(text)]
        if not numbers:
            carried = text[-MEBIBYTE:] if len(text) > 8 * MEBIBYTE else text
            continue
        # The last row may go on in the next piece.
        begin = next((start for start, number in numbers if number > frame.top), numbers[-1][0])
        stop = next((start for start, number in numbers if number > frame.bottom + 1), None)
        if stop is not None:
            kept.append(text[begin:stop] if begin < stop else b"")
            return b"".join(kept)
        carried = text[begin:]
        if len(carried) > 64 * MEBIBYTE:
            raise refuse("reading.sheet-too-large", limit=64)
    end = carried.find(b"</sheetData")
    return carried[:end] if end >= 0 else carried


class _Pending(Sequence[str]):
    """Stands for the shared texts while it is not yet known which of them are needed."""

    def __init__(self) -> None:
        self.wanted: set[int] = set()

    def __len__(self) -> int:
        return 2**31

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return ()
        self.wanted.add(index)
        return f"{_PENDING}{index}"


def _words(workbook: Workbook, wanted: set[int]) -> dict[int, str]:
    """Return the shared texts of those numbers; the others are counted, not built."""
    if not wanted:
        return {}
    words: dict[int, str] = {}
    passed, last = 0, max(wanted)
    for piece in workbook.string_pieces():
        starts = [match.start() for match in _TEXT.finditer(piece)]
        count = len(starts)
        for number in wanted:
            if passed <= number < passed + count:
                at = number - passed
                stop = starts[at + 1] if at + 1 < count else len(piece)
                words[number] = one_string(piece[starts[at] : stop])
        passed += count
        if passed > last:
            break
    return words


def _of_parquet(source: Source, frame: _Frame) -> Grid:
    lazy = pl.scan_parquet(source.data if source.data is not None else source.path or "", glob=False)
    names = lazy.collect_schema().names()[frame.left : frame.right + 1]
    first = max(frame.top - 1, 0)
    part = lazy.select(names).slice(first, frame.bottom - first if frame.top else frame.bottom).collect()
    rows: list[Sequence[CellValue]] = list(part.iter_rows())
    if frame.top == 0:
        rows.insert(0, tuple(names))
    return Grid(rows, first_row=frame.top + 1, first_column=frame.left)


def _of_text(source: Source, frame: _Frame, limits: Limits, scratch: Scratch) -> Grid:
    if source.size <= _SMALL:
        grid = read_text(source, limits, scratch)[0][0].grid
        if grid is not None:
            return cut(grid, frame.top, frame.bottom, frame.left, frame.right)
    encoding, mark = guess(source.head(MEBIBYTE // 4))
    if encoding == "utf-8":
        try:
            return _of_large_text(source, frame)
        except PolarsError:
            # Not what its beginning promised; row by row nothing stops it, it only takes longer.
            encoding = "gb18030"
    with source.open() as stream:
        separator = delimiter(source.head(MEBIBYTE // 4).decode(encoding, "replace"))
        stream.seek(mark)
        text = TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        records: Iterator[list[str]] = csv.reader((line.replace("\x00", "") for line in text), delimiter=separator)
        rows = [
            [cell or None for cell in record[frame.left : frame.right + 1]]
            for record in islice(records, frame.top, frame.bottom + 1)
        ]
    return Grid(rows, first_row=frame.top + 1, first_column=frame.left)


def _of_large_text(source: Source, frame: _Frame) -> Grid:
    """Return the window of a large UTF-8 text; Polars passes over the rows before it."""
    head = source.head(MEBIBYTE // 4).decode("utf-8", "ignore")
    separator = delimiter(head)
    width = max((len(row) for row in first_rows(head, separator)), default=0)
    part = pl.read_csv(
        source.data if source.data is not None else source.path or "",
        has_header=False,
        skip_rows=frame.top,
        n_rows=frame.bottom - frame.top + 1,
        schema={str(at): pl.String() for at in range(width)},
        separator=separator,
        truncate_ragged_lines=True,
        missing_columns="insert",
        glob=False,
    )
    rows: list[Sequence[CellValue]] = [row[frame.left : frame.right + 1] for row in part.iter_rows()]
    return Grid(rows, first_row=frame.top + 1, first_column=frame.left)
