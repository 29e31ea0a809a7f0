"""Which ledger a sheet is, and which of its columns is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.spec import LedgerSpec
from qipan.engine.sheets.understood import Recognition, Remembered
from qipan.engine.sheets.vocabulary import Vocabulary


def recognise(
    sheet: Sheet,
    ledgers: Sequence[LedgerSpec],
    vocabulary: Vocabulary,
    *,
    file: str = "",
    memory: Mapping[str, Remembered] | None = None,
) -> Recognition:
    """Return what `sheet` was taken for; `memory` holds remembered mappings by signature, `file` is the file's name."""
    raise NotImplementedError
