"""Titles firms hold (资质): from a list of their own, or from a column of ticks in the ledger of firms."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qipan.packs import Resolved
from qipan.platform.imports.plan import (
    PREVIEW_SCHEMA,
    Counts,
    For,
    Insert,
    Plan,
    Progress,
    SheetRead,
    Update,
    writes,
)
from qipan.platform.storage.frames import read_frame
from qipan.registry.loading.collect import firm_rows, repeats_firms
from qipan.registry.loading.matching import subjects_of
from qipan.registry.models import Qualification


def kinds(resolved: Resolved) -> dict[str, str]:
    """Return what people call a title → the code that is kept, from the packs' table of titles."""
    table = resolved.tables["qualifications"]
    named = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return {
        name: row["code"]
        for row in named
        for name in (row["code"], row["zh"], row["en"], *row["aliases"].split())
        if name
    }


@writes("enterprise", "qualification", order=30)
def plan_titles(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Plan titles nobody has recorded yet, and the end of those whose list gives one."""
    called = kinds(target.resolved)
    frames = [part for read in sheets if read.extract is not None for part in _titles(read, plan, called)]
    frames = [part for part in frames if part.height]
    if not frames:
        return
    progress("compare", 0, 0)
    given = pl.concat(frames, how="diagonal_relaxed")
    rows = given.filter(pl.col("enterprise_id").is_not_null()).unique(
        ["enterprise_id", "kind", "since"], keep="first", maintain_order=True
    )
    held = _held()
    on = ["enterprise_id", "kind"]
    # A tick says "has it": any record of the title will do; a list is exact to the day it was given.
    ticks = rows.filter(pl.col("tick")).join(held, on=on, how="anti", maintain_order="left")
    dated = rows.filter(~pl.col("tick"))
    fresh = dated.join(held, on=[*on, "since"], how="anti", nulls_equal=True, maintain_order="left")
    ticks = ticks.join(fresh, on=on, how="anti", maintain_order="left")
    new = pl.concat([fresh, ticks], how="diagonal_relaxed")
    if new.height:
        frame = new.select("enterprise_id", "kind", pl.col("number").fill_null(""), "since", "until", "sheet", "row")
        plan.inserts.append(Insert(Qualification, frame, ("enterprise_id",)))
    changed = _ends(dated.join(held, on=[*on, "since"], how="inner", nulls_equal=True, suffix="_now"), plan)
    nobody = given["enterprise_id"].null_count()  # of firms nobody knows, or that wait for a person
    same = given.height - nobody - new.height - changed
    plan.count("qualification", Counts(given.height, new.height, changed, same, nobody))
    plan.also(lambda: _preview(new))


def _preview(new: pl.DataFrame) -> pl.DataFrame:
    """Return new titles as a person is shown them."""
    if not new.height:
        return pl.DataFrame(schema=PREVIEW_SCHEMA)
    none = pl.lit(None, dtype=pl.String)
    since = pl.col("since").cast(pl.String) if "since" in new.columns else none
    title = since.fill_null("")
    return new.select(
        pl.lit("qualification").alias("noun"), pl.lit("new").alias("kind"), pl.col("name").alias("label"),
        pl.col("name").alias("label_en"), pl.col("kind").alias("field"), none.alias("old"), title.alias("new"),
        none.alias("old_en"), title.alias("new_en"), pl.col("sheet").cast(pl.Int32), pl.col("row").cast(pl.Int64),
        pl.lit(None, dtype=pl.Int64).alias("key"),
    ).cast(pl.Schema(PREVIEW_SCHEMA))  # fmt: skip


def _held() -> pl.DataFrame:
    return read_frame(
        "SELECT id, enterprise_id, kind, since, until FROM qualification",
        {"id": pl.Int64(), "enterprise_id": pl.Int64(), "kind": pl.String(), "since": pl.Date(), "until": pl.Date()},
    )


def _told(rows: pl.DataFrame) -> bool:
    """Tell whether the rows say anything about titles."""
    return any(
        bool(rows[name].any()) if name.startswith("title:") else name == "title_kind" and rows[name].count() > 0
        for name in rows.columns
    )


def _titles(read: SheetRead, plan: Plan, called: dict[str, str]) -> list[pl.DataFrame]:
    rows = firm_rows([read])
    if not _told(rows) and not (read.ledger is not None and repeats_firms(read.ledger)):
        return []  # who the firms are has been asked once already, and is asked again only where it matters
    subjects = subjects_of(read, plan)
    if subjects is None or not rows.height:
        return []
    rows = rows.join(subjects.rename({"firm": "enterprise_id"}), on="record", how="left", maintain_order="left")
    place = [pl.col("sheet").cast(pl.Int64), pl.col("row")]
    none = pl.lit(None, dtype=pl.Date)
    parts = [
        rows.filter(pl.col(column)).select(
            "enterprise_id", "name", pl.lit(column.removeprefix("title:")).alias("kind"),
            pl.lit("").alias("number"), none.alias("since"), none.alias("until"), *place, pl.lit(True).alias("tick"),
        )
        for column in rows.columns
        if column.startswith("title:")
    ]  # fmt: skip
    if "title_kind" in rows.columns:
        given = {
            name: pl.col(f"title_{name}") if f"title_{name}" in rows.columns else None
            for name in ("number", "since", "until")
        }
        parts.append(
            rows.filter(pl.col("title_kind").is_not_null()).select(
                "enterprise_id", "name", pl.col("title_kind").replace(called).alias("kind"),
                (given["number"] if given["number"] is not None else pl.lit("")).alias("number"),
                (given["since"] if given["since"] is not None else none).alias("since"),
                (given["until"] if given["until"] is not None else none).alias("until"),
                *place, pl.lit(False).alias("tick"),
            )
        )  # fmt: skip
    return parts


def _ends(standing: pl.DataFrame, plan: Plan) -> int:
    moved = standing.filter(pl.col("until").is_not_null() & pl.col("until").ne_missing(pl.col("until_now")))
    if moved.height:
        frame = moved.select("id", pl.col("until_now").alias("before"), pl.col("until").alias("after"), "sheet", "row")
        plan.updates.append(Update(Qualification, "until", frame))
    return moved.height
