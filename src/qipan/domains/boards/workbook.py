"""A board as a workbook: each tile a sheet, the numbers as numbers, and under them where each one came from."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from qipan.domains.boards.shapes import Page
from qipan.domains.boards.tables import Cell, TileTable
from qipan.engine.sheets.escape import escape_formula
from qipan.engine.sheets.writing import sheet_name, shown_width
from qipan.platform.term import Term

SOURCES = (Term("数", "Figure"), Term("值", "Value"), Term("出处", "Source"), Term("打开", "Open"))
FROM = Term("数据出处", "Where the figures come from")
WIDEST = 46


def _format(text: str) -> str:
    decimals = len(text.rpartition(".")[2]) if "." in text else 0
    shown = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f"+{shown};-{shown};{shown}" if text.startswith(("+", "-")) else shown


def write_workbook(page: Page, tables: Sequence[TileTable], made: str, address: Callable[[str], str]) -> bytes:
    """Return the board as XLSX; `made` says by whom and when, `address` where a figure's drawer opens."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "note": book.add_format({"font_color": "#5F6C7C"}),
        "head": book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "border_color": "#C9CFD8"}),
        "link": book.add_format({"font_color": "#1D4F8C", "underline": 1}),
    }  # fmt: skip
    taken: list[str] = []
    for table in tables:
        name = sheet_name(table.title or table.code, taken)
        taken.append(name)
        _sheet(book, book.add_worksheet(name), table, styles, _head(page, made), address)
    if not tables:
        book.add_worksheet(sheet_name(str(page.sheet.name)))
    book.close()
    return target.getvalue()


def _head(page: Page, made: str) -> str:
    return f"{page.sheet.name} · {page.unit.name} · {page.period_name} · {made}"


def _sheet(
    book: Any, sheet: Any, table: TileTable, styles: dict[str, Any], head: str, address: Callable[[str], str]
) -> None:
    sheet.write_string(0, 0, escape_formula(table.title), styles["title"])
    sheet.write_string(1, 0, escape_formula(head), styles["note"])
    row = 2
    for note in table.notes:
        sheet.write_string(row, 0, escape_formula(note), styles["note"])
        row += 1
    row += 1
    for at, column in enumerate(table.columns):
        sheet.write_string(row, at, escape_formula(column), styles["head"])
    if table.columns:
        sheet.freeze_panes(row + 1, 1)
    formats: dict[str, Any] = {}
    for line in table.rows:
        row += 1
        for at, cell in enumerate(line):
            _write(book, sheet, row, at, cell, formats)
    for at, column in enumerate(table.columns):
        widths = [shown_width(column), *(shown_width(line[at].text) + 2 for line in table.rows if at < len(line))]
        sheet.set_column(at, at, min(max(widths), WIDEST))
    _sources(sheet, row + 2, table, styles, address)


def _write(book: Any, sheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    if cell.value is None:
        sheet.write_string(row, column, escape_formula(cell.text))
        return
    shown = _format(cell.text)
    if cell.unit and column:
        shown = ";".join(f'{part}" {cell.unit}"' for part in shown.split(";"))
    if shown not in formats:
        formats[shown] = book.add_format({"num_format": shown})
    sheet.write_number(row, column, cell.value, formats[shown])


def _sources(sheet: Any, row: int, table: TileTable, styles: dict[str, Any], address: Callable[[str], str]) -> None:
    """Write under the table where each of its numbers came from, with a way to the drawer."""
    cells = [
        (line[0].text, table.columns[at], cell)
        for line in table.rows
        for at, cell in enumerate(line)
        if cell.source or cell.why
    ]
    if not cells:
        return
    sheet.write_string(row, 0, str(FROM), styles["title"])
    for at, name in enumerate(SOURCES):
        sheet.write_string(row + 1, at, str(name), styles["head"])
    for at, (name, column, cell) in enumerate(cells, row + 2):
        sheet.write_string(at, 0, escape_formula(f"{name} · {column}"))
        sheet.write_string(at, 1, escape_formula(f"{cell.text} {cell.unit}".strip()))
        sheet.write_string(at, 2, escape_formula(cell.source))
        if cell.why:
            sheet.write_url(at, 3, address(cell.why), styles["link"], str(SOURCES[3]))
