"""Looking again: as a job, after the records changed and came to rest, and once every night."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from qipan.domains.health.keeping import Kept, keep
from qipan.domains.health.looking import look
from qipan.domains.health.models import Run
from qipan.platform import jobs
from qipan.platform.action import Outcome
from qipan.platform.definitions import resolved
from qipan.platform.imports.commit import change_number
from qipan.platform.models import Job, TrailEntry
from qipan.platform.rights import Actor, machine

KIND = "health.run"
QUIET = 15.0  # seconds for which nothing may change before the worker looks
# What people say about findings changes no record that is looked at.
OWN_NOUNS = ("finding", "survey_finding")


def run(actor: Actor, progress: Any = None) -> Outcome[Kept]:
    """Look at everything and keep what was found; the looking itself holds no lock."""
    started, today, change = timezone.now(), timezone.localdate(), change_number()
    definitions = resolved()
    found = look(definitions, today, progress or (lambda *_told: None))
    return keep(actor, found, definitions, change=change, today=today, started=started)


def _job(actor: Actor, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run as a job; whoever asked for it, the machine keeps what was found."""
    del actor, arguments
    outcome = run(machine("worker"), lambda step, done, total: jobs.heard(job, step, done, total))
    if outcome.value is None:
        return {"problems": [problem.code for problem in outcome.problems]}
    kept = outcome.value
    return {"found": kept.found, "opened": kept.opened, "closed": kept.closed, "beyond": kept.beyond}


def running() -> Job | None:
    """Return the job that is looking, or waits to."""
    states = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(kind=KIND, state__in=states).order_by("-pk").first()


def last_run() -> Run | None:
    """Return the last look that was kept."""
    return Run.objects.order_by("-pk").first()


def due() -> bool:
    """Tell whether there is something to look at: records changed, definitions did, or a new day began."""
    last = last_run()
    if last is None or last.day < timezone.localdate():
        return True
    if last.definitions != resolved().digest:
        return True
    return TrailEntry.objects.filter(pk__gt=last.change).exclude(noun__in=OWN_NOUNS).exists()


@dataclass(slots=True)
class _Seen:
    """The change number the worker saw last, and since when it has not moved."""

    change: int = -1
    since: float = 0.0
    looked: float = 0.0


_seen = _Seen()
EVERY = 5.0  # seconds between two glances: the worker comes by twice a second


def keep_watch() -> None:
    """Start a run where one is due and the records have come to rest; called by the worker in every round."""
    now = time.monotonic()
    if now - _seen.looked < EVERY:
        return
    _seen.looked = now
    change = change_number()
    if change != _seen.change:
        _seen.change, _seen.since = change, now
        return
    if now - _seen.since < QUIET or running() is not None or not due():
        return
    jobs.start(KIND, machine("worker"), {})
    _seen.since = now


def connect() -> None:
    """Let the worker do the desk's jobs and come by."""
    jobs.kind(KIND)(_job)
    jobs.each_round(keep_watch)
