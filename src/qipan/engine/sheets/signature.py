"""The fingerprint of a source: sheets of the same form have the same one, whatever month they report."""

from __future__ import annotations

from qipan.engine.sheets.book import Sheet


def signature(sheet: Sheet) -> str:
    """Return the fingerprint of the sheet's heading, the same for next month's file of the same form."""
    raise NotImplementedError
