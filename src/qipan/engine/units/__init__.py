"""Units of measure (计量单位): exact conversion, storage as scaled integers, text for people."""

from __future__ import annotations

from qipan.engine.units.scale import scale_column
from qipan.engine.units.table import Dimension, Unit, UnitTable
from qipan.engine.units.text import show

__all__ = ["Dimension", "Unit", "UnitTable", "scale_column", "show"]
