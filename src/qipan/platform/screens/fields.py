"""From what a person types to what is kept, and back: by the kind of a column, with everything that is wrong told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from qipan.engine.problem import Param, Problem, Where
from qipan.engine.sheets.cells import read_date, read_number
from qipan.platform.definitions import resolved
from qipan.platform.models import User
from qipan.platform.screens.cells import raw_values
from qipan.platform.screens.declaration import Column, Kind, Screen, screen_of
from qipan.platform.screens.paths import value_at
from qipan.platform.visible import visible_to

YES = frozenset({"是", "有", "√", "✓", "y", "yes", "true", "1", "on"})
NO = frozenset({"否", "无", "×", "n", "no", "false", "0"})
# What no database keeps, and no person means: control characters other than the ends of lines.
UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SIZES = re.compile(r"^[十百千万亿]+(?=.)")
LARGEST = 2**63 - 1
CUSTOM = "extra"  # the field in which a noun keeps what its declaration does not know


@dataclass(frozen=True, slots=True)
class Read:
    """What was typed into one field: the value that is kept, or what is wrong with it."""

    value: Any = None
    problem: Problem | None = None


def is_custom(column: Column) -> bool:
    """Tell whether the column is one of the zone's own, kept in `extra`."""
    return column.path.startswith(f"{CUSTOM}__")


def wrong(code: str, column: Column, **params: Param) -> Problem:
    """Return a problem of one field; its place is the column's code."""
    names = {"name": column.names.zh, "name_en": column.names.en}
    return replace(Problem.of(code, where=Where(column=column.code)), params={**names, **params})


def model_field(screen: Screen, column: Column) -> models.Field[Any, Any] | None:
    """Return the field of the screen's own table the column is kept in; None for custom and derived columns."""
    if is_custom(column) or not column.stored or "__" in column.path:
        return None
    if column.path == "pk":
        return screen.model._meta.pk
    return cast("models.Field[Any, Any]", screen.model._meta.get_field(column.path))


def value_of(column: Column, record: Any, user: User | None = None) -> Any:
    """Return what the record holds in `column`: a date, a number, a code; the key of a unit or another record."""
    if not column.stored:
        found = raw_values(column, (record,), cast("User", user))[0]
    else:
        found = value_at(record, column.path)
    if is_custom(column) and column.kind is Kind.DATE and isinstance(found, str):
        return date.fromisoformat(found)
    return found


def put(column: Column, screen: Screen, record: Any, value: Any) -> None:
    """Set `column` of the record to what `read_field` returned."""
    if is_custom(column):
        kept = dict(getattr(record, CUSTOM) or {})
        kept.pop(column.code, None)
        if value is not None:
            kept[column.code] = kept_in_extra(value)
        setattr(record, CUSTOM, kept or None)
        return
    field = model_field(screen, column)
    assert field is not None  # noqa: S101 - only columns with a field are changed
    setattr(record, field.attname, value)


def kept_in_extra(value: Any) -> Any:
    """Return a value as `extra` keeps it: a date as text, a number as a number."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def typed(column: Column, record: Any) -> str:
    """Return what stands in the form's field: the text that `read_field` reads back to the same value."""
    value = value_of(column, record)
    if value is None:
        return ""
    if column.kind is Kind.MONEY:
        return plain_number(resolved().units.from_scaled(int(value), column.unit or "元"))
    if column.kind is Kind.BOOLEAN:
        return "yes" if value else "no"
    if column.kind is Kind.MOMENT:
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float | Decimal):
        return plain_number(Decimal(repr(value) if isinstance(value, float) else value))
    return str(value)


def plain_number(value: Decimal) -> str:
    """Return a number without exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_field(screen: Screen, column: Column, given: object, user: User | None) -> Read:
    """Return what `given` (a text, or a value of the API) means in `column`; `user` None is the machine itself."""
    if isinstance(given, str):
        given = given.strip() if column.kind is not Kind.LONG else given.replace("\r\n", "\n").strip()
        if UNKEPT.search(given):
            return Read(problem=wrong("screens.not-text", column))
    if given is None or given == "":
        return Read(problem=wrong("screens.missing", column)) if column.required else Read(_nothing(screen, column))
    found = _READERS[column.kind](screen, column, given, user)
    if found.problem is None and isinstance(found.value, str) and column.kind in {Kind.TEXT, Kind.LONG, Kind.CODE}:
        field = model_field(screen, column)
        limit = field.max_length if field is not None else None
        if limit is not None and len(found.value) > limit:
            return Read(problem=wrong("screens.too-long", column, limit=limit))
    return found


def _nothing(screen: Screen, column: Column) -> Any:
    """Return what an emptied field is kept as: a text that may not be null is blank."""
    field = model_field(screen, column)
    return (
        "" if field is not None and not field.null and isinstance(field, models.CharField | models.TextField) else None
    )


def _shown(given: object) -> str:
    text = str(given)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _text(_screen: Screen, _column: Column, given: object, _user: User | None) -> Read:
    return Read(given if isinstance(given, str) else str(given))


def _number(screen: Screen, column: Column, given: object, _user: User | None) -> Read:
    value = _exact(column, given)
    if isinstance(value, Problem):
        return Read(problem=value)
    if column.kind is Kind.MONEY:
        try:
            return Read(resolved().units.to_scaled(value, column.unit or "元"))
        except OverflowError:
            return Read(problem=wrong("screens.too-large", column))
    if abs(value) > LARGEST:
        return Read(problem=wrong("screens.too-large", column))
    field = model_field(screen, column)
    whole = column.kind is Kind.INTEGER or isinstance(field, models.IntegerField)
    if whole:
        if value != value.to_integral_value():
            return Read(problem=wrong("screens.want-integer", column, value=_shown(given)))
        return Read(int(value)) if _holds(field, value) else Read(problem=wrong("screens.too-large", column))
    if isinstance(field, models.FloatField):
        return Read(float(value))
    places = field.decimal_places if isinstance(field, models.DecimalField) else column.decimals
    if -int(value.normalize().as_tuple().exponent) > places:
        return Read(problem=wrong("screens.too-exact", column, limit=places))
    if isinstance(field, models.DecimalField) and abs(value) >= Decimal(10) ** (field.max_digits - places):
        return Read(problem=wrong("screens.too-large", column))
    return Read(value)


def _holds(field: models.Field[Any, Any] | None, value: Decimal) -> bool:
    if isinstance(field, models.BigIntegerField) or field is None:
        return True
    bits = 15 if isinstance(field, models.SmallIntegerField) else 31
    return -(2**bits) <= value < 2**bits


def _exact(column: Column, given: object) -> Decimal | Problem:
    """Return the one number that is stated, in the column's unit."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal | str):
        return wrong("screens.want-number", column, value=_shown(given))
    units = resolved().units
    text = given if isinstance(given, str) else plain_number(Decimal(str(given)))
    read = read_number(text, units)
    if read.value is None or read.problem is not None:
        return wrong("screens.want-number", column, value=_shown(given))
    value, unit = read.value * read.magnitude, read.unit
    if column.unit not in units.units:
        return value if unit is None else wrong("screens.want-number", column, value=_shown(given))
    if read.magnitude != 1 and unit is None:  # "1.2亿" in a field of 万元 counts 元
        bare = SIZES.sub("", column.unit)
        unit = bare if bare in units.units else None
    if unit is None or unit == column.unit:
        return value
    if units.ratio(unit, column.unit) is None:
        return wrong("screens.other-unit", column, value=_shown(given), unit=column.unit)
    return units.convert(value, unit, column.unit)


def _date(_screen: Screen, column: Column, given: object, _user: User | None) -> Read:
    if isinstance(given, date):
        return Read(given.date() if isinstance(given, datetime) else given)
    found = read_date(given) if isinstance(given, str) else None
    if found is None or found.value is None or found.problem is not None:
        return Read(problem=wrong("screens.want-date", column, value=_shown(given)))
    return Read(found.value)


def _moment(_screen: Screen, column: Column, given: object, _user: User | None) -> Read:
    found: datetime | None = given if isinstance(given, datetime) else None
    if isinstance(given, str):
        try:
            found = parse_datetime(given)
        except ValueError:  # a 31 February is well written and no day
            found = None
    if found is None:
        return Read(problem=wrong("screens.want-moment", column, value=_shown(given)))
    return Read(timezone.make_aware(found) if timezone.is_naive(found) else found)


def _boolean(_screen: Screen, column: Column, given: object, _user: User | None) -> Read:
    if isinstance(given, bool):
        return Read(given)
    text = str(given).casefold()
    if text in YES or text in NO:
        return Read(text in YES)
    return Read(problem=wrong("screens.want-boolean", column, value=_shown(given)))


def _choice(_screen: Screen, column: Column, given: object, _user: User | None) -> Read:
    offered = list(column.choices() if column.choices is not None else ())
    given = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    for code, _word in offered:
        if given == code:
            return Read(code)
    named = [code for code, word in offered if str(word) == given]
    if len(named) == 1:
        return Read(named[0])
    return Read(problem=wrong("screens.not-a-choice", column, value=_shown(given)))


def related_model(screen: Screen, column: Column) -> type[models.Model] | None:
    """Return the model a UNIT or RECORD column points at."""
    target = screen_of(column.to) if column.to else None
    field = model_field(screen, column)
    found = field.related_model if field is not None else None
    if isinstance(found, type) and issubclass(found, models.Model):
        return found
    return target.model if target is not None else None


def _link(screen: Screen, column: Column, given: object, user: User | None) -> Read:
    """Find what is named by its key, its name or its code, among what the person may see."""
    code = "screens.no-such-unit" if column.kind is Kind.UNIT else "screens.no-such-link"
    model = related_model(screen, column)
    if model is None:
        return Read(problem=wrong(code, column, value=_shown(given)))
    seen: Any = model._default_manager.all() if user is None else visible_to(model, user)
    text = str(given)
    if isinstance(given, bool):
        return Read(problem=wrong(code, column, value=_shown(given)))
    if text.isascii() and text.isdecimal() and len(text) < 19 and seen.filter(pk=int(text)).exists():
        return Read(int(text))
    target = screen_of(column.to) if column.to else None
    known = {field.name for field in model._meta.concrete_fields}
    asked = [name for name in (target.title if target else "name", "name", "code", "uscc") if name in known]
    for name in dict.fromkeys(asked):
        keys = list(seen.filter(**{name: text}).values_list("pk", flat=True)[:2])
        if len(keys) == 1:
            return Read(keys[0])
        if keys:
            return Read(problem=wrong("screens.several", column, value=_shown(given)))
    return Read(problem=wrong(code, column, value=_shown(given)))


_READERS: dict[Kind, Callable[[Screen, Column, object, User | None], Read]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.CODE: _text,
    Kind.INTEGER: _number,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
    Kind.UNIT: _link,
    Kind.RECORD: _link,
}
