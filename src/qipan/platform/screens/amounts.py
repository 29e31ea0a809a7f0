"""Money as it is stored (hundredths) and as people read it (in the column's unit); exact both ways."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from qipan.engine.units import Unit
from qipan.platform.definitions import resolved
from qipan.platform.screens.declaration import Column
from qipan.platform.term import language

HUNDREDTHS = Decimal(100)


def unit_name(unit: str) -> str:
    """Return a unit of measure in the page's language."""
    known = resolved().units.find(unit)
    return known.en if known is not None and known.en and language() == "en" else unit


def per_unit(column: Column) -> Decimal:
    """Return how many hundredths make one of the column's unit; raises ValueError for a unit no pack knows."""
    if not column.unit:
        return HUNDREDTHS
    unit: Unit | None = resolved().units.find(column.unit)
    if unit is None:
        raise ValueError(f"column {column.code}: no unit {column.unit}")
    return HUNDREDTHS * unit.factor.numerator / unit.factor.denominator


def stored_amount(value: Decimal, per: Decimal) -> int:
    """Return an amount as it is stored, halves away from zero."""
    return int((value * per).to_integral_value(ROUND_HALF_UP))


def shown_amount(stored: int, per: Decimal) -> Decimal:
    """Return a stored amount in the column's unit."""
    return Decimal(stored) / per
