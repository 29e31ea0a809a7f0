"""An annotated copy of a workbook that keeps its formatting, made by openpyxl where the file is small enough for it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook as OpenWorkbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from qipan.engine.problem import Language
from qipan.engine.sheets.escape import escape_formula
from qipan.engine.sheets.reading.cells import TooLarge
from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits
from qipan.engine.sheets.reading.notes import (
    COLOURS,
    COMMENTED,
    LISTED,
    CellNote,
    Mark,
    headings,
    marks,
    ordered,
    place_text,
    target,
    word,
)
from qipan.engine.sheets.reading.package import listed
from qipan.engine.sheets.reading.source import Source
from qipan.engine.sheets.reading.sweep import sweep
from qipan.engine.sheets.reading.workbook import Workbook
from qipan.engine.sheets.writing import sheet_name

_CELLS = 300_000
_BYTES = 16 * MEBIBYTE
_MERGED = 200_000  # openpyxl makes an object of every cell inside a merge
_WIDTHS = (10, 20, 12, 28, 60, 60)


def suits(source: Source, limits: Limits) -> dict[int, str] | None:
    """Return the names of a workbook's sheets by index where openpyxl can take it in bounded time, else None."""
    if source.size > _BYTES:
        return None
    with source.open() as stream, zipfile.ZipFile(listed(stream, limits)) as archive:
        workbook = Workbook(archive, source, limits)
        swept = [sweep(workbook.package, sheet.part) for sheet in workbook.sheets]
        if sum(one.cells for one in swept) > _CELLS:
            return None
        for sheet, one in zip(workbook.sheets, swept, strict=True):
            try:
                spans = workbook.found(sheet, one.markup).spans
            except TooLarge:
                return None
            if sum((span.bottom - span.top + 1) * (span.right - span.left + 1) for span in spans) > _MERGED:
                return None
        return {sheet.index: sheet.name for sheet in workbook.sheets}


def copy_workbook(
    source: Source, names: Mapping[int, str], notes: Sequence[CellNote], out: Path, language: Language
) -> None:
    """Write the workbook to `out` with its problems marked and listed; macros are left behind."""
    with source.open() as stream:
        book = load_workbook(stream, keep_links=False)
    room = COMMENTED
    for index, cells in marks(notes).items():
        name = names.get(index)
        if name is None or name not in book.sheetnames:
            continue
        room = _mark(book[name], cells, room)
    _list(book, names, notes, language)
    book.save(out)


def _mark(sheet: Worksheet, cells: Mapping[tuple[int, int], Mark], room: int) -> int:
    """Colour the cells of a sheet and comment them while there is room; returns the room left."""
    for (row, column), mark in sorted(cells.items()):
        if row > 1_048_576 or column >= 16_384:
            continue
        cell = _first(sheet, sheet.cell(row, column + 1))
        cell.fill = PatternFill("solid", fgColor=mark.colour)
        if room > 0:
            before = f"{cell.comment.text}\n" if cell.comment is not None else ""
            cell.comment = Comment((before + mark.text)[:2_000], "Qipan", height=140, width=320)
            room -= 1
    return room


def _first(sheet: Worksheet, cell: Cell | MergedCell) -> Cell:
    """Return the cell itself, or the one that shows for it where it lies inside a merge."""
    if isinstance(cell, Cell):
        return cell
    for span in sheet.merged_cells.ranges:
        if cell.coordinate in span:
            first = sheet.cell(span.min_row, span.min_col)
            if isinstance(first, Cell):
                return first
    raise ValueError(cell.coordinate)


def _list(book: OpenWorkbook, names: Mapping[int, str], notes: Sequence[CellNote], language: Language) -> None:
    sheet: Any = book.create_sheet(sheet_name(word(language, "sheet"), book.sheetnames), 0)
    book.active = 0
    for other in book.worksheets[1:]:
        # Two selected sheets would be edited together.
        other.sheet_view.tabSelected = False
    sheet.append(headings(language))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEF"[at]].width = width
    sheet.freeze_panes = "A2"
    if not notes:
        sheet.append((word(language, "none"),))
    for row, note in enumerate(ordered(notes)[:LISTED], 2):
        name = names.get(note.sheet, "")
        texts = (
            word(language, str(note.severity)),
            name,
            place_text(note, language),
            _content(book, name, note),
            note.message,
            note.hint,
        )
        sheet.append([escape_formula(text) for text in texts])
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=COLOURS[note.severity])
        sheet.cell(row, 5).alignment = sheet.cell(row, 6).alignment = Alignment(wrap_text=True, vertical="top")
        if name in book.sheetnames:
            place = sheet.cell(row, 3)
            place.hyperlink = Hyperlink(ref=place.coordinate, location=target(name, note))
            place.style = "Hyperlink"
    if len(notes) > LISTED:
        sheet.append((word(language, "more").format(count=len(notes) - LISTED),))


def _content(book: OpenWorkbook, name: str, note: CellNote) -> str:
    if note.row is None or note.column is None or name not in book.sheetnames:
        return ""
    value = book[name].cell(note.row, note.column + 1).value
    return "" if value is None else str(value)[:200]
