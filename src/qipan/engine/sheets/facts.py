"""Figures become facts: scaled, with period, basis and reading."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from qipan.engine.measures import MeasureSpec
from qipan.engine.periods import BASES, Basis, Kind, Period
from qipan.engine.sheets.cells.figures import PLACES, scaled
from qipan.engine.sheets.troubles import Troubles
from qipan.engine.sheets.understood import FACT_SCHEMA
from qipan.engine.sheets.vocabulary import Vocabulary
from qipan.engine.units import UnitTable

INT64 = 2**63 - 1
SIBLING_UNITS = {"yoy": "%", "rank": "位", "places": "位"}


@dataclass(frozen=True, slots=True)
class Target:
    """The measure or sibling a figure is of, and the unit in which it is read where nothing says otherwise."""

    code: str
    unit: str
    measure: MeasureSpec
    sibling: str


def target_of(code: str, vocabulary: Vocabulary) -> Target | None:
    """Return the measure `code` (or `<code>.yoy`) names; None where the vocabulary has no such measure."""
    base, _, sibling = code.partition(".")
    spec = vocabulary.by_code.get(base)
    if spec is None:
        return None
    unit = SIBLING_UNITS.get(sibling, spec.unit)
    return Target(code, unit, spec, sibling)


def to_stored(value: pl.Expr, unit: str, units: UnitTable) -> pl.Expr:
    """Return Int64 of Decimal(38, 10) figures in `unit`, as stored; null where they do not fit."""
    by = units.units[unit].factor * Fraction(10) ** (units.dimension_of(unit).places - PLACES)
    whole = scaled(value.to_physical(), by)
    return pl.when(whole.abs() <= INT64).then(whole).cast(pl.Int64)


def fact_period(period: Period, basis: int | None, measure: MeasureSpec) -> tuple[int, int]:
    """Return period code and basis under which a figure is kept.

    A stock stays at the month; a first quarter, half or three quarters is the cumulative figure of its last month,
    the form in which Chinese statistics speak; a whole year stays a year, cumulative.
    """
    if measure.basis == "stock":
        return (period.code if period.kind in (Kind.MONTH, Kind.YEAR) else period.last), Basis.STOCK
    if period.kind is Kind.YEAR:
        return period.code, Basis.CUMULATIVE if basis is None else basis
    if period.kind is not Kind.MONTH and period.from_january:
        return period.last, Basis.CUMULATIVE
    if period.kind is not Kind.MONTH:
        return period.code, Basis.SINGLE if basis is None else basis
    return period.code, BASES.get(measure.basis, Basis.CUMULATIVE) if basis is None else basis


def no_facts() -> pl.DataFrame:
    """Return an empty fact frame."""
    return pl.DataFrame(schema=FACT_SCHEMA)


def shaped(frame: pl.DataFrame, troubles: Troubles, column: int) -> pl.DataFrame:
    """Return `frame` with exactly the columns of FACT_SCHEMA, missing ones null; too large figures are told."""
    large = frame.filter(pl.col("value").is_null())
    troubles.add_rows("sheets.too-large", large["row"], column=column, value=large["text"])
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in FACT_SCHEMA.items()
    ]
    return frame.select(columns).filter(pl.col("value").is_not_null() & pl.col("period").is_not_null())
