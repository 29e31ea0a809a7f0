"""The ledger of firms: new ones are registered, known ones changed field by field, uncertain ones wait for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from qipan.engine.resolve import normal_key
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
from qipan.platform.storage.among import among
from qipan.registry.loading import known, own_fields
from qipan.registry.loading.collect import CAPITAL_FACTOR, firm_rows, repeats_firms
from qipan.registry.loading.known import FIRM_FIELDS
from qipan.registry.loading.matching import UNCERTAIN, identify
from qipan.registry.models import Enterprise, EnterpriseName, Subject
from qipan.registry.screens import FIRMS

TABLE_COLUMNS = [column for column, _ in FIRM_FIELDS.values()]
LIST_BREAKS = r"[、,，;；/\n]+"


@writes("enterprise", order=20)
def plan_firms(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Plan new and changed firms, their former names and aliases."""
    reads = [read for read in sheets if read.ledger is not None and not repeats_firms(read.ledger)]
    rows = firm_rows(reads)
    if not rows.height:
        return
    progress("resolve", 0, rows.height)
    read = rows.height
    rows = own_fields.understood(rows, FIRMS, target.resolved, plan, "extra")
    rows = _placed(rows, target, plan)
    rows, refused = _usable(rows, plan)
    rows = rows.drop("name_key").join(identify(rows, plan), on="item", how="left", maintain_order="left")
    waits = pl.col("verdict").is_in([*UNCERTAIN, "nobody"]).fill_null(value=True)
    asked = rows.filter(waits)
    held = asked.height
    rows, outside = _within(rows.filter(~waits), target, plan)
    rows, repeated = _first_only(rows, plan)
    new = rows.filter(pl.col("subject").is_null())
    standing = rows.filter(pl.col("subject").is_not_null())
    progress("compare", 0, rows.height)
    touched = _plan_changes(standing, plan)
    changed = touched.len()
    new = _plan_new(new, plan)
    _plan_names(pl.concat([standing, new], how="diagonal_relaxed"), plan)
    counts = Counts(read, new.height, changed, standing.height - changed + repeated, refused + outside, held)
    plan.count("enterprise", counts)
    plan.also(lambda: firm_preview(new, "new", plan))
    plan.also(lambda: firm_preview(asked, "conflict", plan))
    plan.also(lambda: firm_preview(standing.join(touched.to_frame(), on="subject", how="anti"), "same", plan))


def _placed(rows: pl.DataFrame, target: For, plan: Plan) -> pl.DataFrame:
    """Turn the park's name into the unit; a firm whose ledger names no park belongs to the unit it is loaded for."""
    units = known.units(plan)
    home = target.unit if target.unit is not None else units.zone
    rows = rows.with_columns(pl.lit(home, dtype=pl.Int64).alias("home"))
    if "unit_id" not in rows.columns:
        return rows
    found = units.find(rows["unit_id"])
    unknown = rows.filter(rows["unit_id"].is_not_null() & found.is_null())
    if unknown.height:
        named = unknown.with_columns(pl.col("unit_id").alias("value"))
        plan.problems.append(problem_rows("imports.unknown-unit", named, field="unit"))
    return rows.with_columns(found.alias("unit_id"))


def _within(rows: pl.DataFrame, target: For, plan: Plan) -> tuple[pl.DataFrame, int]:
    """Leave out firms the actor may not write: those that stand outside their units, or would be put there."""
    if target.allowed is None or not rows.height:
        return rows, 0
    standing = known.firms(["unit_id"]).select(pl.col("id").alias("subject"), pl.col("unit_id").alias("stands"))
    placed = rows.join(standing, on="subject", how="left", maintain_order="left")
    goes = pl.coalesce("unit_id", "stands", "home") if "unit_id" in rows.columns else pl.coalesce("stands", "home")
    mine = list(target.allowed)
    stands = pl.col("subject").is_null() | pl.col("stands").is_in(mine).fill_null(value=False)
    inside = stands & goes.is_in(mine).fill_null(value=False)
    outside = placed.filter(~inside)
    if outside.height:
        plan.problems.append(problem_rows("imports.outside", outside.with_columns(pl.col("name").alias("value"))))
    return placed.filter(inside).drop("stands"), outside.height


def _usable(rows: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, int]:
    """Add `name_key`; a row without a name is refused."""
    rows = rows.with_columns(normal_key(pl.col("name")).alias("name_key"))
    nameless = rows.filter(pl.col("name_key").is_null())
    if nameless.height:
        plan.problems.append(problem_rows("imports.missing-name", nameless, field="name"))
    return rows.filter(pl.col("name_key").is_not_null()), nameless.height


def _first_only(rows: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, int]:
    """Keep the first row of every firm; the others are reported."""
    identity = pl.coalesce(pl.col("subject"), -pl.col("same_as") - 1)
    later = rows.filter(~identity.is_first_distinct())
    if later.height:
        plan.problems.append(problem_rows("imports.repeated-firm", later.with_columns(pl.col("name").alias("value"))))
        rows = rows.filter(identity.is_first_distinct())
    return rows, later.height


def _plan_new(new: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Plan the registration of `new` firms; returns them with their provisional ids as `subject`."""
    if not new.height:
        return new
    ids = plan.provisional(Subject.Noun.ENTERPRISE, new.height)
    new = new.with_columns(ids.alias("subject"))
    unit = pl.coalesce("unit_id", "home") if "unit_id" in new.columns else pl.col("home")
    columns = [name for name in TABLE_COLUMNS if name in new.columns and name not in {"uscc", "unit_id"}]
    frame = new.select(
        pl.col("subject").alias("id"),
        unit.alias("unit_id"),
        pl.col("code").alias("uscc"),
        "name_key",
        *columns,
        pl.when(pl.col("extra") != "{}").then(pl.col("extra")).alias("extra"),
        pl.col("sheet").cast(pl.Int64),
        "row",
    )
    plan.inserts.append(Insert(Enterprise, frame, ("id", "unit_id")))
    return new


def _plan_changes(standing: pl.DataFrame, plan: Plan) -> pl.Series:
    """Plan every field in which the file says something else than the registry; returns the firms that change."""
    if not standing.height:
        return pl.Series("subject", [], dtype=pl.Int64)
    columns = [name for name in TABLE_COLUMNS if name in standing.columns]
    if "uscc" in columns:
        standing = standing.with_columns(pl.col("code").alias("uscc"))  # a damaged code never overwrites a good one
    now = known.firms(columns)
    joined = standing.join(now, left_on="subject", right_on="id", how="inner", suffix="_now", maintain_order="left")
    touched: list[pl.Series] = []
    for column in columns:
        old = pl.col(f"{column}_now")
        differs = pl.col(column).is_not_null() & pl.col(column).ne_missing(old)
        if joined.schema[column] == pl.String:
            differs = differs & (pl.col(column) != pl.coalesce(old, pl.lit("")))
        part = joined.filter(differs)
        if part.height:
            touched.append(part["subject"])
            _plan_change(part, column, plan)
    touched.append(_own_changes(standing, plan))
    return pl.concat(touched).unique()


def _own_changes(standing: pl.DataFrame, plan: Plan) -> pl.Series:
    """Plan new values of the zone's own fields; the firms' present ones are read only where a sheet gives any."""
    given = standing.filter(pl.col("own").is_not_null())
    if not given.height:
        return pl.Series("subject", [], dtype=pl.Int64)
    rows = list(Enterprise.objects.filter(pk__in=among(given["subject"].to_list())).values_list("pk", "extra"))
    now = [(key, json.dumps(extra, ensure_ascii=False) if extra else None) for key, extra in rows]
    present = pl.DataFrame(now, schema={"id": pl.Int64, "extra_now": pl.String}, orient="row")
    joined = given.with_columns(pl.col("subject").alias("id")).join(present, on="id", maintain_order="left")
    return own_fields.changes(FIRMS, joined, plan)


def _plan_change(part: pl.DataFrame, column: str, plan: Plan) -> None:
    field = column.removesuffix("_id")
    frame = part.select(
        pl.col("subject").alias("id"),
        pl.col(f"{column}_now").alias("before"),
        pl.col(column).alias("after"),
        pl.col("sheet").cast(pl.Int64),
        "row",
    )
    plan.updates.append(Update(Enterprise, field, frame, ("id", "after") if column == "unit_id" else ("id",)))
    if column == "name":
        keys = part.select(
            pl.col("subject").alias("id"), pl.col("name_key_now").alias("before"), pl.col("name_key").alias("after"),
            pl.col("sheet").cast(pl.Int64), "row",
        )  # fmt: skip
        plan.updates.append(Update(Enterprise, "name_key", keys))
        _plan_former(part, plan)
    plan.previews.append(
        part.select(
            pl.lit("enterprise").alias("noun"),
            pl.lit("changed").alias("kind"),
            pl.col("name").alias("label"),
            pl.col("name").alias("label_en"),
            pl.lit(field).alias("field"),
            *(
                _shown(source, column, plan).alias(name)
                for source, names in ((f"{column}_now", ("old", "old_en")), (column, ("new", "new_en")))
                for name in names
            ),
            pl.col("sheet").cast(pl.Int32),
            "row",
            pl.col("subject").alias("key"),
        ).cast(pl.Schema(PREVIEW_SCHEMA))
    )


def firm_preview(rows: pl.DataFrame, kind: str, plan: Plan) -> pl.DataFrame:
    """Return what the load says of firms as a whole: their names, codes and parks (PREVIEW_SCHEMA)."""
    if not rows.height:
        return pl.DataFrame(schema=PREVIEW_SCHEMA)
    parts = [pl.col(name) for name in ("code", "uscc") if name in rows.columns][:1]
    if "unit_id" in rows.columns:
        parts.append(_shown("unit_id", "unit_id", plan))
    said = pl.concat_str(parts, separator=" · ", ignore_nulls=True) if parts else pl.lit("")
    none, empty = pl.lit(None, dtype=pl.String), pl.lit("")
    return rows.select(
        pl.lit("enterprise").alias("noun"), pl.lit(kind).alias("kind"), pl.col("name").alias("label"),
        pl.col("name").alias("label_en"), empty.alias("field"), none.alias("old"), said.alias("new"),
        none.alias("old_en"), said.alias("new_en"), pl.col("sheet").cast(pl.Int32), pl.col("row").cast(pl.Int64),
        pl.lit(None, dtype=pl.Int64).alias("key"),
    ).cast(pl.Schema(PREVIEW_SCHEMA))  # fmt: skip


def _shown(source: str, column: str, plan: Plan) -> pl.Expr:
    """Return a value as a person knows it: a unit by its name, capital in 万元."""
    if column == "unit_id":
        names = known.units(plan).names
        return pl.col(source).replace_strict(dict(names), default=None, return_dtype=pl.String)
    if column == "capital":
        return (pl.col(source) / CAPITAL_FACTOR).cast(pl.String).str.strip_suffix(".0")
    return pl.col(source).cast(pl.String)


def _plan_former(part: pl.DataFrame, plan: Plan) -> None:
    """Keep the name a firm had until now among its former names."""
    renamed = part.filter(pl.col("name_key") != pl.col("name_key_now"))
    frame = renamed.select(
        pl.col("subject").alias("enterprise_id"),
        pl.lit("former").alias("kind"),
        pl.col("name_now").alias("name"),
        pl.col("name_key_now").alias("name_key"),
        pl.col("sheet").cast(pl.Int64),
        "row",
    )
    _insert_names(frame, plan)


def _plan_names(rows: pl.DataFrame, plan: Plan) -> None:
    """Plan the former names and aliases the ledger itself gives."""
    for column, kind in (("former_names", "former"), ("aliases", "alias")):
        if column not in rows.columns:
            continue
        split = rows.filter(pl.col(column).is_not_null()).select(
            pl.col("subject").alias("enterprise_id"),
            pl.lit(kind).alias("kind"),
            pl.col(column).str.replace_all(LIST_BREAKS, "\n").str.split("\n").alias("name"),
            pl.col("sheet").cast(pl.Int64),
            "row",
        )
        frame = split.explode("name").with_columns(pl.col("name").str.strip_chars())
        frame = frame.with_columns(normal_key(pl.col("name")).alias("name_key")).filter(
            pl.col("name_key").is_not_null()
        )
        _insert_names(frame, plan)


def _insert_names(frame: pl.DataFrame, plan: Plan) -> None:
    on = ["enterprise_id", "kind", "name_key"]
    existing = known.other_names().select(pl.col("id").alias("enterprise_id"), "kind", "name_key")
    fresh = frame.unique(on, keep="first", maintain_order=True).join(existing, on=on, how="anti", maintain_order="left")
    if fresh.height:
        plan.inserts.append(Insert(EnterpriseName, fresh, ("enterprise_id",)))
