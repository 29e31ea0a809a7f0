"""What calamine does not tell of an old workbook (BIFF8): percentages, colours, indents, errors, what is hidden."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from qipan.engine.sheets.reading.cells import Found
from qipan.engine.sheets.reading.compound import Compound
from qipan.engine.sheets.reading.limits import refuse
from qipan.engine.sheets.reading.styles import PALETTE, PLAIN, Shows, Style, by_format

_EOF, _FORMULA, _FILEPASS, _COLINFO, _BOUNDSHEET, _PALETTE, _XF = 0x0A, 0x06, 0x2F, 0x7D, 0x85, 0x92, 0xE0
_MULRK, _MULBLANK, _ROW, _BOOLERR, _FORMAT = 0xBD, 0xBE, 0x208, 0x205, 0x41E
_CELLS = {_FORMULA, 0xFD, 0xD6, 0x201, 0x203, 0x204, _BOOLERR, 0x27E}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_MANY = 200_000


@dataclass(slots=True)
class _Globals:
    """The part of the stream that speaks for the whole workbook."""

    sheets: list[int] = field(default_factory=list[int])
    codes: dict[int, str] = field(default_factory=dict[int, str])
    palette: list[str] = field(default_factory=lambda: list(PALETTE))
    formats: list[bytes] = field(default_factory=list[bytes])

    def style(self, record: bytes) -> Style:
        """Return what an XF record means."""
        if len(record) < 20:
            return PLAIN
        shown = by_format(struct.unpack_from("<H", record, 2)[0], self.codes)
        pattern = struct.unpack_from("<I", record, 14)[0] >> 26
        index = struct.unpack_from("<H", record, 18)[0] & 0x7F
        colour = self.palette[index] if pattern and index < len(self.palette) else None
        return Style(shown, None if colour == "FFFFFF" else colour, record[8] & 0x0F)


def looks(data: bytes) -> list[Found]:
    """Return for every sheet, in the file's order, what its formats say; the values are left to calamine."""
    stream = Compound(data).stream("Workbook")
    if stream is None:
        return []  # before Excel 97: only values are read
    book = _globals(stream)
    styles = [book.style(record) for record in book.formats]
    return [_sheet(stream, offset, styles) for offset in book.sheets]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records from `at` to the end of the part that begins there, without the parts inside it (charts)."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0x809:
            depth += 1
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + size


def _globals(stream: bytes) -> _Globals:
    book = _Globals()
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise refuse("reading.file-encrypted")
        if kind == _BOUNDSHEET and len(body) >= 6:
            book.sheets.append(struct.unpack_from("<I", body)[0])
        elif kind == _FORMAT and len(body) >= 5:
            wide = body[4] & 1
            book.codes[struct.unpack_from("<H", body)[0]] = body[5:].decode(
                "utf-16-le" if wide else "latin-1", "replace"
            )
        elif kind == _XF:
            book.formats.append(body)
        elif kind == _PALETTE:
            for index, at in enumerate(range(2, min(len(body) - 3, 2 + 56 * 4), 4)):
                book.palette[8 + index] = body[at : at + 3].hex().upper()
    return book


def _sheet(stream: bytes, offset: int, styles: list[Style]) -> Found:
    found = Found()
    for kind, body in _records(stream, offset):
        if kind in _CELLS and len(body) >= 6:
            row, column, style = struct.unpack_from("<HHH", body)
            _note(found, (row, column), styles, style)
            if kind == _BOOLERR and len(body) >= 8 and body[7]:
                found.errors[row, column] = _ERRORS.get(body[6], "#?")
            elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
                found.errors[row, column] = _ERRORS.get(body[8], "#?")
        elif kind in (_MULRK, _MULBLANK) and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            step = 6 if kind == _MULRK else 2
            for index, at in enumerate(range(4, len(body) - 2, step)):
                _note(found, (row, column + index), styles, struct.unpack_from("<H", body, at)[0])
        elif kind == _ROW and len(body) >= 16 and struct.unpack_from("<I", body, 12)[0] & 0x20:
            found.hidden_rows.add(struct.unpack_from("<H", body)[0])
        elif kind == _COLINFO and len(body) >= 10 and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            found.hidden_columns.update(range(first, min(last, 255) + 1))
    return found


def _note(found: Found, at: tuple[int, int], styles: list[Style], index: int) -> None:
    style = styles[index] if index < len(styles) else PLAIN
    if style.fill is not None and len(found.fills) < _MANY:
        found.fills[at] = style.fill
    if style.indent and len(found.indents) < _MANY:
        found.indents[at] = style.indent
    if style.shows is Shows.PERCENT and len(found.percent) < _MANY:
        found.percent.add(at)
