"""The ledger of units: a dated tree; moving a unit keeps where it stood before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from qipan.engine.sheets.spec import LedgerSpec
from qipan.platform.imports.plan import Counts, For, Insert, Plan, Progress, SheetRead, Update, problem_rows, writes
from qipan.registry.loading import known
from qipan.registry.models import Subject, Unit, UnitPlace

KINDS: Mapping[str, str] = {
    "城市": "city", "高新区": "zone", "园区": "park", "部门": "department", "平台公司": "company", "行政区": "district",
}  # fmt: skip
# A unit whose ledger gives no date is taken to have stood here always.
ALWAYS = date(1978, 1, 1)
FIELDS = ("name", "name_en", "kind", "aliases", "sort", "opened", "closed")


def by_field(ledger: LedgerSpec, noun: str) -> dict[str, str]:
    """Return field → column code for the columns of `ledger` that write fields of `noun`."""
    return {
        column.writes.removeprefix(f"{noun}."): column.code
        for column in ledger.columns
        if column.writes.startswith(f"{noun}.")
    }


def _rows(reads: Sequence[SheetRead]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for read in reads:
        if read.extract is None or read.ledger is None:
            continue
        fields = by_field(read.ledger, "unit")
        records = read.extract.records
        for record in records.iter_rows(named=True):
            row = {field: record[code] for field, code in fields.items() if code in records.columns}
            rows.append({**row, "sheet": read.number, "row": record["row"]})
    return rows


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    cleaned = {field: row.get(field) for field in FIELDS}
    cleaned["kind"] = KINDS.get(str(row.get("kind")), row.get("kind"))
    aliases = (
        str(row.get("aliases") or "").replace("；", "、").replace(",", "、").replace("，", "、").replace(";", "、")
    )
    cleaned["aliases"] = [part.strip() for part in aliases.split("、") if part.strip()]
    cleaned["name_en"] = row.get("name_en") or ""
    cleaned["sort"] = row.get("sort") or 0
    return cleaned


@writes("unit", order=10)
def plan_units(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Plan new and changed units, and where they stand."""
    progress("compare", 0, 0)
    rows = _rows(sheets)
    if target.allowed is not None and rows:  # the tree decides who may see what: only who loads for the whole zone
        outside = pl.DataFrame([{"sheet": row["sheet"], "row": row["row"], "value": str(row["name"])} for row in rows])
        plan.problems.append(problem_rows("imports.outside", outside))
        plan.count("unit", Counts(read=len(rows), refused=len(rows)))
        return
    existing = {unit.code: unit for unit in Unit.objects.all()}
    counts = Counts(read=len(rows))
    new: list[dict[str, Any]] = []
    ids: dict[str, int] = {}
    names: dict[str, str] = {}
    for row in rows:
        code = str(row["code"])
        names[code] = str(row["name"])
        unit = existing.get(code)
        if unit is not None:
            ids[code] = unit.pk
            changed = _changes(plan, unit, row)
            counts.changed += changed
            counts.same += not changed
        elif code not in {str(other["code"]) for other in new}:
            new.append({"code": code, **_clean(row), "sheet": row["sheet"], "row": row["row"]})
            counts.new += 1
        else:
            counts.refused += 1
            frame = pl.DataFrame([{"sheet": row["sheet"], "row": row["row"], "value": names[code]}])
            plan.problems.append(problem_rows("imports.repeated-firm", frame))
    if new:
        plan.also(lambda: pl.concat([_preview(row["name"], "", "", row["code"], row, kind="new") for row in new]))
    ids.update(_insert(plan, new))
    _places(plan, rows, ids)
    plan.count("unit", counts)


def _insert(plan: Plan, new: list[dict[str, Any]]) -> dict[str, int]:
    if not new:
        return {}
    ids = plan.provisional(Subject.Noun.UNIT, len(new))
    frame = pl.DataFrame(
        {
            "id": ids,
            "code": [row["code"] for row in new],
            **{name: [row[name] for row in new] for name in ("name", "name_en", "kind")},
            "aliases": [json.dumps(row["aliases"], ensure_ascii=False) for row in new],
            "extra": ["{}" for _ in new],
            "sort": [row["sort"] for row in new],
            "opened": [row["opened"] for row in new],
            "closed": [row["closed"] for row in new],
            "sheet": [row["sheet"] for row in new],
            "row": [row["row"] for row in new],
        },
        schema_overrides={"opened": pl.Date, "closed": pl.Date, "sort": pl.Int64, "kind": pl.String},
    )
    plan.inserts.append(Insert(Unit, frame, ("id",)))
    return dict(zip(frame["code"], ids, strict=True))


def _changes(plan: Plan, unit: Unit, row: dict[str, Any]) -> bool:
    wanted, changed = _clean(row), False
    for field in FIELDS:
        if field not in row or row[field] is None or wanted[field] == getattr(unit, field):
            continue
        changed = True
        before, after = getattr(unit, field), wanted[field]
        if field == "aliases":
            before, after = json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False)
        place = {"sheet": row["sheet"], "row": row["row"]}
        plan.updates.append(
            Update(Unit, field, pl.DataFrame([{"id": unit.pk, "before": before, "after": after, **place}]))
        )
        was = str(before if before is not None else "")
        plan.previews.append(_preview(unit.name, field, was, str(after), {**place, "key": unit.pk}))
    return changed


def _preview(
    label: str, field: str, old: str, new: str, place: Mapping[str, Any], *, kind: str = "changed"
) -> pl.DataFrame:
    from qipan.platform.imports.plan import PREVIEW_SCHEMA

    values = {"old": old, "new": new, "old_en": old, "new_en": new, "sheet": place["sheet"], "row": place["row"]}
    named = {"noun": "unit", "kind": kind, "label": label, "label_en": label, "field": field}
    row = {**named, **values, "key": place.get("key")}
    return pl.DataFrame([row], schema=PREVIEW_SCHEMA)


def _places(plan: Plan, rows: list[dict[str, Any]], ids: dict[str, int]) -> None:
    """Plan where units stand: a new place for a unit that had none or stands elsewhere now."""
    units = known.units(plan)
    standing = {place.unit_id: place for place in UnitPlace.objects.filter(until__isnull=True)}
    placed: list[dict[str, Any]] = []
    for row in rows:
        parent_text = row.get("parent")
        if not parent_text:
            continue
        place = {"sheet": row["sheet"], "row": row["row"]}
        unit, parent = ids[str(row["code"])], units.named(str(parent_text))
        if parent is None or parent == unit:
            frame = pl.DataFrame([{**place, "value": str(parent_text)}])
            plan.problems.append(problem_rows("imports.unknown-parent", frame, field="parent"))
            continue
        now = standing.get(unit)
        if now is not None and now.parent_id == parent:
            continue
        since = row.get("opened") or ALWAYS
        if now is not None:
            frame = pl.DataFrame([{"id": now.pk, "before": None, "after": since, **place}])
            plan.updates.append(Update(UnitPlace, "until", frame.with_columns(pl.col("before").cast(pl.Date))))
        placed.append({"unit_id": unit, "parent_id": parent, "since": since, **place})
    if placed:
        schema = {"unit_id": pl.Int64, "parent_id": pl.Int64, "since": pl.Date, "sheet": pl.Int32, "row": pl.Int64}
        plan.inserts.append(Insert(UnitPlace, pl.DataFrame(placed, schema=schema), ("unit_id", "parent_id")))
