"""Bytes of any kind become books; books become annotated copies."""

from qipan.engine.sheets.reading.limits import Limits
from qipan.engine.sheets.reading.read import iter_books, read_books

__all__ = ["Limits", "iter_books", "read_books"]
