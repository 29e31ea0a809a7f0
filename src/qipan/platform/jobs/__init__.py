"""Work that takes longer than a page: queued, told of, cancelled, taken up again when a worker died."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from django_tasks import task

from qipan.platform import process
from qipan.platform.models import Job, User
from qipan.platform.rights import Actor, machine, person

log = logging.getLogger(__name__)

# A running job that has not been heard of for so long lost its worker.
LOST_AFTER = timedelta(minutes=2)
TRIES = 3


class Cancelled(Exception):
    """A person asked the job to stop."""


Work = Callable[[Actor, Job, dict[str, Any]], dict[str, Any]]
_kinds: dict[str, Work] = {}
# What the worker does in every round besides; each sees to it that it is quick.
rounds: list[Callable[[], object]] = []


def kind(name: str) -> Callable[[Work], Work]:
    """Let jobs of kind `name` be done by `work(actor, job, arguments) -> result`."""

    def decorate(work: Work) -> Work:
        _kinds[name] = work
        return work

    return decorate


def each_round(duty: Callable[[], object]) -> None:
    """Let the worker call `duty` in every round."""
    if duty not in rounds:
        rounds.append(duty)


def start(name: str, actor: Actor, arguments: dict[str, Any]) -> Job:
    """Queue a job and return it."""
    job = Job.objects.create(kind=name, arguments=arguments, by=actor.user.pk if actor.user else None)
    transaction.on_commit(lambda: run.enqueue(job.pk), using=job._state.db)
    return job


@task()
def run(number: int) -> None:
    """Do a queued job; what it raises is kept on it, not lost with the worker."""
    now = timezone.now()
    claimed = Job.objects.filter(pk=number, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started=now, beat=now, host=socket.gethostname()[:120], process=os.getpid()
    )
    if not claimed:
        return
    job = Job.objects.get(pk=number)
    user = User.objects.filter(pk=job.by).first() if job.by else None
    try:
        result = _kinds[job.kind](person(user) if user else machine("worker"), job, job.arguments)
        state = Job.State.DONE
    except Cancelled:
        result, state = None, Job.State.CANCELLED
    except Exception:
        log.exception("job %s (%s) failed", number, job.kind)
        Job.objects.filter(pk=number).update(state=Job.State.FAILED, ended=timezone.now())
        raise
    Job.objects.filter(pk=number).update(state=state, result=result, ended=timezone.now())


def heard(job: Job, step: str, done: int, total: int) -> None:
    """Say how far a job is; raises Cancelled where a person asked it to stop.

    Inside a transaction of the job's own database nothing is said: nobody could read it, and who asks the job to stop
    would wait for the transaction.
    """
    if not connections[job._state.db or "default"].in_atomic_block:
        job.tell(step, done, total)
    if Job.objects.filter(pk=job.pk, cancel_asked=True).exists():
        raise Cancelled


def cancel(number: int) -> bool:
    """Ask a job to stop; returns whether it had not begun, and so stopped at once."""
    Job.objects.filter(pk=number).update(cancel_asked=True)
    waiting = Job.objects.filter(pk=number, state=Job.State.WAITING)
    return bool(waiting.update(state=Job.State.CANCELLED, ended=timezone.now()))


def _is_lost(job: Job) -> bool:
    """Tell whether the worker of a running job is gone: of this machine it is known, of others nothing was heard."""
    if job.process is not None and job.host == socket.gethostname()[:120]:
        return not process.alive(job.process, job.started or job.created)
    return job.beat is None or job.beat < timezone.now() - LOST_AFTER


def take_up_lost() -> int:
    """Queue again the jobs whose worker died; one that failed so three times stays failed. Returns how many."""
    count = 0
    for job in Job.objects.filter(state=Job.State.RUNNING):
        if not _is_lost(job):
            continue
        if job.tries + 1 >= TRIES:
            Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, ended=timezone.now())
            continue
        Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, tries=job.tries + 1)
        run.enqueue(job.pk)
        count += 1
    return count
