"""What a file looks like once it is read: books, sheets and cells, whatever the format was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl

from qipan.engine.problem import Problem

CellValue = str | int | float | bool | Decimal | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range, all four bounds included, 0-based."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet small enough to be looked at one by one.

    `rows[r][c]` is the value as the file holds it (numbers as numbers, text untouched, all rows equally long); a merged
    range holds its value in its first cell only (`spans` tells the rest). `fills` names the background of coloured
    cells as RRGGBB (white is no colour); `errors` the text of error cells (#REF!), whose value is null; hidden rows and
    columns are 0-based. `percent` are the cells whose number format is a percentage (0.062 is shown as 6.2 %);
    `indents` the indent levels of cells where the format gives one.
    """

    rows: Sequence[Sequence[CellValue]]
    spans: tuple[Span, ...] = ()
    fills: Mapping[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    percent: frozenset[tuple[int, int]] = frozenset()
    indents: Mapping[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    first_row: int = 1  # the number Excel (or the text file) gives to rows[0]
    first_column: int = 0  # 0-based column of the first cell of each row; above 0 only in a window cut out of a sheet


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: a grid, or a frame where it is plain and large.

    Exactly one of `grid` and `frame` is set. A frame has its header as column names, all columns as the file types them
    (text of CSV stays text), and `first_row` is the number of its first data row in the file.
    """

    name: str
    index: int  # position in the file
    grid: Grid | None = None
    frame: pl.DataFrame | None = None
    first_row: int = 2
    problems: tuple[Problem, ...] = ()
    above: tuple[tuple[CellValue, ...], ...] = ()  # of a frame: the rows over its header (titles, units), as they stand

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that hold data."""
        if self.frame is not None:
            return self.frame.shape
        rows = self.grid.rows if self.grid is not None else ()
        return len(rows), max((len(row) for row in rows), default=0)


@dataclass(frozen=True, slots=True)
class Book:
    """One file as it came: its name (with the path in a folder or ZIP), fingerprint, sheets and what was wrong with it.

    `path` is the file on disk; `member` its name inside, where that file is a ZIP. Both open it again later. `sha256`
    is that of the file's own bytes, unpacked; empty where it could not be read. `on_disk` is the fingerprint of `path`.
    """

    name: str
    sha256: str
    size: int
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()
    path: Path | None = None
    member: str | None = None
    on_disk: str = ""
