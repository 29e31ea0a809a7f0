"""Comparing numbers by the column: exactly where both sides allow it, else in floats with the doubtful rows named."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce

import polars as pl

from qipan.engine.feel.column_numbers import INT64, INT128, SLACK, Atom, Number, Piece, aligned, all_of, either, integer
from qipan.engine.feel.values import CONTEXT


def compare(sign: str, a: Number, b: Number) -> Piece:
    """Return the comparison of two numbers: null where one is, in doubt where rounding may decide."""
    doubt = either(a.doubt, b.doubt)
    if a.atom is not None and b.atom is not None:
        exact = _by_atoms(sign, a.atom, b.atom)
        if exact is not None:
            return Piece("boolean", exact, doubt)
    pair = aligned(a.fixed, b.fixed)
    if pair is None:
        rough, unsure = _by_floats(sign, a, b)
        return Piece("boolean", rough, either(doubt, unsure))
    exact = apply(sign, pair[0].value, pair[1].value)
    fits = (*pair[0].fits, *pair[1].fits)
    if not fits:
        return Piece("boolean", exact, doubt)
    rough, unsure = _by_floats(sign, a, b)
    fit = all_of(fits)
    unfit = None if unsure is None else unsure & ~fit
    return Piece("boolean", pl.when(fit).then(exact).otherwise(rough), either(doubt, unfit))


def apply(sign: str, a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """Return a bare comparison."""
    match sign:
        case "=":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case _:
            return a >= b


MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _by_atoms(sign: str, a: Atom, b: Atom) -> pl.Expr | None:
    if a.form == "constant":
        return None if b.form == "constant" else _by_atoms(MIRRORED[sign], b, a)
    if b.constant is not None:
        return _float_to(sign, a.value, b.constant) if a.form == "float" else _integer_to(sign, a, b.constant)
    if a.form == b.form and a.scale == b.scale:
        return apply(sign, a.value, b.value)
    return None


def _float_to(sign: str, own: pl.Expr, limit: Decimal) -> pl.Expr:
    """Compare floats, each standing for its shortest decimal, with a constant that may lie between two of them."""
    near = float(limit)
    side = (Decimal(repr(near)) > limit) - (Decimal(repr(near)) < limit)
    if side == 0:
        return apply(sign, own, pl.lit(near))
    if sign in ("=", "!="):
        return _never(own, holds=sign == "!=")
    # The float nearest to the limit lies above it: it belongs to > and >=; below it: to < and <=.
    upward = sign in (">", ">=")
    strict = (side < 0) if upward else (side > 0)
    return apply(sign[0] if strict else sign[0] + "=", own, pl.lit(near))


def _integer_to(sign: str, own: Atom, limit: Decimal) -> pl.Expr:
    """Compare scaled integers with a constant that may lie between two of them or beyond them all."""
    if limit.adjusted() > 40:
        if sign in ("=", "!="):
            return _never(own.value, holds=sign == "!=")
        return _never(own.value, holds=(limit < 0) == (sign in (">", ">=")))
    scaled = limit.scaleb(own.scale, context=CONTEXT)
    low, high = int(scaled.to_integral_value(ROUND_FLOOR)), int(scaled.to_integral_value(ROUND_CEILING))
    if low != high:
        if sign in ("=", "!="):
            return _never(own.value, holds=sign == "!=")
        sign = ">=" if sign in (">", ">=") else "<="
    target = high if sign in (">", ">=") else low
    target = max(-INT128, min(INT128, target))
    own_value = own.value.cast(pl.Int128) if abs(target) > INT64 else own.value
    return apply(sign, own_value, integer(target))


def _never(own: pl.Expr, *, holds: bool) -> pl.Expr:
    return pl.when(own.is_not_null()).then(pl.lit(holds))


def _by_floats(sign: str, a: Number, b: Number) -> tuple[pl.Expr, pl.Expr | None]:
    if b.atom is None and a.atom is not None and a.atom.constant is not None:
        return _by_floats(MIRRORED[sign], b, a)
    value = apply(sign, a.value, b.value)
    limit = b.atom.constant if b.atom is not None else None
    if limit is not None and a.absolute is None:
        if limit == 0 or (a.relative == 0 and b.relative == 0):
            return value, None  # a purely relative error never crosses zero
        near, width = float(limit), (a.relative + b.relative) * 1.01 * SLACK
        ends = sorted((near * (1 - width), near * (1 + width)))
        return value, a.value.is_between(ends[0], ends[1])
    errors = [error for error in (a.error(), b.error()) if error is not None]
    if not errors:
        return value, None
    bound = reduce(lambda x, y: x + y, errors) * SLACK
    return value, ((a.value - b.value).abs() <= bound) & (bound != 0)
