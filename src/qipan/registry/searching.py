"""What can be searched of the registry: firms by all their names and their code."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qipan.platform.imports.changes import stored
from qipan.platform.imports.plan import CHANGE_SCHEMA
from qipan.platform.models import Batch, TrailEntry
from qipan.platform.search import searchable
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Subject

TABLES = ("enterprise", "enterprise_name")
# More changed firms than this are found faster by building the index anew.
MANY = 200_000
ROWS: dict[str, pl.DataType] = {"id": pl.Int64(), "unit": pl.Int64(), "name": pl.String(), "code": pl.String()}


def _firms(ids: Sequence[int] | None) -> pl.DataFrame:
    some = "" if ids is None else f" WHERE id IN ({', '.join(str(int(key)) for key in ids)})"
    firms = read_frame(f"SELECT id, unit_id, name, uscc FROM enterprise{some}", ROWS)  # noqa: S608 - whole numbers
    others = read_frame("SELECT enterprise_id, name FROM enterprise_name", {"id": pl.Int64(), "other": pl.String()})
    if not others.height:
        return firms
    joined = others.group_by("id").agg(pl.col("other").str.join("\n"))
    firms = firms.join(joined, on="id", how="left", maintain_order="left")
    return firms.with_columns(pl.concat_str("name", "other", separator="\n", ignore_nulls=True).alias("name")).drop(
        "other"
    )


def _changed(since: int) -> Sequence[int] | None:
    """Return the firms changed after `since`, from the change sets of loads and from single changes."""
    entries = TrailEntry.objects.filter(id__gt=since)
    batches = {batch for batch in entries.values_list("batch", flat=True) if batch}
    ids = set(entries.filter(batch__isnull=True, noun="enterprise").values_list("subject", flat=True))
    named: set[int] = set()
    for batch in Batch.objects.filter(pk__in=batches).select_related("undoes"):
        changes = stored((batch.undoes or batch).changes_file, CHANGE_SCHEMA).filter(pl.col("table").is_in(TABLES))
        names = changes.filter((pl.col("table") == "enterprise_name") & (pl.col("op") == "insert"))
        if batch.undoes is not None and names.height:
            return None  # whose names they were went with them
        ids.update(changes.filter(pl.col("table") == "enterprise")["id"].to_list())
        named.update(names["id"].to_list())
        if len(ids) + len(named) > MANY:
            return None
    ids |= _owners(sorted(named)) if named else set()
    return sorted(key for key in ids if key is not None)


def _owners(names: Sequence[int]) -> set[int]:
    listed = ", ".join(str(int(key)) for key in names)
    return set(
        read_frame(f"SELECT enterprise_id FROM enterprise_name WHERE id IN ({listed})", {"id": pl.Int64()})["id"]  # noqa: S608
    )


def connect() -> None:
    """Let firms be found."""
    searchable(Subject.Noun.ENTERPRISE, _firms, _changed)
