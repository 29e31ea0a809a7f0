"""Rounding by the column: exact in scaled integers; in floats in doubt near a step that the error may cross."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from qipan.engine.feel import column_arithmetic as arithmetic
from qipan.engine.feel import column_numbers as numbers
from qipan.engine.feel.column_numbers import Fixed, Number, either, integer

WHOLE = 9e15  # up to which floats know every whole number


@dataclass(frozen=True, slots=True)
class _Steps:
    """A number counted in whole steps of the wanted scale, and where the count is not certain."""

    count: pl.Expr
    doubt: pl.Expr | None
    bound: int


def rounded(how: str, a: Number, scale: int) -> Number:
    """Return `a` rounded to `scale` decimals in the manner of the function `how`."""
    steps = _by_floats(how, a, scale)
    exact = _by_integers(how, a.fixed, scale) if a.fixed is not None and scale >= 0 else None
    if a.fixed is not None and exact is not None:
        fit = numbers.all_of(a.fixed.fits)
        doubt = None if not a.fixed.fits or steps.doubt is None else steps.doubt & ~fit
        count = pl.when(fit).then(exact.count).otherwise(steps.count) if a.fixed.fits else exact.count
        steps = _Steps(count, doubt, max(exact.bound, steps.bound))
    size = 10.0 ** abs(scale)
    whole = steps.count.cast(pl.Float64)
    value = whole / size if scale > 0 else whole * size
    if scale >= 0:
        fixed: Fixed | None = Fixed(steps.count, scale, steps.bound)
    else:
        fixed = Fixed(steps.count * integer(10**-scale), 0, steps.bound * 10**-scale) if scale >= -2 else None
    relative = 3 * numbers.U
    low, high = -float(max(scale, 0)), a.high + 1
    return Number("number", value, either(a.doubt, steps.doubt), relative, None, low, high, fixed=fixed)


def _by_floats(how: str, a: Number, scale: int) -> _Steps:
    moved = arithmetic.multiply(a, numbers.constant(Decimal(1).scaleb(scale))) if scale else a
    # A bare float lies on the same side of every whole and half number as the decimal it stands for.
    certain = scale == 0 and a.atom is not None and a.atom.constant is None
    error = moved.error()
    doubt = moved.value.abs() > WHOLE
    if not certain and error is not None:
        doubt = doubt | ((_distance(how, moved.value) <= error) & (error != 0))
    return _Steps(_stepped(how, moved.value).cast(pl.Int64, strict=False), doubt, 10**16)


def _stepped(how: str, own: pl.Expr) -> pl.Expr:
    if how == "floor":
        return own.floor()
    if how == "ceiling":
        return own.ceil()
    size = own.abs()
    down = size.floor()
    if how == "round down":
        return own.sign() * down
    if how == "round up":
        return own.sign() * size.ceil()
    more = _further(how, down, size - down, pl.lit(0.5))
    return own.sign() * (down + more.cast(pl.Float64))


def _further(how: str, down: pl.Expr, rest: pl.Expr, half: pl.Expr) -> pl.Expr:
    """Return where the number lies so far beyond the step below it that the next one is taken."""
    if how == "round half up":
        return rest >= half
    if how == "round half down":
        return rest > half
    return (rest > half) | ((rest == half) & (down % 2 == 1))


def _distance(how: str, own: pl.Expr) -> pl.Expr:
    """Return how far a number is from the nearest place where the rounded value jumps."""
    if how in ("floor", "ceiling", "round down", "round up"):
        return (own - own.round()).abs()
    return ((own.abs() - own.abs().floor()) - 0.5).abs()


def _by_integers(how: str, own: Fixed, scale: int) -> _Steps | None:
    """Return the steps of a scaled integer, exactly; null where it may not fit."""
    if own.scale <= scale:
        finer = own.at(scale)
        return None if finer is None else _Steps(finer.value, None, finer.bound)
    size, whole = 10 ** (own.scale - scale), own.wide()
    if size > numbers.INT64:
        return None
    by, none, bound = integer(size), integer(0), own.bound // size + 1
    if how == "floor":
        return _Steps(whole // by, None, bound)
    if how == "ceiling":
        return _Steps(none - ((none - whole) // by), None, bound)
    down = whole.abs() // by
    rest = whole.abs() - down * by
    if how == "round up":
        further = rest > 0
    elif how == "round down":
        further = pl.lit(value=False)
    else:
        further = _further(how, down, rest * 2, by)
    steps = down + further.cast(pl.Int64)
    return _Steps(pl.when(whole < 0).then(none - steps).otherwise(steps), None, bound)
