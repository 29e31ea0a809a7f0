"""Reads the tables of codes of a pack: CSV with a code in the first column and a source for every row."""

from __future__ import annotations

import csv
import io

from qipan.engine.problem import Problem, Where
from qipan.packs.marks import MAX_BYTES, Marked
from qipan.packs.model import Table
from qipan.packs.schemas import TABLE, TableWritten
from qipan.packs.validate import validated

MAX_ROWS = 100_000
_REPEATS = {"size_classes", "above_scale"}  # dated tables: a code stands once a period


def read_rows(text: bytes, file: str) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Return the filled lines of a CSV with their line numbers, header first; all cells stripped."""
    if len(text) > MAX_BYTES * 4:
        return [], [Problem.of("packs.too-long", where=Where(file=file), bytes=MAX_BYTES * 4)]
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [Problem.of("packs.not-utf8", where=Where(file=file), position=error.start)]
    reader = csv.reader(io.StringIO(decoded), strict=True)
    rows: list[tuple[int, list[str]]] = []
    problems: list[Problem] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) > MAX_ROWS:
                problems.append(Problem.of("packs.too-large", where=Where(file=file), nodes=MAX_ROWS, depth=2))
                break
            rows.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        where = Where(file=file, row=reader.line_num)
        problems.append(Problem.of("packs.syntax", where=where, detail=str(error)))
    if not rows and not problems:
        problems.append(Problem.of("packs.empty", where=Where(file=file)))
    return rows, problems


def squared(rows: list[tuple[int, list[str]]], file: str) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Return the lines below the header that are as wide as it; the others are problems."""
    width = len(rows[0][1])
    good = [(line, cells) for line, cells in rows[1:] if len(cells) == width]
    bad = [
        Problem.of("packs.csv-width", where=Where(file=file, row=line), found=len(cells), wanted=width)
        for line, cells in rows[1:]
        if len(cells) != width
    ]
    return good, bad


def read_table(code: str, text: bytes, file: str, beside: Marked | None) -> tuple[Table | None, list[Problem]]:
    """Return the table; every row names its source, or the `.yaml` beside it names one for all."""
    rows, problems = read_rows(text, file)
    if not rows:
        return None, problems
    source = None
    if beside is not None:
        written, found = validated(TABLE, TableWritten, beside, ())
        problems += found
        source = written.source if isinstance(written, TableWritten) else None
    header = rows[0][1]
    good, bad = squared(rows, file)
    problems += bad
    if beside is None:
        if "source" not in header:
            problems.append(Problem.of("packs.table-source", where=Where(file=file, row=1), table=code))
        else:
            index = header.index("source")
            problems += [
                Problem.of("packs.no-source", where=Where(file=file, row=line))
                for line, cells in good
                if not cells[index]
            ]
    if code not in _REPEATS:
        problems += _twice(good, file)
    return Table(code, tuple(header), tuple(tuple(cells) for _, cells in good), source), problems


def _twice(rows: list[tuple[int, list[str]]], file: str) -> list[Problem]:
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for line, cells in rows:
        if cells[0] in first:
            where = Where(file=file, row=line)
            problems.append(Problem.of("packs.csv-twice", where=where, known=cells[0], first=first[cells[0]]))
        first.setdefault(cells[0], line)
    return problems
