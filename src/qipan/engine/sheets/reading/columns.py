"""Names of columns: Excel's letters, and the header line of a plain table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qipan.engine.sheets.book import CellValue

_NUMBER = re.compile(r"[-+]?[\d,.]+%?")
_LOOK = 40  # rows looked at for a header


def letters(column: int) -> str:
    """Return Excel's letters of a 0-based column."""
    text = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def header_at(rows: Sequence[Sequence[CellValue]]) -> int:
    """Return the index of the row that reads like a table's header: full, and of words; 0 where none does."""
    filled = [sum(cell not in (None, "") for cell in row) for row in rows[:_LOOK]]
    usual = sorted(filled)[len(filled) // 2] if filled else 0
    for index, count in enumerate(filled):
        if count >= max(2, usual * 0.6) and _words(rows[index]) >= count * 0.6:
            return index
    return 0


def is_plain(rows: Sequence[Sequence[CellValue]]) -> bool:
    """Tell whether the first of these rows is a plain header: no gaps, no doubles, words above data."""
    if not rows:
        return False
    head = [cell for cell in rows[0] if cell not in (None, "")]
    widest = max(len([cell for cell in row if cell not in (None, "")]) for row in rows)
    texts = [str(cell).strip() for cell in head]
    return (
        len(head) > 0
        and widest <= len(head)
        and len(set(texts)) == len(texts)
        and _words(rows[0]) >= len(head) * 0.8
        and all(cell not in (None, "") for cell in rows[0][: len(head)])
    )


def _words(row: Sequence[CellValue]) -> int:
    return sum(isinstance(cell, str) and bool(cell.strip()) and not _NUMBER.fullmatch(cell.strip()) for cell in row)


def unique(names: Sequence[CellValue]) -> list[str]:
    """Return column names for a frame: as the file has them, an empty one named by its place, doubles numbered."""
    seen: set[str] = set()
    result: list[str] = []
    for index, name in enumerate(names):
        plain = "" if name is None else str(name).strip().lstrip("\ufeff")
        plain = plain or f"第{index + 1}列"
        text, number = plain, 1
        while text in seen:
            number += 1
            text = f"{plain} ({number})"
        seen.add(text)
        result.append(text)
    return result
