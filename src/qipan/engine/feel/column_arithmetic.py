"""Arithmetic by the column, each result with a bound on its error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import reduce

import polars as pl

from qipan.engine.feel.column_numbers import (
    SLACK,
    Atom,
    BeyondColumnsError,
    Fixed,
    Number,
    Terms,
    U,
    aligned,
    all_of,
    bounded,
    constant,
    either,
    fitting,
    integer,
)
from qipan.engine.feel.values import CONTEXT


def add(a: Number, b: Number, *, subtract: bool = False) -> Number:
    """Return the sum, or the difference."""
    value = a.value - b.value if subtract else a.value + b.value
    terms = _terms(a).joined(_terms(b))
    finest = min(a.finest(), b.finest())
    fixed = _added(a.fixed, b.fixed, subtract=subtract)
    doubt = either(a.doubt, b.doubt)
    return bounded(
        Number(
            "number", value, doubt, 0.0, terms.error(), finest, max(a.high, b.high) + 0.5,
            grid=finest, fixed=fixed, terms=terms,
        )
    )  # fmt: skip


def _terms(a: Number) -> Terms:
    return a.terms or Terms(a.value.abs(), 0, a.relative, a.absolute)


def _added(a: Fixed | None, b: Fixed | None, *, subtract: bool) -> Fixed | None:
    pair = aligned(a, b)
    if pair is None:
        return None
    left, right = pair
    bound = left.bound + right.bound
    left, right = replace(left, bound=bound).wide(), replace(right, bound=bound).wide()
    return fitting(left - right if subtract else left + right, pair[0].scale, bound, (*pair[0].fits, *pair[1].fits))


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
        fixed = fitting(left * right, a.fixed.scale + b.fixed.scale, bound, (*a.fixed.fits, *b.fixed.fits))
    error = reduce(lambda x, y: x + y, absolute) * (SLACK * SLACK) if absolute else None
    relative = (a.relative + b.relative + U) * SLACK
    doubt = either(a.doubt, b.doubt)
    return bounded(
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
    return bounded(Number("number", value, doubt, relative, absolute, low, high, fixed=fixed))


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
        fixed = fitting(pick(one.wide(), other.wide()), one.scale, max(one.bound, other.bound), fits)
    low, high, grid = min(a.low, b.low), max(a.high, b.high), min(a.finest(), b.finest())
    relative, value = max(a.relative, b.relative), pick(a.value, b.value)
    atom = Atom("float", value) if floats(a.atom) and floats(b.atom) else None
    return Number("number", value, None, relative, absolute, low, high, grid=grid, atom=atom, fixed=fixed)


def floats(atom: Atom | None) -> bool:
    """Tell whether a number is a float that stands for its shortest decimal."""
    if atom is None or atom.constant is None:
        return atom is not None and atom.form == "float"
    return Decimal(repr(float(atom.constant))) == atom.constant


def only(condition: pl.Expr, a: Number) -> Number:
    """Return `a` where the condition holds, else null."""
    value = pl.when(condition).then(a.value)
    atom = Atom("float", value) if floats(a.atom) else None
    fixed = None if a.fixed is None else replace(a.fixed, value=pl.when(condition).then(a.fixed.value))
    return replace(a, value=value, atom=atom, fixed=fixed)


def with_doubt(a: Number, doubt: pl.Expr | None) -> Number:
    """Return `a` with its doubt replaced."""
    return replace(a, doubt=doubt)


def extreme(items: list[Number], *, greatest: bool) -> Number:
    """Return the least or the greatest of numbers, all of which must be known; the error is that of the worst."""
    pick = pl.max_horizontal if greatest else pl.min_horizontal
    known = all_of([item.value.is_not_null() for item in items])
    value = pl.when(known).then(pick([item.value for item in items]))
    doubt = either(*(item.doubt for item in items))
    low, high, grid = min(i.low for i in items), max(i.high for i in items), min(i.finest() for i in items)
    atom = Atom("float", value) if all(floats(item.atom) for item in items) else None
    relative, absolute = max(item.relative for item in items), None
    if atom is None:
        # The float that is picked may be another's than the true extreme: all their errors bound it.
        errors = [error for error in (item.error() for item in items) if error is not None]
        relative, absolute = 0.0, pl.max_horizontal(errors) if errors else None
    fixed = _extreme_fixed([item.fixed for item in items], pick=pick, known=known)
    return Number("number", value, doubt, relative, absolute, low, high, grid=grid, atom=atom, fixed=fixed)


def _extreme_fixed(items: list[Fixed | None], *, pick: Callable[..., pl.Expr], known: pl.Expr) -> Fixed | None:
    present = [item for item in items if item is not None]
    scale = max((item.scale for item in present), default=0)
    level = [finer for finer in (item.at(scale) for item in present) if finer is not None]
    if len(level) != len(items):
        return None
    bound = max(item.bound for item in level)
    wide = [replace(item, bound=bound).wide() for item in level]
    fits = tuple(fit for item in level for fit in item.fits)
    return Fixed(pl.when(known).then(pick(wide)), scale, bound, fits)
