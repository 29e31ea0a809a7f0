"""Cells: the value of a column of a record, and how it reads in the language of the page; masked without the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from qipan.engine.units import show
from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.screens.amounts import per_unit, shown_amount
from qipan.platform.screens.declaration import Column, Kind, Screen, screen_of
from qipan.platform.screens.paths import value_at
from qipan.platform.screens.tree import unit_names
from qipan.platform.term import language
from qipan.platform.visible import visible_to

# Text of a stored value; the same for a whole column once it is prepared.
Words = Callable[[Any], str]
MASK = "*"
_TRUTH = {"zh": ("是", "否"), "en": ("Yes", "No")}
_DIGITS = 7  # and more are a number somebody can be called by


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and how it reads; `masked` where the person lacks the right: then the value is masked too."""

    value: Any
    text: str
    masked: bool = False


EMPTY = Cell(None, "")


def veil(text: str) -> str:
    """Return a text with its middle hidden: enough to recognise it, not enough to use it."""
    if sum(one.isdigit() for one in text) >= _DIGITS:
        return f"{text[:3]}{MASK * 4}{text[-4:]}" if len(text) > 8 else f"{text[:2]}{MASK * 4}"
    return f"{text[:1]}{MASK * 2}"


def called(screen: Screen, keys: Iterable[int], user: User) -> Mapping[int, str]:
    """Return what records of the screen are called, as far as `user` may see them."""
    records = visible_to(screen.model, user).filter(pk__in=set(keys))
    if screen.naming is not None:
        return {record.pk: screen.naming(record) for record in records}
    return dict(records.values_list("pk", screen.title))


def _named(column: Column, keys: Iterable[int], user: User) -> Mapping[int, str]:
    given = sorted(set(keys))
    if column.named is not None:
        return column.named(given, user)
    screen = screen_of(column.to)
    return called(screen, given, user) if screen is not None and given else {}


def _code_words(column: Column) -> Words:
    known = dict(column.choices()) if column.choices is not None and column.words is None else {}

    def one(code: Any) -> str:
        if column.words is not None:
            return column.words(code)
        # A code nobody named shows where people wrote it themselves.
        return str(known.get(str(code), code if not str(code).isascii() else ""))

    def say(value: Any) -> str:
        if isinstance(value, list | tuple):
            return "、".join(filter(None, map(one, value)))
        return one(value)

    return say


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else ""


def _integer(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def words_of(column: Column, values: Iterable[Any], user: User) -> Words:
    """Return how values of the column (other than none) read; `values` are those that will be asked for."""
    if column.words is not None and column.kind is not Kind.CHOICE:
        return column.words
    match column.kind:
        case Kind.INTEGER:
            return _integer
        case Kind.NUMBER | Kind.MONEY:
            return lambda value: show(Decimal(str(value)), column.decimals)
        case Kind.DATE:
            return lambda value: value.isoformat() if isinstance(value, date) else ""
        case Kind.MOMENT:
            return _moment
        case Kind.BOOLEAN:
            yes, no = _TRUTH[language()]
            return lambda value: yes if value else no
        case Kind.CHOICE:
            return _code_words(column)
        case Kind.UNIT:
            names = unit_names(user)
            return lambda value: names.get(value, "")
        case Kind.RECORD:
            found = _named(column, (value for value in values if value is not None), user)
            return lambda value: found.get(value, "")
        case _:
            return str


def raw_values(column: Column, records: Sequence[Any], user: User) -> list[Any]:
    """Return the column's values of records; of money, in the column's unit; of codes elsewhere, a list of them."""
    if column.value is not None:
        return [column.value(record, user) for record in records]
    if column.values is not None or column.through is not None:
        found = values_by_key(column, [record.pk for record in records], user)
        return [found.get(record.pk) for record in records]
    return plain_values(column, [value_at(record, column.path) for record in records])


def plain_values(column: Column, stored: Sequence[Any]) -> list[Any]:
    """Return stored values as a person means them: money in the column's unit, days out of JSON as days."""
    if column.kind is Kind.DATE:
        return [date.fromisoformat(value) if isinstance(value, str) else value for value in stored]
    if column.kind is not Kind.MONEY:
        return list(stored)
    per = per_unit(column)
    return [None if value is None else shown_amount(value, per) for value in stored]


def values_by_key(column: Column, keys: Sequence[int], user: User) -> Mapping[int, Any]:
    """Return a column's values that do not stand in the records' own table."""
    if column.values is not None:
        return column.values(keys, user)
    through = column.through
    if through is None:
        return {}
    found: dict[int, list[Any]] = {}
    rows = through.rows(user).filter(**{f"{through.back}__in": keys}).order_by(through.field)
    for key, code in rows.values_list(f"{through.back}_id", through.field):
        held = found.setdefault(key, [])
        if code not in held:
            held.append(code)
    return found


def hidden_at(column: Column, units: Sequence[int | None], user: User) -> list[bool]:
    """Return per record whether the person reads the column masked."""
    if not column.secret:
        return [False] * len(units)
    open_at = units_of(person(user), column.secret)
    return [open_at is not None and unit not in open_at for unit in units]


def column_cells(column: Column, records: Sequence[Any], user: User, screen: Screen | None = None) -> list[Cell]:
    """Return the column's cells; without the screen a secret opens only to who may read it everywhere."""
    values = raw_values(column, records, user)
    words = words_of(column, values, user)
    unit = screen.unit if screen is not None else ""
    hidden = hidden_at(column, [value_at(record, unit) if unit else None for record in records], user)
    return [_cell(value, words, masked) for value, masked in zip(values, hidden, strict=True)]


def _cell(value: Any, words: Words, masked: bool) -> Cell:
    if value is None or value == "" or value == []:
        return EMPTY
    text = words(value)
    if masked:
        text = veil(text)
        return Cell(text, text, masked=True)
    return Cell(value, text)


def rows_of(screen: Screen, columns: Sequence[Column], records: Sequence[Any], user: User) -> list[tuple[Cell, ...]]:
    """Return the cells of records, a row each; a bounded number of queries however many records there are."""
    by_column = [column_cells(column, records, user, screen) for column in columns]
    return list(zip(*by_column, strict=True)) if by_column else [() for _record in records]


def cell(column: Column, record: Any, user: User, screen: Screen | None = None) -> Cell:
    """Return the cell of one record; for many records ask `rows_of`."""
    return column_cells(column, (record,), user, screen)[0]
