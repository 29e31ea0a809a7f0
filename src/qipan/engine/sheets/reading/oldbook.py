"""XLS workbooks (BIFF8): values through calamine, what their formats mean through `biff`."""

from __future__ import annotations

from datetime import timedelta

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.book import CellValue, Grid, Sheet, Span
from qipan.engine.sheets.reading.biff import looks
from qipan.engine.sheets.reading.cells import Found, TooLarge
from qipan.engine.sheets.reading.limits import Limits, guarded, refuse
from qipan.engine.sheets.reading.source import Source, mebibytes

_LARGEST = 256 * 1024 * 1024
_EXACT = 10**15


def read_oldbook(source: Source, limits: Limits) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Return the sheets of an XLS; it can have 65,536 rows, so all of them are read cell by cell."""
    with guarded():
        if source.size > _LARGEST:
            raise refuse("reading.file-too-large", size=mebibytes(source.size), limit=mebibytes(_LARGEST))
        with source.open() as stream:
            data = stream.read()
            found = looks(data)
            stream.seek(0)
            try:
                workbook = CalamineWorkbook.from_filelike(stream)
            except PasswordError as error:
                raise refuse("reading.file-encrypted") from error
        sheets: list[Sheet] = []
        for position, meta in enumerate(workbook.sheets_metadata[: limits.sheets]):
            if meta.typ is SheetTypeEnum.WorkSheet:
                look = found[position] if position < len(found) else Found()
                hidden = meta.visible is not SheetVisibleEnum.Visible
                try:
                    sheet = _sheet(workbook, meta.name, len(sheets), look, source, limits, hidden=hidden)
                except TooLarge:
                    sheet = _refused(meta.name, len(sheets), source, limits)
                sheets.append(sheet)
        if not sheets:
            raise refuse("reading.no-sheets")
    return tuple(sheets), ()


def _sheet(
    workbook: CalamineWorkbook, name: str, index: int, look: Found, source: Source, limits: Limits, *, hidden: bool
) -> Sheet:
    where = Where(file=source.name, sheet=name)
    sheet = workbook.get_sheet_by_name(name)
    for at, row in enumerate(sheet.to_python(skip_empty_area=False)):
        for column, cell in enumerate(row):
            value = _plain(cell)
            if value is not None:
                look.put(at, column, value, limits)
    merged = sheet.merged_cell_ranges or ()
    look.spans = [Span(top, left, bottom, right) for (top, left), (bottom, right) in merged]
    for at in look.errors:
        look.widest = max(look.widest, at[1] + 1)
    problems = (Problem.of("reading.hidden-sheet", where=where),) if hidden else ()
    return Sheet(name, index, look.grid(limits), problems=problems)


def _refused(name: str, index: int, source: Source, limits: Limits) -> Sheet:
    where = Where(file=source.name, sheet=name)
    problem = Problem.of("reading.sheet-too-large", where=where, limit=limits.grid_cells)
    return Sheet(name, index, Grid(()), problems=(problem,))


def _plain(cell: object) -> CellValue:
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 86_400
    return cell  # type: ignore[return-value]
