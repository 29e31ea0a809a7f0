"""What a record holds, as a page says it: words for codes, names for links, units for numbers, secrets masked."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from qipan.engine.problem import Language
from qipan.platform.definitions import resolved
from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.screens.cells import column_cells, plain_values, veil, words_of
from qipan.platform.screens.declaration import Column, Kind, Screen, screens
from qipan.platform.screens.fields import related_model
from qipan.platform.screens.paths import value_at
from qipan.platform.term import Term, language

UNSEEN = Term("（您看不到的记录）", "(a record you may not see)")
_COUNTED = {Kind.INTEGER, Kind.NUMBER, Kind.MONEY}


def may_read(user: User | None, screen: Screen, column: Column, record: Any) -> bool:
    """Tell whether the person reads the column of this record unmasked; None is the machine itself."""
    if not column.secret or user is None:
        return True
    open_at = units_of(person(user), column.secret)
    unit = value_at(record, screen.unit) if screen.unit and record is not None else None
    return open_at is None or unit in open_at


def shown(
    screen: Screen, column: Column, value: Any, user: User | None, wanted: Language | None = None, *, record: Any = None
) -> str:
    """Return a stored value of the column as the person reads it, blank where there is none.

    In the page's language, or in `wanted`. A secret is masked unless the person reads it where `record` stands.
    """
    if value is None or value == "":
        return ""
    if wanted is not None and wanted != language():
        with translation.override("en" if wanted == "en" else "zh-hans"):
            return shown(screen, column, value, user, record=record)
    text = _text(screen, column, value, user)
    return text if may_read(user, screen, column, record) else veil(text)


def shown_of(screen: Screen, column: Column, record: Any, user: User) -> str:
    """Return what the record holds in the column, with its unit, as the person reads it."""
    cell = column_cells(column, (record,), user, screen)[0]
    return _with_unit(column, cell.text) if not cell.masked else cell.text


def _text(screen: Screen, column: Column, value: Any, user: User | None) -> str:
    if column.kind in {Kind.DATE, Kind.MOMENT} and isinstance(value, str):
        return value[:16].replace("T", " ")  # as the trail keeps it
    if column.kind in {Kind.UNIT, Kind.RECORD} and user is None:
        model = related_model(screen, column)
        found = model._default_manager.filter(pk=value).first() if model is not None else None
        return name_of(found) if found is not None else str(value)
    reader = user if user is not None else User()
    if column.kind in _COUNTED and isinstance(value, int | float):
        value = plain_values(column, [value])[0]
    text = words_of(column, [value], reader)(value)
    if not text and column.kind in {Kind.UNIT, Kind.RECORD}:
        return str(UNSEEN)
    return _with_unit(column, text)


def _with_unit(column: Column, text: str) -> str:
    unit = unit_name(column)
    return f"{text} {unit}" if text and unit and column.kind in _COUNTED else text


def unit_name(column: Column) -> str:
    """Return the column's unit of measure in the page's language."""
    known = resolved().units.units.get(column.unit)
    return known.en if known is not None and known.en and language() == "en" else column.unit


def name_of(record: Any) -> str:
    """Return what a record is called in the page's language."""
    screen = next((one for one in screens() if one.model is type(record)), None)
    if screen is not None and screen.naming is not None:
        return screen.naming(record)
    return str(value_at(record, screen.title) if screen is not None else record)
