"""The shared texts of a workbook."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from qipan.engine.sheets.reading.markup import local, parse, unescaped


def read_strings(stream: IO[bytes], *, wrap: tuple[bytes, bytes] | None = None) -> list[str]:
    """Return the shared texts of a workbook; pronunciation aids (拼音) are left out."""
    texts: list[str] = []
    pieces: list[str] = []
    state = {"open": 0, "phonetic": 0}

    def start(tag: str, _: dict[str, str]) -> None:
        name = local(tag)
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            state["phonetic"] += 1
        elif name == "t":
            state["open"] = not state["phonetic"]

    def end(tag: str) -> None:
        name = local(tag)
        if name == "si":
            texts.append(unescaped("".join(pieces)))
        elif name == "rPh":
            state["phonetic"] -= 1
        elif name == "t":
            state["open"] = 0

    def text(piece: str) -> None:
        if state["open"]:
            pieces.append(piece)

    parse(stream, start, end, text, wrap=wrap)
    return texts


def one_string(item: bytes) -> str:
    """Return the text of one item cut out of the shared texts."""
    whole = item[: item.rfind(b"</si>") + 5]
    texts = read_strings(BytesIO(whole), wrap=(b"<sst>", b"</sst>"))
    return texts[0] if texts else ""
