"""Built-in functions of numbers."""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from qipan.engine.feel.signature import Function, RefusedError, function
from qipan.engine.feel.values import CONTEXT, ZERO, Value

LEAST_SCALE, GREATEST_SCALE = -6111, 6176
WIDE = decimal.Context(prec=6200, Emin=-99999, Emax=99999)
PLAIN = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """Return `number` rounded to `scale` decimals (negative: to tens, hundreds); a scale out of bounds is refused."""
    if not LEAST_SCALE <= scale <= GREATEST_SCALE:
        raise RefusedError("feel.out-of-range", value=str(scale))
    places = int(scale)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    return CONTEXT.plus(number.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=WIDE))


def rounding(how: str) -> Callable[..., Value]:
    """Return the function that rounds in the manner of `how`."""

    def apply(number: Decimal, scale: Decimal = ZERO) -> Value:
        return rounded(number, scale, how)

    return apply


def absolute(number: Decimal) -> Value:
    """Return a number without its sign."""
    return CONTEXT.abs(number)


def modulo(dividend: Decimal, divisor: Decimal) -> Value:
    """Return what is left of `dividend`, with the sign of `divisor`; null for a divisor of zero."""
    if not divisor:
        raise RefusedError("feel.divide-by-zero")
    left = CONTEXT.remainder(dividend, divisor)
    return CONTEXT.add(left, divisor) if left and (left < 0) != (divisor < 0) else (left or ZERO)


def sqrt(number: Decimal) -> Value:
    """Return the square root; null below zero."""
    if number < 0:
        raise RefusedError("feel.out-of-range", value=str(number))
    return CONTEXT.sqrt(number)


def log(number: Decimal) -> Value:
    """Return the natural logarithm; null at and below zero."""
    if number <= 0:
        raise RefusedError("feel.out-of-range", value=str(number))
    return CONTEXT.ln(number)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Return `base` to the power of `exponent`; raises DivisionByZero for a negative power of zero."""
    if not exponent:
        return Decimal(1)
    if not base and exponent < 0:
        raise decimal.DivisionByZero  # the decimal module would answer infinity
    return CONTEXT.power(base, exponent)


def odd(number: Decimal) -> Value:
    """Tell whether a number is whole and odd."""
    return CONTEXT.remainder(number, Decimal(2)) in (1, -1)


def even(number: Decimal) -> Value:
    """Tell whether a number is whole and even."""
    return not CONTEXT.remainder(number, Decimal(2))


def plain(text: str) -> Value:
    """Return the number a text is."""
    if not PLAIN.fullmatch(text):
        raise RefusedError("feel.not-a-number", value=text[:80])
    return CONTEXT.create_decimal(text) or ZERO


def grouped(text: str, grouping: str | None, point: str | None) -> Value:
    """Return the number a text is, written with stated separators."""
    known = grouping in (None, " ", ",", ".") and point in (None, ",", ".")
    if not known or (grouping is not None and grouping == point):
        raise RefusedError("feel.not-a-number", value=text[:80])
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        if "." in text:
            raise RefusedError("feel.not-a-number", value=text[:80])
        text = text.replace(",", ".")
    return plain(text)


ROUNDINGS = {
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
    "decimal": ROUND_HALF_EVEN,
}

NUMBERS: tuple[Function, ...] = (
    *(function(name, ("n: number, scale: number", rounding(how))) for name, how in ROUNDINGS.items()),
    function("floor", ("n: number, scale?: number", rounding(ROUND_FLOOR))),
    function("ceiling", ("n: number, scale?: number", rounding(ROUND_CEILING))),
    function("abs", ("n: number", absolute)),
    function("modulo", ("dividend: number, divisor: number", modulo)),
    function("sqrt", ("number: number", sqrt)),
    function("log", ("number: number", log)),
    function("exp", ("number: number", CONTEXT.exp)),
    function("odd", ("number: number", odd)),
    function("even", ("number: number", even)),
    function(
        "number",
        ("from: string", plain),
        ("from: string, grouping separator: string!, decimal separator: string!", grouped),
    ),
)  # fmt: skip
