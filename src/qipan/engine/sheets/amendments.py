"""What a person changed about a sheet before it was read: cells, values of a whole column, rows left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from qipan.engine.sheets.body import cell_text
from qipan.engine.sheets.book import CellValue, Grid, Sheet, Span
from qipan.engine.sheets.cells.columns import decimals_text


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell that is read as something else than the file says; `now` empty: as if nothing stood there."""

    row: int  # 1-based, as Excel shows it
    column: int  # 0-based
    was: str
    now: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """One value that is read as another wherever it stands in a column."""

    column: int
    was: str
    now: str
    by: str = ""
    always: bool = False  # to be remembered for sheets of the same form
    remembered: bool = False  # was said about an earlier sheet of the same form


@dataclass(frozen=True, slots=True)
class Amendments:
    """All changes to one sheet. An edit of a cell goes before the column's maps; a row left out goes before both."""

    edits: tuple[Edit, ...] = ()
    maps: tuple[Mapped, ...] = ()
    skipped: tuple[int, ...] = ()  # rows, 1-based

    @property
    def none(self) -> bool:
        """Whether the sheet is read just as it came."""
        return not (self.edits or self.maps or self.skipped)


def amended(sheet: Sheet, changes: Amendments, header_bottom: int = -1) -> Sheet:
    """Return `sheet` as a person wants it read: same rows, same row numbers.

    A row left out stands there blank. Nothing above or in the header (last row `header_bottom`, 0-based in the grid)
    is touched. A cell edited from the text of a number is text from then on, and read like any text.
    """
    if changes.none:
        return sheet
    if sheet.grid is not None:
        return replace(sheet, grid=_grid(sheet.grid, changes, header_bottom + 1))
    if sheet.frame is not None:
        return replace(sheet, frame=_frame(sheet.frame, sheet.first_row, changes))
    return sheet


def shown(sheet: Sheet, row: int, column: int) -> str:
    """Return what a cell says as text, as the file has it; empty where it says nothing or stands outside."""
    if sheet.grid is not None:
        grid, at = sheet.grid, row - sheet.grid.first_row
        if not 0 <= at < len(grid.rows) or not 0 <= column < len(grid.rows[at]):
            return ""
        if (at, column) in grid.errors:
            return grid.errors[at, column]
        return cell_text(grid.rows[at][column], percent=(at, column) in grid.percent) or ""
    frame, at = sheet.frame, row - sheet.first_row
    if frame is None or not 0 <= at < frame.height or not 0 <= column < frame.width:
        return ""
    return decimals_text(frame.to_series(column).slice(at, 1)).item() or ""


def _grid(grid: Grid, changes: Amendments, top: int) -> Grid:
    rows: list[Sequence[CellValue]] = list(grid.rows)
    touched: set[tuple[int, int]] = set()
    for column, known in _by_column(changes.maps).items():
        for at in range(top, len(rows)):
            if column >= len(rows[at]):
                continue
            said = grid.errors.get((at, column)) or cell_text(rows[at][column], percent=(at, column) in grid.percent)
            if said is not None and (now := known.get(said.strip())) is not None:
                rows[at] = _with(rows[at], column, now)
                touched.add((at, column))
    for edit in changes.edits:
        at = edit.row - grid.first_row
        if top <= at < len(rows) and edit.column < len(rows[at]):
            rows[at] = _with(rows[at], edit.column, edit.now)
            touched.add((at, edit.column))
    spans = grid.spans
    for row in sorted(changes.skipped):
        at = row - grid.first_row
        if top <= at < len(rows):
            spans = _moved(spans, rows, at)
            rows[at] = [None] * len(rows[at])
            touched.update((at, column) for column in range(len(rows[at])))
    return replace(
        grid,
        rows=rows,
        spans=spans,
        errors={place: text for place, text in grid.errors.items() if place not in touched},
        percent=grid.percent - touched,
        fills={place: colour for place, colour in grid.fills.items() if place not in touched},
    )


def _moved(spans: tuple[Span, ...], rows: list[Sequence[CellValue]], at: int) -> tuple[Span, ...]:
    """Let merged cells that begin in row `at` begin one row lower, with their value: the rows below still have it."""
    found: list[Span] = []
    for span in spans:
        if span.top == at < span.bottom and span.bottom < len(rows):
            if span.left < len(rows[at]) and span.left < len(rows[at + 1]):
                rows[at + 1] = _with(rows[at + 1], span.left, rows[at][span.left])
            found.append(replace(span, top=at + 1))
        elif not span.top == span.bottom == at:
            found.append(span)
    return tuple(found)


def _with(row: Sequence[CellValue], column: int, value: CellValue) -> list[CellValue]:
    changed = list(row)
    changed[column] = value if value != "" else None
    return changed


def _by_column(maps: Sequence[Mapped]) -> Mapping[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for one in maps:
        found.setdefault(one.column, {})[one.was.strip()] = one.now
    return found


def _frame(frame: pl.DataFrame, first_row: int, changes: Amendments) -> pl.DataFrame:
    names = frame.columns
    columns: dict[str, pl.Series] = {}
    for column, known in _by_column(changes.maps).items():
        if column < len(names):
            text = decimals_text(frame[names[column]])
            columns[names[column]] = text.str.strip_chars().replace(known).replace({"": None})
    edits: dict[int, dict[int, str]] = {}
    for edit in changes.edits:
        if 0 <= edit.row - first_row < frame.height and edit.column < len(names):
            edits.setdefault(edit.column, {})[edit.row - first_row] = edit.now
    for column, cells in edits.items():
        text = columns.get(names[column], decimals_text(frame[names[column]]))
        columns[names[column]] = text.scatter(list(cells), [now or None for now in cells.values()])
    changed = frame.with_columns(columns[name].alias(name) for name in columns)
    rows = [row - first_row for row in changes.skipped if 0 <= row - first_row < frame.height]
    if not rows:
        return changed
    left_out = pl.int_range(pl.len()).is_in(rows)
    return changed.with_columns(pl.when(~left_out).then(pl.col(name)).alias(name) for name in names)
