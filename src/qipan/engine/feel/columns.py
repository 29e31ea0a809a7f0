"""The column evaluator: an expression compiled to Polars, run over a million rows, with the value evaluator's answers.

Rows on which floats cannot decide are computed one by one, each distinct combination of inputs once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

import polars as pl

from qipan.engine.feel import column_numbers as numbers
from qipan.engine.feel.column_builder import Builder
from qipan.engine.feel.column_numbers import INT64, BeyondColumnsError, Number, Piece, either
from qipan.engine.feel.column_pieces import TYPES
from qipan.engine.feel.column_rounding import rounded
from qipan.engine.feel.evaluate import evaluate
from qipan.engine.feel.expression import Expression, Scope, problem_at
from qipan.engine.feel.names import nearest
from qipan.engine.feel.syntax import Name, Subject, walk
from qipan.engine.feel.values import CONTEXT, Kind, Value, value_of
from qipan.engine.problem import Problem

SUBJECT = "?"
PRECISE = 1e-12  # the relative error a float result may have; beyond it the row is computed exactly
WIDEST_FLOAT = 2.0**53


@dataclass(frozen=True, slots=True)
class Columns:
    """An expression over columns: its type, its values, and the rows on which they are not certain.

    `undecided` is null where every row is certain. Both hold for frames whose floats are finite and, in the columns
    `measured`, zero or between 1e-20 and 1e20 in size; `run_columns` sees to that.
    """

    kind: Kind
    value: pl.Expr
    undecided: pl.Expr | None
    names: frozenset[str]
    measured: frozenset[str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Uncompiled:
    """Why an expression has no column form; the value evaluator computes it all the same."""

    problems: tuple[Problem, ...]


class NotCompiledError(ValueError):
    """Columns were asked for where lint had said that there are none, and no computing row by row was asked for."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message("en") for problem in problems))
        self.problems = problems


def compile_columns(
    expression: Expression,
    schema: Mapping[str, pl.DataType],
    *,
    today: dt.date | None = None,
    places: int | None = None,
) -> Columns | Uncompiled:
    """Compile an expression over columns of the stated types; problems name a part without column form.

    With `places` a number is rounded half up and returned as an integer of that many decimals. The value under test of
    unary tests is the column `?`. Parts that are null on every row, as `3 + "a"`, are among the problems of Columns.
    """
    missing = _missing(expression, schema)
    if missing:
        return Uncompiled(missing)
    builder = Builder(expression, schema, today)
    try:
        piece = builder.build(expression.root)
        value, undecided = _finished(piece, places)
    except BeyondColumnsError as beyond:
        problem = problem_at("feel.not-by-column", expression.text, expression.root.start, {"what": beyond.what})
        return Uncompiled((*builder.problems, problem))
    return Columns(
        piece.kind,
        value,
        None if undecided is None else undecided.fill_null(value=False),
        expression.names,
        _measured(expression, schema),
        tuple(builder.problems),
    )


def _missing(expression: Expression, schema: Mapping[str, pl.DataType]) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for node, _ in walk(expression.root):
        name = node.name if isinstance(node, Name) else SUBJECT if isinstance(node, Subject) else None
        if name is not None and name not in schema:
            near = nearest(name, schema)
            code = "feel.unknown-name" if near is None else "feel.unknown-name-near"
            details = {"name": name, "nearest": near, "valid": "、".join(schema)}
            found.append(problem_at(code, expression.text, node.start, details))
    return tuple(found)


def _measured(expression: Expression, schema: Mapping[str, pl.DataType]) -> frozenset[str]:
    return frozenset(name for name in expression.names | {SUBJECT} if name in schema and schema[name].is_float())


def _finished(piece: Piece, places: int | None) -> tuple[pl.Expr, pl.Expr | None]:
    """Return a piece's final values and the rows where they are not certain."""
    if not isinstance(piece, Number):
        return piece.value.cast(TYPES[piece.kind]), piece.doubt
    if places is not None:
        step = rounded("round half up", piece, places)
        whole = step.fixed.value if step.fixed is not None else None
        if whole is None:
            raise BeyondColumnsError(f"places={places}")
        return whole.cast(pl.Int64), step.doubt
    if piece.atom is not None:
        return piece.value, piece.doubt
    error = piece.error()
    vague = None if error is None or piece.absolute is None else error > piece.value.abs() * PRECISE
    if piece.fixed is None or piece.fixed.scale > 22:
        return piece.value, either(piece.doubt, vague)
    # A scaled integer below 2^53 divided by its power of ten is the float nearest to the exact answer.
    whole = piece.fixed.value.cast(pl.Float64)
    fit = numbers.all_of(piece.fixed.fits) & (whole.abs() < WIDEST_FLOAT)
    value = pl.when(fit).then(numbers.over(whole, 10.0**piece.fixed.scale)).otherwise(piece.value)
    return value, either(piece.doubt, None if vague is None else vague & ~fit)


def run_columns(
    expression: Expression,
    frame: pl.DataFrame,
    *,
    today: dt.date | None = None,
    places: int | None = None,
    by_value: bool = False,
) -> pl.Series:
    """Return the value of an expression for each row of `frame`, in its order.

    Truth values, texts, dates and (with `places`) numbers are those of the value evaluator; without `places` a number
    is a float within 1e-12 of it. What has no column form raises NotCompiledError, or is computed row by row where
    `by_value` asks for it. Floats that are not finite count as unknown.
    """
    compiled = _compiled(expression, frame, today, places)
    if isinstance(compiled, Uncompiled):
        if not by_value or any(problem.code.startswith("feel.unknown-name") for problem in compiled.problems):
            raise NotCompiledError(compiled.problems)
        return _by_value(expression, _clean(frame, expression), today, places)
    clean = _clean(frame, expression)
    extreme = either(*(_extreme(clean, name) for name in sorted(compiled.measured)))
    undecided = either(compiled.undecided, extreme)
    if not clean.width:
        clean = pl.DataFrame({SUBJECT: pl.Series([None] * frame.height)})
    value = clean.select(value=compiled.value).to_series()
    if value.len() != frame.height:
        value = value.new_from_index(0, frame.height)
    if undecided is None:
        return value
    rows = clean.select((undecided.fill_null(value=False)).arg_true()).to_series()
    if rows.is_empty():
        return value
    exact = _by_value(expression, clean[rows], today, places)
    return value.scatter(rows, exact.cast(value.dtype))


def _compiled(
    expression: Expression, frame: pl.DataFrame, today: dt.date | None, places: int | None
) -> Columns | Uncompiled:
    """Return the compiled expression, remembered with the expression for frames of the same types."""
    types = tuple((name, dtype) for name, dtype in frame.schema.items() if name in expression.names or name == SUBJECT)
    key = (types, today, places)
    found = cast("Columns | Uncompiled | None", expression.made.get(key))
    if found is None:
        found = compile_columns(expression, frame.schema, today=today, places=places)
        expression.made[key] = found
    return found


def _clean(frame: pl.DataFrame, expression: Expression) -> pl.DataFrame:
    """Return the columns an expression reads, floats that are not finite as nulls."""
    needed = [name for name in frame.columns if name in expression.names or name == SUBJECT]
    changed = [
        pl.when(pl.col(name).is_finite()).then(pl.col(name).cast(pl.Float64)).alias(name)
        for name in needed
        if frame.schema[name].is_float() and (frame.schema[name] != pl.Float64 or not frame[name].is_finite().all())
    ]
    return frame.select(needed).with_columns(changed)


def _extreme(frame: pl.DataFrame, name: str) -> pl.Expr | None:
    """Return where a column holds floats too large or too small to reckon with; null where it holds none."""
    size = pl.col(name).abs()
    beyond = (size > 10.0**numbers.GREATEST) | ((size < 10.0**numbers.LEAST) & (size > 0))
    return beyond if frame.select(beyond.any()).item() else None


def _by_value(expression: Expression, frame: pl.DataFrame, today: dt.date | None, places: int | None) -> pl.Series:
    """Return the exact answers, each distinct combination of inputs computed once."""
    if not frame.width:
        return _series([_stored(evaluate(expression, Scope({}, today)).value, places)] * frame.height, places)
    known: dict[tuple[object, ...], object] = {}
    answers: list[object] = []
    for row in frame.iter_rows():
        if row not in known:
            things = dict(zip(frame.columns, map(value_of, row), strict=True))
            scope = Scope(things, today, things.get(SUBJECT))
            known[row] = _stored(evaluate(expression, scope).value, places)
        answers.append(known[row])
    return _series(answers, places)


def _stored(value: Value, places: int | None) -> object:
    """Return a value as a column holds it; a number too large for its column is unknown."""
    if not isinstance(value, Decimal):
        return value
    if places is None:
        near = float(value)
        return near if near - near == 0 else None
    if value.adjusted() > 20:
        return None
    scaled = int(value.scaleb(places, context=CONTEXT).to_integral_value(ROUND_HALF_UP))
    return scaled if abs(scaled) <= INT64 else None


def _series(answers: list[object], places: int | None) -> pl.Series:
    numeric = pl.Int64 if places is not None else pl.Float64
    first = next((answer for answer in answers if answer is not None), None)
    dtype = numeric if isinstance(first, int | float) and not isinstance(first, bool) else None
    return pl.Series("value", answers, dtype=dtype, strict=True)


__all__ = ["Columns", "NotCompiledError", "Uncompiled", "compile_columns", "run_columns"]
