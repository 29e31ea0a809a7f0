"""Numbers as people read them: unit, decimals, thousands, the growth's own words."""

from __future__ import annotations

from decimal import Decimal

from qipan.domains.economy.shapes import Address, Figure, Text
from qipan.engine.periods import Basis, Kind, Period
from qipan.engine.units import UnitTable
from qipan.engine.units.table import quantized
from qipan.packs import Resolved

NONE = "—"
POINTS = Text("个百分点", "pp")
PERCENT = Text("%", "%")


def unit_text(units: UnitTable, code: str) -> Text:
    """Return a unit of measure in both languages."""
    unit = units.units.get(code)
    return Text(code, unit.en if unit and unit.en else code)


def printed(value: Decimal | None, decimals: int, *, signed: bool = False) -> str:
    """Return a number with thousands separators; a dash where nothing is known."""
    if value is None:
        return NONE
    rounded = quantized(value, decimals)
    if rounded == 0:
        rounded = abs(rounded)  # never "-0.0"
    return f"{rounded:+,}" if signed and rounded else f"{rounded:,}"


def figure(value: Decimal | None, decimals: int, unit: Text, address: Address, *, signed: bool = False) -> Figure:
    """Return a figure that can be asked why."""
    return Figure(printed(value, decimals, signed=signed), unit, address, value is not None)


def stored_value(resolved: Resolved, measure: str, stored: int | None) -> Decimal | None:
    """Return a stored integer in the measure's display unit."""
    definition = resolved.measures.get(measure)
    if stored is None or definition is None:
        return None
    return resolved.units.from_scaled(stored, definition.unit)


def period_text(code: int, basis: int) -> Text:
    """Return a period in both languages; a cumulative figure's month reads 2026年1—10月."""
    period = Period(code)
    if basis == Basis.CUMULATIVE and period.kind is Kind.MONTH:
        period = Period.span(period.year * 100 + 1, code)
    return Text(period.text("zh", basis=basis), period.text("en", basis=basis))
