"""The cells of a sheet as text, whatever the format was: the one form in which the rest of the room reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

import polars as pl

from qipan.engine.sheets.book import CellValue, Grid, Sheet

EXACT = 10**15  # a spreadsheet keeps 15 digits; longer numbers have lost their end


def cell_text(value: CellValue, *, percent: bool = False) -> str | None:
    """Return what a cell says as text; None where it says nothing.

    Numbers are shown with the 15 digits a spreadsheet keeps (0.1+0.2 is 0.3); longer ones in powers of ten, as the
    damage they are. A cell formatted as a percentage says what a person sees in it: 0.062 is "6.2%".
    """
    match value:
        case None:
            return None
        case str():
            return value if value.strip() else None
        case bool():
            return "是" if value else "否"
        case datetime():
            midnight = value.time() == time(0)
            return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case int() | float() | Decimal():
            return _number_text(value, percent=percent)


def _number_text(value: int | float | Decimal, *, percent: bool) -> str | None:
    if value != value:  # NaN is how some writers say "empty"
        return None
    if percent:
        return f"{_plain(Decimal(f'{value:.15g}') * 100)}%"
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, int) and abs(value) < EXACT:
        return str(value)
    return f"{value:.15g}" if abs(value) >= EXACT else _plain(Decimal(f"{value:.15g}"))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Body:
    """The rows under the header.

    `cells` has a column per sheet column, named by its 0-based index ("0", "1", …): text for grids, the file's own
    types for frames. `rows` are the row numbers as Excel shows them. `carried` marks, per column, cells whose value
    came from a merged cell above; None for frames.
    """

    cells: pl.DataFrame
    rows: pl.Series
    carried: pl.DataFrame | None = None
    offset: int = 0  # grid row of the first body row

    def keep(self, which: pl.Series) -> Body:
        """Return the body with only the rows marked in `which`."""
        if which.all():
            return self
        carried = None if self.carried is None else self.carried.filter(which)
        return Body(self.cells.filter(which), self.rows.filter(which), carried, self.offset)


def texts(grid: Grid) -> list[list[str | None]]:
    """Return every cell's text; error cells give their error text, merged ranges their value in the first cell only."""
    width = max((len(row) for row in grid.rows), default=0)
    found: list[list[str | None]] = []
    for at, row in enumerate(grid.rows):
        line = [
            cell_text(value, percent=(at, column) in grid.percent) if value is not None else None
            for column, value in enumerate(row)
        ]
        line.extend([None] * (width - len(line)))
        found.append(line)
    for (at, column), level in grid.indents.items():
        if at < len(found) and column < width and (text := found[at][column]) is not None:
            found[at][column] = " " * level + text
    for (at, column), text in grid.errors.items():
        if at < len(found) and column < width:
            found[at][column] = text
    return found


def spread(lines: Sequence[Sequence[str | None]], grid: Grid, top: int, bottom: int) -> list[list[str | None]]:
    """Return rows `top` to `bottom` with merged values standing in every cell of their range."""
    found = [list(line) for line in lines[top : bottom + 1]]
    for span in grid.spans:
        if span.bottom < top or span.top > bottom:
            continue
        value = lines[span.top][span.left] if span.left < len(lines[span.top]) else None
        for at in range(max(span.top, top), min(span.bottom, bottom) + 1):
            for column in range(span.left, min(span.right + 1, len(found[at - top]))):
                found[at - top][column] = value
    return found


def grid_body(grid: Grid, lines: Sequence[Sequence[str | None]], top: int) -> Body:
    """Return the rows from grid row `top` on, merged values carried down (not to the right: a section is one cell)."""
    width = max((len(line) for line in lines), default=0)
    below = [list(line) for line in lines[top:]]
    marks = [[False] * width for _ in below]
    for span in grid.spans:
        if span.bottom <= max(span.top, top - 1) or span.right != span.left or span.left >= width:
            continue
        value = lines[span.top][span.left]
        for at in range(max(span.top + 1, top), min(span.bottom + 1, top + len(below))):
            if below[at - top][span.left] is None:
                below[at - top][span.left] = value
                marks[at - top][span.left] = True
    schema = {str(column): pl.String() for column in range(width)}
    cells = pl.DataFrame(below, schema=schema, orient="row") if below else pl.DataFrame(schema=schema)
    flags = {str(column): pl.Boolean() for column in range(width)}
    carried = pl.DataFrame(marks, schema=flags, orient="row") if below else pl.DataFrame(schema=flags)
    rows = pl.Series("row", range(grid.first_row + top, grid.first_row + top + len(below)), dtype=pl.Int64)
    return Body(cells, rows, carried, top)


def frame_body(sheet: Sheet, frame: pl.DataFrame) -> Body:
    """Return a large plain table as a body, columns renamed to their positions."""
    cells = frame.rename({name: str(at) for at, name in enumerate(frame.columns)})
    rows = pl.int_range(sheet.first_row, sheet.first_row + frame.height, dtype=pl.Int64, eager=True).alias("row")
    return Body(cells, rows)
