"""Which characters a text file is written in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits, refuse
from qipan.engine.sheets.reading.source import mebibytes

_SAMPLE = MEBIBYTE // 4
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over the bytes of a text tells."""

    encoding: str
    mark: int  # bytes of the byte order mark
    lines: int
    nuls: int


def survey(stream: BinaryIO, limits: Limits) -> Survey:
    """Return encoding and size of a text; refuses a line no table has."""
    head = stream.read(_SAMPLE)
    encoding, mark = guess(head)
    stream.seek(0)
    lines = nuls = since = 0
    wide = encoding.startswith("utf-16")
    while chunk := stream.read(MEBIBYTE):
        lines += chunk.count(b"\n") or chunk.count(b"\r")
        nuls += 0 if wide else chunk.count(0)
        first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        if max(since + (first if first >= 0 else len(chunk)), 0) > limits.line_bytes:
            raise refuse("reading.line-too-long", limit=mebibytes(limits.line_bytes))
        since = since + len(chunk) if last < 0 else len(chunk) - last - 1
    return Survey(encoding, mark, lines, nuls)


def guess(head: bytes) -> tuple[str, int]:
    """Return the encoding a text seems to have, and the length of its byte order mark."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    if wide := unmarked_utf16(head):
        return wide, 0
    return ("utf-8" if fits(head, "utf-8") else "gb18030"), 0


def unmarked_utf16(head: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is written in, or None where it is not.

    Its commas and line ends have a NUL, all of them on the same side; the rest of a Chinese text has none.
    """
    low, high = head[1::2].count(0), head[::2].count(0)
    if max(low, high) < 2 or min(low, high) > max(low, high) * 0.02:
        return None
    encoding = "utf-16-le" if low > high else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(encoding, "replace")
    likely = sum(one.isalnum() or one in "\r\n\t ,;|.-+%/()\"'_:" or "\u3000" <= one <= "\u9fff" for one in text)
    return encoding if likely > len(text) * 0.9 and "\n" in text else None


def fits(text: bytes, encoding: str) -> bool:
    """Tell whether bytes, perhaps cut off inside a character, are written in `encoding`."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(text, False)
    except UnicodeDecodeError:
        return False
    return True


def decoded(text: bytes, found: Survey) -> tuple[str, str, int]:
    """Return a text, the encoding it proved to have, and how many characters could not be read."""
    body = text[found.mark :]
    candidates = [found.encoding] if found.encoding.startswith("utf-16") else [found.encoding, "utf-8", "gb18030"]
    for encoding in dict.fromkeys(candidates):
        try:
            return body.decode(encoding), encoding, 0
        except UnicodeDecodeError:
            continue
    tries = [(body.decode(encoding, "replace"), encoding) for encoding in dict.fromkeys(candidates)]
    best, encoding = min(tries, key=lambda one: one[0].count("\ufffd"))
    return best, encoding, best.count("\ufffd")


def recoded(stream: BinaryIO, target: BinaryIO, encoding: str, mark: int) -> int:
    """Write a text as UTF-8 without NULs; returns how many characters could not be read."""
    stream.seek(mark)
    bad = 0
    for piece in _pieces(stream, encoding):
        bad += piece.count("\ufffd")
        target.write(piece.replace("\x00", "").encode("utf-8", "replace"))
    return bad


def _pieces(stream: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk := stream.read(MEBIBYTE):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", True)
