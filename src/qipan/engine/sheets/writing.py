"""Tables for people: XLSX and CSV with a frozen header, readable widths and no text that runs as a formula."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

import polars as pl
import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from qipan.engine.sheets.book import CellValue
from qipan.engine.sheets.escape import escape_formula, escaped_column

ColumnKind = Literal["text", "integer", "number", "percent", "date", "datetime", "boolean"]
Rows = Iterable[Sequence[CellValue]]

SHEET_ROWS = 1_048_576
_TEXT_LIMIT = 32_767
_SAMPLE = 200
_WIDEST = 60
_EXACT = 10**15
_HEADER = {
    "bold": True,
    "bg_color": "#EEF1F5",
    "border": 1,
    "border_color": "#C9CFD8",
    "text_wrap": True,
    "valign": "vcenter",
}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of an export: its heading and how its values are shown.

    `percent` values are stated in percent (6.2 means 6.2 %), as everywhere in this project; `decimals` None shows what
    there is.
    """

    name: str
    kind: ColumnKind = "text"
    decimals: int | None = None
    width: int | None = None


def write_table(
    path: Path,
    columns: Sequence[TableColumn],
    rows: Rows | pl.DataFrame,
    *,
    sheet: str = "Sheet1",
    above: Sequence[str] = (),
    truth: tuple[str, str] = ("是", "否"),
    made_on: date | None = None,
) -> int:
    """Write a table as .xlsx or .csv, told by the ending of `path`, and return how many rows it has.

    The file appears when it is complete, never half written. `above` are lines over the header (title, unit, source);
    `truth` the words for true and false. A workbook continues on further sheets after a million rows.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".csv":
            count = _write_csv(partial, columns, rows, above, truth)
        else:
            count = _write_workbook(partial, columns, rows, sheet, above, truth, made_on)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write_csv(
    path: Path, columns: Sequence[TableColumn], rows: Rows | pl.DataFrame, above: Sequence[str], truth: tuple[str, str]
) -> int:
    # The mark at the start tells Excel that the text is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerows([escape_formula(line)] for line in above)
        writer.writerow([escape_formula(column.name) for column in columns])
        if not isinstance(rows, pl.DataFrame):
            count = 0
            for row in rows:
                writer.writerow([as_text(value, column, truth) for value, column in zip(row, columns, strict=False)])
                count += 1
            return count
    with path.open("ab") as target:
        _shown(rows, columns, truth).write_csv(target, include_header=False, line_terminator="\r\n")
    return rows.height


def _shown(frame: pl.DataFrame, columns: Sequence[TableColumn], truth: tuple[str, str]) -> pl.DataFrame:
    """Return a frame as its CSV shows it."""
    shown: list[pl.Expr] = []
    for name, column in zip(frame.columns, columns, strict=True):
        kind = frame.schema[name]
        if kind == pl.Boolean():
            word = pl.when(pl.col(name)).then(pl.lit(truth[0])).when(~pl.col(name)).then(pl.lit(truth[1]))
            shown.append(word.otherwise(None).alias(name))
        elif kind.is_float() and column.decimals is not None:
            shown.append(pl.col(name).round(column.decimals))
        elif kind.is_numeric() or kind.is_temporal():
            shown.append(pl.col(name))
        else:
            shown.append(escaped_column(pl.col(name).cast(pl.String)).alias(name))
    return frame.select(shown)


def as_text(value: CellValue, column: TableColumn, truth: tuple[str, str]) -> str:
    """Return a value as a CSV shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return truth[0] if value else truth[1]
    if isinstance(value, (float, Decimal)) and column.decimals is not None:
        return f"{value:.{column.decimals}f}"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return escape_formula(value) if isinstance(value, str) else str(value)


def _write_workbook(
    path: Path,
    columns: Sequence[TableColumn],
    rows: Rows | pl.DataFrame,
    sheet: str,
    above: Sequence[str],
    truth: tuple[str, str],
    made_on: date | None,
) -> int:
    source: Iterator[Sequence[CellValue]] = rows.iter_rows() if isinstance(rows, pl.DataFrame) else iter(rows)
    with Writer(path, made_on) as writer:
        count = page = 0
        sample = list(islice(source, _SAMPLE))
        widths = [_width(column, [row[at] for row in sample if at < len(row)]) for at, column in enumerate(columns)]
        source = chain(sample, source)
        while True:
            room = SHEET_ROWS - len(above) - 1
            writer.page(sheet if not page else f"{sheet[:26]} ({page + 1})", columns, widths, above)
            written = 0
            for row in islice(source, room):
                writer.row(row, truth)
                written += 1
            count, page = count + written, page + 1
            if written < room:
                return count


def _width(column: TableColumn, sample: Sequence[CellValue]) -> int:
    """Return a width in characters, in which a Chinese one counts as two."""
    if column.width is not None:
        return column.width
    texts = [column.name, *(as_text(value, column, ("是", "否")) for value in sample)]
    return min(_WIDEST, max(8, *(shown_width(text) for text in texts)) + 2)


def shown_width(text: str) -> int:
    """Return how many Latin characters wide the first line of a text is."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text.partition("\n")[0][:_WIDEST])


def sheet_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return a name Excel accepts for a sheet: 31 characters, none of []:*?/\\, and not one of `taken`."""
    plain = "".join("_" if one in "[]:*?/\\" or ord(one) < 32 else one for one in name).strip("'")[:31] or "Sheet"
    used = {one.lower() for one in taken}
    result, number = plain, 1
    while result.lower() in used:
        number += 1
        result = f"{plain[: 28 - len(str(number))]} ({number})"
    return result


class Writer:
    """A workbook written row by row, in little memory whatever its size; XlsxWriter has no types, they end here."""

    def __init__(self, path: Path, made_on: date | None = None) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        if made_on is not None:
            # Without it the library asks the clock, and no two exports of the same rows are equal.
            self._book.set_properties({"created": datetime(made_on.year, made_on.month, made_on.day)})
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._styles: dict[tuple[str, str | None], Any] = {}
        self._sheet: Any = None
        self._columns: Sequence[TableColumn] = ()
        self._names: list[str] = []
        self._at = 0

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def format(self, **wishes: object) -> Any:
        """Return the cell format with these wishes; equal ones are one."""
        key = tuple(sorted(wishes.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(wishes))
        return self._formats[key]

    def _style(self, shown: str, colour: str | None) -> Any:
        if not shown and not colour:
            return None
        key = (shown, colour)
        if key not in self._styles:
            number: dict[str, object] = {"num_format": shown} if shown else {}
            self._styles[key] = self.format(**number, **({"bg_color": f"#{colour}"} if colour else {}))
        return self._styles[key]

    def page(
        self,
        name: str,
        columns: Sequence[TableColumn],
        widths: Sequence[int],
        above: Sequence[str] = (),
        *,
        header: bool = True,
    ) -> str:
        """Begin a sheet and return the name it got."""
        self._names.append(sheet_name(name, self._names))
        self._sheet = self._book.add_worksheet(self._names[-1])
        self._columns, self._at = columns, 0
        for at, width in enumerate(widths):
            self._sheet.set_column(at, at, width)
        for line in above:
            self._sheet.write_string(self._at, 0, _fitting(line), self.format(italic=True, font_color="#5A6472"))
            self._at += 1
        if header:
            for at, column in enumerate(columns):
                self._sheet.write_string(self._at, at, _fitting(column.name), self.format(**_HEADER))
            self._at += 1
            self._sheet.freeze_panes(self._at, 0)
        return self._names[-1]

    def row(self, values: Sequence[CellValue], truth: tuple[str, str], fills: dict[int, str] | None = None) -> None:
        """Write the next row; `fills` colours cells (RRGGBB) by their column."""
        for at, value in enumerate(values):
            column = self._columns[at] if at < len(self._columns) else TableColumn("")
            colour = fills.get(at) if fills else None
            if value is None and colour is None:
                continue
            self.cell(at, value, _number_format(column, value), truth, colour)
        self._at += 1

    def cell(
        self, column: int, value: CellValue, shown: str, truth: tuple[str, str], colour: str | None = None
    ) -> None:
        """Write one cell of the current row."""
        style = self._style(shown, colour)
        if value is None:
            self._sheet.write_blank(self._at, column, None, style)
        elif isinstance(value, bool):
            self._sheet.write_string(self._at, column, truth[0] if value else truth[1], style)
        elif isinstance(value, str):
            self._sheet.write_string(self._at, column, _fitting(value), style)
        elif isinstance(value, (datetime, date, time)):
            self._sheet.write_datetime(self._at, column, value, style or self.format(num_format="yyyy-mm-dd"))
        elif isinstance(value, int) and abs(value) >= _EXACT:
            # A spreadsheet keeps fifteen digits of a number; a longer one is a code.
            self._sheet.write_string(self._at, column, str(value), style)
        elif value == value and abs(value) != float("inf"):
            self._sheet.write_number(self._at, column, value, style)

    def comment(self, row: int, column: int, text: str) -> None:
        """Attach a comment to a cell (0-based) of the current sheet."""
        self._sheet.write_comment(row, column, text[:1_000], {"author": "Qipan", "x_scale": 2})

    def link(self, column: int, target: str, text: str) -> None:
        """Write a link inside the workbook into the current row; `target` is like 'Sheet1'!C12."""
        self._sheet.write_url(self._at, column, f"internal:{target}", None, _fitting(text))

    @property
    def at(self) -> int:
        """The row (0-based) that is written next."""
        return self._at


def _fitting(text: str) -> str:
    text = escape_formula(text)
    return text if len(text) <= _TEXT_LIMIT else f"{text[: _TEXT_LIMIT - 1]}…"


def _number_format(column: TableColumn, value: CellValue) -> str:
    if isinstance(value, (str, bool)) or value is None:
        return "@" if isinstance(value, str) and column.kind == "text" else ""
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return "yyyy-mm-dd"
    if isinstance(value, time):
        return "hh:mm"
    if column.kind in ("number", "percent", "integer"):
        decimals = 0 if column.kind == "integer" else column.decimals
        if decimals is not None:
            return "#,##0" + ("." + "0" * decimals if decimals else "")
    return ""
