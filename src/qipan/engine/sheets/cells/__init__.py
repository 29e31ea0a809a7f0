"""Text of cells becomes values: whole columns at once, odd texts one by one, nothing guessed."""

from __future__ import annotations

from qipan.engine.sheets.cells.columns import CELL_SCHEMA, read_cells
from qipan.engine.sheets.cells.dates import DateRead, read_date
from qipan.engine.sheets.cells.numbers import NumberRead, read_number

__all__ = ["CELL_SCHEMA", "DateRead", "NumberRead", "read_cells", "read_date", "read_number"]
