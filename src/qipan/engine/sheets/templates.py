"""Workbooks to be filled in (模板): a ledger's headings, what may stand under each, and what is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]
from openpyxl.utils import get_column_letter

from qipan.engine.sheets.book import CellValue, Sheet
from qipan.engine.sheets.escape import escape_formula
from qipan.engine.sheets.spec import ColumnSpec, ColumnType, Layout, LedgerSpec
from qipan.engine.sheets.writing import sheet_name, shown_width

GUIDE = "填写说明"
MARK = "本页是填写说明，加载时不读取"
EXAMPLE = "示例"
FILLED_ROWS = 5_000  # rows for which drop-downs are laid out
FIRST_LIST = 9  # column of the guide in which the first list of a drop-down stands
NUMBERS = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.PERCENT)
TYPES: Mapping[ColumnType, str] = {
    ColumnType.TEXT: "文字",
    ColumnType.INTEGER: "整数",
    ColumnType.NUMBER: "数字",
    ColumnType.PERCENT: "百分数，6.2 表示 6.2%",
    ColumnType.DATE: "日期，如 2026-03-05",
    ColumnType.PERIOD: "时期，如 2026年10月、2026年1-10月、2026年三季度",
    ColumnType.BOOLEAN: "是 或 否",
    ColumnType.USCC: "18 位统一社会信用代码，或 9 位机构代码",
    ColumnType.PHONE: "电话号码",
    ColumnType.CHOICE: "从列表中选择",
}


@dataclass(frozen=True, slots=True)
class Filling:
    """What a template is made for: its period, the names to choose from, and rows filled in beforehand.

    `rows` give values by column code. `months` head the columns of a table by months.
    """

    period: str = ""
    units: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    units_of_measure: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    rows: Sequence[Mapping[str, CellValue]] = ()


@dataclass(slots=True)
class _Column:
    """A column of the template; a month's column is that of no ledger column by name."""

    spec: ColumnSpec
    heading: str
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class _Book:
    """The workbook while it is written; XlsxWriter has no types, they end here."""

    book: Any
    styles: dict[str, Any] = field(default_factory=dict[str, Any])

    def style(self, name: str, **wishes: object) -> Any:
        if name not in self.styles:
            self.styles[name] = self.book.add_format(dict(wishes))
        return self.styles[name]


def is_guide(sheet: Sheet) -> bool:
    """Tell whether a sheet is the page of a template that explains it."""
    rows = sheet.grid.rows if sheet.grid is not None else ()
    return bool(rows) and bool(rows[0]) and rows[0][0] == MARK


def write_template(path: Path, ledger: LedgerSpec, filling: Filling, made_on: date | None = None) -> None:
    """Leave a workbook at `path` that is read as `ledger` again when it is filled in.

    Headings are Chinese, with their unit. One example row, which is never read as a record, stands under them.
    """
    book: Any = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    if made_on is not None:
        book.set_properties({"created": datetime(made_on.year, made_on.month, made_on.day)})
    out = _Book(book)
    columns = _columns(ledger, filling)
    page = book.add_worksheet(sheet_name(ledger.names[0], (GUIDE,)))
    guide = book.add_worksheet(GUIDE)
    lists = _guide(out, guide, ledger, columns)
    _page(out, page, ledger, columns, filling, lists)
    book.close()


def _columns(ledger: LedgerSpec, filling: Filling) -> list[_Column]:
    found: list[_Column] = []
    for spec in ledger.columns:
        if ledger.layout is Layout.WIDE and spec.writes == "value":
            found += [_Column(spec, month) for month in filling.months]
            continue
        unit = (
            spec.unit if spec.type in NUMBERS and spec.unit and spec.writes.startswith(("fact:", "enterprise.")) else ""
        )
        name = spec.names[0]
        heading = f"{name}（{unit}）" if unit and unit != "%" and unit not in name else name
        found.append(_Column(spec, heading, _choices(spec, filling)))
    return found


def _choices(spec: ColumnSpec, filling: Filling) -> tuple[str, ...]:
    if spec.type is ColumnType.BOOLEAN:
        return ("是", "否")
    if spec.type is ColumnType.CHOICE:
        chinese = tuple(one for one in spec.allowed if not one.isascii())
        return chinese or spec.allowed
    if spec.writes == "subject" or spec.writes.endswith((".unit", ".parent")):
        return filling.units
    if spec.writes == "measure":
        return filling.measures
    return filling.units_of_measure if spec.writes == "unit" else ()


def _page(
    out: _Book, page: Any, ledger: LedgerSpec, columns: Sequence[_Column], filling: Filling, lists: Mapping[int, str]
) -> None:
    title = f"{ledger.names[0]}（{filling.period}）" if filling.period else ledger.names[0]
    page.write_string(0, 0, title, out.style("title", bold=True, font_size=14))
    page.set_row(0, 24)
    look: dict[str, object] = {
        "bold": True,
        "border": 1,
        "border_color": "#C9CFD8",
        "text_wrap": True,
        "valign": "vcenter",
    }
    plain, needed = out.style("head", **look, bg_color="#EEF1F5"), out.style("need", **look, bg_color="#FDF3DF")
    for at, column in enumerate(columns):
        page.write_string(1, at, column.heading, needed if column.spec.required else plain)
        page.write_comment(1, at, _note(column), {"author": "Qipan", "x_scale": 2})
        page.set_column(at, at, max(10, min(shown_width(column.heading) + 4, 36)))
        if at in lists:
            rule = {"validate": "list", "source": lists[at], "error_type": "warning"}
            page.data_validation(2, at, 2 + FILLED_ROWS + len(filling.rows), at, rule)
    example = out.style("example", italic=True, font_color="#5F6C7C")
    for at, value in enumerate(_example(columns, filling)):
        _cell(page, 2, at, value, example)
    day = out.style("day", num_format="yyyy-mm-dd")
    for number, row in enumerate(filling.rows, start=3):
        for at, column in enumerate(columns):
            value = row.get(column.spec.code)
            if value is not None and not (ledger.layout is Layout.WIDE and column.spec.writes == "value"):
                _cell(page, number, at, value, day if isinstance(value, (date, datetime)) else None)
    page.freeze_panes(2, 0)


def _cell(page: Any, row: int, column: int, value: CellValue, style: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_string(row, column, "是" if value else "否", style)
    elif isinstance(value, str):
        page.write_string(row, column, escape_formula(value), style)
    elif isinstance(value, (date, datetime)):
        page.write_datetime(row, column, value, style)
    else:
        page.write_number(row, column, value, style)


def _note(column: _Column) -> str:
    spec = column.spec
    said = ["必填" if spec.required else "可不填", TYPES[spec.type]]
    if spec.unit and spec.type in NUMBERS:
        said.append(f"单位：{spec.unit}")
    if column.choices and len(column.choices) <= 12:
        said.append("可选：" + "、".join(column.choices))
    if spec.note:
        said.append(spec.note)
    return "；".join(said)


def _example(columns: Sequence[_Column], filling: Filling) -> list[CellValue]:
    """Return a row that shows what is meant; its first text says that it is an example."""
    found = [_sample(column, filling) for column in columns]
    for at, value in enumerate(found[:4]):
        if columns[at].spec.code == "serial":
            found[at] = EXAMPLE
            return found
        if isinstance(value, str):
            found[at] = f"{EXAMPLE}：{value}"
            return found
    found[0] = EXAMPLE
    return found


def _sample(column: _Column, filling: Filling) -> CellValue:
    spec = column.spec
    if column.choices:
        return column.choices[0]
    known: dict[ColumnType, CellValue] = {
        ColumnType.INTEGER: 120, ColumnType.NUMBER: 1234.5, ColumnType.PERCENT: 6.2, ColumnType.DATE: "2026-03-05",
        ColumnType.PERIOD: filling.period or "2026年10月", ColumnType.USCC: "91370800MA3C000000",
        ColumnType.PHONE: "0537-0000000",
    }  # fmt: skip
    if spec.type in known:
        return known[spec.type]
    if spec.writes.endswith(".name"):
        return "某某精密制造有限公司" if spec.writes.startswith("enterprise") else "某某产业园"
    return {"unit.code": "YQ01"}.get(spec.writes)


def _guide(out: _Book, guide: Any, ledger: LedgerSpec, columns: Sequence[_Column]) -> dict[int, str]:
    """Write the page that explains; returns where the values of each drop-down stand, by the column's position."""
    head = out.style("guide-head", bold=True, bg_color="#EEF1F5", border=1, border_color="#C9CFD8")
    wrap = out.style("guide", text_wrap=True, valign="top")
    guide.write_string(0, 0, MARK, out.style("mark", bold=True))
    guide.write_string(1, 0, f"台账：{ledger.names[0]}　依据：{ledger.source}")
    guide.write_string(2, 0, "黄色表头为必填。“示例”一行不会读入，可以留着，也可以删除。列可以增减，顺序可以改。")
    for at, name in enumerate(("列", "是否必填", "怎么填")):
        guide.write_string(4, at, name, head)
        guide.set_column(at, at, (24, 10, 70)[at])
    lists: dict[int, str] = {}
    placed: dict[tuple[str, ...], str] = {}
    for row, column in enumerate(columns):
        guide.write_string(5 + row, 0, column.heading, wrap)
        guide.write_string(5 + row, 1, "必填" if column.spec.required else "", wrap)
        guide.write_string(5 + row, 2, _note(column), wrap)
        if not column.choices:
            continue
        if column.choices not in placed:
            at = FIRST_LIST + len(placed)
            for number, value in enumerate(column.choices):
                guide.write_string(5 + number, at, escape_formula(value))
            letter = get_column_letter(at + 1)
            placed[column.choices] = f"='{GUIDE}'!${letter}$6:${letter}${5 + len(column.choices)}"
        lists[row] = placed[column.choices]
    guide.set_column(FIRST_LIST, FIRST_LIST + len(placed), None, None, {"hidden": True})
    return lists
