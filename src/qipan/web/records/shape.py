"""What the page of a record is made of: its sections, the records that point at it, what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from qipan.platform.models import User
from qipan.platform.records.attachments import RIGHT as FILE_RIGHT
from qipan.platform.records.models import Attachment, Note, Watch
from qipan.platform.records.notes import RIGHT as NOTE_RIGHT
from qipan.platform.records.seen import takes_notes
from qipan.platform.rights import may, person
from qipan.platform.screens.cells import rows_of, veil
from qipan.platform.screens.changing import may_change, may_create, may_remove
from qipan.platform.screens.declaration import Column, Kind, Related, Screen, columns_of, screen_of
from qipan.platform.screens.fields import is_custom, value_of
from qipan.platform.screens.words import may_read, name_of, shown_of
from qipan.platform.visible import visible_to
from qipan.web.records.standing import address_of, list_address

FIRST_ROWS = 6
NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.MONEY})
PLACE = ("longitude", "latitude", "datum")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the record as the page shows it; `link` leads to the record it points at."""

    code: str
    name: str
    text: str
    kind: str
    link: str = ""
    masked: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page."""

    name: str
    fields: tuple[Field, ...]

    @property
    def filled(self) -> tuple[Field, ...]:
        """The fields that say something."""
        return tuple(field for field in self.fields if field.text)

    @property
    def blank(self) -> str:
        """The names of those that do not."""
        return _("、").join(field.name for field in self.fields if not field.text)


@dataclass(frozen=True, slots=True)
class Line:
    """One related record: its cells, and where its page stands."""

    link: str
    cells: tuple[tuple[str, str], ...]  # text, and "number" where it is one


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Records of another noun that point at this one: the first few, and the way to all."""

    name: str
    headings: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    more: bool
    all: str
    new: str
    empty: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the record lies, in which datum."""

    longitude: float
    latitude: float
    datum: str

    @property
    def text(self) -> str:
        """Return it as people write it."""
        return f"{self.longitude:.6f}, {self.latitude:.6f}"


@dataclass(frozen=True, slots=True)
class Doing:
    """What the person may do with the record."""

    change: bool
    remove: bool
    write: bool
    attach: bool
    watching: bool
    watchable: bool
    unmask: bool = False


def field_of(screen: Screen, column: Column, record: Any, user: User) -> Field:
    """Return a column of the record as the page shows it."""
    text = shown_of(screen, column, record, user)
    link = ""
    target = screen_of(column.to) if column.to else (_units() if column.kind is Kind.UNIT else None)
    if text and target is not None and column.stored:
        key = value_of(column, record, user)
        if isinstance(key, int) and visible_to(target.model, user).filter(pk=key).exists():
            link = address_of(target, key)
    hidden = bool(text) and bool(column.secret)  # opened one record at a time, with a reason
    if hidden and may_read(user, screen, column, record):
        text = veil(text)
    note = str(column.note) if column.note else ""
    kind = "" if column.words is not None else column.kind.value  # a word instead of a code is no code
    return Field(column.code, str(column.names), text, kind, link, hidden, note)


def _units() -> Screen | None:
    return screen_of("units")


def parts(screen: Screen, record: Any, user: User, leave: Sequence[str] = ()) -> tuple[Part, ...]:
    """Return the record's sections: as declared, else all columns as one; the zone's own fields come last."""
    columns = {column.code: column for column in columns_of(screen) if column.code not in leave}
    own = [column for column in columns.values() if is_custom(column)]
    found: list[Part] = []

    def add(name: str, wanted: Sequence[Column]) -> None:
        fields = tuple(field_of(screen, column, record, user) for column in wanted)
        if fields:
            found.append(Part(name, fields))

    for section in screen.sections:
        add(str(section.names), [columns[code] for code in section.columns if code in columns])
    if not screen.sections:
        add(_("基本信息"), [column for column in columns.values() if not is_custom(column)])
    add(_("本区自定"), own)
    return tuple(found)


def related_lists(screen: Screen, record: Any, user: User, leave: Sequence[str] = ()) -> tuple[RelatedList, ...]:
    """Return the declared lists of records that point at this one, as far as the person sees any of the noun."""
    actor = person(user)
    found: list[RelatedList] = []
    for one in screen.related:
        other = screen_of(one.screen)
        if other is not None and other.code not in leave and may(actor, other.see):
            found.append(_related(one, other, record, user))
    return tuple(found)


def _related(one: Related, other: Screen, record: Any, user: User) -> RelatedList:
    pointing = other.column(one.column)
    assert pointing is not None  # noqa: S101 - a declaration that names no column is a mistake
    wanted = [column for column in columns_of(other) if column.shown and column.code != one.column][:6]
    # The newest first; a list of its own sorts as it likes.
    query = visible_to(other.model, user).filter(other.only, **{pointing.path: record.pk})
    rows = list(query.order_by("-pk")[: FIRST_ROWS + 1])
    cells = rows_of(other, wanted, rows[:FIRST_ROWS], user)
    lines = tuple(
        Line(
            address_of(other, row.pk),
            tuple((cell.text, _css(column)) for column, cell in zip(wanted, line, strict=True)),
        )
        for row, line in zip(rows, cells, strict=False)
    )
    query_text = urlencode({one.column: record.pk})
    new = (
        f"{reverse('web:record-new', args=[other.code])}?{query_text}"
        if may_create(user, other) and pointing.edit
        else ""
    )
    return RelatedList(
        str(other.names),
        tuple((str(column.names), _css(column)) for column in wanted),
        lines,
        len(rows) > FIRST_ROWS,
        f"{list_address(other)}?{query_text}",
        new,
        str(other.empty),
    )


def _css(column: Column) -> str:
    return "number" if column.kind in NUMBERS else ("code" if column.kind is Kind.CODE else "")


def place_of(screen: Screen, record: Any) -> Place | None:
    """Return where the record lies; None where it says nothing about it."""
    if any(screen.column(code) is None for code in PLACE[:2]):
        return None
    longitude, latitude = getattr(record, "longitude", None), getattr(record, "latitude", None)
    if longitude is None or latitude is None:
        return None
    return Place(longitude, latitude, str(getattr(record, "datum", "") or ""))


def doing(screen: Screen, record: Any, user: User) -> Doing:
    """Return what the person may do with the record."""
    change = may_change(user, screen, record)
    attachable = takes_notes(screen)
    write = attachable and may(person(user), NOTE_RIGHT)
    watching = Watch.objects.filter(screen=screen.code, record=record.pk, user=user).exists()
    attach = attachable and change and may(person(user), FILE_RIGHT)
    unmask = any(column.secret and may_read(user, screen, column, record) for column in columns_of(screen))
    return Doing(change, may_remove(user, screen, record), write, attach, watching, attachable, unmask)


def notes_of(screen: Screen, record: Any, user: User) -> list[Note]:
    """Return the record's notes, the newest first."""
    return list(visible_to(Note, user).filter(screen=screen.code, record=record.pk).order_by("-id")[:200])


def files_of(screen: Screen, record: Any, user: User) -> list[Attachment]:
    """Return the record's files, the newest first."""
    held = visible_to(Attachment, user).filter(screen=screen.code, record=record.pk)
    return list(held.select_related("file").order_by("-id"))


def context(screen: Screen, record: Any, user: User, *, leave: Sequence[str] = ()) -> dict[str, Any]:
    """Return what the template of a record's page needs; `leave` names columns and related nouns shown elsewhere."""
    return {
        "screen": screen,
        "record": record,
        "title": name_of(record),
        "parts": parts(screen, record, user, leave),
        "related": related_lists(screen, record, user, leave),
        "place": place_of(screen, record),
        "doing": doing(screen, record, user),
        "notes": notes_of(screen, record, user),
        "files": files_of(screen, record, user),
        "list_address": list_address(screen),
    }
