"""Whole columns of figures turned into the integers that are stored."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from qipan.engine.units.table import INT64, UnitTable

PLACES = 10  # of the Decimal(38, 10) in which figures travel


def scale_column(value: pl.Expr, unit: str, units: UnitTable) -> pl.Expr:
    """Return Int64: the Decimal(38, 10) figures of `value` in `unit`, as stored; null where they do not fit.

    Integer arithmetic throughout, halves away from zero, so it agrees with `UnitTable.to_scaled` to the last digit.
    """
    factor = units.units[unit].factor * Fraction(10) ** (units.dimension_of(unit).places - PLACES)
    top, bottom = factor.numerator, factor.denominator
    raw = value.cast(pl.Decimal(38, PLACES)).to_physical().cast(pl.Int128)
    fits = raw.abs() <= (2**126) // max(top, 1)
    size = (raw.abs() * pl.lit(top, dtype=pl.Int128) * 2 + bottom) // (2 * bottom)
    whole = pl.when(raw < 0).then(pl.lit(0, dtype=pl.Int128) - size).otherwise(size)
    return pl.when(fits & (size <= INT64)).then(whole).cast(pl.Int64)
