"""The tables of an installation, brought up to date when a command or the server starts."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from qipan.platform.home import home


def bring_up_to_date() -> None:
    """Leave every database with the tables this version needs; does nothing where they are there."""
    if not _behind():
        return
    with _alone():
        for alias in _behind():  # whoever waited here finds the work done
            call_command("migrate", database=alias, interactive=False, verbosity=0)


def _behind() -> list[str]:
    """Return the databases that lack tables or columns."""
    found: list[str] = []
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            found.append(alias)
    return found


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the data folder's lock: two processes that start at once would make the same tables twice."""
    place = home()
    place.prepare()
    descriptor = os.open(place.cache / "tables.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
