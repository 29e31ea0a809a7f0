"""What a person selected of a list: some records by name, or all that match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.screens.declaration import Screen
from qipan.platform.screens.listing import every_record, list_keys
from qipan.platform.screens.wanted import Wanted, read_wanted
from qipan.platform.storage.among import among

MOST = 100_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Records of a list: those named, or where none are named all that `wanted` finds."""

    keys: tuple[int, ...] = ()
    wanted: Wanted | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as a job's argument keeps it."""
        return {"keys": list(self.keys)}


def read_selection(screen: Screen, query: Mapping[str, Sequence[str]]) -> Selection:
    """Return what a form selected: numbers in `chosen`, or with `all` whatever the form's conditions find."""
    if query.get("all"):
        given = {name: values for name, values in query.items() if name not in _FORM}
        return Selection(wanted=read_wanted(screen, given, also=_FORM)[0])
    numbers = [part for text in query.get("chosen", ()) for part in text.split(",")]
    read = (int(part) for part in numbers if part.isdecimal() and len(part) < 19)
    return Selection(tuple(dict.fromkeys(read))[:MOST])


# Fields of the forms themselves, which are no conditions.
_FORM = frozenset({"all", "chosen", "csrfmiddlewaretoken", "seen", "reason", "step", "back"})


def selected_keys(user: User, screen: Screen, selection: Selection) -> list[int]:
    """Return the keys of the selected records `user` may see, at most MOST."""
    if selection.wanted is not None:
        return list_keys(user, screen, selection.wanted, MOST)
    records = every_record(user, screen).filter(pk__in=among(selection.keys)).order_by()
    return list(records.values_list("pk", flat=True))


def within(user: User, right: str, units: Sequence[int | None]) -> list[bool]:
    """Return per unit whether `right` holds there; what has no unit is changed by whoever holds it everywhere."""
    if not right:
        return [False] * len(units)
    allowed = units_of(person(user), right)
    return [allowed is None or (unit is not None and unit in allowed) for unit in units]
