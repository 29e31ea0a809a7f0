"""XML read as a stream, with nothing in it that can grow: no document type, hence no entities."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from qipan.engine.sheets.reading.limits import MEBIBYTE, refuse

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Enough(Exception):
    """Ends the reading of a part early: what was looked for has been seen."""


def _no_document_type(*_: object) -> None:
    raise refuse("reading.xml-entities")


def parse(stream: IO[bytes], start: Start, end: End, text: Text, *, wrap: tuple[bytes, bytes] | None = None) -> None:
    """Send the tags and texts of an XML part to the three functions, as they come.

    `wrap` puts an opening and a closing around a piece cut out of a part.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = MEBIBYTE // 4
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.EntityDeclHandler = _no_document_type
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        if wrap:
            parser.Parse(wrap[0], False)
        while chunk := stream.read(MEBIBYTE // 4):
            parser.Parse(chunk, False)
        parser.Parse(wrap[1] if wrap else b"", True)
    except Enough:
        return


def local(tag: str) -> str:
    """Return a tag's name without its prefix."""
    return tag.rpartition(":")[2]


def attribute(attributes: dict[str, str], name: str) -> str | None:
    """Return an attribute by its local name, whatever its prefix (r:id)."""
    for key, value in attributes.items():
        if key.rpartition(":")[2] == name:
            return value
    return None


def unescaped(text: str) -> str:
    """Return a text of a workbook with its own escapes (_x000D_) undone."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")


def number(text: str | None, default: int = 0) -> int:
    """Return an attribute as an integer, or `default` where it is none."""
    if text is None or len(text) > 18:
        return default
    try:
        return int(text)
    except ValueError:
        return default


def true(text: str | None) -> bool:
    """Tell whether an attribute says yes."""
    return text in ("1", "true", "on")
