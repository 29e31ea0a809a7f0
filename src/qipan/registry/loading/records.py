"""Ledgers of desks: their records are found by the ledger's key, registered, and changed field by field."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import models

from qipan.engine.problem import Language
from qipan.platform.imports.plan import (
    PREVIEW_SCHEMA,
    Counts,
    For,
    Insert,
    Plan,
    Progress,
    SheetRead,
    Update,
    problem_rows,
    writes,
)
from qipan.platform.screens.declaration import Kind, Screen
from qipan.platform.screens.fields import CUSTOM, is_custom
from qipan.platform.screens.words import shown
from qipan.registry.loading import known, own_fields
from qipan.registry.loading.meaning import Target, meant, target_for
from qipan.registry.loading.nouns import record_nouns, record_screens
from qipan.registry.record import Record

LANGUAGES: tuple[tuple[Language, str], ...] = (("zh", ""), ("en", "_en"))
BETWEEN = "\x1f"  # parts of a key stand on either side of what no text contains


@writes(order=40, also=record_nouns)
def plan_records(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Plan new and changed records of every desk's noun, a noun after the other."""
    for noun, screen in record_screens().items():
        mine = [read for read in sheets if read.ledger is not None and read.ledger.noun == noun]
        if mine:
            progress("compare", 0, 0)
            _Noun(screen, target, plan).plan_all(mine)


class _Noun:
    """One noun's part of a load."""

    def __init__(self, screen: Screen, target: For, plan: Plan) -> None:
        self.screen, self.target, self.plan = screen, target, plan
        self.model: type[Record] = screen.model  # type: ignore[assignment]
        self.counts = Counts()

    def plan_all(self, reads: Sequence[SheetRead]) -> None:
        """Plan the sheets one after the other; a record that a former sheet brought is not brought again."""
        standing = _standing(self.screen)
        brought: dict[str, int] = {}
        for read in reads:
            if read.extract is not None and read.extract.records.height:
                self._sheet(read, standing, brought)
        self.plan.count(self.screen.called, self.counts)

    def _sheet(self, read: SheetRead, standing: pl.DataFrame, brought: dict[str, int]) -> None:
        rows, targets = self._understood(read)
        self.counts.read += rows.height
        rows = self._keyed(rows, read, targets, standing, brought)
        rows = self._within(rows, standing)
        new = rows.filter(pl.col("id").is_null())
        old = rows.filter(pl.col("id") > 0).unique("id", keep="first", maintain_order=True)
        changed = self._changes(old, standing, targets)
        ids = self._insert(new, targets)
        brought.update(zip(new["key"].to_list(), ids.to_list(), strict=True))
        self.counts.new += new.height
        self.counts.changed += changed
        self.counts.same += rows.height - new.height - changed
        found = pl.concat([rows.filter(pl.col("id").is_not_null()), new.with_columns(ids.alias("id"))])
        self.plan.subjects[read.number] = found.select("record", pl.col("id").alias("firm"))
        unit = pl.coalesce("unit_id", "home") if "unit_id" in found.columns else pl.col("home")
        self.plan.homes.append(
            found.select(pl.col("id").alias("subject_id"), unit.alias("unit_id")).unique("subject_id")
        )

    def _understood(self, read: SheetRead) -> tuple[pl.DataFrame, list[Target]]:
        """Return the sheet's records with the table's columns, and which those are."""
        assert read.extract is not None  # noqa: S101 - the caller chose such sheets
        assert read.ledger is not None  # noqa: S101
        records = read.extract.records.with_columns(pl.lit(read.number, dtype=pl.Int32).alias("sheet"))
        targets: list[Target] = []
        told: list[pl.Expr] = []
        for spec in read.ledger.columns:
            noun, _, code = spec.writes.partition(".")
            if noun != self.screen.called or not code:
                continue
            column = self.screen.column(code)
            if column is not None and is_custom(column):
                told.append(pl.col(spec.code).cast(pl.String).alias(f"{own_fields.OWN}{code}"))
                continue
            found = target_for(self.screen, spec, code)
            if found is None:
                place = pl.DataFrame({"sheet": [read.number], "row": [None], "value": [code]})
                self.plan.problems.append(problem_rows("imports.unknown-field", place, field=spec.code))
            elif records[spec.code].null_count() < records.height:
                targets.append(found)
        units = self.target.resolved.units
        columns = [meant(records, one, self.screen, units, self.plan) for one in targets]
        home = self.target.unit if self.target.unit is not None else known.units(self.plan).zone
        rows = records.select("sheet", pl.col("row").cast(pl.Int64), pl.col("extra").alias("unread"), *told)
        rows = own_fields.understood(rows, self.screen, self.target.resolved, self.plan, "unread")
        rows = rows.with_columns(*columns, pl.lit(home, dtype=pl.Int64).alias("home"))
        return rows.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("record")), targets

    def _keyed(
        self,
        rows: pl.DataFrame,
        read: SheetRead,
        targets: list[Target],
        standing: pl.DataFrame,
        brought: dict[str, int],
    ) -> pl.DataFrame:
        """Add `key` and `id` (null: new; negative: brought by this load); rows without a name or a sure id go."""
        assert read.ledger is not None  # noqa: S101 - the caller chose such sheets
        by_code = {one.spec.code: one for one in targets}
        names = [by_code[code].name for code in read.ledger.key if code in by_code] or ["name"]
        if "name" not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias("name"))
        nameless = pl.col("name").is_null() | (pl.col("name").str.strip_chars() == "")
        self._refuse(rows.filter(nameless), "imports.nameless")
        rows = rows.filter(~nameless)
        if "unit_id" in names:  # where no unit is named, it is the one the sheet is loaded for
            rows = rows.with_columns(pl.coalesce("unit_id", "home").alias("unit_id"))
        rows = rows.with_columns(_key(names)).with_columns(_first(pl.col("key")))
        self.counts.same += rows.filter(~pl.col("first")).height
        rows = rows.filter("first").drop("first")
        present = standing.with_columns(_key(names)).group_by("key").agg(pl.col("id").first(), pl.len().alias("many"))
        rows = rows.join(present, on="key", how="left", maintain_order="left")
        several = pl.col("many").fill_null(0) > 1
        self._refuse(rows.filter(several), "imports.key-of-several")
        rows = rows.filter(~several).drop("many")
        if brought:
            mine = pl.DataFrame({"key": list(brought), "mine": list(brought.values())})
            rows = rows.join(mine, on="key", how="left", maintain_order="left")
            rows = rows.with_columns(pl.coalesce("id", "mine").alias("id")).drop("mine")
        return rows

    def _refuse(self, rows: pl.DataFrame, code: str) -> None:
        if rows.height:
            shown_as = pl.col("name").alias("value")
            self.plan.problems.append(problem_rows(code, rows.with_columns(shown_as), field="name"))
            self.counts.refused += rows.height

    def _within(self, rows: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
        """Leave out records that stand outside the actor's units, or would be put there."""
        allowed = self.target.allowed
        stands = standing.select("id", pl.col("unit_id").alias("stands"))
        rows = rows.join(stands, on="id", how="left", maintain_order="left")
        if "unit_id" in rows.columns:
            goes = pl.coalesce("unit_id", pl.when(pl.col("id").is_null()).then("home").otherwise("stands"))
        else:
            goes = pl.when(pl.col("id").is_null()).then("home").otherwise("stands")
        if allowed is None:
            return rows.drop("stands")
        mine = list(allowed)
        fresh = pl.col("id").is_null() | (pl.col("id") < 0)
        inside = (fresh | pl.col("stands").is_in(mine)) & goes.is_in(mine)
        inside = inside.fill_null(value=False)
        self._refuse(rows.filter(~inside), "imports.outside")
        return rows.filter(inside).drop("stands")

    def _insert(self, new: pl.DataFrame, targets: list[Target]) -> pl.Series:
        """Plan new records; returns their provisional ids."""
        if not new.height:
            return pl.Series("id", [], dtype=pl.Int64)
        ids = self.plan.provisional(self.model.NUMBER, new.height)
        plain = [one.name for one in targets if one.name != "unit_id"]
        unit = pl.coalesce("unit_id", "home") if "unit_id" in new.columns else pl.col("home")
        frame = new.select(
            ids.alias("id"), unit.alias("unit_id"), *plain, pl.col("unread").alias(CUSTOM),
            pl.col("sheet").cast(pl.Int64), "row",
        )  # fmt: skip
        self.plan.inserts.append(Insert(self.model, _with_defaults(self.model, frame), ("id", "unit_id")))
        return ids

    def _changes(self, old: pl.DataFrame, standing: pl.DataFrame, targets: list[Target]) -> int:
        """Plan every field in which the sheet says something else than the table; returns how many records change."""
        if not old.height:
            return 0
        joined = old.join(standing, on="id", how="inner", suffix="_now", maintain_order="left")
        touched: list[pl.Series] = []
        for one in targets:
            before = pl.col(f"{one.name}_now")
            differs = pl.col(one.name).is_not_null() & pl.col(one.name).ne_missing(before)
            if joined.schema[one.name] == pl.String:
                differs = differs & (pl.col(one.name) != pl.coalesce(before, pl.lit("")))
            part = joined.filter(differs).with_columns(before.alias("before"), pl.col(one.name).alias("after"))
            if part.height:
                touched.append(part["id"])
                self._change(part, one)
        touched.append(
            own_fields.changes(self.screen, joined.with_columns(pl.col(CUSTOM).alias("extra_now")), self.plan)
        )
        return pl.concat(touched).n_unique() if touched else 0

    def _change(self, part: pl.DataFrame, one: Target) -> None:
        field = one.column.path
        frame = part.select("id", "before", "after", pl.col("sheet").cast(pl.Int64), "row")
        subjects = ("id", "after") if one.column.kind in {Kind.UNIT, Kind.RECORD} else ("id",)
        self.plan.updates.append(Update(self.model, field, frame, subjects))
        self._preview(part, one)

    def _preview(self, part: pl.DataFrame, one: Target) -> None:
        texts: dict[str, list[str]] = {}
        for side, name in (("before", "old"), ("after", "new")):
            values = part[side].to_list()
            for language, ending in LANGUAGES:
                said = {value: shown(self.screen, one.column, value, None, language) for value in set(values)}
                texts[name + ending] = [said[value] for value in values]
        label = pl.col("name")
        frame = part.select(
            pl.lit(self.screen.called).alias("noun"), pl.lit("changed").alias("kind"), label.alias("label"),
            label.alias("label_en"), pl.lit(one.column.code).alias("field"),
            *(pl.Series(name, values, dtype=pl.String) for name, values in texts.items()),
            pl.col("sheet").cast(pl.Int32), "row", pl.col("id").alias("key"),
        )  # fmt: skip
        self.plan.previews.append(frame.select(*PREVIEW_SCHEMA).cast(pl.Schema(PREVIEW_SCHEMA)))


def _standing(screen: Screen) -> pl.DataFrame:
    """Return all records of the noun: the table's own columns, `extra` as JSON text."""
    fields = [one for one in screen.model._meta.concrete_fields if not isinstance(one, models.JSONField)]
    rows = list(screen.model._default_manager.values_list(*(one.attname for one in fields), CUSTOM).iterator())
    frame_schema: dict[str, Any] = {str(one.column): _dtype(one) for one in fields}
    plain = [(*row[:-1], json.dumps(row[-1], ensure_ascii=False) if row[-1] is not None else None) for row in rows]
    return pl.DataFrame(plain, schema={**frame_schema, CUSTOM: pl.String()}, orient="row", strict=False)


def _dtype(field: models.Field[Any, Any]) -> pl.DataType:
    if isinstance(field, models.DecimalField):
        return pl.Decimal(38, field.decimal_places)
    if field.is_relation or isinstance(field, models.IntegerField):
        return pl.Int64()
    kinds: tuple[tuple[type[Any], pl.DataType], ...] = (
        (models.DateTimeField, pl.Datetime(time_zone="UTC")),
        (models.DateField, pl.Date()),
        (models.BooleanField, pl.Boolean()),
        (models.FloatField, pl.Float64()),
    )
    return next((kind for cls, kind in kinds if isinstance(field, cls)), pl.String())


def _key(names: list[str]) -> pl.Expr:
    parts = [pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("") for name in names]
    return pl.concat_str(parts, separator=BETWEEN).alias("key")


def _first(key: pl.Expr) -> pl.Expr:
    return key.is_first_distinct().alias("first")


def _with_defaults(model: type[models.Model], frame: pl.DataFrame) -> pl.DataFrame:
    """Fill what may not be null with what the desk says stands there where nothing is known."""
    filled: list[pl.Expr] = []
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in frame.columns and not field.null and not field.primary_key and frame[column].null_count():
            default = field.get_default()
            if default is not None:
                filled.append(pl.col(column).fill_null(pl.lit(default)))
    return frame.with_columns(filled) if filled else frame
