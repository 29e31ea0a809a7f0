"""Bytes of any kind become books; books become annotated copies."""

from qipan.engine.sheets.reading.annotate import annotate
from qipan.engine.sheets.reading.archive import readable
from qipan.engine.sheets.reading.limits import Limits
from qipan.engine.sheets.reading.notes import CellNote
from qipan.engine.sheets.reading.read import iter_books, read_books, refusal
from qipan.engine.sheets.reading.window import Window, original_window

__all__ = [
    "CellNote",
    "Limits",
    "Window",
    "annotate",
    "iter_books",
    "original_window",
    "read_books",
    "readable",
    "refusal",
]
