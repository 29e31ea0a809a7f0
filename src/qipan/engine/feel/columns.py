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
FEW = 500  # undecided rows up to which a second, exact pass over columns does not pay


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
    exact: bool = False,
) -> Columns | Uncompiled:
    """Compile an expression over columns of the stated types; problems name a part without column form.

    With `places` a number is rounded half up and returned as an integer of that many decimals. With `exact` fewer rows
    are undecided, at several times the work. The value under test of unary tests is the column `?`. Parts that are
    null on every row, as `3 + "a"`, are among the problems of Columns.
    """
    missing = _missing(expression, schema)
    if missing:
        return Uncompiled(missing)
    builder = Builder(expression, schema, today, exact=exact)
    try:
        piece = builder.build(expression.root)
        value, undecided = _finished(piece, places)
    except BeyondColumnsError as beyond:
        if not exact:  # some functions have only an exact form
            return compile_columns(expression, schema, today=today, places=places, exact=True)
        problem = problem_at("feel.not-by-column", expression.text, expression.root.start, {"what": beyond.what})
        return Uncompiled((*builder.problems, problem))
    measured = builder.measured if places is None else builder.measured | expression.names
    return Columns(
        piece.kind,
        value,
        None if undecided is None else undecided.fill_null(value=False),
        expression.names,
        frozenset(name for name in measured if schema[name].is_float()),
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


def _finished(piece: Piece, places: int | None) -> tuple[pl.Expr, pl.Expr | None]:
    """Return a piece's final values and the rows where they are not certain."""
    if not isinstance(piece, Number):
        return piece.value.cast(TYPES[piece.kind]), piece.doubt
    if places is not None:
        step = rounded("round half up", piece, places)
        whole = step.fixed.value if step.fixed is not None else None
        if whole is None:
            raise BeyondColumnsError(f"places={places}")
        return whole.cast(pl.Int64, strict=False), step.doubt
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
    ask = _Ask(expression, today, places)
    first = ask.compiled(frame, exact=False)
    if isinstance(first, Columns) and first.kind == "number" and places is None:
        first = ask.compiled(frame, exact=True)  # so that 0.1 + 0.2 is the float 0.3
    if isinstance(first, Uncompiled):
        if not by_value or any(problem.code.startswith("feel.unknown-name") for problem in first.problems):
            raise NotCompiledError(first.problems)
        return ask.by_value(_prepared(frame, expression, frozenset())[0])
    clean, extreme = _prepared(frame, expression, first.measured)
    value, open_rows = _answers(first, clean, extreme)
    if open_rows.len() > FEW and (places is not None or first.kind != "number"):
        second = ask.compiled(frame, exact=True)
        if isinstance(second, Columns):
            rows, part = open_rows, clean[open_rows]
            exact, open_part = _answers(second, part, extreme)
            value, open_rows = value.scatter(rows, exact), rows.gather(open_part)
    if open_rows.is_empty() or first.kind == "null":
        return value
    return value.scatter(open_rows, ask.by_value(clean[open_rows]).cast(value.dtype))


def _answers(columns: Columns, frame: pl.DataFrame, extreme: pl.Expr | None) -> tuple[pl.Series, pl.Series]:
    """Return the values, and the numbers of the rows on which they are not certain."""
    undecided = either(columns.undecided, extreme)
    wanted = [columns.value.alias("value")]
    if undecided is not None:
        wanted.append(undecided.fill_null(value=False).alias("undecided"))
    found = frame.lazy().select(wanted).collect()
    value = _whole(found["value"], frame.height)
    if undecided is None:
        return value, pl.Series(dtype=pl.UInt32)
    return value, _whole(found["undecided"], frame.height).arg_true()


def _whole(series: pl.Series, height: int) -> pl.Series:
    """Return a series of the stated height: Polars gives a constant as one row."""
    return series if series.len() == height else series.new_from_index(0, height)


def _prepared(
    frame: pl.DataFrame, expression: Expression, measured: frozenset[str]
) -> tuple[pl.DataFrame, pl.Expr | None]:
    """Return the columns an expression reads, floats that are not finite as nulls, and where floats are extreme."""
    needed = [name for name in frame.columns if name in expression.names or name == SUBJECT]
    if not needed:
        return pl.DataFrame({SUBJECT: pl.Series([None] * frame.height)}), None
    clean = frame.select(needed)
    floats = [name for name in needed if frame.schema[name].is_float()]
    usual = {name: _usual(name) if name in measured else pl.col(name).is_finite() for name in floats}
    good = clean.lazy().select(usual[name].all().alias(name) for name in floats).collect() if floats else clean
    bad = [name for name in floats if not good[name][0]]
    casts = [pl.col(name).cast(pl.Float64) for name in floats if frame.schema[name] != pl.Float64]
    clean = clean.with_columns(casts).with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in bad
    )
    return clean, either(*(~_usual(name) for name in bad if name in measured))


def _usual(name: str) -> pl.Expr:
    """Return where a float is zero or of a size that can be reckoned with."""
    own = pl.col(name)
    return own.abs().is_between(10.0**numbers.LEAST, 10.0**numbers.GREATEST) | (own == 0)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is asked of the rows: the value of an expression on a day, to so many places."""

    expression: Expression
    today: dt.date | None
    places: int | None

    def compiled(self, frame: pl.DataFrame, *, exact: bool) -> Columns | Uncompiled:
        """Return the compiled expression, remembered with the expression for frames of the same types."""
        names = self.expression.names
        types = tuple((name, dtype) for name, dtype in frame.schema.items() if name in names or name == SUBJECT)
        key = (types, self.today, self.places, exact)
        found = cast("Columns | Uncompiled | None", self.expression.made.get(key))
        if found is None:
            found = compile_columns(self.expression, frame.schema, today=self.today, places=self.places, exact=exact)
            self.expression.made[key] = found
        return found

    def by_value(self, frame: pl.DataFrame) -> pl.Series:
        """Return the exact answers, each distinct combination of inputs computed once."""
        known: dict[tuple[object, ...], object] = {}
        answers: list[object] = []
        for row in frame.iter_rows():
            if row not in known:
                things = dict(zip(frame.columns, map(value_of, row), strict=True))
                scope = Scope(things, self.today, things.get(SUBJECT))
                known[row] = _stored(evaluate(self.expression, scope).value, self.places)
            answers.append(known[row])
        return _series(answers, self.places)


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
