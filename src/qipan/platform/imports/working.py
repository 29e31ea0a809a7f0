"""The jobs of a draft: reading and comparing it, and writing it; a worker that dies leaves them to the next."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from qipan.engine.problem import Problem, Severity
from qipan.platform import faults, jobs
from qipan.platform.action import Stopped
from qipan.platform.imports import drafts, load, results
from qipan.platform.imports.plan import Progress
from qipan.platform.imports.understand import Kept
from qipan.platform.models import Batch, ImportDraft, Job
from qipan.platform.rights import Actor, Refused

State = ImportDraft.State
# What this process last read, by the draft: only what was decided anew is read again.
_kept: dict[int, Kept] = {}
WAITS = (Severity.ERROR, Severity.QUESTION)


def _kept_of(draft: ImportDraft) -> Kept:
    """Return what is held of the draft; of one draft only, because a large file fills the memory."""
    if draft.pk not in _kept:
        _kept.clear()
        _kept[draft.pk] = Kept()
    return _kept[draft.pk]


def _progress(job: Job) -> Progress:
    return lambda step, done, total: jobs.heard(job, step, done, total)


def _told(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    return [{"code": problem.code, "params": dict(problem.params)} for problem in problems]


def _fail(number: int, error: Exception) -> dict[str, Any]:
    """Leave the draft with what the machine refused, in words; what is no such thing is raised again."""
    problems = error.problems if isinstance(error, Stopped) else tuple(filter(None, [faults.said(error)]))
    if not problems:
        ImportDraft.objects.filter(pk=number).update(state=State.FAILED)
        raise error
    ImportDraft.objects.filter(pk=number).update(state=State.FAILED, problems=_told(problems))
    return {}


@jobs.kind(drafts.CHECK)
def check(actor: Actor, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    """Leave the draft read and compared as it stands when the job begins."""
    draft = ImportDraft.objects.filter(pk=arguments["draft"]).first()
    if draft is None or draft.state not in drafts.OPEN:
        return {}
    try:
        request = replace(drafts.request_of(draft, actor), whole=True)
        checked = load.check(request, _progress(job), _kept_of(draft))
        results.write(draft.pk, draft.revision, checked)
    except jobs.Cancelled:
        drafts.stopped(draft.pk)
        raise
    except (OSError, DatabaseError, sqlite3.Error, Stopped) as error:
        return _fail(draft.pk, error)
    waits = any(problem.severity in WAITS for problem in checked.understood.problems)
    waits = waits or bool(set(checked.problems()["code"].unique()) & _waiting_codes()) or checked.counts.read == 0
    state = State.ASKING if waits else State.READY
    mine = ImportDraft.objects.filter(pk=draft.pk, state__in=drafts.OPEN, checked__lte=draft.revision)
    mine.update(state=state, checked=draft.revision, problems=[], touched=timezone.now())
    return {"revision": draft.revision}


def _waiting_codes() -> set[str]:
    from qipan.engine.problem import catalogue

    return {code for code, entry in catalogue().items() if entry.severity in WAITS}


@jobs.kind(drafts.COMMIT)
def commit(actor: Actor, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    """Leave the draft written once, however often the job was begun; whoever stops it before the end leaves nothing."""
    number = int(arguments["draft"])
    written = Batch.objects.filter(draft=number).values_list("pk", flat=True).first()
    if written is not None:
        return _done(number, written)
    draft = ImportDraft.objects.filter(pk=number, state=State.COMMITTING).first()
    if draft is None:
        return {}
    progress = _progress(job)
    try:
        checked = load.check(drafts.request_of(draft, actor), progress, _kept_of(draft))
        if checked.counts.read == 0:
            return _back(number, (Problem.of("imports.nothing-read"),))
        outcome = load.write(checked, actor, progress)
    except jobs.Cancelled:
        drafts.stopped(number)
        raise
    except Refused:
        return _back(number, (Problem.of("imports.no-longer-yours"),))
    except (OSError, DatabaseError, sqlite3.Error, Stopped) as error:
        return _fail(number, error)
    if outcome.value is None:
        return _back(number, outcome.problems)
    return _done(number, outcome.value.pk)


def _done(number: int, batch: int) -> dict[str, Any]:
    ImportDraft.objects.filter(pk=number).update(state=State.DONE, batch=batch, problems=[], touched=timezone.now())
    _kept.pop(number, None)
    return {"batch": batch}


def _back(number: int, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Leave the draft to be gone on with; nothing was written."""
    ImportDraft.objects.filter(pk=number).update(state=State.ASKING, problems=_told(problems))
    return {}
