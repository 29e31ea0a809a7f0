"""The orders of a list: the parts of each that one index serves, and the place in it where a page begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    FloatField,
    IntegerField,
    Model,
    Q,
    TextField,
)

from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.screens.declaration import Column, Kind, Screen
from qipan.platform.screens.paths import can_be_null, field_at, value_at
from qipan.platform.screens.tree import every_unit, unit_names, units_below
from qipan.platform.screens.wanted import Op, Wanted, storable

KEY = "pk"
_KNOWN = {Op.IS, Op.FROM, Op.TO, Op.FILLED, Op.BEGINS, Op.CONTAINS}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an order that one index serves: records that meet `only`, by `keys` (the last is the primary key)."""

    only: Q
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: its stretches from first to last, and the column it is by (None: by the primary key)."""

    stretches: tuple[Stretch, ...]
    column: Column | None
    falling: bool


def order_of(screen: Screen, wanted: Wanted, user: User) -> Order:
    """Return the order `wanted` asks for; what is unknown stands at the end in both databases."""
    column = screen.column(wanted.sort) if wanted.sort else None
    falling = wanted.falling
    if column is None or not column.sorted:
        own = screen.order.removeprefix("-")
        column = None if own == KEY else screen.column(own)
        falling = falling is not screen.order.startswith("-")
    if column is None:
        return Order((Stretch(Q(), (KEY,)),), None, falling)
    if column.kind is Kind.UNIT:
        return Order(_by_unit(screen, column, wanted, user, falling=falling), column, falling)
    path = column.path
    if not can_be_null(screen.model, path):
        return Order((Stretch(Q(), (path, KEY)),), column, falling)
    known = Stretch(Q(**{f"{path}__isnull": False}), (path, KEY))
    if any(one.column == column.code and one.op in _KNOWN for one in wanted.conditions):
        return Order((known,), column, falling)
    return Order((known, Stretch(Q(**{f"{path}__isnull": True}), (KEY,))), column, falling)


def _units_in_order(screen: Screen, user: User, *, falling: bool) -> list[int]:
    """Return every unit a record of the list can belong to: first those the person sees, as the tree runs."""
    named = list(unit_names(user))
    if falling:
        named.reverse()
    reached = units_of(person(user), screen.see)
    others = (every_unit() if reached is None else reached) - set(named)
    return [*named, *sorted(others)]


def _by_unit(screen: Screen, column: Column, wanted: Wanted, user: User, *, falling: bool) -> tuple[Stretch, ...]:
    """Return a stretch per unit, each in the list's own order; records of no unit stand last."""
    own = screen.column(screen.order.removeprefix("-"))
    keys = (KEY,) if own is None or own is column else (own.path, KEY)
    units = _units_in_order(screen, user, falling=falling)
    asked = [one for one in wanted.conditions if one.column == column.code and one.op is Op.IS]
    for condition in asked:
        below = units_below(condition.values)
        units = [unit for unit in units if unit in below]
    if asked and len(units) == 1:
        return (Stretch(Q(), keys),)
    found = tuple(Stretch(Q(**{column.path: unit}), keys) for unit in units)
    return found if asked else (*found, Stretch(Q(**{f"{column.path}__isnull": True}), keys))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _number(text: Any) -> Decimal:
    return Decimal(text)


# What a value of a field looks like in a link, and how it is read back; a link can be typed by hand.
_READERS: Sequence[tuple[type[Field[Any, Any]], type | tuple[type, ...], Callable[[Any], Any]]] = (
    (DateTimeField, str, datetime.fromisoformat),
    (DateField, str, date.fromisoformat),
    (DecimalField, str, _number),
    (BooleanField, bool, bool),
    (IntegerField, int, int),
    (FloatField, (int, float), float),
    (CharField, str, str),
    (TextField, str, str),
)


def _read(field: Field[Any, Any], value: Any) -> Any:
    """Return a link's value as one of the field; raises ValueError where it is none."""
    if field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    for kind, plain, read in _READERS:
        if not isinstance(field, kind):
            continue
        if not isinstance(value, plain) or (kind is not BooleanField and isinstance(value, bool)):
            raise ValueError("a value of another kind")
        found = read(value)
        if isinstance(found, str) and not storable(found):
            raise ValueError("a text no database takes")
        if isinstance(found, int) and abs(found) >= 2**63:
            raise ValueError("a number no column holds")
        if isinstance(found, datetime) and found.tzinfo is None:
            raise ValueError("a moment of no time zone")
        if isinstance(found, Decimal | float) and not Decimal(found).is_finite():
            raise ValueError("no number")
        return found
    raise ValueError(f"lists are not sorted by {field.name}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind these values of this stretch, walking forwards or backwards."""

    stretch: int
    values: tuple[Any, ...]
    forwards: bool = True

    def token(self) -> str:
        """Return the cursor as it stands in a link."""
        plain = [self.stretch, int(self.forwards), *map(_plain, self.values)]
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def at(cls, number: int, stretch: Stretch, record: Any, *, forwards: bool) -> Cursor:
        """Return the place behind `record` in its stretch."""
        return cls(number, tuple(value_at(record, key) for key in stretch.keys), forwards)

    @classmethod
    def read(cls, token: str, model: type[Model], stretches: Sequence[Stretch]) -> Cursor | None:
        """Return the cursor `token` holds; None for anything that is no place in this order."""
        try:
            parts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            number, forwards, *values = parts
            if type(number) is not int or not 0 <= number < len(stretches):
                return None
            keys = stretches[number].keys
            read = tuple(_read(field_at(model, key), value) for key, value in zip(keys, values, strict=True))
        except (ValueError, TypeError, binascii.Error, InvalidOperation, RecursionError):
            return None
        return cls(number, read, bool(forwards))


def behind(keys: Sequence[str], values: Sequence[Any], *, rising: bool) -> Q:
    """Return the condition for what stands behind `values`, so put that both databases walk the index from there."""
    compare, strictly = ("gte", "lte") if rising else ("lte", "gte"), ("gt", "lt") if rising else ("lt", "gt")
    if len(keys) == 1:
        return Q(**{f"{keys[0]}__{strictly[0]}": values[0]})
    first, key = keys
    return Q(**{f"{first}__{compare[0]}": values[0]}) & ~Q(**{first: values[0], f"{key}__{compare[1]}": values[1]})


def ordered(keys: Sequence[str], *, rising: bool) -> list[str]:
    """Return the keys as a query is ordered by them."""
    return [key if rising else f"-{key}" for key in keys]
