"""What a record holds, as people read it: words for codes, names for links, units for numbers, secrets masked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.utils import timezone, translation

from qipan.engine.problem import Language
from qipan.engine.units import show
from qipan.platform.definitions import resolved
from qipan.platform.models import User
from qipan.platform.rights import Actor, may
from qipan.platform.screens.declaration import Column, Kind, Screen, screen_of, screens
from qipan.platform.screens.fields import related_model, value_of
from qipan.platform.term import Term, language
from qipan.platform.visible import visible_to

YES, NO = Term("是", "yes"), Term("否", "no")
UNSEEN = Term("（您看不到的记录）", "(a record you may not see)")


def may_read(user: User | None, column: Column) -> bool:
    """Tell whether the person reads the column unmasked; None is the machine itself."""
    return not column.secret or user is None or may(Actor(user, str(user)), column.secret)


def masked(text: str) -> str:
    """Return a text with most of it hidden: enough to recognise it by, not enough to call or to quote."""
    digits = sum(character.isdigit() for character in text)
    if digits >= 7:
        return f"{text[:3]}****{text[-4:]}"
    return f"{text[:1]}**" if text else ""


def shown(
    screen: Screen,
    column: Column,
    value: Any,
    user: User | None,
    wanted: Language | None = None,
    *,
    open_: bool = False,
) -> str:
    """Return `value` of the column as the person reads it, blank where there is none.

    In the page's language, or in `wanted`. A secret is masked without its right, unless `open_`.
    """
    if value is None or value == "":
        return ""
    if wanted is not None and wanted != language():
        with translation.override("en" if wanted == "en" else "zh-hans"):
            return shown(screen, column, value, user, open_=open_)
    text = _text(screen, column, value, user)
    return text if open_ or may_read(user, column) else masked(text)


def shown_of(screen: Screen, column: Column, record: Any, user: User, *, open_: bool = False) -> str:
    """Return what the record holds in the column, as the person reads it."""
    return shown(screen, column, value_of(column, record, user), user, open_=open_)


def _text(screen: Screen, column: Column, value: Any, user: User | None) -> str:
    if column.kind is Kind.BOOLEAN:
        return str(YES if value else NO)
    if column.kind is Kind.CHOICE:
        offered = dict(column.choices()) if column.choices is not None else {}
        return str(offered.get(value, value))
    if column.kind in {Kind.UNIT, Kind.RECORD}:
        return _name(screen, column, value, user)
    if column.kind is Kind.MOMENT:
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str(value)
    if column.kind in {Kind.INTEGER, Kind.NUMBER, Kind.MONEY} and not isinstance(value, str):
        return number(column, value)
    return str(value)


def number(column: Column, value: float | Decimal) -> str:
    """Return a number with its thousands, decimals and unit."""
    if column.kind is Kind.MONEY:
        value = resolved().units.from_scaled(int(value), column.unit or "元")
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    places = 0 if column.kind is Kind.INTEGER else max(column.decimals, 0)
    text = show(exact, places)
    return f"{text} {unit_name(column)}".strip()


def unit_name(column: Column) -> str:
    """Return the unit of measure in the page's language."""
    known = resolved().units.units.get(column.unit)
    return known.en if known is not None and known.en and language() == "en" else column.unit


def _name(screen: Screen, column: Column, key: Any, user: User | None) -> str:
    if not isinstance(key, int):
        return str(key)  # worked out by the declaration, which gives the name itself
    model = related_model(screen, column)
    if model is None:
        return str(key)
    seen: Any = model._default_manager.all() if user is None else visible_to(model, user)
    found = seen.filter(pk=key).first()
    return str(UNSEEN) if found is None else name_of(found)


def name_of(record: Any) -> str:
    """Return the name of a record in the page's language."""
    english = getattr(record, "name_en", "") if language() == "en" else ""
    if english:
        return str(english)
    screen = next((one for one in _screens_of(type(record)) if one.column(one.title) is not None), None)
    if screen is None:
        return str(record)
    column = cast("Column", screen.column(screen.title))
    return str(value_of(column, record) or record)


def _screens_of(model: type[Any]) -> list[Screen]:
    return [screen for screen in screens() if screen.model is model]


def linked(column: Column) -> Screen | None:
    """Return the screen a column leads to."""
    return screen_of(column.to) if column.to else None
