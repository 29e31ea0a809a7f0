"""What stands in the way of an undo: rows that later loads and people changed, or built on."""

from __future__ import annotations

import polars as pl
from django.apps import apps
from django.db import models

from qipan.engine.problem import Problem, Where
from qipan.platform.imports.changes import stored
from qipan.platform.imports.plan import CHANGE_SCHEMA
from qipan.platform.models import Batch, TrailEntry
from qipan.platform.storage.frames import read_frame

# More of one kind than this need not be spelled out: the list is cut anyway.
LISTED = 51


def rows(batch: Batch, changes: pl.DataFrame) -> list[Problem]:
    """List what later loads and people changed in the rows this batch wrote, and what now hangs on them."""
    inserted = changes.filter((pl.col("op") == "insert") & (pl.col("table") != "fact")).select("table", "id")
    updated = changes.filter(pl.col("op") == "update").select("table", "id", "field")
    return [
        *_by_loads(batch, inserted, updated),
        *_by_hand(batch, inserted, updated),
        *_hanging(batch, inserted, updated),
    ]


def model_of(table: str) -> type[models.Model]:
    """Return the model whose rows lie in `table`."""
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def place(table: str, key: int) -> Where:
    """Return how a person finds a row: by its name."""
    record = model_of(table)._default_manager.filter(pk=key).first()
    return Where(column=str(record) if record else str(key))


def _by_loads(batch: Batch, inserted: pl.DataFrame, updated: pl.DataFrame) -> list[Problem]:
    problems: list[Problem] = []
    for later in Batch.objects.filter(pk__gt=batch.pk, state=Batch.State.COMMITTED, kind=Batch.Kind.LOAD):
        theirs = stored(later.changes_file, CHANGE_SCHEMA).filter(pl.col("op") == "update")
        hits = pl.concat(
            [
                theirs.join(inserted, on=["table", "id"], how="semi"),
                theirs.join(updated, on=["table", "id", "field"], how="semi"),
            ]
        ).unique(["table", "id", "field"], maintain_order=True)
        problems += [
            Problem.of("imports.undo-overtaken", where=place(table, key), field=field, later=later.pk, name=later.name)
            for table, key, field in hits.select("table", "id", "field").head(LISTED).iter_rows()
        ]
    return problems


def _by_hand(batch: Batch, inserted: pl.DataFrame, updated: pl.DataFrame) -> list[Problem]:
    """List the changes people made afterwards; a trail entry names the table as its noun."""
    own = TrailEntry.objects.filter(batch=batch.pk).order_by("id").values_list("id", flat=True).first() or 0
    later = TrailEntry.objects.filter(batch__isnull=True, id__gt=own, subject__isnull=False).exclude(noun="")
    entries = pl.DataFrame(
        list(later.values_list("noun", "subject", "actor_name").distinct()),
        schema={"table": pl.String, "id": pl.Int64, "name": pl.String},
        orient="row",
    )
    ours = pl.concat([inserted, updated.select("table", "id")])
    hits = entries.join(ours, on=["table", "id"], how="semi", maintain_order="left")
    return [
        Problem.of("imports.undo-by-hand", where=place(table, key), name=name)
        for table, key, name in hits.head(LISTED).iter_rows()
    ]


def _hanging(batch: Batch, inserted: pl.DataFrame, updated: pl.DataFrame) -> list[Problem]:
    """List the rows that came later and point at rows this batch would take away."""
    problems: list[Problem] = []
    own = pl.concat([inserted, updated.select("table", "id")])  # what the undo itself takes back
    for (table,), part in inserted.group_by("table", maintain_order=True):
        ids = part.select(pl.col("id").alias("target"))
        for pointing, column in _pointing_at(model_of(str(table))):
            found = _rows_pointing(pointing, column, batch).join(ids, on="target", how="semi")
            mine = own.filter(pl.col("table") == pointing._meta.db_table).select("id")
            counted = found.join(mine, on="id", how="anti").group_by("target", maintain_order=True).len()
            problems += [
                Problem.of("imports.undo-hanging", where=where, name=where.column or "", count=count)
                for target, count in counted.head(LISTED).iter_rows()
                if (where := place(str(table), target))
            ]
    return problems


def _pointing_at(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Return the models with a foreign key to `model`, and its column."""
    found: list[tuple[type[models.Model], str]] = []
    for other in apps.get_models():
        for field in other._meta.concrete_fields:
            if field.is_relation and field.related_model is model and field.column:
                found.append((other, field.column))
    return found


def _rows_pointing(model: type[models.Model], column: str, batch: Batch) -> pl.DataFrame:
    """Return the rows of `model` other batches or people wrote: `id`, `target`."""
    key = str(model._meta.pk.column) if model._meta.pk else "id"
    columns = {field.column for field in model._meta.concrete_fields}
    others = f" AND (batch IS NULL OR batch <> {int(batch.pk)})" if "batch" in columns else ""
    return read_frame(
        f'SELECT "{key}", "{column}" FROM "{model._meta.db_table}" WHERE "{column}" IS NOT NULL{others}',  # noqa: S608
        {"id": pl.Int64(), "target": pl.Int64()},
    )
