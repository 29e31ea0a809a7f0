"""Periods (时期): months, quarters, halves, years and ranges, as one sortable integer each."""

from __future__ import annotations

from qipan.engine.periods.period import BASES, READINGS, Basis, Kind, Period, Reading
from qipan.engine.periods.series import growth, to_cumulative, to_single
from qipan.engine.periods.statement import Statement, parse, seek, state

__all__ = [
    "BASES",
    "READINGS",
    "Basis",
    "Kind",
    "Period",
    "Reading",
    "Statement",
    "growth",
    "parse",
    "seek",
    "state",
    "to_cumulative",
    "to_single",
]
