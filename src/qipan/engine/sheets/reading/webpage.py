"""Web pages saved under a workbook's name, as many reporting systems export them: every table a sheet."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import PurePath

from qipan.engine.problem import Problem
from qipan.engine.sheets.book import Sheet, Span
from qipan.engine.sheets.reading.cells import Found
from qipan.engine.sheets.reading.encoding import decoded, survey
from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits, guarded, refuse
from qipan.engine.sheets.reading.source import Source, mebibytes

_LARGEST = 64 * MEBIBYTE
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})")
_HIDDEN = re.compile(r"display\s*:\s*none")


def read_webpage(source: Source, limits: Limits) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Return the tables of a web page that hold anything."""
    with guarded():
        if source.size > _LARGEST:
            raise refuse("reading.file-too-large", size=mebibytes(source.size), limit=mebibytes(_LARGEST))
        with source.open() as stream:
            found = survey(stream, limits)
            stream.seek(0)
            body = stream.read()
        text = decoded(body, found)[0]
        tables = _Tables(limits)
        tables.feed(text)
        tables.close()
        grids = [grid for grid in (table.grid(limits) for table in tables.found) if grid.rows]
        if not grids:
            raise refuse("reading.no-sheets")
        stem = PurePath(source.name).stem
        sheets = [
            Sheet(stem if len(grids) == 1 else f"{stem} {index + 1}", index, grid)
            for index, grid in enumerate(grids[: limits.sheets])
        ]
    return tuple(sheets), ()


class _Tables(HTMLParser):
    """Collects the cells of a page's outer tables."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []
        self._limits = limits
        self._depth = 0
        self._row, self._column = -1, 0
        self._taken: dict[tuple[int, int], bool] = {}
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.found.append(Found())
                self._row, self._taken = -1, {}
        elif self._depth == 1 and tag == "tr":
            self._close_cell()
            self._row, self._column = self._row + 1, 0
            if _HIDDEN.search(attributes.get("style", "")):
                self.found[-1].hidden_rows.add(self._row)
        elif self._depth == 1 and tag in ("td", "th"):
            self._close_cell()
            self._open_cell(attributes)
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1:
                self._close_cell()
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._row = max(self._row, 0)
        while self._taken.pop((self._row, self._column), False):
            self._column += 1
        wide = _count(attributes.get("colspan"), self._limits.columns)
        high = _count(attributes.get("rowspan"), 1_000)
        if wide * high > 1 and len(self._taken) < self._limits.grid_cells:
            # The row itself is passed by counting on; only the rows below must remember.
            self._taken |= {
                (row, column): True
                for row in range(self._row + 1, self._row + high)
                for column in range(self._column, self._column + wide)
            }
            self.found[-1].spans.append(Span(self._row, self._column, self._row + high - 1, self._column + wide - 1))
        colour = _COLOUR.search(attributes.get("bgcolor", "")) or _COLOUR.search(
            attributes.get("style", "") if "background" in attributes.get("style", "") else ""
        )
        if colour and colour[1].upper() != "FFFFFF":
            self.found[-1].fills[self._row, self._column] = colour[1].upper()
        self._text = []
        self._at = self._row, self._column
        self._column += wide

    def _close_cell(self) -> None:
        if self._text is None:
            return
        lines = ("".join(self._text)).replace("\xa0", " ").split("\n")
        text = "\n".join(line.strip() for line in lines if line.strip())
        self._text = None
        if text:
            self.found[-1].put(*self._at, text, self._limits)


def _count(text: str | None, limit: int) -> int:
    return max(1, min(int(text), limit)) if text and text.isdecimal() and len(text) < 10 else 1
