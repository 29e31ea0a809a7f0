"""The tables of an installation, brought up to date when a command or the server starts."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def bring_up_to_date() -> None:
    """Leave every database with the tables this version needs; does nothing where they are there."""
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, interactive=False, verbosity=0)
