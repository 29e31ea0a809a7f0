"""Taking a batch back as a whole: the current view is as if it had never come, history keeps both."""

from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl
from django.db import connection, models
from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.platform import lease
from qipan.platform.action import Act, Outcome, Stopped, action
from qipan.platform.imports import overtaken
from qipan.platform.imports.changes import stored
from qipan.platform.imports.plan import CHANGE_SCHEMA
from qipan.platform.models import Batch
from qipan.platform.rights import Actor, Refused, units_of
from qipan.platform.storage import bulk

RIGHT = "batch.undo"
# Of each kind so many are listed; the rest is a number.
LISTED = 10

# `check(batch, changes)` says what stands in the way: locked returns, rows others built on.
_checks: list[Callable[[Batch, pl.DataFrame], list[Problem]]] = []
# `settle(act, batch)` puts right what was worked out from the batch's figures, once they are gone.
_settlers: list[Callable[[Act, Batch], None]] = []


def undo_asks(check: Callable[[Batch, pl.DataFrame], list[Problem]]) -> None:
    """Ask `check(batch, changes)` before a batch is undone."""
    _checks.append(check)


def undo_settles(settle: Callable[[Act, Batch], None]) -> None:
    """Call `settle(act, batch)` when a batch's figures have been taken back and its rows are still there."""
    _settlers.append(settle)


def undo(actor: Actor, number: int, *, reason: str = "", at_unit: int | None = None) -> Outcome[Batch]:
    """Leave the current view as it was before batch `number`; refuses with the list where later changes build on it.

    The right is asked for at the unit the batch was loaded for, whatever `at_unit` says.
    """
    batch = Batch.objects.filter(pk=number).first()
    unit = batch.unit if batch is not None else at_unit
    if unit is None and units_of(actor, RIGHT) is not None:
        raise Refused(RIGHT)
    with lease.lease(batch.name if batch else str(number), 0) as held:
        if held is None:
            holder = lease.committing()
            return Outcome(problems=(Problem.of("imports.load-running", name=holder.name if holder else ""),))
        return _undo(actor, number, at_unit=unit, reason=reason)


@action("batch.undo", right=RIGHT, zh="撤销批次", en="Undo a load", holds_lease=True)
def _undo(act: Act, number: int, *, at_unit: int | None = None, reason: str = "") -> Batch:
    del at_unit, reason  # read by the decorator
    batch = Batch.objects.select_for_update().filter(pk=number).first()
    if batch is None:
        raise Stopped(Problem.of("imports.no-such-batch", number=number))
    if batch.state != Batch.State.COMMITTED or batch.kind != Batch.Kind.LOAD:
        raise Stopped(Problem.of("imports.not-undoable", number=number))
    changes = stored(batch.changes_file, CHANGE_SCHEMA)
    problems = [*overtaken.rows(batch, changes), *(problem for check in _checks for problem in check(batch, changes))]
    if problems:
        raise Stopped(*_bounded(problems))
    mark = _mark(act, batch)
    _facts_back(batch.pk, mark.pk)
    for settle in _settlers:
        settle(act, batch)
    _rows_back(changes)
    _fields_back(changes)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE)
    act.batch = mark.pk
    act.changed("batch", None, {"name": batch.name, "state": "committed"}, {"name": batch.name, "state": "undone"})
    return mark


def _mark(act: Act, batch: Batch) -> Batch:
    return Batch.objects.create(
        kind=Batch.Kind.UNDO,
        state=Batch.State.COMMITTED,
        name=batch.name,
        unit=batch.unit,
        by=act.actor.user.pk if act.actor.user else None,
        by_name=act.actor.name,
        undoes=batch,
        ended=timezone.now(),
    )


def _bounded(problems: list[Problem]) -> list[Problem]:
    """Return the problems kind by kind, a few of each, and how many more there are."""
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(problem.code, []).append(problem)
    shown = [problem for kind in kinds.values() for problem in kind[:LISTED]]
    if len(shown) == len(problems):
        return shown
    return [*shown, Problem.of("imports.undo-more", count=len(problems) - len(shown))]


def _facts_back(batch: int, mark: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fact SET superseded_by = %s WHERE batch = %s AND superseded_by IS NULL", [mark, batch])
        cursor.execute("UPDATE fact SET superseded_by = NULL WHERE superseded_by = %s", [batch])


def _fields_back(changes: pl.DataFrame) -> None:
    updates = changes.filter(pl.col("op") == "update")
    for (table, field), part in updates.group_by("table", "field", maintain_order=True):
        model = overtaken.model_of(str(table))
        column = model._meta.get_field(str(field)).column
        values = [json.loads(text)["v"] for text in part["before"]]
        frame = pl.DataFrame({"id": part["id"], column: values}, strict=False)
        bulk.update(model, frame, [str(column)], key=_key(model))


def _rows_back(changes: pl.DataFrame) -> None:
    # A 口径 is a word that history may still point at; facts are ended, not deleted.
    inserts = changes.filter((pl.col("op") == "insert") & ~pl.col("table").is_in(["fact", "scope"]))
    tables = inserts.get_column("table").unique(maintain_order=True).to_list()
    for table in reversed(tables):  # what points comes after what is pointed at
        model = overtaken.model_of(table)
        bulk.delete(model, inserts.filter(pl.col("table") == table)["id"], key=_key(model))


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column) if model._meta.pk else "id"
