"""What of a load's preview a person may read: what stands already by the rights of lists, what they bring always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from qipan.platform.models import Batch, User
from qipan.platform.screens.cells import veil
from qipan.platform.screens.declaration import Column, Screen, columns_of, screens
from qipan.platform.screens.words import may_read
from qipan.platform.storage.among import among
from qipan.registry.models import Fact
from qipan.registry.queries import visible_to

FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a preview: of which noun and field, what stands there (`key`; None: nothing yet), what comes."""

    noun: str
    field: str
    key: int | None
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Read:
    """The same line as a person reads it; `closed` where something stands there that they may not."""

    old: str | None
    new: str
    closed: bool = False


def readable(user: User, lines: Sequence[Said], *, own: bool) -> list[Read]:
    """Return the lines as `user` reads them; `own`: they brought the file, and may read back what it says.

    An earlier figure is read by who meets it in lists, and by who loaded it; a contact as it is masked there.
    """
    figures = _open_figures(user, {one.key for one in lines if one.noun == FIGURE and one.key is not None})
    nouns = {screen.called: screen for screen in screens() if screen.called != FIGURE}
    records = {
        noun: _records(user, screen, {one.key for one in lines if one.noun == noun and one.key is not None})
        for noun, screen in nouns.items()
        if any(one.noun == noun for one in lines)
    }
    found: list[Read] = []
    for one in lines:
        if one.key is None:
            found.append(Read(one.old, one.new))
        elif one.noun == FIGURE:
            found.append(Read(one.old, one.new) if one.key in figures else _closed(one, own=own))
        elif one.noun not in nouns:
            found.append(_closed(one, own=own))
        else:
            found.append(_of_record(user, nouns[one.noun], records[one.noun].get(one.key), one, own=own))
    return found


def _closed(one: Said, *, own: bool) -> Read:
    return Read(None, one.new if own else "", closed=one.old is not None or not own)


def _open_figures(user: User, keys: set[int]) -> frozenset[int]:
    if not keys:
        return frozenset()
    seen = visible_to(Fact, user).filter(pk__in=among(sorted(keys)))
    theirs = Fact.objects.filter(pk__in=among(sorted(keys)), batch__in=Batch.objects.filter(by=user.pk).values("pk"))
    return frozenset(seen.values_list("pk", flat=True)) | frozenset(theirs.values_list("pk", flat=True))


def _records(user: User, screen: Screen, keys: set[int]) -> Mapping[int, Model]:
    return {one.pk: one for one in visible_to(screen.model, user).filter(pk__in=among(sorted(keys)))}


def _of_record(user: User, screen: Screen, record: Any | None, one: Said, *, own: bool) -> Read:
    if record is None:
        return _closed(one, own=own)
    column = _column(screen, one.field)
    if column is None or may_read(user, screen, column, record):
        return Read(one.old, one.new)
    return Read(veil(one.old) if one.old else one.old, one.new if own or not one.new else veil(one.new))


def _column(screen: Screen, field: str) -> Column | None:
    return next((column for column in columns_of(screen) if field in {column.code, column.path}), None)
