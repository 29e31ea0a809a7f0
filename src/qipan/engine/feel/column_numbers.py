"""Numbers by the column: fast in floats with a bound on the error, exact in scaled integers where that is possible.

Each number carries up to three readings of itself.
- the *float*: |true − value| ≤ relative·|value| + absolute. It always exists.
- the *fixed*: an integer times 10^-scale, exact on rows where `fits` holds; sums and products keep it.
- the *atom*: a bare column or constant, which compares exactly with another of its like, without any arithmetic.
A comparison takes the best reading both sides share; where none decides a row, the row is in *doubt*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import Literal

import polars as pl

from qipan.engine.feel.values import CONTEXT, Kind

U = 2.0**-53  # the relative error of one rounding
SLACK = 1.0001  # on every bound, for the errors of computing the bound itself
# Powers of ten within which float columns may enter arithmetic; run_columns sends rows beyond to the value evaluator.
LEAST, GREATEST = -20.0, 20.0
# Powers of ten within which no product or error bound can over- or underflow.
WIDEST = 120.0
FLOAT_SCALE = 6  # decimals up to which a float column is also read as a scaled integer
FLOAT_DIGITS = 10**15  # up to which a float is the only one near its decimal
INT64, INT128 = 2**63 - 1, 2**127 - 1
DECIMAL_DIGITS = 34
INTEGERS: dict[type[pl.DataType], int] = {
    pl.Int8: 2**7, pl.Int16: 2**15, pl.Int32: 2**31, pl.Int64: 2**63,
    pl.UInt8: 2**8, pl.UInt16: 2**16, pl.UInt32: 2**32, pl.UInt64: 2**64,
}  # fmt: skip


class BeyondColumnsError(Exception):
    """A part that has no column form; it can only be computed row by row."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Piece:
    """A compiled part: its type, its value, and where (if anywhere) that value is not certain."""

    kind: Kind
    value: pl.Expr
    doubt: pl.Expr | None = None


@dataclass(frozen=True, slots=True)
class Atom:
    """A column or a constant as it stands: integers with a scale, or floats that stand for their shortest decimal."""

    form: Literal["float", "integer", "constant"]
    value: pl.Expr
    scale: int = 0
    constant: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """An integer of the size of `bound` at most, times 10^-scale; exact on rows where all of `fits` hold."""

    value: pl.Expr
    scale: int
    bound: int
    fits: tuple[pl.Expr, ...] = ()

    def wide(self) -> pl.Expr:
        """Return the integer in the narrowest type in which it and its neighbours surely fit."""
        return self.value.cast(pl.Int128) if self.bound > INT64 else self.value

    def at(self, scale: int) -> Fixed | None:
        """Return the same number at a finer scale; null where it may not fit."""
        if scale == self.scale:
            return self
        factor = 10 ** (scale - self.scale)
        bound = self.bound * factor
        if bound > INT128 or factor > INT128:
            return None
        return Fixed(replace(self, bound=bound).wide() * integer(factor), scale, bound, self.fits)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a sum was made of: the sizes of its terms added up, how often was added, and the terms' own errors.

    Kept so that the error of a long sum is a short expression.
    """

    size: pl.Expr
    additions: int
    relative: float
    absolute: pl.Expr | None

    def joined(self, other: Terms) -> Terms:
        """Return the terms of both."""
        absolute = self.absolute if other.absolute is None else other.absolute
        if self.absolute is not None and other.absolute is not None:
            absolute = self.absolute + other.absolute
        additions = self.additions + other.additions + 1
        return Terms(self.size + other.size, additions, max(self.relative, other.relative), absolute)

    def error(self) -> pl.Expr:
        """Return the bound on the absolute error of the sum."""
        rounding = self.size * ((self.additions * U + self.relative) * SLACK)
        return rounding if self.absolute is None else rounding + self.absolute


@dataclass(frozen=True, slots=True)
class Number(Piece):
    """A number in its three readings; `low` and `high` bound the power of ten of every value but zero.

    `grid` is the power of ten of which a sum is a whole multiple: cancellation cannot go below it.
    """

    relative: float = 0.0
    absolute: pl.Expr | None = None
    low: float = 0.0
    high: float = 0.0
    grid: float | None = None
    atom: Atom | None = None
    fixed: Fixed | None = None
    terms: Terms | None = None

    def finest(self) -> float:
        """Return a power of ten of which every value is a whole multiple."""
        return self.low - 17 if self.grid is None else self.grid

    def error(self) -> pl.Expr | None:
        """Return the bound on the absolute error; null for an exact number."""
        parts = [self.absolute] if self.absolute is not None else []
        if self.relative:
            parts.append(self.value.abs() * (self.relative * SLACK))
        return reduce(lambda a, b: a + b, parts) * SLACK if parts else None


def either(*doubts: pl.Expr | None) -> pl.Expr | None:
    """Return where any of the doubts holds."""
    held = [doubt for doubt in doubts if doubt is not None]
    return any_of(held) if held else None


def any_of(conditions: Sequence[pl.Expr]) -> pl.Expr:
    """Return `or` in three-valued logic; flat where it is long, since Polars is slow on deep chains."""
    return pl.any_horizontal(conditions) if len(conditions) > 3 else reduce(lambda a, b: a | b, conditions)


def integer(number: int) -> pl.Expr:
    """Return an integer constant in the narrowest of the two integer types."""
    return pl.lit(number, dtype=pl.Int64 if abs(number) <= INT64 else pl.Int128)


def over(value: pl.Expr, divisor: float) -> pl.Expr:
    """Return floats over a constant, correctly rounded.

    Polars multiplies by the reciprocal of a divisor that is a constant, which is not the same number; so it is made
    to look like a column.
    """
    return value / (value * 0.0 + divisor)


def fitting(value: pl.Expr, scale: int, bound: int, fits: tuple[pl.Expr, ...]) -> Fixed | None:
    """Return a scaled integer; null where it may not fit."""
    return Fixed(value, scale, bound, fits) if bound <= INT128 and scale <= DECIMAL_DIGITS else None


def bounded(number: Number) -> Number:
    """Return the number; raises BeyondColumnsError where floats might over- or underflow on the way."""
    if number.low < -WIDEST or number.high > WIDEST:
        raise BeyondColumnsError("1e120")
    return number


# -- where numbers come from -----------------------------------------------------------------------------------------


def constant(number: Decimal) -> Number:
    """Return a constant."""
    near = float(number)
    if near - near != 0 or (near == 0 and number):
        raise BeyondColumnsError(str(number))
    power = float(number.adjusted()) if number else 0.0
    exponent = number.as_tuple().exponent
    scale = max(0, -exponent) if isinstance(exponent, int) else 0
    fixed = None
    if scale <= 12 and abs(number) < 10**18:
        scaled = int(number.scaleb(scale, context=CONTEXT))
        fixed = fitting(integer(scaled), scale, abs(scaled), ())
    atom = Atom("constant", pl.lit(near), constant=number)
    relative = 0.0 if Decimal(near) == number else U
    return bounded(Number("number", pl.lit(near), None, relative, None, power - 1, power + 1, atom=atom, fixed=fixed))


def column(name: str, dtype: pl.DataType, *, exact: bool) -> Number:
    """Return a column of floats, integers or decimals; floats are read as scaled integers only where `exact`."""
    own = pl.col(name)
    if dtype.is_float() and not exact:
        return Number("number", own, None, U, None, LEAST, GREATEST, atom=Atom("float", own))
    if dtype.is_float():
        scaled = (own * 10.0**FLOAT_SCALE).round()
        fits = (over(scaled, 10.0**FLOAT_SCALE) == own) & (scaled.abs() < FLOAT_DIGITS)
        fixed = Fixed(scaled.cast(pl.Int64, strict=False), FLOAT_SCALE, FLOAT_DIGITS, (fits,))
        return Number("number", own, None, U, None, LEAST, GREATEST, atom=Atom("float", own), fixed=fixed)
    if isinstance(dtype, pl.Decimal):
        digits = min(dtype.precision, DECIMAL_DIGITS)
        whole = own.to_physical()
        fits = (whole.abs() < integer(10**DECIMAL_DIGITS),) if dtype.precision > DECIMAL_DIGITS else ()
        fixed = fitting(whole, dtype.scale, 10**digits, fits)
        atom = None if fits else Atom("integer", whole, dtype.scale)
        return Number("number", own.cast(pl.Float64), None, 4 * U, None, -38.0, 38.0, atom=atom, fixed=fixed)
    size = INTEGERS.get(dtype.base_type())
    if size is None:
        raise BeyondColumnsError(str(dtype))
    whole = own.cast(pl.Int64 if size <= 2**63 else pl.Int128)
    relative = U if size >= 2**53 else 0.0
    atom, fixed = Atom("integer", whole), Fixed(whole, 0, size)
    return Number("number", own.cast(pl.Float64), None, relative, None, 0.0, 20.0, atom=atom, fixed=fixed)


def of_fixed(fixed: Fixed, doubt: pl.Expr | None) -> Number:
    """Return the number that a scaled integer is; rows it does not fit are in doubt."""
    value = fixed.value.cast(pl.Float64) / 10.0**fixed.scale  # within 3 U
    unfit = either(doubt, *(~fit for fit in fixed.fits))
    return Number("number", value, unfit, 3 * U, None, -float(fixed.scale), 38.0, fixed=fixed)


def aligned(a: Fixed | None, b: Fixed | None) -> tuple[Fixed, Fixed] | None:
    """Return two scaled integers at one scale; null where one is missing or may not fit."""
    if a is None or b is None:
        return None
    scale = max(a.scale, b.scale)
    left, right = a.at(scale), b.at(scale)
    return None if left is None or right is None else (left, right)


def all_of(fits: Sequence[pl.Expr]) -> pl.Expr:
    """Return `and` in three-valued logic, flat where it is long; true for nothing at all."""
    if not fits:
        return pl.lit(value=True)
    return pl.all_horizontal(fits) if len(fits) > 3 else reduce(lambda a, b: a & b, fits)
