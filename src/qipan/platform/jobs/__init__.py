"""Work that takes longer than a page: queued, told of, cancelled, taken up again when a worker died."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

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
        state=Job.State.RUNNING, started=now, beat=now
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
    """Say how far a job is; raises Cancelled where a person asked it to stop."""
    job.tell(step, done, total)
    if Job.objects.filter(pk=job.pk, cancel_asked=True).exists():
        raise Cancelled


def take_up_lost() -> int:
    """Queue again the jobs whose worker died; one that failed so three times stays failed. Returns how many."""
    lost = Job.objects.filter(state=Job.State.RUNNING, beat__lt=timezone.now() - LOST_AFTER)
    count = 0
    for job in lost:
        if job.tries + 1 >= TRIES:
            Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, ended=timezone.now())
            continue
        Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, tries=job.tries + 1)
        run.enqueue(job.pk)
        count += 1
    return count
