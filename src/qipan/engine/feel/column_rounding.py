"""Rounding by the column: in doubt where the number lies so near a step that its error may cross it."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from qipan.engine.feel import column_numbers as numbers
from qipan.engine.feel.column_numbers import Fixed, Number, either

WHOLE = 9e15  # up to which floats know every whole number


def rounded(how: str, a: Number, scale: int) -> Number:
    """Return `a` rounded to `scale` decimals in the manner of the function `how`."""
    moved = numbers.multiply(a, numbers.constant(Decimal(1).scaleb(scale))) if scale else a
    steps = _stepped(how, moved.value)
    # A bare float lies on the same side of every whole and half number as the decimal it stands for.
    certain = scale == 0 and a.atom is not None
    error = moved.error()
    doubt = moved.value.abs() > WHOLE
    if not certain and error is not None:
        doubt = doubt | ((_distance(how, moved.value) <= error) & (error != 0))
    whole = steps.cast(pl.Int64, strict=False)
    value = steps / 10.0**scale if scale > 0 else steps * 10.0**-scale
    fixed: Fixed | None = Fixed(whole, max(scale, 0), 10**16)
    if scale < 0:
        fixed = Fixed(whole * numbers.integer(10**-scale), 0, 10 ** (16 - scale)) if scale >= -2 else None
    relative = 2 * numbers.U if scale else 0.0
    low, high = -float(max(scale, 0)), a.high + 1
    return Number("number", value, either(a.doubt, doubt), relative, None, low, high, fixed=fixed)


def _stepped(how: str, own: pl.Expr) -> pl.Expr:
    if how == "floor":
        return own.floor()
    if how == "ceiling":
        return own.ceil()
    size = own.abs()
    down = size.floor()
    rest = size - down
    match how:
        case "round down":
            return own.sign() * down
        case "round up":
            return own.sign() * size.ceil()
        case "round half up":
            more = rest >= 0.5
        case "round half down":
            more = rest > 0.5
        case _:
            more = (rest > 0.5) | ((rest == 0.5) & (down % 2 == 1))
    return own.sign() * (down + more.cast(pl.Float64))


def _distance(how: str, own: pl.Expr) -> pl.Expr:
    """Return how far a number is from the nearest place where the rounded value jumps."""
    if how in ("floor", "ceiling", "round down", "round up"):
        return (own - own.round()).abs()
    return ((own.abs() - own.abs().floor()) - 0.5).abs()
