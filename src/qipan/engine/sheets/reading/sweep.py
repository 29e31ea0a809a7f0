"""A first pass over a sheet part: how large it really is, at the speed of unpacking, before anything is built of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qipan.engine.sheets.reading.cells import place
from qipan.engine.sheets.reading.limits import refuse
from qipan.engine.sheets.reading.package import Package

_CELL = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')
# Every repetition is bounded and ends at the next tag: a hostile part cannot make the search go back and forth.
_ROW = re.compile(rb'<row (?:[^<>]{0,400}? )?r="([0-9]{1,7})"')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^<>]{0,200}? t="e"[^<>]{0,200}>(?:<f[^<]{0,9000}(?:</f>)?)?(?:<v>([^<]{1,20}))?'
)
_ERRORS = 1_000


@dataclass(frozen=True, slots=True)
class Sweep:
    """The true extent of a sheet part. `regular` where every cell states its place."""

    rows: int
    cells: int
    last_row: int
    columns: int
    markup: int
    merges: bool
    regular: bool
    errors: tuple[tuple[int, int, str], ...]  # row, column (0-based), text; the first thousand
    error_count: int


def sweep(package: Package, part: str) -> Sweep:
    """Return the extent of a sheet part; refuses one that declares entities."""
    rows = cells = placed = last = markup = error_count = 0
    names: set[bytes] = set()
    merges = False
    errors: list[tuple[int, int, str]] = []
    for piece in package.tags(part):
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise refuse("reading.xml-entities")
        markup += piece.count(b"<")
        rows += piece.count(b"<row") + piece.count(b":row ")
        cells += piece.count(b"<c ") + piece.count(b"<c>") + piece.count(b":c ")
        found = _CELL.findall(piece)
        placed += len(found)
        names.update(found)
        numbers = _ROW.findall(piece)
        last = max(last, max(map(int, numbers), default=0))
        merges = merges or b"mergeCell " in piece
        if b't="e"' in piece:
            error_count += piece.count(b't="e"')
            for reference, text in _ERROR.findall(piece):
                at = place(reference.decode())
                if at is not None and len(errors) < _ERRORS:
                    errors.append((*at, text.decode("utf-8", "replace")))
    widest = max((_index(name) for name in names), default=-1) + 1
    regular = placed == cells and cells > 0 and 0 < rows <= last
    return Sweep(rows, cells, last, widest, markup, merges, regular, tuple(errors), error_count)


def _index(name: bytes) -> int:
    at = place(f"{name.decode()}1")
    return at[1] if at is not None else 0
