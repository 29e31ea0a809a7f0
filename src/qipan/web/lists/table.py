"""The table of a list: headings that sort, cells that lead on, the row of totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qipan.platform.models import User
from qipan.platform.screens import Column, Kind, Screen, screen_of
from qipan.platform.screens.amounts import per_unit, shown_amount, unit_name
from qipan.platform.screens.cells import Cell, rows_of, words_of
from qipan.platform.screens.exporting import heading
from qipan.platform.screens.listing import ListPage
from qipan.web.lists.addresses import record_address
from qipan.web.lists.asked import Asked

NUMBERS = {Kind.INTEGER, Kind.NUMBER, Kind.MONEY}
NARROW = {Kind.DATE, Kind.MOMENT, Kind.BOOLEAN}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: what it says, where it leads, how the list is sorted by it now."""

    name: str
    css: str
    link: str
    state: str  # as aria-sort says it


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the page shows it."""

    name: str  # the heading, beside the value on a narrow screen
    css: str
    text: str
    link: str = ""
    chips: tuple[str, ...] = ()
    masked: bool = False

    @property
    def html(self) -> SafeString:
        """The cell as the table holds it; put together here, for a template takes five times as long over a page."""
        if self.chips:
            inside = format_html_join(" ", '<span class="chip">{}</span>', ((chip,) for chip in self.chips))
        elif self.link:
            inside = format_html('<a href="{}">{}</a>', self.link, self.text)
        elif self.masked:
            inside = format_html('<span class="masked" title="{}">{}</span>', _("您无权查看完整内容"), self.text)
        else:
            inside = escape(self.text or "—")
        if self.css == "name":
            return format_html('<td class="name">{}</td>', inside)
        return format_html('<td class="{}" data-name="{}">{}</td>', self.css, self.name, inside)


@dataclass(frozen=True, slots=True)
class Row:
    """A record of the list."""

    key: int
    title: str
    link: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A cell of the row of totals."""

    css: str
    text: str


def css_of(column: Column) -> str:
    """Return how the column is set."""
    if column.kind in NUMBERS:
        return "number"
    if column.kind in NARROW:
        return "date"
    if column.kind is Kind.CODE and column.words is None:
        return "code"
    return "long" if column.kind is Kind.LONG else "text"


def headings(asked: Asked) -> list[Heading]:
    """Return the headings of the list's columns."""
    found: list[Heading] = []
    for column in asked.columns:
        mine = asked.sort == column.code
        state = ("descending" if asked.wanted.falling else "ascending") if mine else ""
        link = asked.sorted_by(column) if column.sorted else ""
        found.append(Heading(heading(column, unit_name), css_of(column), link, state))
    return found


def _names_record(screen: Screen, columns: Sequence[Column]) -> int:
    """Return which column leads to the record: the one that is its title, else the first."""
    titles = [number for number, column in enumerate(columns) if column.code == "name" or column.path == screen.title]
    return titles[0] if titles else 0


def _link(column: Column, cell: Cell) -> str:
    to = "units" if column.kind is Kind.UNIT else column.to if column.kind is Kind.RECORD else ""
    target = screen_of(to) if to else None
    if target is None or not cell.text or not isinstance(cell.value, int):
        return ""
    return record_address(target, cell.value)


def _shown(column: Column, name: str, cell: Cell, words: Any) -> Shown:
    if isinstance(cell.value, list):
        return Shown(name, "chips", "", chips=tuple(filter(None, (words([code]) for code in cell.value))))
    return Shown(name, css_of(column), cell.text, _link(column, cell), masked=cell.masked)


def rows(asked: Asked, page: ListPage, user: User) -> list[Row]:
    """Return the records of the page as the table shows them."""
    columns = asked.columns
    leading = _names_record(asked.screen, columns)
    names = [heading(column, unit_name) for column in columns]
    several = {column.code: words_of(column, (), user) for column in columns if column.through is not None}
    found: list[Row] = []
    for record, cells in zip(page.records, rows_of(asked.screen, columns, page.records, user), strict=True):
        link = record_address(asked.screen, record.pk)
        shown = [
            _shown(column, name, cell, several.get(column.code))
            for column, name, cell in zip(columns, names, cells, strict=True)
        ]
        title = cells[leading].text or str(record.pk)
        css = "number" if columns[leading].kind in NUMBERS else "name"
        shown[leading] = Shown(names[leading], css, cells[leading].text or "—", link)
        found.append(Row(record.pk, title, link, tuple(shown)))
    return found


def totals_row(asked: Asked, sums: Mapping[str, int | Decimal | None], user: User) -> list[Total]:
    """Return a cell per column; empty where nothing is added up."""
    found: list[Total] = []
    for column in asked.columns:
        value: Any = sums.get(column.code)
        if value is not None and column.kind is Kind.MONEY:
            value = shown_amount(int(value), per_unit(column))
        text = words_of(column, (), user)(value) if value is not None else ""
        found.append(Total(css_of(column), text))
    return found
