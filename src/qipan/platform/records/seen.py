"""What is attached to a record is seen where the record is, by whoever takes part in the work on it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from qipan.platform.models import TrailEntry, User
from qipan.platform.records.models import Attachment, Note, Notice, Watch
from qipan.platform.rights import may, person
from qipan.platform.screens.declaration import Screen, screens
from qipan.platform.visible import NOTHING, decided_models, sees, visible_to

NOTE_RIGHT = "notes.write"
# What itself is seen through other records: nothing is attached to it.
_THEMSELVES = frozenset({TrailEntry, Note, Attachment, Watch, Notice})


def takes_notes(screen: Screen) -> bool:
    """Tell whether notes, files and watches can be attached to records of the screen."""
    return screen.model not in _THEMSELVES


def _of_screen(user: User, screen: Screen, key: str) -> Exists:
    # Asked record by record over the primary key: a list of a million visible keys is never made.
    return Exists(visible_to(screen.model, user).filter(pk=OuterRef(key)))


def of_seen_records(user: User, *, name: str = "screen", key: str = "record", tables: bool = False) -> Q:
    """Return the condition that the record named by `name` and `key` is one the person sees.

    `tables`: the nouns are named by their tables, as in the trail, instead of by their screens.
    """
    found = NOTHING
    decided = decided_models()
    for screen in screens():
        if screen.model not in decided or not takes_notes(screen):
            continue
        called = screen.model._meta.db_table if tables else screen.code
        one = Q(**{name: called}) & Q(_of_screen(user, screen, key))
        found = one if found is NOTHING else found | one
    return found


def _own(user: User) -> Q:
    return Q(user=user.pk) & of_seen_records(user)


def _noted(user: User) -> Q:
    """What stands at records one sees, to whoever takes part: a firm's own person does not read what is said of it."""
    return of_seen_records(user) if may(person(user), NOTE_RIGHT) else NOTHING


def connect() -> None:
    """Decide about the four of them."""
    sees(Note, _noted)
    sees(Attachment, _noted)
    sees(Watch, _own)
    sees(Notice, _own)
