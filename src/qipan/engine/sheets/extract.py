"""From a recognised sheet to its records, facts and problems."""

from __future__ import annotations

from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.spec import LedgerSpec
from qipan.engine.sheets.understood import Context, Extract, Recognition
from qipan.engine.sheets.vocabulary import Vocabulary


def extract(
    sheet: Sheet, recognition: Recognition, ledger: LedgerSpec, vocabulary: Vocabulary, context: Context | None = None
) -> Extract:
    """Return every record, fact and problem of `sheet`, read as `ledger` with the columns `recognition` found."""
    raise NotImplementedError
