"""XLS workbooks (BIFF8): values through calamine."""

from __future__ import annotations

from datetime import timedelta

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.book import CellValue, Grid, Sheet, Span
from qipan.engine.sheets.reading.limits import Limits, guarded, refuse
from qipan.engine.sheets.reading.source import Source

_LARGEST = 65_536 * 256


def read_oldbook(source: Source, limits: Limits) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Return the sheets of an XLS."""
    with guarded():
        try:
            with source.open() as stream:
                workbook = CalamineWorkbook.from_filelike(stream)
        except PasswordError as error:
            raise refuse("reading.file-encrypted") from error
        sheets: list[Sheet] = []
        for meta in workbook.sheets_metadata[: limits.sheets]:
            if meta.typ is not SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            where = Where(file=source.name, sheet=meta.name)
            hidden = meta.visible is not SheetVisibleEnum.Visible
            problems = (Problem.of("reading.hidden-sheet", where=where),) if hidden else ()
            rows: list[list[CellValue]] = [
                [_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)
            ]
            spans = tuple(
                Span(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            )
            sheets.append(Sheet(meta.name, len(sheets), Grid(rows, spans), problems=problems))
        if not sheets:
            raise refuse("reading.no-sheets")
    return tuple(sheets), ()


def _plain(cell: object) -> CellValue:
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return int(cell)
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 86_400
    return cell  # type: ignore[return-value]
