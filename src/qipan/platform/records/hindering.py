"""What people attached to a load's new records is in the way of taking the load back."""

from __future__ import annotations

from collections import Counter

import polars as pl

from qipan.engine.problem import Problem
from qipan.platform.imports.overtaken import LISTED, place
from qipan.platform.models import Batch
from qipan.platform.records.models import Attachment, Note
from qipan.platform.screens.declaration import screens


def hinder_undo(batch: Batch, changes: pl.DataFrame) -> list[Problem]:
    """List the records `batch` brought that have notes or files now."""
    del batch  # its changes say everything
    problems: list[Problem] = []
    brought = changes.filter(pl.col("op") == "insert")
    for screen in screens():
        counted: Counter[int] = Counter()
        for model in (Note, Attachment):
            counted.update(model._default_manager.filter(screen=screen.code).values_list("record", flat=True))
        if not counted:
            continue
        table = screen.model._meta.db_table
        mine = brought.filter((pl.col("table") == table) & pl.col("id").is_in(list(counted)))["id"].to_list()
        for key in mine[:LISTED]:
            where = place(table, key)
            problems.append(
                Problem.of("imports.undo-hanging", where=where, name=where.column or "", count=counted[key])
            )
    return problems
