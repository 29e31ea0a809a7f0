"""What the registry already knows, as frames that a load is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.utils import timezone

from qipan.platform.imports.plan import Plan
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Enterprise, Unit, UnitPlace
from qipan.registry.rights import open_on, parents_kept

# Field of a ledger column (`enterprise.<field>`) → column of the table and its type in frames.
FIRM_FIELDS: Mapping[str, tuple[str, pl.DataType]] = {
    "uscc": ("uscc", pl.String()),
    "name": ("name", pl.String()),
    "unit": ("unit_id", pl.Int64()),
    "industry": ("industry", pl.String()),
    "kind": ("kind", pl.String()),
    "registered": ("registered", pl.Date()),
    "capital": ("capital", pl.Int64()),
    "currency": ("currency", pl.String()),
    "status": ("status", pl.String()),
    "size": ("size", pl.String()),
    "above_scale": ("above_scale", pl.Boolean()),
    "region": ("region", pl.String()),
    "province": ("province", pl.String()),
    "city": ("city", pl.String()),
    "address": ("address", pl.String()),
    "scope": ("scope", pl.String()),
    "person": ("person", pl.String()),
    "phone": ("phone", pl.String()),
    "longitude": ("longitude", pl.Float64()),
    "latitude": ("latitude", pl.Float64()),
    "datum": ("datum", pl.String()),
    "note": ("note", pl.String()),
}


@dataclass(frozen=True, slots=True)
class Units:
    """The units by every name they go by."""

    by_name: Mapping[str, int]
    names: Mapping[int, str]
    parents: Mapping[int, int]
    kinds: Mapping[int, str]

    @property
    def zone(self) -> int | None:
        """The zone itself."""
        return next((unit for unit, kind in self.kinds.items() if kind == Unit.Kind.ZONE), None)

    @property
    def city(self) -> int | None:
        """The city above the zone."""
        return next((unit for unit, kind in self.kinds.items() if kind == Unit.Kind.CITY), None)

    def named(self, text: str) -> int | None:
        """Return the unit `text` names, by its name, code or alias."""
        return self.by_name.get(_plain(text))

    def find(self, texts: pl.Series) -> pl.Series:
        """Return the unit each text names, null where none does."""
        distinct = texts.unique().drop_nulls()
        found = pl.DataFrame(
            {"text": distinct, "unit": [self.named(text) for text in distinct]},
            schema={"text": pl.String, "unit": pl.Int64},
        )
        return pl.DataFrame({"text": texts}).join(found, on="text", how="left", maintain_order="left")["unit"]


def _plain(text: str) -> str:
    return "".join(text.split()).replace("(", "（").replace(")", "）").casefold()


def units(plan: Plan | None = None) -> Units:
    """Return the units as they stand, and those `plan` is going to add under their provisional ids.

    A name proper wins over other units' aliases (a park may bear its forerunner's name as one), an open unit over a
    closed one of the same name.
    """
    today = timezone.localdate()
    stored = [
        [(u.pk, u.kind, u.name, (*u.aliases, u.name_en, u.code)) for u in group]
        for group in (Unit.objects.filter(open_on(today)), Unit.objects.exclude(open_on(today)))
    ]
    known = [*stored[0], *_planned(plan), *stored[1]]
    by_name: dict[str, int] = {}
    for key, _, name, _ in known:
        by_name.setdefault(_plain(name), key)
    for key, _, _, others in known:
        for text in others:
            if text:
                by_name.setdefault(_plain(str(text)), key)
    parents = parents_kept(today)
    for insert in plan.inserts if plan else ():
        if insert.model is UnitPlace:
            parents.update(insert.frame.select("unit_id", "parent_id").iter_rows())
    names = {key: name for key, _, name, _ in known}
    return Units(by_name, names, parents, {key: kind for key, kind, _, _ in known})


def _planned(plan: Plan | None) -> list[tuple[int, str, str, tuple[str, ...]]]:
    return [
        (row["id"], row["kind"], row["name"], (*json.loads(row["aliases"]), row["name_en"], row["code"]))
        for insert in (plan.inserts if plan else ())
        if insert.model is Unit
        for row in insert.frame.iter_rows(named=True)
    ]


def firms(columns: Sequence[str]) -> pl.DataFrame:
    """Return all firms with `columns` of their table, and `id`, `uscc`, `name`, `name_key`."""
    types = dict(FIRM_FIELDS.values())
    wanted = [column for column in columns if column not in {"id", "uscc", "name", "name_key"}]
    schema: dict[str, pl.DataType] = {
        "id": pl.Int64(),
        "uscc": pl.String(),
        "name": pl.String(),
        "name_key": pl.String(),
    }
    schema.update({column: types[column] for column in wanted})
    listed = ", ".join(f'"{column}"' for column in schema)
    return read_frame(f"SELECT {listed} FROM enterprise", schema)  # noqa: S608 - names come from the table above


def names_of(subjects: pl.Series) -> dict[int, str]:
    """Return the names of the units and firms among `subjects`."""
    wanted = pl.DataFrame({"id": subjects.cast(pl.Int64)}).unique()
    schema = {"id": pl.Int64(), "name": pl.String()}
    named = [read_frame(f"SELECT id, name FROM {table}", schema) for table in ("unit", "enterprise")]  # noqa: S608
    found = pl.concat(named).join(wanted, on="id", how="semi")
    return dict(found.iter_rows())


def other_names() -> pl.DataFrame:
    """Return former names and aliases: id (of the firm), kind, name, name_key."""
    return read_frame(
        "SELECT enterprise_id, kind, name, name_key FROM enterprise_name",
        {"id": pl.Int64(), "kind": pl.String(), "name": pl.String(), "name_key": pl.String()},
    )


def verdicts() -> pl.DataFrame:
    """Return what people decided: name_key, uscc, subject (null: a firm of its own)."""
    return read_frame(
        "SELECT name_key, uscc, enterprise_id FROM verdict",
        {"name_key": pl.String(), "uscc": pl.String(), "subject": pl.Int64()},
    )


def any_firm() -> bool:
    """Tell whether the registry holds a firm at all."""
    return Enterprise.objects.exists()
