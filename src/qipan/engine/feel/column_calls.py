"""Built-in functions by the column. What stands in no table here has no column form and goes to the value evaluator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from qipan.engine.feel import column_arithmetic as arithmetic
from qipan.engine.feel import column_numbers as numbers
from qipan.engine.feel import column_pieces as pieces
from qipan.engine.feel import patterns
from qipan.engine.feel.builtins import FUNCTIONS
from qipan.engine.feel.column_numbers import BeyondColumnsError, Fixed, Number, Piece, either
from qipan.engine.feel.column_rounding import rounded
from qipan.engine.feel.signature import Form, RefusedError
from qipan.engine.feel.syntax import Call, Items
from qipan.engine.feel.values import LONGEST_TEXT

if TYPE_CHECKING:
    from qipan.engine.feel.column_builder import Builder

PARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "year": lambda day: day.dt.year(),
    "month": lambda day: day.dt.month(),
    "day": lambda day: day.dt.day(),
    "weekday": lambda day: day.dt.weekday(),
    "day of year": lambda day: day.dt.ordinal_day(),
    "week of year": lambda day: day.dt.week(),
}
ROUNDING = {"round up", "round down", "round half up", "round half down", "decimal", "floor", "ceiling"}
SPREAD = {"min", "max", "sum", "product", "mean", "count", "all", "any"}


def call(node: Call, builder: Builder) -> Piece:
    """Return the piece of a function applied."""
    function = FUNCTIONS[node.function]
    form = function.form(len(node.arguments), node.keywords)
    if form is None:
        return builder.note("feel.arguments", node, function=function.name, usage=function.usage())
    if form.spread:
        return _spread(node, builder)
    if node.function == "list contains":
        return _contained(node, builder)
    given = dict(zip(_places(node, form), map(builder.build, node.arguments), strict=True))
    arguments = [given.get(position) for position in range(len(form.parameters))]
    doubt = either(*(argument.doubt for argument in arguments if argument is not None))
    for argument, parameter in zip(arguments, form.parameters, strict=True):
        if argument is None or parameter.null:
            continue
        if argument.kind == "null":
            return Piece("null", pieces.NULL.value, doubt)
        if parameter.kind not in ("any", argument.kind):
            details = {"function": node.function, "parameter": parameter.name, "expected": parameter.kind}
            return replace(builder.note("feel.argument-type", node, **details), doubt=doubt)
    return _applied(node, [argument for argument in arguments if argument is not None], doubt, builder)


def _places(node: Call, form: Form) -> Sequence[int]:
    return (form.positions(node.keywords) or ()) if node.keywords else range(len(node.arguments))


def _applied(node: Call, arguments: list[Piece], doubt: pl.Expr | None, builder: Builder) -> Piece:
    name, first = node.function, arguments[0]
    if isinstance(first, Number):
        return _of_number(node, first, arguments)
    if name in PARTS:
        return date_part(first, name) or pieces.NULL
    if name == "not":
        return pieces.opposite(first)
    if name == "is defined":
        return Piece("boolean", first.value.is_not_null(), doubt)
    if name == "date" and len(arguments) == 1:
        return first if first.kind == "date" else _date(first)
    if name == "string":
        return _string(first, node)
    if name in ("day of week", "month of year"):
        return Piece("string", first.value.dt.to_string("%A" if name == "day of week" else "%B"), doubt)
    if first.kind == "string":
        try:
            return _of_text(name, arguments, doubt)
        except RefusedError as refused:
            return builder.note(refused.reason, node, **({"function": name} | refused.details))
    raise BeyondColumnsError(name)


# -- numbers -----------------------------------------------------------------------------------------------------------


def _of_number(node: Call, first: Number, arguments: list[Piece]) -> Piece:
    name = node.function
    if name == "is defined":
        return Piece("boolean", first.value.is_not_null(), first.doubt)
    if name == "abs":
        return arithmetic.absolute(first)
    if name == "sqrt":
        return arithmetic.root(first)
    if name in ROUNDING:
        scale = _constant(arguments[1]) if len(arguments) > 1 else Decimal(0)
        if scale is None or abs(scale) > 15:
            raise BeyondColumnsError(name)
        return rounded(name, first, int(scale))
    if name == "modulo" and isinstance(arguments[1], Number):
        return _modulo(first, arguments[1])
    if name in ("even", "odd") and first.fixed is not None:
        period = numbers.integer(2 * 10**first.fixed.scale)
        wanted = numbers.integer(0 if name == "even" else 10**first.fixed.scale)
        doubt = either(first.doubt, *(~fit for fit in first.fixed.fits))
        return Piece("boolean", first.fixed.value % period == wanted, doubt)
    raise BeyondColumnsError(name)


def _constant(piece: Piece) -> Decimal | None:
    return piece.atom.constant if isinstance(piece, Number) and piece.atom is not None else None


def _modulo(dividend: Number, divisor: Number) -> Piece:
    """Return what is left, with the sign of the divisor; exact in scaled integers or not at all."""
    pair = numbers.aligned(dividend.fixed, divisor.fixed)
    if pair is None:
        raise BeyondColumnsError("modulo")
    above, below = pair
    whole, by = above.wide(), pl.when(below.value != 0).then(below.wide())
    bound = max(above.bound, below.bound)
    fixed = Fixed(whole % by, above.scale, bound, (*above.fits, *below.fits))
    return numbers.of_fixed(fixed, either(dividend.doubt, divisor.doubt))


def _spread(node: Call, builder: Builder) -> Piece:
    """Return a function of a list whose items are written out."""
    only = node.arguments[0]
    written = only.items if len(node.arguments) == 1 and isinstance(only, Items) else node.arguments
    items = [builder.build(item) for item in written]
    doubt = either(*(item.doubt for item in items))
    name = node.function
    if name == "count" and (len(node.arguments) > 1 or isinstance(only, Items)):
        return pieces.literal(Decimal(len(items)))
    if name in ("all", "any"):
        return _holding(items, decisive=name == "any", single=len(node.arguments) == 1 and not isinstance(only, Items))
    if name in ("min", "max"):
        found = pieces.extreme(items, greatest=name == "max") if items else pieces.NULL
        if found is not None:
            return found
    if name in ("sum", "mean", "product") and items:
        if any(item.kind == "null" for item in items):
            return Piece("null", pieces.NULL.value, doubt)
        known = [item for item in items if isinstance(item, Number)]
        if len(known) == len(items):
            whole = reduce(arithmetic.multiply if name == "product" else arithmetic.add, known)
            return arithmetic.divide(whole, numbers.constant(Decimal(len(known)))) if name == "mean" else whole
    raise BeyondColumnsError(name)


def _holding(items: list[Piece], *, decisive: bool, single: bool) -> Piece:
    if single and items[0].kind != "null":
        return items[0] if items[0].kind == "boolean" else pieces.UNKNOWN
    return pieces.joined(items, decisive=decisive) if items else pieces.literal(not decisive)


def _contained(node: Call, builder: Builder) -> Piece:
    if len(node.arguments) != 2 or node.keywords or not isinstance(node.arguments[0], Items):
        raise BeyondColumnsError(node.function)
    return builder.listed(builder.build(node.arguments[1]), node.arguments[0], ranges=False)


# -- dates -------------------------------------------------------------------------------------------------------------


def date_part(value: Piece, part: str) -> Piece | None:
    """Return a number of a date; no piece where the value or the part is no such thing."""
    if value.kind != "date" or part not in PARTS:
        return None
    whole = PARTS[part](value.value).cast(pl.Int64)
    return Number(
        "number", whole.cast(pl.Float64), value.doubt, 0.0, None, 0.0, 4.0,
        atom=numbers.Atom("integer", whole), fixed=Fixed(whole, 0, 10_000),
    )  # fmt: skip


def _date(written: Piece) -> Piece:
    own = pieces.text(written)
    plain = pl.when(own.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z") & ~own.str.starts_with("0000")).then(own)
    return Piece("date", plain.str.to_date("%Y-%m-%d", strict=False), written.doubt)


# -- texts -------------------------------------------------------------------------------------------------------------


def _string(first: Piece, node: Call) -> Piece:
    if first.kind == "string":
        return Piece("string", pieces.text(first), first.doubt)
    if first.kind == "boolean":
        worded = pl.when(first.value).then(pl.lit("true")).when(~first.value).then(pl.lit("false"))
        return Piece("string", worded, first.doubt)
    if first.kind == "date":
        return Piece("string", first.value.dt.to_string("%Y-%m-%d"), first.doubt)
    raise BeyondColumnsError(node.function)


def _words(argument: Piece, name: str) -> str:
    """Return a text that must be a constant to have a column form."""
    if argument.kind == "string" and not argument.value.meta.root_names():
        found = pl.select(argument.value).item()
        if isinstance(found, str):
            return found
    raise BeyondColumnsError(name)


def _of_text(name: str, arguments: list[Piece], doubt: pl.Expr | None) -> Piece:
    own, rest = pieces.text(arguments[0]), arguments[1:]
    match name:
        case "string length":
            return _length(own, doubt)
        case "upper case":
            return Piece("string", own.str.to_uppercase(), doubt)
        case "lower case":
            return Piece("string", own.str.to_lowercase(), doubt)
        case "contains":
            return Piece("boolean", own.str.contains(pieces.text(rest[0]), literal=True), doubt)
        case "starts with":
            return Piece("boolean", own.str.starts_with(pieces.text(rest[0])), doubt)
        case "ends with":
            return Piece("boolean", own.str.ends_with(pieces.text(rest[0])), doubt)
        case "substring":
            return _substring(own, [_constant(argument) for argument in rest], doubt)
        case "substring before" | "substring after":
            return _beside(name, own, _words(rest[0], name), doubt)
        case "matches":
            pattern, flags = _words(rest[0], name), _words(rest[1], name) if len(rest) > 1 else ""
            patterns.matches("", pattern, flags)  # raises here, once, for a pattern that cannot be used
            return Piece("boolean", own.str.contains(patterns.native(pattern, flags)), doubt)
        case "replace":
            return _replaced(own, [_words(argument, name) for argument in rest], doubt)
        case _:
            raise BeyondColumnsError(name)


def _length(own: pl.Expr, doubt: pl.Expr | None) -> Number:
    whole = own.str.len_chars().cast(pl.Int64)
    return Number(
        "number", whole.cast(pl.Float64), doubt, 0.0, None, 0.0, 10.0,
        atom=numbers.Atom("integer", whole), fixed=Fixed(whole, 0, 2**32),
    )  # fmt: skip


def _substring(own: pl.Expr, numbers_given: list[Decimal | None], doubt: pl.Expr | None) -> Piece:
    if any(number is None or abs(number) > 10**9 for number in numbers_given):
        raise BeyondColumnsError("substring")
    start, *more = [number for number in numbers_given if number is not None]
    first = int(start)
    if first == 0 or (more and more[0] < 1):
        raise RefusedError("feel.out-of-range", value=str(more[0] if first else start))
    cut = own.str.slice(first - 1 if first > 0 else first, int(more[0]) if more else None)
    return Piece("string", pl.when(own.str.len_chars() >= abs(first)).then(cut), doubt)


def _beside(name: str, own: pl.Expr, match: str, doubt: pl.Expr | None) -> Piece:
    if not match:
        return Piece("string", pl.when(own.is_not_null()).then(pl.lit("")) if name.endswith("before") else own, doubt)
    parts = own.str.splitn(match, 2).struct
    if name == "substring before":
        return Piece("string", pl.when(own.str.contains(match, literal=True)).then(parts.field("field_0")).otherwise(
            pl.when(own.is_not_null()).then(pl.lit(""))), doubt)  # fmt: skip
    return Piece("string", pl.when(own.str.contains(match, literal=True)).then(parts.field("field_1")).otherwise(
        pl.when(own.is_not_null()).then(pl.lit(""))), doubt)  # fmt: skip


def _replaced(own: pl.Expr, given: list[str], doubt: pl.Expr | None) -> Piece:
    pattern, replacement, flags = given[0], given[1], given[2] if len(given) > 2 else ""
    if patterns.matches("", pattern, flags):
        raise RefusedError("feel.bad-pattern", pattern=pattern[:80])
    short = own.str.len_chars() * max(1, len(replacement)) <= LONGEST_TEXT * 10
    done = pl.when(short).then(own).str.replace_all(patterns.native(pattern, flags), patterns.template(replacement))
    return Piece("string", pl.when(done.str.len_chars() <= LONGEST_TEXT).then(done), doubt)
