"""Conditions as the database is asked: each answered by its column's own index, or tested on records as they pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CharField, Exists, F, Func, JSONField, Model, OuterRef, Q, QuerySet, TextField
from django.utils import timezone

from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.screens.amounts import per_unit, stored_amount
from qipan.platform.screens.declaration import Column, Kind, Screen, Through
from qipan.platform.screens.paths import can_be_null, field_at
from qipan.platform.screens.tree import units_below
from qipan.platform.screens.wanted import Condition, Op

LAST = "\U0010ffff"  # behind every other character
# No column of whole numbers holds more; an amount beyond it is met by nothing.
_INT64 = 2**63 - 1
NONE = Q(pk__in=[])


class Unindexed(Func):
    """A field as it is, which no index of SQLite's answers; PostgreSQL counts first and needs no telling."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the field behind a plus sign, which SQLite takes for "walk another way"."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def column_of(screen: Screen, condition: Condition) -> Column:
    """Return the column a condition is about; raises ValueError where a list cannot be filtered by it."""
    column = screen.column(condition.column)
    if column is None or not column.filtered:
        raise ValueError(f"screen {screen.code} is not filtered by {condition.column}")
    return column


def any_of(conditions: Sequence[Q]) -> Q:
    """Return the condition that one of `conditions` is met."""
    return reduce(or_, conditions) if conditions else NONE


def begins(path: str, text: str) -> Q:
    """Return the condition that the value begins with `text`: a range and not LIKE, which an index answers on both."""
    return Q(**{f"{path}__gte": text, f"{path}__lt": text + LAST})


def _is_in(path: str, values: Sequence[Any]) -> Q:
    return Q(**{path: values[0]}) if len(values) == 1 else Q(**{f"{path}__in": list(values)})


def _day_begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _moments(path: str, op: Op, days: Sequence[date]) -> Q:
    next_day = timedelta(days=1)
    if op is Op.FROM:
        return Q(**{f"{path}__gte": _day_begins(min(days))})
    if op is Op.TO:
        return Q(**{f"{path}__lt": _day_begins(max(days) + next_day)})
    return any_of([Q(**{f"{path}__gte": _day_begins(d), f"{path}__lt": _day_begins(d + next_day)}) for d in days])


def _limits(path: str, op: Op, values: Sequence[Any]) -> Q:
    return Q(**{f"{path}__gte": min(values)}) if op is Op.FROM else Q(**{f"{path}__lte": max(values)})


def _emptiness(model: type[Model], column: Column, path: str, op: Op) -> Q:
    empty: list[Q] = []
    if can_be_null(model, column.path):
        empty.append(Q(**{f"{path}__isnull": True}))
    if isinstance(field_at(model, column.path), CharField | TextField):
        empty.append(Q(**{path: ""}))
    found = any_of(empty)
    return found if op is Op.EMPTY else ~found


def _amounts(column: Column, values: Sequence[Any]) -> list[int]:
    per = per_unit(column)
    return [stored_amount(value, per) for value in values]


def _as_kept(model: type[Model], column: Column, values: Sequence[Any]) -> tuple[Any, ...]:
    """Return codes as their field keeps them (a period as a whole number); what cannot be one is left out."""
    field = field_at(model, column.path)
    found: list[Any] = []
    for value in values:
        try:
            found.append(field.to_python(value))
        except ValidationError:
            continue
    return tuple(found)


def _in_json(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return values as they stand in a JSON field: days as text, numbers as JSON has them."""

    def one(value: Any) -> Any:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value.isoformat() if isinstance(value, date) else value

    return tuple(map(one, values))


def _stored(model: type[Model], column: Column, condition: Condition, path: str) -> Q:
    """Return the condition on a field found at `path`."""
    op, values = condition.op, condition.values
    if op in {Op.EMPTY, Op.FILLED}:
        return _emptiness(model, column, path, op)
    if op is Op.CONTAINS:
        return any_of([Q(**{f"{path}__icontains": text}) for text in values])
    kept_as_json = isinstance(field_at(model, column.path), JSONField)
    if op is Op.BEGINS and kept_as_json:
        return any_of([Q(**{f"{path}__startswith": text}) for text in values])
    if op is Op.BEGINS:
        return any_of([begins(path, text) for text in values])
    if column.kind is Kind.MOMENT:
        return _moments(path, op, values)
    if column.kind is Kind.UNIT:
        return _is_in(path, sorted(units_below(values)))
    if column.kind is Kind.MONEY:
        values = tuple(value for value in _amounts(column, values) if abs(value) <= _INT64)
        if not values:
            return NONE
    if kept_as_json:
        values = _in_json(values)
    if op in {Op.FROM, Op.TO}:
        return _limits(path, op, values)
    if column.kind is Kind.CHOICE and not kept_as_json:
        values = _as_kept(model, column, values)
        if not values:
            return NONE
    # IN and not a bare Boolean, which SQLite looks up in no index.
    return Q(**{f"{path}__in": list(values)}) if column.kind is Kind.BOOLEAN else _is_in(path, values)


def _rows(through: Through, user: User, condition: Condition) -> QuerySet[Any]:
    rows = through.rows(user).order_by()
    if condition.op is Op.IS:
        rows = rows.filter(_is_in(through.field, condition.values))
    return rows


def _worked_out(meets: Callable[[str], Q], condition: Condition) -> Q:
    """Return the condition on a code that stands in no field."""
    if condition.op is Op.IS:
        return any_of([meets(code) for code in condition.values])
    return meets("") if condition.op is Op.EMPTY else ~meets("")


def _open(screen: Screen, column: Column, user: User) -> Q:
    """Return the condition that a person may read the column: what is masked is not found by guessing either."""
    if not column.secret:
        return Q()
    units = units_of(person(user), column.secret)
    if units is None:
        return Q()
    return Q(**{f"{screen.unit}__in": sorted(units)}) if screen.unit and units else NONE


def narrowed(
    records: QuerySet[Any],
    screen: Screen,
    condition: Condition,
    user: User,
    *,
    indexed: bool = True,
    alone: bool = True,
) -> QuerySet[Any]:
    """Return those of `records` that meet the condition.

    Not `indexed`: so asked that SQLite walks the order's index and tests the records it passes. Not `alone`: beside
    others a row of another table is asked for of each record that is met; else all would be listed anew for every part
    of a page.
    """
    column = column_of(screen, condition)
    records = records.filter(_open(screen, column, user))
    if column.through is not None:
        rows = _rows(column.through, user, condition)
        found = Q(pk__in=rows.values(column.through.back))
        if not alone:
            found = Q(Exists(rows.filter(**{column.through.back: OuterRef("pk")})))
        return records.exclude(found) if condition.op is Op.EMPTY else records.filter(found)
    if column.meets is not None:
        return records.filter(_worked_out(column.meets, condition))
    if indexed or connection.vendor != "sqlite":
        return records.filter(_stored(screen.model, column, condition, column.path))
    asked = records.alias(as_it_is=Unindexed(F(column.path)))
    return asked.filter(_stored(screen.model, column, condition, "as_it_is"))


def keys_meeting(screen: Screen, condition: Condition, user: User) -> Any:
    """Return the keys of all records that meet the condition, whoever sees them: to learn whether it leaves few."""
    column = column_of(screen, condition)
    if column.through is not None and condition.op is not Op.EMPTY:
        return _rows(column.through, user, condition).values_list(column.through.back, flat=True)
    every: QuerySet[Any] = screen.model._default_manager.order_by()
    return narrowed(every, screen, condition, user).values_list("pk", flat=True)
