"""Notices: to whoever is mentioned, and to whoever watches a record that a person or a load changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.imports.commit import with_every_commit
from qipan.platform.imports.plan import Plan
from qipan.platform.imports.undo import undo_asks
from qipan.platform.models import Batch, User
from qipan.platform.records import standing
from qipan.platform.records.hindering import hinder_undo
from qipan.platform.records.models import Attachment, Note, Notice, Watch
from qipan.platform.screens.changing import with_every_change
from qipan.platform.screens.declaration import Screen, screen_of, screens
from qipan.platform.screens.hanging import hangs
from qipan.platform.term import Term
from qipan.platform.visible import visible_to


def tell(
    act: Act, screen: Screen, key: int, kind: str, users: Iterable[User | int], *, fields: Sequence[str] = ()
) -> None:
    """Leave a notice for each of `users` but the one who acts."""
    me = act.actor.user.pk if act.actor.user else None
    keys = {user if isinstance(user, int) else user.pk for user in users} - {me}
    Notice.objects.bulk_create(
        Notice(
            user_id=user,
            kind=kind,
            screen=screen.code,
            record=key,
            by_name=act.actor.name[:150],
            fields=list(fields),
            batch=act.batch,
        )
        for user in sorted(keys)
    )


def tell_watchers(
    act: Act, screen: Screen, record: Any, kind: str, fields: Sequence[str], *, but: Iterable[int] = ()
) -> None:
    """Leave a notice for everybody who watches the record."""
    watching = Watch.objects.filter(screen=screen.code, record=record.pk).values_list("user", flat=True)
    tell(act, screen, record.pk, kind, set(watching) - set(but), fields=fields)


def _changed(act: Act, screen: Screen, record: Any, columns: tuple[str, ...]) -> None:
    tell_watchers(act, screen, record, Notice.Kind.CHANGED, columns)


def _loaded(act: Act, batch: Batch, plan: Plan) -> None:
    """Tell the watchers of the records a load changed or brought something for."""
    for screen in screens():
        watches = list(Watch.objects.filter(screen=screen.code).select_related("user"))
        if watches:  # watched records are few, a load's rows are many
            _tell_changed(act, screen, plan, [(one.record, one.user_id) for one in watches])
            _tell_brought(act, screen, batch, plan, watches)


def _tell_changed(act: Act, screen: Screen, plan: Plan, watches: Sequence[tuple[int, int]]) -> None:
    updates = [part for part in plan.updates if part.model is screen.model]
    if updates:
        touched: dict[int, set[str]] = {}
        codes = {column.path: column.code for column in screen.columns}
        for part in updates:
            mine = part.frame["id"].filter(part.frame["id"].is_in([record for record, _ in watches])).to_list()
            for key in mine:
                if part.field in codes:
                    touched.setdefault(key, set()).add(codes[part.field])
        for key, fields in touched.items():
            users = [user for record, user in watches if record == key]
            tell(act, screen, key, Notice.Kind.CHANGED, users, fields=sorted(fields))


def _tell_brought(act: Act, screen: Screen, batch: Batch, plan: Plan, watches: Sequence[Watch]) -> None:
    """Tell of new figures and titles of a watched record those who may see at least one of them."""
    brought: dict[tuple[int, int], list[str]] = {}
    for related in screen.related:
        other = screen_of(related.screen)
        column = other.column(related.column) if other is not None else None
        if other is None or column is None or not hasattr(other.model, "batch"):
            continue
        frames = [part.frame for part in plan.inserts if part.model is other.model]
        keys = {one for frame in frames for one in _those(frame[f"{column.path}_id"], watches)}
        for each in watches:
            here = {column.path: each.record, "batch": batch.pk}
            if each.record in keys and visible_to(other.model, each.user).filter(**here).exists():
                brought.setdefault((each.record, each.user_id), []).append(other.code)
    for (key, user), codes in brought.items():
        tell(act, screen, key, Notice.Kind.BROUGHT, [user], fields=codes)


def _those(keys: pl.Series, watches: Sequence[Watch]) -> list[int]:
    return keys.filter(keys.is_in([one.record for one in watches])).unique().to_list()


@action("records.watch", right="records.watch", zh="关注记录", en="Watch a record")
def watch(act: Act, screen: Screen, key: int, *, on: bool) -> bool:
    """Leave the person watching the record, or no longer; returns which."""
    user = act.actor.user
    standing.found(act, screen, key)
    if user is None:
        raise Stopped(Problem.of("screens.no-such-record", number=key))
    if on:
        Watch.objects.get_or_create(screen=screen.code, record=key, user=user)
    else:
        Watch.objects.filter(screen=screen.code, record=key, user=user).delete()
    return on


@action("notices.read", right="notices.read", zh="标记通知已读", en="Mark notices as read")
def mark_read(act: Act, numbers: Sequence[int] | None = None) -> int:
    """Leave the person's notices (all, or `numbers`) read; returns how many were not."""
    mine = Notice.objects.filter(user=act.actor.user, read__isnull=True)
    if numbers is not None:
        mine = mine.filter(pk__in=list(numbers))
    return mine.update(read=timezone.now())


def _count(model: type[Note] | type[Attachment], screen: Screen, key: int) -> int:
    return model._default_manager.filter(screen=screen.code, record=key).count()


def _drop_notes(act: Act, screen: Screen, key: int) -> None:
    for note in Note.objects.filter(screen=screen.code, record=key):
        standing.told(act, screen, key, {"note": note.text}, None)
        note.delete()
    Watch.objects.filter(screen=screen.code, record=key).delete()
    Notice.objects.filter(screen=screen.code, record=key).delete()


def _drop_files(act: Act, screen: Screen, key: int) -> None:
    for file in Attachment.objects.filter(screen=screen.code, record=key):
        standing.told(act, screen, key, {"file": file.name}, None)
        file.delete()


def connect() -> None:
    """Tell of every change and load; notes and files go with their record, and are in the way of undoing its load."""
    with_every_change(_changed)
    with_every_commit(_loaded)
    undo_asks(hinder_undo)
    hangs(Term("备注", "notes"), lambda screen, key: _count(Note, screen, key), _drop_notes)
    hangs(Term("附件", "files"), lambda screen, key: _count(Attachment, screen, key), _drop_files)
