"""Sheets: bytes become cells, cells become records, facts and problems, all of them at once.

`recognise` tells which ledger a sheet is, `extract` reads it; neither touches files (`reading` does) nor stores.
"""

from __future__ import annotations

from qipan.engine.sheets.amendments import Amendments, amended
from qipan.engine.sheets.extract import extract
from qipan.engine.sheets.recognise import Wanted, recognise
from qipan.engine.sheets.signature import signature
from qipan.engine.sheets.slips import slips
from qipan.engine.sheets.understood import (
    FACT_SCHEMA,
    SKIPPED_SCHEMA,
    ColumnMatch,
    Context,
    Extract,
    Near,
    Reason,
    Recognition,
    Remembered,
)
from qipan.engine.sheets.vocabulary import Vocabulary

__all__ = [
    "FACT_SCHEMA",
    "SKIPPED_SCHEMA",
    "Amendments",
    "ColumnMatch",
    "Context",
    "Extract",
    "Near",
    "Reason",
    "Recognition",
    "Remembered",
    "Vocabulary",
    "Wanted",
    "amended",
    "extract",
    "recognise",
    "signature",
    "slips",
]
