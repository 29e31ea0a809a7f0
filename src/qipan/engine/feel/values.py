"""What a FEEL value is, and how values are compared, converted and printed: decimals of 34 digits, never floats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Literal, TypeAlias

Kind = Literal["null", "number", "string", "boolean", "date", "list", "range"]
Value: TypeAlias = "Decimal | str | bool | dt.date | tuple[Value, ...] | Range | None"

# The decimal128 of IEEE 754, which the standard names: 34 digits, exponents to ±6144. Leaving it raises, and is caught.
CONTEXT = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[DivisionByZero, InvalidOperation, Overflow]
)
LONGEST_TEXT = 1_000_000
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an end of null means open without limit."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool


class NotAValueError(TypeError):
    """A thing handed in by a program that FEEL has no value for."""


def kind_of(value: Value) -> Kind:
    """Return the FEEL type of `value`."""
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, dt.date):
        return "date"
    return "range" if isinstance(value, Range) else "list"


def value_of(thing: object) -> Value:
    """Return `thing` as a FEEL value.

    A float counts as the shortest decimal that reads back as it (0.1 is 0.1); not-a-number and infinity are unknown,
    hence null. Numbers beyond 34 digits are rounded. Raises NotAValueError for anything FEEL cannot hold.
    """
    if thing is None or isinstance(thing, bool | str | Range):
        return thing
    if isinstance(thing, float):
        return number_of_float(thing)
    if isinstance(thing, int | Decimal):
        return number_of(thing)
    if isinstance(thing, dt.date) and not isinstance(thing, dt.datetime):
        return thing
    if isinstance(thing, list | tuple):
        return tuple(value_of(item) for item in thing)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    raise NotAValueError(f"{type(thing).__name__} is not a FEEL value")


def number_of(number: int | Decimal) -> Decimal | None:
    """Return a number of at most 34 digits; null for one out of range, not a number or infinite."""
    if isinstance(number, Decimal) and not number.is_finite():
        return None
    try:
        return CONTEXT.create_decimal(number) or ZERO
    except Overflow:
        return None


def number_of_float(number: float) -> Decimal | None:
    """Return the shortest decimal that reads back as `number`; null for not-a-number and infinities."""
    if number - number != 0:
        return None
    return Decimal(repr(number)) if number else ZERO


def order(left: Value, right: Value) -> int | None:
    """Return -1, 0 or 1 as `left` is below, at or above `right`; null where the two have no order."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, dt.date) and isinstance(right, dt.date):
        return (left > right) - (left < right)
    return None


def equal(left: Value, right: Value) -> bool | None:
    """Tell whether two values are the same; null equals only null; null for two different types."""
    if left is None or right is None:
        return left is right
    if isinstance(left, tuple) and isinstance(right, tuple):
        if len(left) != len(right):
            return False
        return all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if kind_of(left) != kind_of(right):
        return None
    return left == right


def inside(value: Value, limits: Range) -> bool | None:
    """Tell whether `value` lies in `limits`; three-valued like `value >= low and value <= high`."""
    above, below = order(value, limits.low), order(value, limits.high)
    lower = None if above is None else (above > 0 or (limits.low_closed and above == 0))
    upper = None if below is None else (below < 0 or (limits.high_closed and below == 0))
    if lower is False or upper is False:
        return False
    return None if lower is None or upper is None else True


def number_text(number: Decimal) -> str:
    """Return a number without exponent and without trailing zeros, so that equal numbers print equally."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(value: Value, *, quoted: bool = False) -> str:
    """Return a value as FEEL's `string` prints it; texts inside lists (`quoted`) carry quotation marks."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return f'"{value}"' if quoted else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Range):
        low, high = text_of(value.low, quoted=True), text_of(value.high, quoted=True)
        return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
    return "[" + ", ".join(text_of(item, quoted=True) for item in value) + "]"
