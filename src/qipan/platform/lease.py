"""The lease a large load holds while it commits: on SQLite only one transaction writes at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from qipan.platform.models import CommitLease

# A holder that has not been heard of for so long is dead: its transaction is rolled back by the database.
DEAD_AFTER = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Committing:
    """A load that is being committed just now."""

    name: str
    done: int
    total: int


def _alive(lease: CommitLease) -> bool:
    if timezone.now() - lease.beat < DEAD_AFTER:
        return True
    try:
        os.kill(lease.process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return lease.process != os.getpid()


def committing() -> Committing | None:
    """Return the load that is being committed, if any; a dead holder's lease is cleared away."""
    lease = CommitLease.objects.filter(pk=1).first()
    if lease is None:
        return None
    if not _alive(lease):
        CommitLease.objects.filter(pk=1, process=lease.process).delete()
        return None
    return Committing(lease.name, lease.done, lease.total)


def wait_until_free(seconds: float) -> Committing | None:
    """Wait at most `seconds` for a committing load to end; return it if it is still there."""
    until = time.monotonic() + seconds
    while (holder := committing()) is not None:
        if time.monotonic() >= until:
            return holder
        time.sleep(0.05)
    return None


@dataclass(slots=True)
class Lease:
    """The holder's side of the lease."""

    _heard: float = 0.0

    def tell(self, done: int, total: int) -> None:
        """Keep the lease alive and say how far the commit is; at most five times a second."""
        now = time.monotonic()
        if now - self._heard < 0.2 and done < total:
            return
        self._heard = now
        CommitLease.objects.filter(pk=1, process=os.getpid()).update(beat=timezone.now(), done=done, total=total)


@contextmanager
def lease(name: str, total: int) -> Iterator[Lease | None]:
    """Hold the lease; yields None where another load holds it."""
    if committing() is not None:
        yield None
        return
    now = timezone.now()
    _, mine = CommitLease.objects.get_or_create(
        pk=1, defaults={"name": name, "process": os.getpid(), "since": now, "beat": now, "total": total}
    )
    if not mine:
        yield None
        return
    try:
        yield Lease()
    finally:
        CommitLease.objects.filter(pk=1, process=os.getpid()).delete()
