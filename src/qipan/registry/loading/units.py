"""The ledger of units: a dated tree; moving, merging and splitting units keeps what was there before."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from qipan.platform.imports.plan import Counts, For, Insert, Plan, Progress, SheetRead, Update, problem_rows, writes
from qipan.registry.loading import known
from qipan.registry.loading.unit_places import plan_places
from qipan.registry.loading.unit_rows import FIELDS, UnitRow, once, unit_rows
from qipan.registry.loading.unit_successions import plan_successions
from qipan.registry.models import Subject, Unit


@writes("unit", order=10)
def plan_units(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Plan new and changed units, where they stand, and in which others the closed ones go on."""
    progress("compare", 0, 0)
    given = list(unit_rows(sheets))
    if target.allowed is not None and given:  # the tree decides who may see what: only who loads for the whole zone
        outside = pl.DataFrame([{**row.place, "value": row.name} for row in given])
        plan.problems.append(problem_rows("imports.outside", outside))
        plan.count("unit", Counts(read=len(given), refused=len(given)))
        return
    rows, repeated = once(iter(given), plan)
    existing = {unit.code: unit for unit in Unit.objects.all()}
    for row in rows:
        row.stored = existing.get(row.code)
        row.key = row.stored.pk if row.stored is not None else 0
    new = [row for row in rows if row.stored is None]
    _insert(plan, new)
    units = known.units(plan)
    changed = plan_places(plan, rows, units)
    changed |= {row.key for row in rows if row.stored is not None and _changes(plan, row, row.stored)}
    changed |= plan_successions(plan, rows, units)
    changed -= {row.key for row in new}
    same = len(rows) - len(new) - len(changed)
    plan.count("unit", Counts(len(given), len(new), len(changed), same, repeated))


def _insert(plan: Plan, new: list[UnitRow]) -> None:
    if not new:
        return
    plan.also(lambda: pl.concat([row.shown(row.code, "", "", kind="new") for row in new]))
    ids = plan.provisional(Subject.Noun.UNIT, len(new))
    for row, key in zip(new, ids, strict=True):
        row.key = key
    frame = pl.DataFrame(
        {
            "id": ids,
            "code": [row.code for row in new],
            "name": [row.name for row in new],
            "name_en": [row.given["name_en"] or "" for row in new],
            "kind": [row.given["kind"] for row in new],
            "aliases": [json.dumps(row.given["aliases"] or [], ensure_ascii=False) for row in new],
            "extra": ["{}" for _ in new],
            "sort": [row.given["sort"] or 0 for row in new],
            "opened": [row.given["opened"] for row in new],
            "closed": [row.given["closed"] for row in new],
            "sheet": [row.sheet for row in new],
            "row": [row.row for row in new],
        },
        schema_overrides={"opened": pl.Date, "closed": pl.Date, "sort": pl.Int64, "kind": pl.String},
    )
    plan.inserts.append(Insert(Unit, frame, ("id",)))


def _changes(plan: Plan, row: UnitRow, unit: Unit) -> bool:
    """Plan the fields that differ; tells whether any does."""
    changed = False
    for field in FIELDS:
        before, after = getattr(unit, field), row.closed if field == "closed" else row.given[field]
        if after is None and not (field == "closed" and row.reopened):
            continue
        if after == before or (field == "opened" and row.dated):
            continue
        changed = True
        if field == "aliases":
            before, after = json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False)
        frame = pl.DataFrame([{"id": unit.pk, "before": before, "after": after, **row.place}])
        if field in ("opened", "closed"):
            frame = frame.with_columns(pl.col("before", "after").cast(pl.Date))
        plan.updates.append(Update(Unit, field, frame))
        plan.previews.append(
            row.shown(field, str(before if before is not None else ""), str(after if after is not None else ""))
        )
    return changed
