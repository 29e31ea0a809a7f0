"""Columns of a desk's ledger, brought from what the sheet says to what the desk's table keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import models
from django.utils import translation

from qipan.engine.sheets.facts import to_stored
from qipan.engine.sheets.spec import ColumnSpec
from qipan.engine.units import UnitTable
from qipan.platform.imports.plan import Plan, problem_rows
from qipan.platform.screens.declaration import Column, Kind, Screen, screen_of
from qipan.platform.screens.fields import model_field
from qipan.registry.loading import known
from qipan.registry.models import Enterprise

STEP = 500  # names asked for at once
KINDS: Mapping[Kind, pl.DataType] = {
    Kind.INTEGER: pl.Int64(), Kind.DATE: pl.Date(), Kind.BOOLEAN: pl.Boolean(), Kind.MONEY: pl.Int64(),
    Kind.UNIT: pl.Int64(), Kind.RECORD: pl.Int64(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A column of the desk's table that a ledger's column fills."""

    column: Column
    spec: ColumnSpec
    name: str  # of the table's column
    kind: pl.DataType


def kind_of(screen: Screen, column: Column) -> pl.DataType:
    """Return the type in which a column's values travel."""
    field = model_field(screen, column)
    if isinstance(field, models.DecimalField):
        return pl.Decimal(38, field.decimal_places)
    if column.kind is Kind.NUMBER:
        return pl.Float64()
    return KINDS.get(column.kind, pl.String())


def target_for(screen: Screen, spec: ColumnSpec, code: str) -> Target | None:
    """Return what `<noun>.<code>` fills; None where the noun keeps no such thing."""
    column = screen.column(code)
    if column is None or not column.stored:
        return None
    field = model_field(screen, column)
    if field is None:
        return None
    return Target(column, spec, str(field.column), kind_of(screen, column))


def meant(rows: pl.DataFrame, target: Target, screen: Screen, units: UnitTable, plan: Plan) -> pl.Series:
    """Return the column's values as the table keeps them; what cannot be understood is asked about and left null."""
    given = rows[target.spec.code]
    kind = target.column.kind
    if kind is Kind.MONEY:
        return _money(given, target, units)
    if kind in {Kind.NUMBER, Kind.INTEGER}:
        return _number(given, target, units)
    if kind is Kind.CHOICE:
        words = _choices(target.column)
        return _named(rows, given.cast(pl.String), words, target, "imports.unknown-choice", plan)
    if kind is Kind.UNIT:
        found = known.units(plan).find(given.cast(pl.String))
        _ask(rows, given, found, "imports.unknown-unit", target, plan)
        return found.alias(target.name)
    if kind is Kind.RECORD:
        words = _records(screen, target.column, given.cast(pl.String))
        return _named(rows, given.cast(pl.String), words, target, "imports.unknown-link", plan)
    return given.cast(target.kind, strict=False).alias(target.name)


def _money(given: pl.Series, target: Target, units: UnitTable) -> pl.Series:
    unit = target.spec.unit or target.column.unit or "元"
    stored = to_stored(pl.col(given.name), unit, units).alias(target.name)
    return pl.DataFrame([given.cast(pl.Decimal(38, 10))]).select(stored).to_series()


def _number(given: pl.Series, target: Target, units: UnitTable) -> pl.Series:
    unit, wanted = target.spec.unit, target.column.unit
    if unit and wanted and unit != wanted and unit in units.units and wanted in units.units:
        ratio = units.ratio(unit, wanted)
        if ratio is not None:
            given = given.cast(pl.Float64) * float(ratio)
    if target.kind == pl.Int64:
        return given.cast(pl.Float64).round(0).cast(pl.Int64, strict=False).alias(target.name)
    return given.cast(target.kind, strict=False).alias(target.name)


def _choices(column: Column) -> dict[str, Any]:
    """Return code, and its word in both languages, → code."""
    found: dict[str, Any] = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for code, word in column.choices() if column.choices is not None else ():
                found[str(word).strip()] = code
    return {**found, **{str(code): code for code in found.values()}}


def _records(screen: Screen, column: Column, given: pl.Series) -> dict[str, Any]:
    """Return what records are called → their keys, for those the column names; one called as another is no answer."""
    field = model_field(screen, column)
    model = field.related_model if field is not None else None
    if not isinstance(model, type) or not issubclass(model, models.Model):
        return {}
    texts = given.drop_nulls().unique().to_list()
    target = screen_of(column.to)
    names = [target.title if target is not None else "name"]
    if model is Enterprise:
        names += ["uscc"]
    found: dict[str, set[int]] = {}
    for start in range(0, len(texts), STEP):
        part = texts[start : start + STEP]
        for name in names:
            for text, key in model._default_manager.filter(**{f"{name}__in": part}).values_list(name, "pk"):
                found.setdefault(str(text), set()).add(key)
    return {text: next(iter(keys)) for text, keys in found.items() if len(keys) == 1}


def _named(
    rows: pl.DataFrame, given: pl.Series, words: Mapping[str, Any], target: Target, code: str, plan: Plan
) -> pl.Series:
    plain = given.str.strip_chars()
    found = plain.replace_strict(dict(words), default=None, return_dtype=target.kind)
    _ask(rows, given, found, code, target, plan)
    return found.alias(target.name)


def _ask(rows: pl.DataFrame, given: pl.Series, found: pl.Series, code: str, target: Target, plan: Plan) -> None:
    lost = rows.select("sheet", "row").with_columns(given.cast(pl.String).alias("value"))
    lost = lost.filter(given.is_not_null() & found.is_null())
    if lost.height:
        plan.problems.append(problem_rows(code, lost, field=target.spec.code))
