"""What stands in the way of an undo among figures: those corrected since, and those that hang on what would go."""

from __future__ import annotations

import polars as pl

from qipan.engine.problem import Problem, Where
from qipan.platform.imports.overtaken import LISTED, place
from qipan.platform.imports.undo import undo_asks
from qipan.platform.models import Batch
from qipan.platform.storage.frames import read_frame
from qipan.registry.loading import known
from qipan.registry.models import Measure

SUBJECTS = ("unit", "enterprise")


def _corrected(batch: Batch, _changes: pl.DataFrame) -> list[Problem]:
    """List the figures of `batch` that a later batch replaced."""
    rows = read_frame(
        "SELECT subject_id, measure_id, superseded_by, COUNT(*) FROM fact "  # noqa: S608
        f"WHERE batch = {int(batch.pk)} AND superseded_by IS NOT NULL GROUP BY 1, 2, 3",
        {"subject": pl.Int64(), "measure": pl.Int64(), "later": pl.Int64(), "count": pl.Int64()},
    )
    rows = rows.sort("later", "measure", "subject").head(LISTED)
    names = dict(Batch.objects.filter(pk__in=rows["later"].to_list()).values_list("pk", "name"))
    measures = {measure.pk: str(measure) for measure in Measure.objects.filter(pk__in=rows["measure"].to_list())}
    subjects = known.names_of(rows["subject"])
    return [
        Problem.of(
            "imports.undo-overtaken", where=Where(sheet=subjects.get(subject)), field=measures[measure], later=later,
            name=names.get(later, ""),
        )
        for subject, measure, later, _ in rows.iter_rows()
    ]  # fmt: skip


def _hanging(batch: Batch, changes: pl.DataFrame) -> list[Problem]:
    """List the units and firms of `batch` on which later batches put figures."""
    inserted = changes.filter((pl.col("op") == "insert") & pl.col("table").is_in(SUBJECTS))
    if not inserted.height:
        return []
    facts = read_frame(
        f"SELECT subject_id, COUNT(*) FROM fact WHERE superseded_by IS NULL AND batch <> {int(batch.pk)} GROUP BY 1",  # noqa: S608
        {"id": pl.Int64(), "count": pl.Int64()},
    )
    hits = inserted.select("table", "id").join(facts, on="id", maintain_order="left")
    return [
        Problem.of("imports.undo-hanging", where=where, name=where.column or "", count=count)
        for table, key, count in hits.head(LISTED).iter_rows()
        if (where := place(table, key))
    ]


def connect() -> None:
    """Be asked before every undo."""
    undo_asks(_corrected)
    undo_asks(_hanging)
