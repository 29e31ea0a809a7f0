"""Truth values, texts and dates by the column: the small operations that the builder puts together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import polars as pl

from qipan.engine.feel import column_arithmetic as arithmetic
from qipan.engine.feel import column_numbers as numbers
from qipan.engine.feel.column_comparison import apply, compare
from qipan.engine.feel.column_numbers import BeyondColumnsError, Number, Piece, either
from qipan.engine.feel.syntax import Constant
from qipan.engine.feel.values import Kind, Value

TYPES: dict[Kind, pl.DataType] = {
    "number": pl.Float64(),
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "null": pl.Null(),
}
NULL = Piece("null", pl.lit(None))
UNKNOWN = Piece("boolean", pl.lit(None, dtype=pl.Boolean))


def literal(value: Value) -> Piece:
    """Return a constant."""
    if value is None:
        return NULL
    if isinstance(value, Decimal):
        return numbers.constant(value)
    if isinstance(value, bool):
        return Piece("boolean", pl.lit(value))
    if isinstance(value, str):
        return Piece("string", pl.lit(value, dtype=pl.String))
    if isinstance(value, dt.date):
        return Piece("date", pl.lit(value, dtype=pl.Date))
    raise BeyondColumnsError("[ ]")


def column(name: str, dtype: pl.DataType, *, exact: bool) -> Piece | None:
    """Return a column; null where its type has no place in FEEL."""
    if dtype.is_numeric():
        return numbers.column(name, dtype, exact=exact)
    if dtype == pl.Boolean:
        return Piece("boolean", pl.col(name))
    if dtype.base_type() in (pl.String, pl.Enum, pl.Categorical):
        # Enum columns compare with texts as they are; only operations on characters need the text itself.
        return Piece("string", pl.col(name))
    if dtype == pl.Date:
        return Piece("date", pl.col(name))
    return NULL if dtype == pl.Null else None


def text(piece: Piece) -> pl.Expr:
    """Return the characters of a text, whether the column is of texts or an Enum."""
    return piece.value.cast(pl.String)


def equal(a: Piece, b: Piece, *, wanted: bool = True) -> Piece:
    """Return `a = b` (or `!=`): null equals only null; null where two known values have different types."""
    doubt = either(a.doubt, b.doubt)
    if a.kind == "null" or b.kind == "null":
        missing = a.value.is_null() if b.kind == "null" else b.value.is_null()
        return Piece("boolean", missing if wanted else ~missing, doubt)
    one_missing = a.value.is_null() | b.value.is_null()
    both_missing = a.value.is_null() & b.value.is_null()
    if a.kind != b.kind:
        told = both_missing if wanted else ~both_missing
        return Piece("boolean", pl.when(one_missing).then(told), doubt)
    if isinstance(a, Number) and isinstance(b, Number):
        same = compare("=", a, b)
        value, doubt = same.value, same.doubt
    else:
        value = a.value == b.value
    value = value if wanted else ~value
    return Piece("boolean", value.fill_null(both_missing if wanted else ~both_missing), doubt)


def among(value: Piece, constants: list[Constant]) -> Piece | None:
    """Return whether a text or a bare number is one of the constants; no piece for what is neither.

    Constants of other types, and numbers no column of the kind can hold, are equal to nothing.
    """
    if value.kind == "string":
        texts = [constant for constant in constants if isinstance(constant, str)]
        return Piece("boolean", text(value).is_in(texts), value.doubt)
    atom = value.atom if isinstance(value, Number) else None
    if atom is None or atom.constant is not None:
        return None
    given = [constant for constant in constants if isinstance(constant, Decimal)]
    if atom.form == "float":
        floats = [float(number) for number in given if Decimal(repr(float(number))) == number]
        return Piece("boolean", atom.value.is_in(pl.Series(floats, dtype=pl.Float64).implode()), value.doubt)
    if atom.scale:
        return None
    whole = [int(number) for number in given if number == number.to_integral_value() and abs(number) < 2**63]
    return Piece("boolean", atom.value.is_in(pl.Series(whole, dtype=pl.Int64).implode()), value.doubt)


def ordered(sign: str, a: Piece, b: Piece) -> Piece | None:
    """Return `a sign b` for < <= > >=; null (no piece) for types that have no order among them."""
    if a.kind == "null" or b.kind == "null":
        return Piece("boolean", UNKNOWN.value, either(a.doubt, b.doubt))
    if isinstance(a, Number) and isinstance(b, Number):
        return compare(sign, a, b)
    if a.kind != b.kind or a.kind not in ("string", "date"):
        return None
    left, right = (text(a), text(b)) if a.kind == "string" else (a.value, b.value)
    return Piece("boolean", apply(sign, left, right), either(a.doubt, b.doubt))


def joined(pieces: list[Piece], *, decisive: bool) -> Piece:
    """Return `or` (decisive: true) or `and` in three-valued logic; what is no truth value counts as unknown.

    A doubtful item does not matter where another is certainly decisive.
    """
    values = [piece.value if piece.kind == "boolean" else UNKNOWN.value for piece in pieces]
    combined = numbers.any_of if decisive else numbers.all_of
    value = combined(values)
    doubtful = [piece for piece in pieces if piece.doubt is not None]
    if not doubtful:
        return Piece("boolean", value)
    certain = [own for own, piece in zip(values, pieces, strict=True) if piece.doubt is None]
    doubt = either(*(piece.doubt for piece in pieces))
    if certain and doubt is not None:
        settled = combined(certain)
        doubt = doubt & (settled if not decisive else ~settled).fill_null(value=True)
    return Piece("boolean", value, doubt)


def opposite(piece: Piece) -> Piece:
    """Return `not(…)`."""
    if piece.kind != "boolean":
        return Piece("boolean", UNKNOWN.value, piece.doubt)
    return Piece("boolean", ~piece.value, piece.doubt)


def chosen(condition: Piece, then: Piece, otherwise: Piece) -> Piece:
    """Return `if … then … else …`: what is not true takes the second way."""
    if condition.kind != "boolean":
        return replace(otherwise, doubt=either(condition.doubt, otherwise.doubt))
    test = condition.value
    doubt = either(condition.doubt, _guarded(then.doubt, test), _guarded(otherwise.doubt, ~test.fill_null(value=False)))
    if then.kind == "null" and otherwise.kind == "null":
        return Piece("null", NULL.value, doubt)
    if then.kind == "null" or otherwise.kind == "null":
        return _chosen_or_null(test, then, otherwise, doubt)
    if then.kind != otherwise.kind:
        raise BeyondColumnsError("if")
    if isinstance(then, Number) and isinstance(otherwise, Number):
        return arithmetic.with_doubt(arithmetic.choose(test, then, otherwise), doubt)
    first, second = (text(then), text(otherwise)) if then.kind == "string" else (then.value, otherwise.value)
    return Piece(then.kind, pl.when(test).then(first).otherwise(second), doubt)


def _guarded(doubt: pl.Expr | None, where: pl.Expr) -> pl.Expr | None:
    return None if doubt is None else doubt & where


def _chosen_or_null(test: pl.Expr, then: Piece, otherwise: Piece, doubt: pl.Expr | None) -> Piece:
    known, where = (then, test) if otherwise.kind == "null" else (otherwise, ~test.fill_null(value=False))
    if isinstance(known, Number):
        return arithmetic.with_doubt(arithmetic.only(where, known), doubt)
    return Piece(known.kind, pl.when(where).then(known.value), doubt)


def extreme(items: list[Piece], *, greatest: bool) -> Piece | None:
    """Return the least or the greatest; null where one is unknown; no piece where they have no order."""
    doubt = either(*(item.doubt for item in items))
    kinds = {item.kind for item in items}
    if "null" in kinds:
        return Piece("null", NULL.value, doubt) if len(kinds - {"boolean"}) <= 2 else None
    known = [item for item in items if isinstance(item, Number)]
    if len(known) == len(items):
        return arithmetic.extreme(known, greatest=greatest)
    if len(kinds) > 1 or items[0].kind not in ("string", "date"):
        return None
    values = [text(item) if item.kind == "string" else item.value for item in items]
    whole = numbers.all_of([value.is_not_null() for value in values])
    picked = pl.max_horizontal(values) if greatest else pl.min_horizontal(values)
    return Piece(items[0].kind, pl.when(whole).then(picked), doubt)
