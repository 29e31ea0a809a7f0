"""The lease a large load holds while it commits: on SQLite only one transaction writes at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max
from django.utils import timezone

from qipan.platform import process
from qipan.platform.models import CommitLease, TrailEntry

# What every Action holds together and a load holds alone on PostgreSQL, where nothing else keeps them apart.
LOCK = 7_419_263


@dataclass(frozen=True, slots=True)
class Committing:
    """A load that is being committed just now."""

    name: str
    done: int
    total: int


_holding: set[int] = set()  # this process, while it holds the lease


def _alive(lease: CommitLease) -> bool:
    """Tell whether the holder still runs; a dead one's transaction was rolled back by the database."""
    if lease.process == os.getpid():
        return lease.process in _holding
    return process.alive(lease.process, lease.since)


def committing() -> Committing | None:
    """Return the load that is being committed, if any; a dead holder's lease is cleared away."""
    lease = CommitLease.objects.filter(pk=1).first()
    if lease is None:
        return None
    if not _alive(lease):
        CommitLease.objects.filter(pk=1, process=lease.process, since=lease.since).delete()
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


def enter(*, alone: bool, patience: float) -> None:
    """Keep loads and Actions apart for the rest of the running transaction; on SQLite the database does so itself.

    Raises OperationalError where the other side does not let go within `patience` seconds.
    """
    if connection.vendor != "postgresql":
        return
    shared = "" if alone else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {int(patience * 1000)}")
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}({LOCK})")


def settled_change() -> int | None:
    """Return the number of a change behind which no earlier one can still appear; None while that is unknown.

    On PostgreSQL a running Action holds a number that others have passed when it commits: the moment without any is
    waited for by asking again. SQLite writes one at a time.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_try_advisory_xact_lock({LOCK})")
                if cursor.fetchone() != (True,):
                    return None
        return TrailEntry.objects.aggregate(last=Max("id"))["last"] or 0


@dataclass(slots=True)
class Lease:
    """The holder's side of the lease."""

    _heard: float = 0.0
    # On PostgreSQL the lease lies in the database that is being written: only a second connection can say so aloud.
    _aside: BaseDatabaseWrapper | None = field(default=None, repr=False)

    def tell(self, done: int, total: int) -> None:
        """Say how far the commit is; at most five times a second."""
        now = time.monotonic()
        if now - self._heard < 0.2 and done < total:
            return
        self._heard = now
        if connection.vendor == "postgresql" and connection.in_atomic_block:
            aside = self._aside = self._aside or connection.copy()
            with aside.cursor() as cursor:
                cursor.execute(
                    'UPDATE commit_lease SET beat = %s, done = %s, total = %s WHERE "only" = 1 AND process = %s',
                    [timezone.now(), done, total, os.getpid()],
                )
            return
        CommitLease.objects.filter(pk=1, process=os.getpid()).update(beat=timezone.now(), done=done, total=total)

    def let_go(self) -> None:
        """Give the lease back."""
        if self._aside is not None:
            self._aside.close()
        CommitLease.objects.filter(pk=1, process=os.getpid()).delete()


@contextmanager
def lease(name: str, total: int) -> Iterator[Lease | None]:
    """Hold the lease; yields None where another load holds it."""
    if committing() is not None:
        yield None
        return
    now = timezone.now()
    _, mine = CommitLease.objects.get_or_create(
        pk=1, defaults={"name": name[:300], "process": os.getpid(), "since": now, "beat": now, "total": total}
    )
    if not mine:
        yield None
        return
    _holding.add(os.getpid())
    held = Lease()
    try:
        yield held
    finally:
        _holding.discard(os.getpid())
        held.let_go()
