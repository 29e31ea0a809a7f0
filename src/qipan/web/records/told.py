"""What happened to a record, as sentences a director understands: who did what, old → new, out of which file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qipan.platform.action import VERBS
from qipan.platform.models import Batch, TrailEntry, User
from qipan.platform.records.history import Happening, Load
from qipan.platform.screens.cells import veil
from qipan.platform.screens.declaration import Column, Screen, columns_of
from qipan.platform.screens.words import may_read, shown
from qipan.web import words
from qipan.web.language import short

NOTHING = "—"
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was, what it is."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """One happening as the page tells it; `quote` is a note's text, `batch` leads to the load."""

    at: datetime
    who: str
    sentence: str
    changes: tuple[Change, ...] = ()
    quote: str = ""
    reason: str = ""
    batch: int | None = None
    place: str = ""
    row: int | None = None


def tell(screen: Screen, happening: Happening, user: User, record: Any) -> Told:
    """Return what happened in words, secrets masked."""
    if happening.load is not None:
        return _load(screen, happening.at, happening.load, user, record)
    assert happening.entry is not None  # noqa: S101 - it is one or the other
    return _entry(screen, happening.entry, user, record)


def _entry(screen: Screen, entry: TrailEntry, user: User, record: Any) -> Told:
    who = words.acting(entry.actor_name, entry.acting_for)
    verb = VERBS.get(entry.action)
    deed = verb.names[short()] if verb else _("修改了记录")
    given = entry.after if entry.after is not None else entry.before or {}
    if set(given) == {"note"}:
        sentence = _("{who}：写备注") if entry.after is not None else _("{who}：删除备注")
        return Told(entry.at, who, sentence.format(who=who), quote=str(given["note"]))
    if set(given) == {"file"}:
        sentence = _("{who}：上传附件“{name}”") if entry.after is not None else _("{who}：删除附件“{name}”")
        return Told(entry.at, who, sentence.format(who=who, name=given["file"]))
    changes: tuple[Change, ...] = ()
    if entry.before is not None and entry.after is not None:
        changes = changes_between(screen, entry.before, entry.after, user, record)
    sentence = _("{who}：{deed}").format(who=who, deed=deed)
    return Told(entry.at, who, sentence, changes, reason=entry.reason, batch=entry.batch)


def changes_between(
    screen: Screen, before: Mapping[str, Any], after: Mapping[str, Any], user: User, record: Any
) -> tuple[Change, ...]:
    """Return the fields that differ, in the words of the screen; fields it does not know stay the machine's own."""
    columns = {column.code: column for column in columns_of(screen)}
    columns.update({column.path: column for column in columns_of(screen) if column.path not in columns})
    return tuple(
        _change(screen, columns[name], before.get(name), after.get(name), user, record)
        for name in {**before, **after}
        if name in columns and before.get(name) != after.get(name)
    )


def _change(screen: Screen, column: Column, before: Any, after: Any, user: User, record: Any) -> Change:
    def text(value: Any) -> str:
        said = shown(screen, column, value, user, record=record)
        if said and column.secret and may_read(user, screen, column, record):
            said = veil(said)
        return (said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…") or NOTHING

    return Change(str(column.names), text(before), text(after))


def _load(screen: Screen, at: datetime, load: Load, user: User, record: Any) -> Told:
    batch = load.batch
    who = words.acting(batch.by_name, load.acting_for)
    if batch.kind == Batch.Kind.UNDO:
        sentence = _("{who} 撤销批次{name}").format(
            who=who, name=_("“{name}”").format(name=batch.name) if load.open else ""
        )
        return Told(at, who, sentence, batch=batch.pk if load.open else None)
    deeds = [_("首次登记")] if load.fresh else []
    if load.changes:
        deeds.append(_("更新"))
    if load.figures:
        count = ngettext("带来 {n} 个数据", "带来 {n} 个数据", load.figures)
        deeds.append(count.format(n=f"{load.figures:,}"))
    name = _("“{name}”").format(name=batch.name) if load.open else ""
    sentence = _("{who} 加载{name}：{deeds}").format(who=who, name=name, deeds=_("，").join(deeds))
    before = {change.field: change.before for change in load.changes}
    after = {change.field: change.after for change in load.changes}
    changes = changes_between(screen, before, after, user, record)
    return Told(at, who, sentence, changes, batch=batch.pk if load.open else None, place=load.place, row=load.row)
