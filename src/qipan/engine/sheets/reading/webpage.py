"""Web pages saved under a workbook's name, as many reporting systems export them: every table a sheet."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import PurePath

from qipan.engine.problem import Problem
from qipan.engine.sheets.book import Sheet, Span
from qipan.engine.sheets.reading.cells import Found
from qipan.engine.sheets.reading.encoding import decoded, survey
from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits, guarded, refuse
from qipan.engine.sheets.reading.source import Source, mebibytes

_LARGEST = 64 * MEBIBYTE
# Bounded on purpose: html.parser takes quadratic time over tags that are never closed.
_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*'){0,4000})>|([^<]+)|<")
_ATTRIBUTE = re.compile(r"([a-zA-Z:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_COLOUR = re.compile(r"background[^;]*#([0-9a-fA-F]{6})|^#?([0-9a-fA-F]{6})$")
_HIDDEN = re.compile(r"display\s*:\s*none")
_UNSEEN = re.compile(r"<(script|style|head|!--)", re.IGNORECASE)
_HIGHEST = 1_000
_SPANNED = 200_000  # cells below merged ones that are kept in mind at one time


def read_webpage(source: Source, limits: Limits) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Return the tables of a web page that hold anything."""
    with guarded():
        if source.size > _LARGEST:
            raise refuse("reading.file-too-large", size=mebibytes(source.size), limit=mebibytes(_LARGEST))
        with source.open() as stream:
            found = survey(stream, limits)
            stream.seek(0)
            text = decoded(stream.read(), found)[0]
        tables = _Tables(limits)
        for closing, tag, attributes, words in tokens(text):
            tables.take(closing, tag, attributes, words)
        tables.close_cell()
        grids = [grid for grid in (table.grid(limits) for table in tables.found) if grid.rows]
        if not grids:
            raise refuse("reading.no-sheets")
        stem = PurePath(source.name).stem
        names = [stem if len(grids) == 1 else f"{stem} {index + 1}" for index in range(len(grids))]
        sheets = [Sheet(names[index], index, grid) for index, grid in enumerate(grids[: limits.sheets])]
    return tuple(sheets), ()


def tokens(text: str) -> Iterator[tuple[bool, str, str, str]]:
    """Yield a page's tags (closing?, name, attributes) and the words between them, without scripts and comments."""
    at = 0
    while at < len(text):
        unseen = _UNSEEN.search(text, at)
        end = unseen.start() if unseen else len(text)
        for match in _TOKEN.finditer(text, at, end):
            if match[4]:
                yield False, "", "", match[4]
            elif match[2]:
                yield bool(match[1]), match[2].lower(), match[3], ""
        if unseen is None:
            return
        closing = "-->" if unseen[1] == "!--" else f"</{unseen[1].lower()}"
        at = text.find(closing, end) if closing == "-->" else _find(text, closing, end)
        if at < 0:
            return
        at += len(closing)


def _find(text: str, closing: str, start: int) -> int:
    match = re.compile(re.escape(closing) + r"[^<>]{0,100}>", re.IGNORECASE).search(text, start)
    return match.start() if match else -1


class _Tables:
    """Collects the cells of a page's outer tables."""

    def __init__(self, limits: Limits) -> None:
        self.found: list[Found] = []
        self._limits = limits
        self._depth = 0
        self._row, self._column = -1, 0
        self._at = 0, 0
        self._taken: dict[tuple[int, int], bool] = {}
        self._text: list[str] | None = None

    def take(self, closing: bool, tag: str, attributes: str, words: str) -> None:
        """Take the next token of the page."""
        if words:
            if self._text is not None:
                # A line end in the page is only a space; <br> is the line end people see.
                self._text.append(re.sub(r"\s+", " ", html.unescape(words)))
        elif tag == "table":
            self._table(closing)
        elif self._depth == 1 and tag in ("tr", "td", "th"):
            self.close_cell()
            if not closing:
                self._open(
                    tag, {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _found(attributes)}
                )
        elif tag in ("br", "p", "div") and self._text is not None:
            self._text.append("\n")

    def _table(self, closing: bool) -> None:
        if closing and self._depth == 1:
            self.close_cell()
        self._depth = max(0, self._depth + (-1 if closing else 1))
        if self._depth == 1 and not closing:
            self.found.append(Found())
            self._row, self._taken = -1, {}

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        style = attributes.get("style", "").lower()
        if tag == "tr":
            self._row, self._column = self._row + 1, 0
            if _HIDDEN.search(style):
                self.found[-1].hidden_rows.add(self._row)
            return
        self._row = max(self._row, 0)
        while self._taken.pop((self._row, self._column), False):
            self._column += 1
        wide = _count(attributes.get("colspan"), self._limits.columns)
        high = _count(attributes.get("rowspan"), _HIGHEST)
        self._span(wide, high)
        colour = _COLOUR.search(attributes.get("bgcolor", "")) or _COLOUR.search(style)
        if colour and (colour[1] or colour[2]).upper() != "FFFFFF":
            self.found[-1].fills[self._row, self._column] = (colour[1] or colour[2]).upper()
        self._text, self._at = [], (self._row, self._column)
        self._column += wide

    def _span(self, wide: int, high: int) -> None:
        if wide * high == 1:
            return
        table = self.found[-1]
        table.spans.append(Span(self._row, self._column, self._row + high - 1, self._column + wide - 1))
        # The row itself is passed by counting on; only the rows below must remember.
        if len(self._taken) + wide * (high - 1) <= _SPANNED:
            rows = range(self._row + 1, self._row + high)
            self._taken |= {(row, at): True for row in rows for at in range(self._column, self._column + wide)}

    def close_cell(self) -> None:
        """Keep the text of the cell that is open, if one is."""
        if self._text is None:
            return
        lines = "".join(self._text).replace("\xa0", " ").split("\n")
        text = "\n".join(line.strip() for line in lines if line.strip())
        self._text = None
        if text:
            self.found[-1].put(*self._at, text, self._limits)


def _found(attributes: str) -> Iterator[re.Match[str]]:
    return _ATTRIBUTE.finditer(attributes)


def _count(text: str | None, limit: int) -> int:
    return max(1, min(int(text), limit)) if text and text.isdecimal() and len(text) < 10 else 1
