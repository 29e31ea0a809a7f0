"""Taking a batch back as a whole: the current view is as if it had never come, history keeps both."""

from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from qipan.engine.problem import Problem, Where
from qipan.platform.action import Act, Stopped, action
from qipan.platform.imports.changes import stored
from qipan.platform.imports.plan import CHANGE_SCHEMA
from qipan.platform.models import Batch, TrailEntry
from qipan.platform.storage import bulk
from qipan.platform.storage.frames import read_frame

# A list longer than this says how many more there are.
LISTED = 50

# `check(batch, changes)` says what stands in the way: locked returns, rows others built on.
_checks: list[Callable[[Batch, pl.DataFrame], list[Problem]]] = []


def undo_asks(check: Callable[[Batch, pl.DataFrame], list[Problem]]) -> None:
    """Ask `check(batch, changes)` before a batch is undone."""
    _checks.append(check)


@action("batch.undo", right="batch.undo", zh="撤销批次", en="Undo a load")
def undo(act: Act, number: int, *, at_unit: int | None = None, reason: str = "") -> Batch:
    """Leave the current view as it was before batch `number`; refuses with the list where later changes build on it."""
    batch = Batch.objects.select_for_update().filter(pk=number).first()
    if batch is None:
        raise Stopped(Problem.of("imports.no-such-batch", number=number))
    if batch.state != Batch.State.COMMITTED or batch.kind != Batch.Kind.LOAD:
        raise Stopped(Problem.of("imports.not-undoable", number=number))
    changes = stored(batch.changes_file, CHANGE_SCHEMA)
    problems = [*_overtaken(batch, changes), *(problem for check in _checks for problem in check(batch, changes))]
    if problems:
        raise Stopped(*_bounded(problems))
    mark = Batch.objects.create(
        kind=Batch.Kind.UNDO,
        state=Batch.State.COMMITTED,
        name=batch.name,
        unit=batch.unit,
        by=act.actor.user.pk if act.actor.user else None,
        by_name=act.actor.name,
        undoes=batch,
        ended=timezone.now(),
    )
    _facts_back(batch.pk, mark.pk)
    _rows_back(changes)
    _fields_back(changes)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE)
    act.batch = mark.pk
    act.changed("batch", None, {"name": batch.name, "state": "committed"}, {"name": batch.name, "state": "undone"})
    return mark


def _bounded(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= LISTED:
        return problems
    return [*problems[:LISTED], Problem.of("imports.undo-more", count=len(problems) - LISTED)]


def _overtaken(batch: Batch, changes: pl.DataFrame) -> list[Problem]:
    """List what later loads and people changed in the rows this batch wrote."""
    problems: list[Problem] = []
    inserted = changes.filter((pl.col("op") == "insert") & (pl.col("table") != "fact")).select("table", "id")
    updated = changes.filter(pl.col("op") == "update").select("table", "id", "field")
    for later in Batch.objects.filter(pk__gt=batch.pk, state=Batch.State.COMMITTED, kind=Batch.Kind.LOAD):
        theirs = stored(later.changes_file, CHANGE_SCHEMA).filter(pl.col("op") == "update")
        hits = pl.concat(
            [
                theirs.join(inserted, on=["table", "id"], how="semi"),
                theirs.join(updated, on=["table", "id", "field"], how="semi"),
            ]
        ).unique(["table", "id", "field"])
        problems += [
            Problem.of("imports.undo-overtaken", where=_place(table, key), field=field, later=later.pk, name=later.name)
            for table, key, field in hits.select("table", "id", "field").head(LISTED + 1).iter_rows()
        ]
    ours = set(inserted["id"].to_list()) | set(updated["id"].to_list()) if changes.height < bulk.LARGE else None
    by_hand = TrailEntry.objects.filter(batch__isnull=True, at__gt=batch.started, subject__isnull=False)
    for entry in by_hand.iterator():
        if ours is None or entry.subject in ours:
            where = _place(str(entry.noun), int(entry.subject or 0))
            problems.append(Problem.of("imports.undo-by-hand", where=where, name=entry.actor_name))
    return problems


def _model(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _place(table: str, key: int) -> Where:
    model = next((model for model in apps.get_models() if model._meta.db_table == table), None)
    record = model._base_manager.filter(pk=key).first() if model else None
    return Where(column=str(record) if record else str(key))


def _facts_back(batch: int, mark: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fact SET superseded_by = %s WHERE batch = %s AND superseded_by IS NULL", [mark, batch])
        cursor.execute("UPDATE fact SET superseded_by = NULL WHERE superseded_by = %s", [batch])


def _fields_back(changes: pl.DataFrame) -> None:
    updates = changes.filter(pl.col("op") == "update")
    for (table, field), part in updates.group_by("table", "field", maintain_order=True):
        model = _model(str(table))
        column = model._meta.get_field(str(field)).column
        values = [json.loads(text)["v"] for text in part["before"]]
        frame = pl.DataFrame({"id": part["id"], column: values}, strict=False)
        bulk.update(model, frame, [str(column)])


def _rows_back(changes: pl.DataFrame) -> None:
    # A 口径 is a word that history may still point at; facts are ended, not deleted.
    inserts = changes.filter((pl.col("op") == "insert") & ~pl.col("table").is_in(["fact", "scope"]))
    tables = inserts.get_column("table").unique(maintain_order=True).to_list()
    for table in reversed(tables):  # what points comes after what is pointed at
        ids = inserts.filter(pl.col("table") == table)["id"]
        model = _model(table)
        key = str(model._meta.pk.column) if model._meta.pk else "id"
        bulk.delete(model, ids, key=key)


def current_facts_on(ids: pl.Series, batch: int) -> pl.DataFrame:
    """Return the current facts other batches hold on the subjects `ids`: id, subject."""
    frame = read_frame(
        "SELECT id, subject_id FROM fact WHERE superseded_by IS NULL AND batch <> %s",
        {"id": pl.Int64(), "subject": pl.Int64()},
        [batch],
    )
    return frame.join(pl.DataFrame({"subject": ids}), on="subject", how="semi")
