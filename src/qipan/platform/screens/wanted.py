"""What a person asked a list for, and how it stands in an address: typed conditions, a search, an order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict

from qipan.engine.problem import Problem, Where
from qipan.platform.screens.declaration import Column, Kind, Screen
from qipan.platform.screens.paths import field_at

Query = QueryDict | Mapping[str, Sequence[str]]


class Op(StrEnum):
    """How a condition compares."""

    IS = "is"  # any of the values; of a unit: with everything below it
    CONTAINS = "contains"
    BEGINS = "begins"
    FROM = "from"
    TO = "to"
    EMPTY = "empty"
    FILLED = "filled"


_WITHIN = (Op.IS, Op.FROM, Op.TO, Op.EMPTY, Op.FILLED)
_ONE_OF = (Op.IS, Op.EMPTY, Op.FILLED)
# What each kind of column can be asked; the first is what its bare name in an address means.
OPS: Mapping[Kind, tuple[Op, ...]] = {
    Kind.TEXT: (Op.CONTAINS, Op.BEGINS, Op.IS, Op.EMPTY, Op.FILLED),
    Kind.LONG: (Op.CONTAINS, Op.EMPTY, Op.FILLED),
    Kind.CODE: (Op.BEGINS, Op.IS, Op.CONTAINS, Op.EMPTY, Op.FILLED),
    Kind.INTEGER: _WITHIN,
    Kind.NUMBER: _WITHIN,
    Kind.MONEY: _WITHIN,
    Kind.DATE: _WITHIN,
    Kind.MOMENT: _WITHIN,
    Kind.BOOLEAN: _ONE_OF,
    Kind.CHOICE: _ONE_OF,
    Kind.UNIT: _ONE_OF,
    Kind.RECORD: _ONE_OF,
}
BARE = frozenset({Op.EMPTY, Op.FILLED})  # take no value
# Names in an address that are no columns; a page may have more of its own.
SAID_OTHERWISE = frozenset({"q", "sort", "falling", "at", "view", "columns", "limit", "format"})
LONGEST = 200
MOST_CONDITIONS = 40
MOST_VALUES = 200
# Wide enough for every stored number; a longer one is no number a person meant.
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?|[+-]?\.[0-9]{1,10}")
_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a column: typed values, of which any may be met; of money, in the column's unit."""

    column: str
    op: Op
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for: all conditions are met; without `sort` it stands in the screen's own order."""

    text: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: str = ""
    falling: bool = False

    @property
    def narrow(self) -> int:
        """How many conditions the list has."""
        return len(self.conditions) + bool(self.text)


def storable(text: str) -> bool:
    """Tell whether every database takes the text: no zero character, no half of a pair."""
    return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text)


def _number(text: str) -> Decimal | None:
    plain = text.replace(",", "").replace("，", "").strip()
    if not _NUMBER.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    # Beyond these a moment of the day has no place in every time zone.
    return day if day is not None and 1000 <= day.year <= 9998 else None


def typed(column: Column, text: str) -> Any:
    """Return what `text` says as a value of the column; None where it says none."""
    match column.kind:
        case Kind.INTEGER | Kind.UNIT | Kind.RECORD:
            number = _number(text)
            return int(number) if number is not None and number == number.to_integral_value() else None
        case Kind.NUMBER | Kind.MONEY:
            return _number(text)
        case Kind.DATE | Kind.MOMENT:
            return _day(text)
        case Kind.BOOLEAN:
            return _TRUTH.get(text.lower())
        case _:
            return text


def _meant(screen: Screen, column: Column, text: str) -> Any:
    """Return the value `text` says; None where it says none, or one the column's field cannot hold."""
    if len(text) > LONGEST or not storable(text):
        return None
    value = typed(column, text)
    if column.kind is not Kind.CHOICE or not column.stored:
        return value
    try:
        field_at(screen.model, column.path).to_python(value)
    except ValidationError:
        return None
    return value


def _values(screen: Screen, column: Column, op: Op, texts: Sequence[str]) -> tuple[tuple[Any, ...], list[Problem]]:
    found: list[Any] = []
    problems: list[Problem] = []
    for text in texts[:MOST_VALUES]:
        value = _meant(screen, column, text)
        if value is None:
            where = Where(column=column.code)
            shown = text[:40] if storable(text) else "…"
            problems.append(
                Problem.of("screens.wrong-value", where=where, column=str(column.names), value=shown, op=str(op))
            )
        elif value not in found:
            found.append(value)
    return tuple(found), problems


def _lists(query: Query) -> dict[str, list[str]]:
    pairs = query.lists() if isinstance(query, QueryDict) else query.items()
    return {str(name): [str(value).strip() for value in values] for name, values in pairs}


def _condition(
    screen: Screen, name: str, texts: Sequence[str], said: Mapping[str, list[str]]
) -> tuple[Condition | None, list[Problem]]:
    code, _, op_text = name.partition(".")
    if not op_text and next(iter(said.get(f"{code}.op", ())), "") in BARE:
        return None, []  # the form's text beside "is empty" means nothing
    column = screen.column(code)
    if column is None or not column.filtered:
        return None, [Problem.of("screens.unknown-filter", where=Where(column=code[:40]), name=code[:40])]
    # A form without scripts says beside the value how it is meant.
    op_text = op_text or next(iter(said.get(f"{code}.op", ())), "") or OPS[column.kind][0]
    if op_text not in OPS[column.kind]:
        return None, [Problem.of("screens.unknown-filter", where=Where(column=code), name=name[:40])]
    op = Op(op_text)
    if op in BARE:
        return Condition(code, op), []
    values, problems = _values(screen, column, op, texts)
    return (Condition(code, op, values) if values else None), problems


def _sort(screen: Screen, texts: Sequence[str]) -> tuple[str, list[Problem]]:
    code = next(iter(texts), "")
    if not code:
        return "", []
    column = screen.column(code)
    if column is None or not column.sorted:
        return "", [Problem.of("screens.unknown-order", name=code[:40])]
    return code, []


def read_wanted(
    screen: Screen, query: Query, *, also: frozenset[str] = frozenset()
) -> tuple[Wanted, tuple[Problem, ...]]:
    """Return what an address asks the list of `screen` for, and what in it makes no sense: that filters nothing.

    `park=4` is the column's own way to compare, `registered.from=2020-01-01` another; `also` are names the caller
    reads itself.
    """
    said = _lists(query)
    problems: list[Problem] = []
    found: list[Condition] = []
    for name, texts in said.items():
        given = [text for text in texts if text]
        if name in SAID_OTHERWISE or name in also or not given:
            continue
        if name.endswith(".op"):
            if given[0] not in BARE:
                continue
            name = f"{name.removesuffix('.op')}.{given[0]}"
        condition, wrong = _condition(screen, name, given, said)
        problems += wrong
        if condition is not None and condition not in found:
            found.append(condition)
    if len(found) > MOST_CONDITIONS:
        problems.append(Problem.of("screens.too-many-filters", most=MOST_CONDITIONS))
    text = " ".join(next(iter(said.get("q", ())), "").split())
    if not storable(text) or len(text) > LONGEST:
        problems.append(Problem.of("screens.wrong-search"))
        text = ""
    sort, wrong = _sort(screen, said.get("sort", ()))
    falling = "1" in said.get("falling", ())
    return Wanted(text, tuple(found[:MOST_CONDITIONS]), sort, falling), (*problems, *wrong)


def value_text(value: Any) -> str:
    """Return a value as it stands in an address."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def name_of(screen: Screen, condition: Condition) -> str:
    """Return what the condition is called in an address."""
    column = screen.column(condition.column)
    own = column is not None and OPS[column.kind][0] is condition.op
    return condition.column if own else f"{condition.column}.{condition.op}"


def pairs_of(screen: Screen, wanted: Wanted) -> list[tuple[str, str]]:
    """Return the fields of an address that asks for `wanted`."""
    found = [("q", wanted.text)] if wanted.text else []
    for condition in wanted.conditions:
        name = name_of(screen, condition)
        found += [(name, value_text(value)) for value in condition.values] or [(name, "1")]
    if wanted.sort:
        found.append(("sort", wanted.sort))
    if wanted.falling:
        found.append(("falling", "1"))
    return found


def query_of(screen: Screen, wanted: Wanted, **also: str) -> str:
    """Return the query of an address that asks for `wanted`; `also` are further fields, empty ones left out."""
    return urlencode([*pairs_of(screen, wanted), *((name, text) for name, text in also.items() if text)])
