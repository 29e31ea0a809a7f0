"""Numbers by the column: fast in floats with a bound on the error, exact in scaled integers where that is possible.

Each number carries up to three readings of itself.
- the *float*: |true − value| ≤ relative·|value| + absolute. It always exists.
- the *fixed*: an integer times 10^-scale, exact on rows where `fits` holds; sums and products keep it.
- the *atom*: a bare column or constant, which compares exactly with another of its like, without any arithmetic.
A comparison takes the best reading both sides share; where none decides a row, the row is in *doubt*.
"""

from __future__ import annotations

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
    return reduce(lambda a, b: a | b, held) if held else None


def integer(number: int) -> pl.Expr:
    """Return an integer constant in the narrowest of the two integer types."""
    return pl.lit(number, dtype=pl.Int64 if abs(number) <= INT64 else pl.Int128)


def over(value: pl.Expr, divisor: float) -> pl.Expr:
    """Return floats over a constant, correctly rounded.

    Polars multiplies by the reciprocal of a divisor that is a constant, which is not the same number; so it is made
    to look like a column.
    """
    return value / (value * 0.0 + divisor)


def _fixed(value: pl.Expr, scale: int, bound: int, fits: tuple[pl.Expr, ...]) -> Fixed | None:
    return Fixed(value, scale, bound, fits) if bound <= INT128 and scale <= DECIMAL_DIGITS else None


def _bounded(number: Number) -> Number:
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
        fixed = _fixed(integer(scaled), scale, abs(scaled), ())
    atom = Atom("constant", pl.lit(near), constant=number)
    relative = 0.0 if Decimal(near) == number else U
    return _bounded(Number("number", pl.lit(near), None, relative, None, power - 1, power + 1, atom=atom, fixed=fixed))


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
        fixed = _fixed(whole, dtype.scale, 10**digits, fits)
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


# -- arithmetic --------------------------------------------------------------------------------------------------------


def add(a: Number, b: Number, *, subtract: bool = False) -> Number:
    """Return the sum, or the difference."""
    value = a.value - b.value if subtract else a.value + b.value
    errors = [error for error in (a.error(), b.error()) if error is not None]
    absolute = reduce(lambda x, y: x + y, errors) if errors else None
    finest = min(a.finest(), b.finest())
    fixed = _added(a.fixed, b.fixed, subtract=subtract)
    doubt = either(a.doubt, b.doubt)
    return _bounded(
        Number("number", value, doubt, U, absolute, finest, max(a.high, b.high) + 0.5, grid=finest, fixed=fixed)
    )


def _added(a: Fixed | None, b: Fixed | None, *, subtract: bool) -> Fixed | None:
    pair = aligned(a, b)
    if pair is None:
        return None
    left, right = pair
    bound = left.bound + right.bound
    left, right = replace(left, bound=bound).wide(), replace(right, bound=bound).wide()
    return _fixed(left - right if subtract else left + right, pair[0].scale, bound, (*pair[0].fits, *pair[1].fits))


def aligned(a: Fixed | None, b: Fixed | None) -> tuple[Fixed, Fixed] | None:
    """Return two scaled integers at one scale; null where one is missing or may not fit."""
    if a is None or b is None:
        return None
    scale = max(a.scale, b.scale)
    left, right = a.at(scale), b.at(scale)
    return None if left is None or right is None else (left, right)


def multiply(a: Number, b: Number) -> Number:
    """Return the product."""
    absolute: list[pl.Expr] = []
    if b.absolute is not None:
        absolute.append(a.value.abs() * b.absolute)
    if a.absolute is not None:
        absolute.append(b.value.abs() * a.absolute)
    if a.absolute is not None and b.absolute is not None:
        absolute.append(a.absolute * b.absolute)
    fixed = None
    if a.fixed is not None and b.fixed is not None:
        bound = a.fixed.bound * b.fixed.bound
        left, right = replace(a.fixed, bound=bound).wide(), replace(b.fixed, bound=bound).wide()
        fixed = _fixed(left * right, a.fixed.scale + b.fixed.scale, bound, (*a.fixed.fits, *b.fixed.fits))
    error = reduce(lambda x, y: x + y, absolute) * (SLACK * SLACK) if absolute else None
    relative = (a.relative + b.relative + U) * SLACK
    doubt = either(a.doubt, b.doubt)
    return _bounded(
        Number("number", a.value * b.value, doubt, relative, error, a.low + b.low, a.high + b.high, fixed=fixed)
    )


def divide(a: Number, b: Number) -> Number:
    """Return the quotient: null for a zero denominator, in doubt where the denominator may be zero."""
    value = a.value / pl.when(b.value != 0).then(b.value)
    doubt, absolute = either(a.doubt, b.doubt), None
    if b.absolute is not None:
        error = b.error()
        error = b.absolute if error is None else error
        # Where the denominator is at least twice its error, 1 / (b − error) is at most 2 / b.
        doubt = either(doubt, b.value.abs() <= error * 2)
        absolute = value.abs() * b.absolute / b.value.abs() * (2 * SLACK)
    if a.absolute is not None:
        own = a.absolute / b.value.abs() * (2 * SLACK)
        absolute = own if absolute is None else absolute + own
    relative = (a.relative + b.relative + 2 * U) * SLACK  # 2: a constant divisor is a rounded reciprocal
    low, high, fixed = a.low - b.high, a.high - b.low, _by_reciprocal(a, b)
    return _bounded(Number("number", value, doubt, relative, absolute, low, high, fixed=fixed))


def _by_reciprocal(a: Number, b: Number) -> Fixed | None:
    """Return the exact quotient by a constant such as 100 or 4, whose reciprocal is a short decimal."""
    divisor = b.atom.constant if b.atom is not None else None
    if a.fixed is None or not divisor:
        return None
    inverse = CONTEXT.divide(Decimal(1), divisor)
    if CONTEXT.multiply(inverse, divisor) != 1 or len(inverse.as_tuple().digits) > 12:
        return None
    return multiply(a, constant(inverse)).fixed


def power(a: Number, exponent: int) -> Number:
    """Return `a` to a small whole power."""
    if not 1 <= abs(exponent) <= 8:
        raise BeyondColumnsError("**")
    product = reduce(multiply, [a] * abs(exponent))
    return product if exponent > 0 else divide(constant(Decimal(1)), product)


def negate(a: Number) -> Number:
    """Return the number with the opposite sign."""
    fixed = None if a.fixed is None else replace(a.fixed, value=integer(0) - a.fixed.wide())
    if a.atom is not None and a.atom.constant is not None:
        return constant(a.atom.constant.copy_negate())
    return replace(a, value=-a.value, atom=None, fixed=fixed)


def absolute(a: Number) -> Number:
    """Return the number without its sign."""
    fixed = None if a.fixed is None else replace(a.fixed, value=a.fixed.wide().abs())
    return replace(a, value=a.value.abs(), atom=None, fixed=fixed)


def root(a: Number) -> Number:
    """Return the square root: null below zero."""
    value = pl.when(a.value >= 0).then(a.value).sqrt()
    doubt, error = a.doubt, None
    if a.absolute is not None:
        total = a.error()
        doubt = either(doubt, a.value.abs() <= (total if total is not None else a.absolute) * 2)
        error = a.absolute / value * SLACK
    return Number("number", value, doubt, (a.relative + U) * SLACK, error, a.low / 2 - 1, a.high / 2 + 1)


def choose(condition: pl.Expr, a: Number, b: Number) -> Number:
    """Return `a` where the condition holds, else `b`."""

    def pick(x: pl.Expr, y: pl.Expr) -> pl.Expr:
        return pl.when(condition).then(x).otherwise(y)

    absolute = None
    if a.absolute is not None or b.absolute is not None:
        none = pl.lit(0.0)
        absolute = pick(none if a.absolute is None else a.absolute, none if b.absolute is None else b.absolute)
    pair, fixed = aligned(a.fixed, b.fixed), None
    if pair is not None:
        one, other = pair
        fits = () if not one.fits and not other.fits else (pick(all_of(one.fits), all_of(other.fits)),)
        fixed = _fixed(pick(one.wide(), other.wide()), one.scale, max(one.bound, other.bound), fits)
    low, high, grid = min(a.low, b.low), max(a.high, b.high), min(a.finest(), b.finest())
    relative, value = max(a.relative, b.relative), pick(a.value, b.value)
    atom = Atom("float", value) if _floats(a.atom) and _floats(b.atom) else None
    return Number("number", value, None, relative, absolute, low, high, grid=grid, atom=atom, fixed=fixed)


def _floats(atom: Atom | None) -> bool:
    """Tell whether a number is a float that stands for its shortest decimal."""
    if atom is None or atom.constant is None:
        return atom is not None and atom.form == "float"
    return Decimal(repr(float(atom.constant))) == atom.constant


def all_of(fits: tuple[pl.Expr, ...]) -> pl.Expr:
    """Return where all conditions hold."""
    return reduce(lambda a, b: a & b, fits) if fits else pl.lit(value=True)


def only(condition: pl.Expr, a: Number) -> Number:
    """Return `a` where the condition holds, else null."""
    value = pl.when(condition).then(a.value)
    atom = Atom("float", value) if _floats(a.atom) else None
    fixed = None if a.fixed is None else replace(a.fixed, value=pl.when(condition).then(a.fixed.value))
    return replace(a, value=value, atom=atom, fixed=fixed)


def with_doubt(a: Number, doubt: pl.Expr | None) -> Number:
    """Return `a` with its doubt replaced."""
    return replace(a, doubt=doubt)


def blurred(picked: Number, a: Number, b: Number) -> Number:
    """Return the picked one of two numbers with a bound that holds even where rounding picked the wrong one."""
    errors = [error for error in (a.error(), b.error()) if error is not None]
    if not errors:
        return picked
    total = reduce(lambda x, y: x + y, errors) * 2
    return replace(picked, absolute=total if picked.absolute is None else picked.absolute + total, fixed=None)
