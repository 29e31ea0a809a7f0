"""Fields of the zone's own: columns that its overlay pack adds to a noun, kept in the noun's `extra`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from qipan.packs import CustomField, Resolved
from qipan.platform.definitions import resolved
from qipan.platform.screens.declaration import Choices, Column, Kind, Screen, columns_also
from qipan.platform.screens.fields import CUSTOM
from qipan.platform.term import Term, language

MANY = 500  # nouns times days: what was made for yesterday is not kept for ever

_made: dict[tuple[str, str, date], tuple[Screen, tuple[Column, ...]]] = {}


@columns_also
def added_columns(screen: Screen) -> tuple[Column, ...]:
    """Return the columns the zone's packs add to a noun and that are in force today."""
    if not any(field.name == CUSTOM for field in screen.model._meta.concrete_fields):
        return ()
    definitions, today = resolved(), timezone.localdate()
    key = (definitions.digest, screen.code, today)
    kept = _made.get(key)
    if kept is not None and kept[0] is screen:
        return kept[1]
    found = tuple(_column(one) for one in fields_of(definitions, screen, today).values())
    if len(_made) > MANY:
        _made.clear()
    _made[key] = (screen, found)
    return found


def fields_of(definitions: Resolved, screen: Screen, today: date) -> Mapping[str, CustomField]:
    """Return the added fields of a noun in force on `today`; a declared column is never replaced."""
    own = {column.code for column in screen.columns}
    return {
        one.code: one
        for one in definitions.fields.values()
        if one.screen in {screen.code, screen.called}
        and one.code not in own
        and one.valid_from <= today
        and (one.valid_until is None or today <= one.valid_until)
    }


def _column(one: CustomField) -> Column:
    return Column(
        code=one.code,
        names=Term(one.names.zh, one.names.en),
        kind=Kind(one.type),
        field=f"{CUSTOM}__{one.code}",
        choices=_choices(one) if one.choices else None,
        shown=False,
        edit=True,
        required=one.required,
        secret=one.secret,
        unit=one.unit,
        decimals=one.decimals,
        note=Term(one.note.zh, one.note.en) if one.note else None,
    )


def _choices(one: CustomField) -> Choices:
    def offered() -> list[tuple[str, str]]:
        return [(choice.code, choice.names.text(language())) for choice in one.choices]

    return offered
