"""The fingerprint of a source: sheets of the same form have the same one, whatever month they report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from qipan.engine.sheets.body import texts
from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.text import fold, narrow

DIGITS = re.compile(r"[\d〇零一二三四五六七八九十]+")


def signature(sheet: Sheet) -> str:
    """Return the fingerprint of the sheet's heading, the same for next month's file of the same form.

    It is taken from the topmost row that is about as full of words as the fullest, with all numbers left out.
    """
    if sheet.frame is not None:
        return of_headers(sheet.frame.columns)
    if sheet.grid is None:
        return of_headers(())
    lines = texts(sheet.grid)[:30]
    widths = [len({text for text in line if text and not narrow(text).replace(".", "").isdigit()}) for line in lines]
    widest = max(widths, default=0)
    at = next((row for row, width in enumerate(widths) if width >= 0.6 * widest), 0)
    return of_headers([text or "" for text in lines[at]] if lines else ())


def of_headers(headers: Sequence[str]) -> str:
    """Return the fingerprint of these headings, without the numbers in them."""
    words = "|".join(form_of(header) for header in headers)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def form_of(header: str) -> str:
    """Return a heading without what changes from month to month."""
    return DIGITS.sub("#", fold(header))
