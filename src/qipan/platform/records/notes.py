"""Notes at records: written, read and removed; who is mentioned hears of it, if they may see the record."""

from __future__ import annotations

from dataclasses import dataclass

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.models import User
from qipan.platform.records import standing
from qipan.platform.records.models import Note, Notice
from qipan.platform.records.seen import NOTE_RIGHT
from qipan.platform.records.telling import tell, tell_watchers
from qipan.platform.screens.declaration import Screen
from qipan.platform.visible import visible_to

RIGHT = NOTE_RIGHT
LONGEST = 4_000
MOST_MENTIONS = 20
MARK = "@"


@dataclass(frozen=True, slots=True)
class Written:
    """A note that was written, and what its writer should know (who could not be told)."""

    note: Note
    remarks: tuple[Problem, ...] = ()


@action("notes.write", right=RIGHT, zh="写备注", en="Write a note")
def write(act: Act, screen: Screen, key: int, text: str) -> Written:
    """Leave a note at the record; whoever is named in it after an @ gets a notice, if they may see the record."""
    record = standing.found(act, screen, key)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Stopped(Problem.of("records.empty-note"))
    if len(text) > LONGEST:
        raise Stopped(Problem.of("records.long-note", limit=LONGEST))
    note = Note.objects.create(screen=screen.code, record=key, text=text, **standing.author(act))
    standing.told(act, screen, key, None, {"note": text})
    mentioned = mentions(text)
    seeing = [user for user in mentioned if sees_record(user, screen, key)]
    tell(act, screen, key, Notice.Kind.MENTION, seeing)
    tell_watchers(act, screen, record, Notice.Kind.NOTE, (), but={user.pk for user in seeing})
    blind = [user for user in mentioned if user not in seeing]
    return Written(note, tuple(Problem.of("records.unseen-mention", name=str(user)) for user in blind))


@action("notes.remove", right=RIGHT, zh="删除备注", en="Remove a note")
def remove(act: Act, screen: Screen, key: int, number: int) -> None:
    """Leave the record without one's own note `number`; the trail keeps what it said."""
    standing.found(act, screen, key)
    note = Note.objects.filter(pk=number, screen=screen.code, record=key).first()
    if note is None:
        raise Stopped(Problem.of("records.gone", number=number))
    if act.actor.user is not None and note.by != act.actor.user.pk:
        raise Stopped(Problem.of("records.not-yours"))
    standing.told(act, screen, key, {"note": note.text}, None)
    note.delete()


def sees_record(user: User, screen: Screen, key: int) -> bool:
    """Tell whether the person may see the record."""
    return user.is_active and visible_to(screen.model, user).filter(pk=key).exists()


def mentions(text: str) -> list[User]:
    """Return whom the text names after an @, by log-in name or by name, each once; the longest name wins."""
    if MARK not in text:
        return []
    starts = [part.casefold() for part in text.split(MARK)[1 : MOST_MENTIONS + 1]]
    called: list[tuple[str, User]] = []
    for user in User.objects.filter(is_active=True).order_by("pk"):
        called += [(name.casefold(), user) for name in {user.username, str(user)} if name]
    called.sort(key=lambda pair: (-len(pair[0]), pair[1].pk))
    found: dict[int, User] = {}
    for start in starts:
        named = next((user for name, user in called if start.startswith(name)), None)
        if named is not None:
            found.setdefault(named.pk, named)
    return list(found.values())


def people_to_mention(screen: Screen, key: int, beginning: str, limit: int = 8) -> list[User]:
    """Return people who may see the record and whose name begins with, or contains, what was typed."""
    wanted = beginning.casefold().strip()
    found: list[User] = []
    for user in User.objects.filter(is_active=True).order_by("last_name", "username"):
        names = (user.username.casefold(), str(user).casefold())
        if any(wanted in name for name in names) and sees_record(user, screen, key):
            found.append(user)
            if len(found) == limit:
                break
    return found
