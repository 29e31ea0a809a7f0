"""The cells of one workbook sheet, read as a stream and within bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from qipan.engine.sheets.book import CellValue, Grid, Span
from qipan.engine.sheets.reading.limits import Limits
from qipan.engine.sheets.reading.markup import Enough, local, number, parse, true, unescaped
from qipan.engine.sheets.reading.styles import PLAIN, Shows, Style, from_serial

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MANY = 200_000  # fills, merges, hidden rows: more of them mean nothing any more


class TooLarge(Exception):
    """The sheet holds more cells than are looked at one by one."""


@dataclass(slots=True)
class Found:
    """What has been read of a sheet; rows and columns 0-based, cells by row and column."""

    rows: dict[int, dict[int, CellValue]] = field(default_factory=dict[int, dict[int, CellValue]])
    fills: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    errors: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    percent: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    indents: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    hidden_rows: set[int] = field(default_factory=set[int])
    hidden_columns: set[int] = field(default_factory=set[int])
    spans: list[Span] = field(default_factory=list[Span])
    unvalued: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])  # formulas without a stored result
    widest: int = 0  # columns that hold a value, those beyond the limit included
    count: int = 0

    def put(self, row: int, column: int, value: CellValue, limits: Limits) -> None:
        """Keep a value; a column beyond the limit is only counted."""
        self.widest = max(self.widest, column + 1)
        if column >= limits.columns:
            return
        self.rows.setdefault(row, {})[column] = value
        self.count += 1
        if self.count > limits.grid_cells:
            raise TooLarge

    def grid(self, limits: Limits) -> Grid:
        """Return the cells as a grid: rectangular, ending with the last row and column that hold something."""
        height = max(max(self.rows, default=-1), max((at[0] for at in self.errors), default=-1)) + 1
        width = min(self.widest, limits.columns)
        if len(self.rows) * width > limits.grid_cells * 4:
            raise TooLarge
        blank: tuple[CellValue, ...] = (None,) * width
        rows: list[Sequence[CellValue]] = [blank] * height
        for at, cells in self.rows.items():
            row: list[CellValue] = [None] * width
            for column, value in cells.items():
                row[column] = value
            rows[at] = row

        def inside(at: tuple[int, int]) -> bool:
            return at[0] < height and at[1] < width

        return Grid(
            rows=rows,
            spans=tuple(_clipped(self.spans, height, width)),
            fills={at: colour for at, colour in self.fills.items() if inside(at)},
            errors={at: text for at, text in self.errors.items() if inside(at)},
            percent=frozenset(at for at in self.percent if inside(at)),
            indents={at: level for at, level in self.indents.items() if inside(at)},
            hidden_rows=frozenset(row for row in self.hidden_rows if row < height),
            hidden_columns=frozenset(column for column in self.hidden_columns if column < width),
        )


def _clipped(spans: list[Span], height: int, width: int) -> list[Span]:
    kept: list[Span] = []
    for span in spans:
        cut = Span(span.top, span.left, min(span.bottom, height - 1), min(span.right, width - 1))
        if cut.top <= cut.bottom and cut.left <= cut.right and (cut.top, cut.left) != (cut.bottom, cut.right):
            kept.append(cut)
    return kept


def place(reference: str) -> tuple[int, int] | None:
    """Return row and column (0-based) of a reference such as C12, or None where it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row - 1, column - 1) if 0 < row <= 1_048_576 and column <= 16_384 else None


def span(reference: str) -> Span | None:
    """Return the range behind a reference such as A1:C3."""
    first, _, last = reference.partition(":")
    top, bottom = place(first), place(last or first)
    if top is None or bottom is None:
        return None
    return Span(min(top[0], bottom[0]), min(top[1], bottom[1]), max(top[0], bottom[0]), max(top[1], bottom[1]))


class CellReader:
    """Takes the tags of a sheet part and fills `found`."""

    def __init__(
        self,
        strings: Sequence[str],
        styles: Sequence[Style],
        limits: Limits,
        *,
        from_1904: bool,
        last_row: int | None = None,
    ) -> None:
        self.found = Found()
        self._strings, self._styles, self._limits = strings, styles, limits
        self._from_1904 = from_1904
        self._last_row = last_row
        self._row, self._column = -1, -1
        self._digits = "0"  # the row being read, as references end with it
        self._letters: dict[str, int] = {}
        self._type, self._style = "", PLAIN
        self._text: list[str] | None = None
        self._value: str | None = None
        self._formula = False
        self._phonetic = 0

    def read(self, stream: IO[bytes], *, wrap: tuple[bytes, bytes] | None = None) -> Found:
        """Read a sheet part, or a piece of one, and return what it holds."""
        parse(stream, self.start, self.end, self.text, wrap=wrap)
        return self.found

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an opening tag."""
        if tag == "c" or tag.endswith(":c"):
            self._open_cell(attributes)
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._text = []
        elif tag == "f":
            self._formula = True
        else:
            self._open_other(local(tag), attributes)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        # Nearly every cell stands in the row that was opened, in a column that was seen before.
        column = self._letters.get(reference[: -len(self._digits)]) if reference.endswith(self._digits) else None
        if column is not None:
            self._row, self._column = int(self._digits) - 1, column
        else:
            at = place(reference)
            self._row, self._column = at if at is not None else (self._row, self._column + 1)
            if at is not None and at[0] + 1 == int(self._digits or 0):
                self._letters[reference[: -len(self._digits)]] = at[1]
        self._type = attributes.get("t", "n")
        style = attributes.get("s")
        self._style = PLAIN if style is None else self._style_of(style)
        self._value, self._formula = None, False

    def _style_of(self, text: str) -> Style:
        style = number(text)
        return self._styles[style] if 0 <= style < len(self._styles) else PLAIN

    def _open_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            row = number(attributes.get("r"), 0)
            self._row = row - 1 if 0 < row <= 1_048_576 else self._row + 1
            self._digits = str(self._row + 1)
            self._column = -1
            if self._last_row is not None and self._row > self._last_row:
                raise Enough
            if true(attributes.get("hidden")) and len(self.found.hidden_rows) < _MANY:
                self.found.hidden_rows.add(self._row)
        elif name in ("v", "t") and not self._phonetic:
            self._text = []
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic += 1
        elif name == "col" and true(attributes.get("hidden")):
            first, last = number(attributes.get("min"), 1), number(attributes.get("max"), 1)
            self.found.hidden_columns.update(range(max(first, 1) - 1, min(last, 16_384)))
        elif name == "mergeCell" and len(self.found.spans) < _MANY:
            merged = span(attributes.get("ref", ""))
            if merged is not None:
                self.found.spans.append(merged)

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        name = tag if len(tag) < 3 else local(tag)
        if name in ("v", "t"):
            if self._text is not None:
                # The runs of a rich text come one after the other.
                text = self._text[0] if len(self._text) == 1 else "".join(self._text)
                self._value = text if self._value is None else self._value + text
                self._text = None
        elif name == "c":
            self._close_cell()
        elif name == "rPh":
            self._phonetic -= 1

    def _close_cell(self) -> None:
        at = self._row, self._column
        style, found = self._style, self.found
        if style is not PLAIN and at[1] < self._limits.columns:
            if style.fill is not None and len(found.fills) < _MANY:
                found.fills[at] = style.fill
            if style.indent and self._value is not None:
                found.indents[at] = style.indent
        if not self._value:
            # An empty text may be a formula's result; an empty number is a result that was never stored.
            if self._formula and self._type != "str" and len(found.unvalued) < _MANY:
                found.unvalued.append(at)
            return
        value = self._typed(self._value)
        if value is None:
            return
        if style.shows is Shows.PERCENT and not isinstance(value, str) and at[1] < self._limits.columns:
            found.percent.add(at)
        found.put(*at, value, self._limits)

    def _typed(self, text: str) -> CellValue:
        kind = self._type
        if kind == "s":
            index = number(text, -1)
            return self._strings[index] or None if 0 <= index < len(self._strings) else None
        if kind in ("inlineStr", "str"):
            return unescaped(text) or None
        if kind == "b":
            return true(text.strip())
        if kind == "e":
            self.found.widest = max(self.found.widest, self._column + 1)
            self.found.errors[self._row, self._column] = text[:40]
            return None
        if kind == "d":
            return text
        value = as_number(text.strip())
        if isinstance(value, (int, float)) and self._style.shows in (Shows.DATE, Shows.TIME):
            moment = from_serial(value, self._style.shows, from_1904=self._from_1904)
            return value if moment is None else moment
        return value


def as_number(text: str) -> int | float | str | None:
    """Return a stored number: whole ones as int, others as float, what is none as the text it is."""
    if not text:
        return None
    if len(text) <= 20 and text.lstrip("-").isdecimal():
        return int(text)
    try:
        value = float(text)
    except ValueError:
        return text
    return value if abs(value) < float("inf") else text
