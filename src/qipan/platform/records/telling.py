"""Notices: to whoever is mentioned, and to whoever watches a record that a person or a load changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

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
from qipan.platform.screens.declaration import Screen, screens
from qipan.platform.screens.hanging import hangs
from qipan.platform.term import Term


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
    """Tell the watchers of the records a load changed; watched records are few, a load's rows are many."""
    for screen in screens():
        updates = [part for part in plan.updates if part.model is screen.model]
        watches = list(Watch.objects.filter(screen=screen.code).values_list("record", "user")) if updates else []
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
    del batch  # the Action names it


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
