"""CSV, TSV and other delimited text: small ones as cells, large ones as frames."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import PurePath

from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.book import CellValue, Grid, Sheet
from qipan.engine.sheets.reading.bigtext import Plan, read_large
from qipan.engine.sheets.reading.columns import header_at, is_plain
from qipan.engine.sheets.reading.encoding import Survey, decoded, survey
from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits, guarded, refuse
from qipan.engine.sheets.reading.source import Scratch, Source

_SMALL = 32 * MEBIBYTE
_HEAD = MEBIBYTE
_LOOK = 60
_DELIMITERS = ",\t;|"
_QUOTED_FOR_EXCEL = re.compile(r'="([^"]*)"')


def read_text(source: Source, limits: Limits, scratch: Scratch) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Return the one sheet of a delimited text."""
    with guarded():
        with source.open() as stream:
            found = survey(stream, limits)
        if found.lines <= limits.grid_rows and source.size <= _SMALL:
            sheet = _small(source, found, limits)
        else:
            sheet = _large(source, found, limits, scratch)
    return (sheet,), ()


def delimiter(text: str, suffix: str = "") -> str:
    """Return the character between the cells: the one by which most of the first lines have equally many."""
    if text[:4].lower() == "sep=" and text[5:6] in ("\r", "\n"):
        return text[4]
    best, chosen = (0, 0), "\t" if suffix in (".tsv", ".tab") else ","
    for candidate in (chosen, *_DELIMITERS.replace(chosen, "")):
        widths = [len(row) for row in first_rows(text, candidate) if row]
        several = [width for width in widths if width > 1]
        if not several:
            continue
        usual = max(set(several), key=lambda width: (several.count(width), width))
        score = several.count(usual), usual
        if score > best:
            best, chosen = score, candidate
    return chosen


def first_rows(text: str, separator: str, count: int = _LOOK) -> list[list[str]]:
    """Return the first rows of a text; a row that cannot be told ends them."""
    rows: list[list[str]] = []
    reader = csv.reader(StringIO(text[:_HEAD], newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) >= count:
                break
    except csv.Error:
        return rows
    return rows


def _name(source: Source) -> str:
    return PurePath(source.name).stem


def _small(source: Source, found: Survey, limits: Limits) -> Sheet:
    where = Where(file=source.name)
    with source.open() as stream:
        text, encoding, bad = decoded(stream.read(), found)
    problems: list[Problem] = []
    if bad:
        problems.append(Problem.of("reading.bad-encoding", where=where, encoding=encoding, count=bad))
    if "\x00" in text:
        problems.append(Problem.of("reading.nul-bytes", where=where, count=text.count("\x00")))
        text = text.replace("\x00", "")
    text = text.lstrip("\ufeff").rstrip("\x1a")
    separator = delimiter(text, PurePath(source.name).suffix.lower())
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    grid, remarks = cells(text, separator, limits, where)
    if not grid.rows:
        raise refuse("reading.file-empty")
    return Sheet(_name(source), 0, grid, problems=(*problems, *remarks))


def cells(text: str, separator: str, limits: Limits, where: Where) -> tuple[Grid, list[Problem]]:
    """Return the rows of a text as a grid of texts; empty cells are null."""
    problems: list[Problem] = []
    rows: list[list[CellValue]] = []
    try:
        widest = _collect(text, separator, limits, rows, quoting=csv.QUOTE_MINIMAL)
        # A quote nobody closed swallows the rest of the file into one cell.
        swallowed = text.count('"') % 2 == 1 and bool(rows) and any("\n" in str(cell) for cell in rows[-1])
    except csv.Error:
        swallowed, widest = True, 0
    if swallowed:
        at = Where(where.file, where.sheet, max(len(rows), 1))
        problems.append(Problem.of("reading.unclosed-quote", where=at))
        rows.clear()
        widest = _collect(text, separator, limits, rows, quoting=csv.QUOTE_NONE)
    if widest > limits.columns:
        problems.append(Problem.of("reading.too-many-columns", where=where, columns=widest, limit=limits.columns))
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > limits.grid_cells * 4:
        raise refuse("reading.sheet-too-large", limit=limits.grid_cells)
    for row in rows:
        row.extend([None] * (width - len(row)))
    return Grid(rows), problems


def _collect(text: str, separator: str, limits: Limits, rows: list[list[CellValue]], *, quoting: int) -> int:
    """Append the rows of `text`, cut at the column limit; returns how wide the widest was."""
    widest = total = 0
    for row in _records(text, separator, quoting):
        last = len(row)
        while last and not row[last - 1]:
            last -= 1
        widest = max(widest, last)
        rows.append([_unwrapped(cell) for cell in row[: min(last, limits.columns)]])
        total += len(rows[-1])
        if total > limits.grid_cells:
            raise refuse("reading.sheet-too-large", limit=limits.grid_cells)
    return widest


def _records(text: str, separator: str, quoting: int) -> Iterator[list[str]]:
    if quoting == csv.QUOTE_NONE:
        return csv.reader(StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)
    return csv.reader(StringIO(text, newline=""), delimiter=separator)


def _unwrapped(cell: str) -> str | None:
    """Return a cell's text; ="00123", a way of telling Excel "this is text", is 00123."""
    if cell.startswith('="') and (match := _QUOTED_FOR_EXCEL.fullmatch(cell)):
        cell = match[1]
    return cell or None


def _large(source: Source, found: Survey, limits: Limits, scratch: Scratch) -> Sheet:
    head, encoding, _ = decoded(_whole_lines(source.head(_HEAD)), found)
    head = head.replace("\x00", "")
    separator = delimiter(head, PurePath(source.name).suffix.lower())
    first = first_rows(head, separator)
    rows: Sequence[Sequence[CellValue]] = first
    width = max((len(row) for row in first), default=0)
    if width > limits.columns:
        raise refuse("reading.too-many-columns", columns=width, limit=limits.columns)
    plain = is_plain(rows)
    if not plain and found.lines * width <= limits.grid_cells and source.size <= 4 * _SMALL:
        return _small(source, found, limits)
    top = 0 if plain else header_at(rows)
    if not first:
        raise refuse("reading.file-empty")
    plan = Plan(
        _name(source), encoding, found.mark, separator, top, tuple(tuple(row) for row in first[: top + 1]), found.nuls
    )
    return read_large(source, plan, limits, scratch)


def _whole_lines(head: bytes) -> bytes:
    """Return a piece of a text cut after its last whole line, so that no character is cut."""
    cut = head.rfind(b"\n")
    # After the byte of a line's end UTF-16 (little endian) has one more.
    return head[: cut + 1 + (head[cut + 1 : cut + 2] == b"\x00")] if cut >= 0 else head
