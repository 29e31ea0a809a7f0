"""Large plain workbook sheets as frames, read by calamine once their extent is known to be bearable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from typing import cast

import polars as pl
from python_calamine import CalamineSheet, CalamineWorkbook

from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.book import CellValue, Sheet
from qipan.engine.sheets.reading.columns import header_at, is_plain, letters, unique
from qipan.engine.sheets.reading.limits import Limits, refuse
from qipan.engine.sheets.reading.source import Source
from qipan.engine.sheets.reading.sweep import Sweep

_LOOK = 40
_BLOCK = 20_000  # rows that are Python objects at one time
_EXACT = 10**15  # from here on a double no longer holds every whole number


class Bulk:
    """A workbook opened by calamine when the first large sheet asks for it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._workbook: CalamineWorkbook | None = None

    def sheet(
        self, name: str, index: int, swept: Sweep, limits: Limits, where: Where, *, must: bool = False
    ) -> Sheet | None:
        """Return the sheet as a frame, or None where it is better read cell by cell (or not safely this way).

        `must`: it was too large to be read cell by cell; the frame then has its header wherever it is, and says so.
        """
        extent = swept.last_row * swept.columns
        if not swept.regular or swept.columns > limits.columns or extent > limits.sheet_cells:
            if swept.cells > limits.grid_cells or must:
                raise refuse("reading.sheet-too-large", limit=limits.sheet_cells)
            return None
        small = swept.cells <= limits.grid_cells
        if small and not must and swept.merges:
            return None
        sheet = self._opened(name)
        if sheet is None or (small and not must and sheet.total_height <= limits.grid_rows):
            return None
        return _framed(sheet, index, swept, where, must=must or not small)

    def _opened(self, name: str) -> CalamineSheet | None:
        if self._workbook is None:
            self._workbook = CalamineWorkbook.from_filelike(self._source.open())
        return self._workbook.get_sheet_by_name(name) if name in self._workbook.sheet_names else None


def _framed(sheet: CalamineSheet, index: int, swept: Sweep, where: Where, *, must: bool) -> Sheet | None:
    rows = _rows(sheet)
    head = list(islice(rows, _LOOK))
    plain = is_plain(head)
    if not plain and not must:
        return None
    top = 0 if plain else header_at(head)
    width = max(swept.columns, len(head[top]))
    names = unique([*head[top], *([None] * (width - len(head[top])))])
    blocks: list[list[pl.Series]] = []
    rest = chain(head[top + 1 :], rows)
    while block := list(islice(rest, _BLOCK)):
        blocks.append([typed(values) for values in zip(*block, strict=True)])
    frame = pl.DataFrame([one.alias(label) for one, label in zip(_joined(blocks, width), names, strict=True)])
    above = tuple(tuple(row) for row in head[:top])
    problems: list[Problem] = []
    if swept.errors:
        row, column, text = swept.errors[0]
        at = Where(where.file, where.sheet, row + 1, letters(column))
        problems.append(Problem.of("reading.cell-errors", where=at, count=swept.error_count, text=text))
    if swept.merges:
        problems.append(Problem.of("reading.merges-not-read", where=where))
    return Sheet(sheet.name, index, frame=frame, first_row=top + 2, problems=tuple(problems), above=above)


def _rows(sheet: CalamineSheet) -> Iterator[list[CellValue]]:
    """Yield the rows of a sheet from its first on, as wide as it reaches; empty cells are null."""
    # calamine leaves out the empty columns at the left, but not the empty rows at the top.
    left: list[CellValue] = [None] * (sheet.start[1] if sheet.start is not None else 0)
    for row in sheet.iter_rows():
        yield left + [None if cell == "" else cast("CellValue", cell) for cell in row]


def _joined(blocks: list[list[pl.Series]], width: int) -> Iterator[pl.Series]:
    """Yield the columns whose pieces are in the blocks; pieces of different types become text, as one column would."""
    for at in range(width):
        pieces = [block[at] for block in blocks if at < len(block)]
        known = [piece for piece in pieces if piece.null_count() < len(piece)] or pieces
        kinds = {piece.dtype for piece in known}
        if not pieces:
            yield pl.Series(dtype=pl.String)
        elif len(kinds) == 1 or kinds <= {pl.Int64(), pl.Float64()} or kinds <= {pl.Date(), pl.Datetime("us")}:
            kind = max(kinds, key=lambda one: one in (pl.Float64(), pl.Datetime("us")))
            yield pl.concat([piece.cast(kind) for piece in pieces])
        else:
            texts = [piece if piece.dtype == pl.String() else _as_texts(piece) for piece in pieces]
            yield pl.concat(texts)
        for block in blocks:
            if at < len(block):
                block[at] = pl.Series(dtype=pl.Null)


def _as_texts(piece: pl.Series) -> pl.Series:
    return pl.Series([None if cell is None else as_text(cell) for cell in piece], dtype=pl.String)


def typed(cells: Sequence[CellValue]) -> pl.Series:
    """Return a column with the one type its cells have; mixed cells become text."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if not kinds or kinds == {str}:
        return pl.Series(cells, dtype=pl.String)
    if kinds <= {int, float}:
        series = pl.Series(cells, dtype=pl.Float64, strict=False)
        whole = ((series == series.round()) & (series.abs() < _EXACT)).fill_null(True).all()
        return series.cast(pl.Int64) if whole else series
    if kinds == {bool}:
        return pl.Series(cells, dtype=pl.Boolean)
    if kinds == {date}:
        return pl.Series(cells, dtype=pl.Date)
    if kinds <= {date, datetime}:
        moments = [datetime(cell.year, cell.month, cell.day) if type(cell) is date else cell for cell in cells]
        return pl.Series(moments, dtype=pl.Datetime("us"))
    return pl.Series([None if cell is None else as_text(cell) for cell in cells], dtype=pl.String)


def as_text(value: object) -> str:
    """Return a cell as a reader sees it: whole numbers without a point, moments in ISO."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, (date, datetime, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
