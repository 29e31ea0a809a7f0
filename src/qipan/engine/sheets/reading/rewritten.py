"""A new workbook of a file that cannot be annotated in place: text, old workbooks, and everything large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from qipan.engine.problem import Language
from qipan.engine.sheets.book import CellValue, Sheet
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
from qipan.engine.sheets.writing import TableColumn, Writer, sheet_name, shown_width

_WHOLE_ROWS = 50_000  # a sheet above this shows only its header and the rows with problems
_WIDTHS = (10, 20, 12, 28, 60, 60)
_TRUTH = ("TRUE", "FALSE")


def rewrite(sheets: Sequence[Sheet], notes: Sequence[CellNote], out: Path, language: Language) -> None:
    """Write the sheets to `out` as a new workbook with their problems marked and listed."""
    names: dict[int, str] = {}
    marked = marks(notes)
    for sheet in sheets:
        names[sheet.index] = sheet_name(sheet.name, [word(language, "sheet"), *names.values()])
    moved = {sheet.index: _moves(sheet, marked.get(sheet.index, {})) for sheet in sheets}
    with Writer(out) as writer:
        _list(writer, sheets, names, moved, notes, language)
        room = COMMENTED
        for sheet in sheets:
            room = _copy(
                writer, sheet, names[sheet.index], marked.get(sheet.index, {}), moved[sheet.index], room, language
            )


def _moves(sheet: Sheet, marked: Mapping[tuple[int, int], Mark]) -> dict[int, int] | None:
    """Return, for a sheet shown in part, the row of its copy (1-based) by the original's; None: nothing moves."""
    height = sheet.shape[0]
    if height <= _WHOLE_ROWS:
        return None
    first = sheet.first_row if sheet.grid is None else sheet.grid.first_row + 1
    kept = sorted({row for row, _ in marked if first <= row < first + height})[:LISTED]
    return {row: at for at, row in enumerate(kept, 3)}


def _list(
    writer: Writer,
    sheets: Sequence[Sheet],
    names: Mapping[int, str],
    moved: Mapping[int, Mapping[int, int] | None],
    notes: Sequence[CellNote],
    language: Language,
) -> None:
    columns = [TableColumn(name) for name in headings(language)]
    writer.page(word(language, "sheet"), columns, _WIDTHS)
    by_index = {sheet.index: sheet for sheet in sheets}
    if not notes:
        writer.row([word(language, "none")], _TRUTH)
    for note in ordered(notes)[:LISTED]:
        name = names.get(note.sheet, "")
        sheet = by_index.get(note.sheet)
        content = "" if sheet is None else original(sheet, note)
        moves = moved.get(note.sheet)
        # In a sheet shown in part a cell stands elsewhere, one column to the right.
        shown = (
            note
            if moves is None
            else CellNote(note.sheet, moves.get(note.row or 0), (note.column or 0) + 1, note.severity, "")
        )
        if sheet is not None and name:
            writer.link(2, target(name, shown), place_text(note, language))
        texts = (
            word(language, str(note.severity)),
            name,
            None if name else place_text(note, language),
            content,
            note.message,
            note.hint,
        )
        writer.row(texts, _TRUTH, {0: COLOURS[note.severity]})
    if len(notes) > LISTED:
        writer.row([word(language, "more").format(count=len(notes) - LISTED)], _TRUTH)


def original(sheet: Sheet, note: CellNote) -> str:
    """Return what stands in the cell of a note, as text."""
    if note.row is None or note.column is None:
        return ""
    value: CellValue = None
    if sheet.grid is not None:
        at = note.row - sheet.grid.first_row
        row = sheet.grid.rows[at] if 0 <= at < len(sheet.grid.rows) else ()
        value = row[note.column] if note.column < len(row) else None
    elif sheet.frame is not None:
        at = note.row - sheet.first_row
        if 0 <= at < sheet.frame.height and note.column < sheet.frame.width:
            value = sheet.frame[at, note.column]
    return "" if value is None else str(value)[:200]


def _copy(
    writer: Writer,
    sheet: Sheet,
    name: str,
    marked: Mapping[tuple[int, int], Mark],
    moves: Mapping[int, int] | None,
    room: int,
    language: Language,
) -> int:
    """Write one sheet; returns how many comments there is still room for."""
    shift = 0 if moves is None else 1
    rows = list(_first_rows(sheet))
    widths = [
        min(60, max(8, *(shown_width(str(row[at] or "")) + 2 for row in rows if at < len(row)), 8))
        for at in range(sheet.shape[1])
    ]
    columns = [TableColumn("", "number")] * (len(widths) + shift)
    writer.page(name, columns, [10, *widths] if shift else widths, header=False)
    by_row: dict[int, dict[int, Mark]] = {}
    for (row, column), mark in marked.items():
        by_row.setdefault(row, {})[column] = mark
    if moves is not None:
        writer.row([word(language, "part")], _TRUTH)
    for number, cells in _rows(sheet, moves, language):
        found = by_row.get(number, {})
        at = writer.at
        writer.row(cells, _TRUTH, {column + shift: mark.colour for column, mark in found.items()})
        for column, mark in found.items():
            if room > 0:
                writer.comment(at, column + shift, mark.text)
                room -= 1
    return room


def _first_rows(sheet: Sheet) -> Iterator[Sequence[CellValue]]:
    if sheet.grid is not None:
        yield from sheet.grid.rows[:100]
    elif sheet.frame is not None:
        yield sheet.frame.columns
        yield from sheet.frame.head(100).iter_rows()


def _rows(
    sheet: Sheet, moves: Mapping[int, int] | None, language: Language
) -> Iterator[tuple[int, Sequence[CellValue]]]:
    """Yield the rows to be written with their number in the original."""
    if sheet.grid is not None:
        rows = sheet.grid.rows
        if moves is None:
            yield from enumerate(rows, sheet.grid.first_row)
            return
        yield sheet.grid.first_row, (word(language, "source_row"), *rows[0])
        for number in moves:
            at = number - sheet.grid.first_row
            if at < len(rows):
                yield number, (number, *rows[at])
        return
    if sheet.frame is None:
        return
    head: Sequence[CellValue] = sheet.frame.columns
    if moves is None:
        yield from enumerate(sheet.above, 1)
        yield sheet.first_row - 1, head
        yield from enumerate(sheet.frame.iter_rows(), sheet.first_row)
        return
    yield sheet.first_row - 1, (word(language, "source_row"), *head)
    inside = [row for row in moves if 0 <= row - sheet.first_row < sheet.frame.height]
    picked = sheet.frame[[row - sheet.first_row for row in inside]]
    for number, cells in zip(inside, picked.iter_rows(), strict=True):
        yield number, (number, *cells)
