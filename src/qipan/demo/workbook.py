"""Writes workbooks the way zones keep them: a title above, two-row headers, merged cells, notes below."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
Style = Literal["title", "plain", "head", "body", "wrap", "date", "sum", "note", "green", "yellow", "red"]
_BORDER = {"border": 1, "font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_STYLES: dict[Style, dict[str, str | int | bool]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "方正小标宋简体"},
    "plain": {"font_name": "宋体", "font_size": 10},
    "head": {**_BORDER, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DDEBF7"},
    "body": dict(_BORDER),
    "wrap": {**_BORDER, "text_wrap": True},
    "date": {**_BORDER, "num_format": "yyyy-mm-dd"},
    "sum": {**_BORDER, "bold": True, "bg_color": "#F2F2F2"},
    "note": {"font_name": "楷体", "font_size": 9, "text_wrap": True, "valign": "top"},
    "green": {**_BORDER, "bg_color": "#92D050"},
    "yellow": {**_BORDER, "bg_color": "#FFFF00"},
    "red": {**_BORDER, "bg_color": "#FF0000"},
}
# A workbook's properties carry the day it was made; a generated one is always made on the same day.
_MADE = datetime(2026, 11, 2, 9, 0, 0)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over several columns, or over one (then it spans both header rows)."""

    name: str
    under: tuple[str, ...] = ()


class Page:
    """One sheet being written; rows are counted from 0."""

    def __init__(self, sheet: Worksheet, formats: dict[Style, Format]) -> None:
        self._sheet = sheet
        self._formats = formats
        self.row = 0

    def title(self, text: str, width: int, below: str = "") -> None:
        """Write a title merged over the width, and a line below it naming who filled it in and the units."""
        self._sheet.merge_range(self.row, 0, self.row, width - 1, text, self._formats["title"])
        self._sheet.set_row(self.row, 28)
        self.row += 1
        if below:
            self._sheet.write_string(self.row, 0, below, self._formats["plain"])
            self.row += 1

    def header(self, groups: Sequence[Group]) -> None:
        """Write a two-row header, merged across where a group has columns and down where it has none."""
        head, top, column = self._formats["head"], self.row, 0
        for group in groups:
            if not group.under:
                self._sheet.merge_range(top, column, top + 1, column, group.name, head)
                column += 1
                continue
            if len(group.under) > 1:
                self._sheet.merge_range(top, column, top, column + len(group.under) - 1, group.name, head)
            else:
                self._sheet.write_string(top, column, group.name, head)
            for at, name in enumerate(group.under):
                self._sheet.write_string(top + 1, column + at, name, head)
            column += len(group.under)
        self.row += 2

    def line(self, cells: Sequence[Cell], style: Style = "body", start: int = 0) -> int:
        """Write one row and return its number; null leaves a bordered blank."""
        for at, cell in enumerate(cells, start):
            self.cell(self.row, at, cell, style)
        self.row += 1
        return self.row - 1

    def cell(self, row: int, column: int, value: Cell, style: Style = "body") -> None:
        """Write one cell; text stays text, so a code never becomes a number by accident."""
        form = self._formats[style]
        if value is None:
            self._sheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            self._sheet.write_string(row, column, value, form)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self._formats["date"])
        else:
            self._sheet.write_number(row, column, value, form)

    def merge_down(self, first: int, last: int, column: int, text: str) -> None:
        """Merge a column's cells from one row to another around a text, as park names stand beside their firms."""
        if last > first:
            self._sheet.merge_range(first, column, last, column, text, self._formats["wrap"])
        else:
            self._sheet.write_string(first, column, text, self._formats["wrap"])

    def merge_across(self, width: int, text: str, style: Style = "note") -> None:
        """Write a text merged over the whole width: a section or a footnote."""
        self._sheet.merge_range(self.row, 0, self.row, width - 1, text, self._formats[style])
        self.row += 1

    def widths(self, widths: Sequence[float]) -> None:
        """Set the columns' widths."""
        for at, width in enumerate(widths):
            self._sheet.set_column(at, at, width)

    def freeze(self, columns: int = 0) -> None:
        """Keep what stands above this row in view."""
        self._sheet.freeze_panes(self.row, columns)


class Workbook:
    """A workbook at a path; closing it writes the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self._book.set_properties({"title": path.stem, "comments": "示范数据，全部虚构", "created": _MADE})
        self._formats: dict[Style, Format] = {name: self._book.add_format(form) for name, form in _STYLES.items()}

    def page(self, name: str) -> Page:
        """Add a sheet."""
        return Page(self._book.add_worksheet(name), self._formats)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()
