"""What happened to one record: what people did, from the trail; what loads wrote, from their change sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from qipan.platform import files
from qipan.platform.models import Batch, BatchSheet, TrailEntry, User
from qipan.platform.screens.declaration import Screen
from qipan.platform.screens.fields import CUSTOM
from qipan.platform.subjects import stands_on_subject
from qipan.platform.visible import visible_to

PAGE = 20
# So many change sets are looked through for one page: most hold nothing of this record.
LOOKED = 60
LOADING = ("batch.commit", "batch.undo")

# `count(user, key)` → batch → how many figures of record `key` the person may see came with it.
Figures = Callable[[User, int], Mapping[int, int]]
_figures: list[Figures] = []


def figures_come_from(figures: Figures) -> None:
    """Let `figures(user, key)` say which batches brought figures of a record; called once, by the registry."""
    _figures[:] = [figures]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field a load wrote, by its name in the table."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Load:
    """What one load did to the record; `place` says where in the file, and `open` whether the person may open it.

    `acting_for` is whose right it was where a deputy loaded or took it back.
    """

    batch: Batch
    fresh: bool
    changes: tuple[FieldChange, ...]
    figures: int
    place: str
    row: int | None
    open: bool
    acting_for: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: a line of the trail, or a load."""

    at: datetime
    entry: TrailEntry | None = None
    load: Load | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A page of what happened, newest first; `earlier` asks for the next one, None at the beginning of all."""

    happenings: tuple[Happening, ...]
    earlier: datetime | None


def history(user: User, screen: Screen, record: Any, *, before: datetime | None = None) -> History:
    """Return what happened to a record the person may see, before a moment."""
    entries = _entries(user, screen, record.pk, before)
    loads, looked_to = _loads(user, screen, record, before)
    found = sorted(
        [*(Happening(entry.at, entry=entry) for entry in entries), *loads],
        key=lambda one: one.at,
        reverse=True,
    )
    if looked_to is not None:  # beyond it loads may lie that were not looked at yet
        found = [one for one in found if one.at >= looked_to]
    shown = found[:PAGE]
    if len(found) > PAGE:
        return History(tuple(shown), shown[-1].at)
    if len(entries) > PAGE and looked_to is None:
        return History(tuple(shown), shown[-1].at)
    return History(tuple(shown), looked_to)


def _entries(user: User, screen: Screen, key: int, before: datetime | None) -> list[TrailEntry]:
    entries = visible_to(TrailEntry, user).filter(noun=screen.model._meta.db_table, subject=key)
    if before is not None:
        entries = entries.filter(at__lt=before)
    return list(entries.order_by("-id")[: PAGE + 1])


def _loads(user: User, screen: Screen, record: Any, before: datetime | None) -> tuple[list[Happening], datetime | None]:
    """Return the loads that touched the record; and, where not all were looked at, the moment they were followed to."""
    batches = Batch.objects.filter(kind=Batch.Kind.LOAD).exclude(changes_file="")
    first = getattr(record, "batch", None)
    if first is not None:
        batches = batches.filter(pk__gte=first)
    if before is not None:
        batches = batches.filter(started__lt=before)
    rows = list(batches.order_by("-started", "-id")[: LOOKED + 1])
    brought = _figures[0](user, record.pk) if _figures and stands_on_subject(screen.model) else {}
    found: list[Happening] = []
    for batch in rows[:LOOKED]:
        changes = _changes(batch, screen, record.pk)
        count = brought.get(batch.pk, 0)
        if changes.height or count:
            found.append(Happening(batch.started, load=_load(user, batch, changes, count)))
    undone = {one.undoes_id: one for one in Batch.objects.filter(undoes__in=[one.pk for one in rows])}
    for happening in list(found):
        load = happening.load
        mark = undone.get(load.batch.pk) if load is not None else None
        if mark is not None:
            found.append(Happening(mark.started, load=Load(mark, False, (), 0, "", None, _may_open(user, mark))))
    return _with_deputies(found), rows[LOOKED - 1].started if len(rows) > LOOKED else None


def _with_deputies(found: list[Happening]) -> list[Happening]:
    """Return the loads with whom a deputy stood for: the batch says who loaded, the trail in whose place."""
    batches = [one.load.batch.pk for one in found if one.load is not None]
    said = TrailEntry.objects.filter(batch__in=batches, action__in=LOADING, acting_for__isnull=False)
    deputies = dict(said.values_list("batch", "acting_for"))
    return [
        replace(one, load=replace(one.load, acting_for=deputies[one.load.batch.pk] or ""))
        if one.load is not None and one.load.batch.pk in deputies
        else one
        for one in found
    ]


def _changes(batch: Batch, screen: Screen, key: int) -> pl.DataFrame:
    path = files.path_of(batch.changes_file)
    if not path.is_file():
        return pl.DataFrame()
    frame = pl.scan_parquet(path).filter((pl.col("id") == key) & (pl.col("table") == screen.model._meta.db_table))
    return frame.collect()


def _may_open(user: User, batch: Batch) -> bool:
    return visible_to(Batch, user).filter(pk=batch.pk).exists()


def _told(row: dict[str, Any]) -> list[FieldChange]:
    """Return what one written field says; the zone's own fields, which are kept together, one by one."""
    before, after = (json.loads(row[side])["v"] for side in ("before", "after"))
    if row["field"] != CUSTOM:
        return [FieldChange(row["field"], before, after)]
    old, new = (json.loads(side) if side else {} for side in (before, after))
    return [FieldChange(f"{CUSTOM}__{code}", old.get(code), new.get(code)) for code in {**old, **new}]


def _load(user: User, batch: Batch, changes: pl.DataFrame, figures: int) -> Load:
    rows: Sequence[dict[str, Any]] = list(changes.iter_rows(named=True))
    fresh = any(row["op"] == "insert" for row in rows)
    told = tuple(change for row in rows if row["op"] == "update" for change in _told(row))
    at = next(((row["sheet"], row["row"]) for row in rows if row["sheet"] is not None), None)
    may = _may_open(user, batch)
    sheet = BatchSheet.objects.filter(batch=batch, number=at[0]).first() if at is not None and may else None
    place = f"{sheet.file_name} › {sheet.sheet}" if sheet is not None else ""
    return Load(batch, fresh, told, figures, place, at[1] if at is not None and may else None, may)
