"""The conditions a ledger sets over its columns, checked for all records at once."""

from __future__ import annotations

import polars as pl

from qipan.engine.sheets.spec import LedgerSpec
from qipan.engine.sheets.troubles import Troubles


def check(records: pl.DataFrame, ledger: LedgerSpec, troubles: Troubles) -> None:
    """Add a problem for every record for which a condition of the ledger is false; unknown is no failure."""
    del records, ledger, troubles
