"""A load on its way: begun, given files, decided about, read again after each decision, committed or thrown away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl
from django.db import router, transaction
from django.utils import timezone

from qipan.engine.sheets.reading import readable
from qipan.platform import files, jobs, rights
from qipan.platform.home import home
from qipan.platform.imports.decisions import Decision
from qipan.platform.imports.load import RIGHT, Request
from qipan.platform.imports.plan import VERDICT_SCHEMA
from qipan.platform.models import ImportDraft, Job
from qipan.platform.rights import Actor, Refused

State = ImportDraft.State
JUDGE = "firms.judge"
CHECK, COMMIT = "draft.check", "draft.commit"
KEPT_FOR = timedelta(days=30)
OPEN = frozenset({State.READING, State.ASKING, State.READY})
LONGEST_NAME = 200  # bytes of a file's name


def begin(actor: Actor, unit: int | None) -> ImportDraft:
    """Return a new draft for `unit`; raises Refused where the actor may not load there."""
    if not rights.may(actor, RIGHT, unit) or (unit is None and rights.units_of(actor, RIGHT) is not None):
        raise Refused(RIGHT)
    owner = actor.user.pk if actor.user else 0
    return ImportDraft.objects.create(owner=owner, owner_name=actor.name, unit=unit)


def change(number: int, edit: Callable[[ImportDraft], None], *, decides: bool = True) -> ImportDraft:
    """Return the draft as `edit` left it; two who decide at once both count. Raises DoesNotExist where it is gone."""
    with transaction.atomic(using=router.db_for_write(ImportDraft)):
        draft = ImportDraft.objects.select_for_update().get(pk=number)
        edit(draft)
        draft.touched = timezone.now()
        if decides:
            draft.revision += 1
        draft.save()
    return draft


def add_file(draft: ImportDraft, name: str, chunks: Iterable[bytes]) -> str:
    """Add a file to the draft and return its fingerprint; the same file twice is one."""
    sha256, size = files.put(chunks)
    shown = file_name(name)

    def edit(now: ImportDraft) -> None:
        if all(one["sha256"] != sha256 for one in now.files):
            now.files = [*now.files, {"name": shown, "sha256": sha256, "size": size}]
        now.name = _called([one["name"] for one in now.files])

    change(draft.pk, edit)
    return sha256


def drop_file(draft: ImportDraft, sha256: str) -> None:
    """Take a file out of the draft again."""

    def edit(now: ImportDraft) -> None:
        now.files = [one for one in now.files if one["sha256"] != sha256]
        now.name = _called([one["name"] for one in now.files])

    change(draft.pk, edit)
    _drop_unused(sha256)


def file_name(name: str) -> str:
    """Return a name under which a file can lie in a folder: its last part, without what no name may hold."""
    last = PurePosixPath(readable(name).replace("\\", "/")).name
    plain = "".join(one for one in last if one.isprintable() and one not in '/:*?"<>|').strip(". ")
    while len(plain.encode()) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[:-1]}{dot}{ending}" if dot and len(stem) > 1 else plain[:-1]
    return plain or "file"


def _called(names: list[str]) -> str:
    if not names:
        return ""
    return names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"


def decide(number: int, place: str, edit: Callable[[Decision], Decision]) -> ImportDraft:
    """Leave what was decided about the sheet at `place` changed."""

    def apply(draft: ImportDraft) -> None:
        known = Decision.of(draft.decisions.get(place, {}))
        draft.decisions = {**draft.decisions, place: edit(known).as_json()}

    return change(number, apply)


def judge(number: int, name: str, name_key: str, uscc: str, firm: int | None, by: str) -> ImportDraft:
    """Leave it said which firm a row means: `firm`, or (null) one of its own."""

    def apply(draft: ImportDraft) -> None:
        said = {"name": name, "name_key": name_key, "uscc": uscc, "firm": firm, "by": by}
        draft.verdicts = [*_others(draft, name_key, uscc), said]

    return change(number, apply)


def unjudge(number: int, name_key: str, uscc: str) -> ImportDraft:
    """Take a verdict back."""

    def apply(draft: ImportDraft) -> None:
        draft.verdicts = _others(draft, name_key, uscc)

    return change(number, apply)


def _others(draft: ImportDraft, name_key: str, uscc: str) -> list[dict[str, Any]]:
    return [one for one in draft.verdicts if (one["name_key"], one["uscc"]) != (name_key, uscc)]


def read(actor: Actor, draft: ImportDraft) -> Job | None:
    """Have the draft read and compared as it now stands; a job that waits for its turn will do it."""
    if draft.job is not None and Job.objects.filter(pk=draft.job, kind=CHECK, state=Job.State.WAITING).exists():
        return None
    return _start(actor, draft, CHECK, State.READING if draft.checked < 0 else draft.state)


def commit(actor: Actor, draft: ImportDraft) -> Job | None:
    """Have the draft written; null where that has begun, or there is nothing that was read."""
    ready = ImportDraft.objects.filter(
        pk=draft.pk, state__in=(State.ASKING, State.READY), checked=draft.revision, revision=draft.revision
    )
    if not ready.update(state=State.COMMITTING, problems=[]):
        return None
    return _start(actor, draft, COMMIT, State.COMMITTING)


def _start(actor: Actor, draft: ImportDraft, kind: str, state: str) -> Job:
    job = jobs.start(kind, actor, {"draft": draft.pk})
    ImportDraft.objects.filter(pk=draft.pk).update(job=job.pk, state=state, touched=timezone.now())
    return job


def stop(draft: ImportDraft) -> None:
    """Ask what runs for the draft to stop; a commit that has not ended leaves nothing."""
    if draft.job is None:
        return
    if jobs.cancel(draft.job):
        stopped(draft.pk)


def stopped(number: int) -> None:
    """Leave a draft whose job was stopped: before its first reading it is given up, else it waits as before."""
    draft = ImportDraft.objects.filter(pk=number).first()
    if draft is None or draft.state not in {State.READING, State.COMMITTING}:
        return
    state = State.CANCELLED if draft.checked < 0 else State.ASKING
    ImportDraft.objects.filter(pk=number, state=draft.state).update(state=state)


def discard(draft: ImportDraft) -> None:
    """Leave no trace of the draft; what was committed from it stays."""
    if draft.job is not None:
        jobs.cancel(draft.job)
    ImportDraft.objects.filter(pk=draft.pk).delete()
    shutil.rmtree(folder_of(draft.pk), ignore_errors=True)
    for one in draft.files:
        _drop_unused(one["sha256"])


def drop_old() -> int:
    """Throw away the drafts nobody has touched for a month; returns how many."""
    old = list(ImportDraft.objects.filter(touched__lt=timezone.now() - KEPT_FOR))
    for draft in old:
        discard(draft)
    return len(old)


def _drop_unused(sha256: str) -> None:
    used = any(one["sha256"] == sha256 for kept in ImportDraft.objects.values_list("files", flat=True) for one in kept)
    if not used:
        files.drop_unrecorded(sha256)


def folder_of(number: int) -> Path:
    """Return where what was read of a draft lies; it can be made again."""
    return home().cache / "drafts" / str(number)


def paths_of(draft: ImportDraft) -> tuple[Path, ...]:
    """Return the draft's files under their own names."""
    found: list[Path] = []
    for one in draft.files:
        folder = folder_of(draft.pk) / "files" / one["sha256"][:16]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / one["name"]
        if not path.is_symlink():
            os.symlink(files.path_of(one["sha256"]), path)
        found.append(path)
    return tuple(found)


def request_of(draft: ImportDraft, actor: Actor) -> Request:
    """Return what is to be loaded, with everything decided; verdicts count where the actor may judge."""
    verdicts = draft.verdicts if rights.may(actor, JUDGE, draft.unit) else []
    rows = [(one["name"], one["name_key"], one["uscc"], one["firm"], one["by"]) for one in verdicts]
    return Request(
        paths_of(draft),
        draft.name,
        draft.unit,
        allowed=rights.units_of(actor, RIGHT),
        decisions={place: Decision.of(stored) for place, stored in draft.decisions.items()},
        verdicts=pl.DataFrame(rows, schema=VERDICT_SCHEMA, orient="row"),
        draft=draft.pk,
    )
