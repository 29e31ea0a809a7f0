"""Figures as people read them."""

from __future__ import annotations

from decimal import Decimal

from qipan.engine.units.table import quantized

MINUS = "−"


def show(value: Decimal, places: int, *, sign: bool = False) -> str:
    """Return the figure with thousands and exactly `places` decimals, a true minus, and a plus where `sign` asks."""
    rounded = quantized(value, places)
    text = f"{abs(rounded):,.{places}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if sign and rounded > 0 else text
