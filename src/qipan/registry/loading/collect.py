"""Rows about firms, brought from their ledgers' columns into the table's: one frame whatever the sheets looked like."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qipan.engine.sheets.spec import ColumnSpec, LedgerSpec
from qipan.platform.imports.plan import SheetRead
from qipan.registry.loading.known import FIRM_FIELDS
from qipan.registry.loading.own_fields import OWN

# Capital is declared in 万 of its currency and kept in hundredths of its unit.
CAPITAL_FACTOR = 10_000 * 100
SIZES = {"大型": "大", "中型": "中", "小型": "小", "微型": "微"}
LISTS = ("former_names", "aliases")


def repeats_firms(ledger: LedgerSpec) -> bool:
    """Tell whether a firm may stand in several rows of the ledger (a row a month): then it does not register firms."""
    return any(column.writes == "period" for column in ledger.columns)


def _value(column: ColumnSpec, field: str) -> pl.Expr:
    source = pl.col(column.code)
    if field == "capital":
        return (source * CAPITAL_FACTOR).round(0).cast(pl.Int64, strict=False)
    if field == "size":
        return source.replace(SIZES)
    kind = FIRM_FIELDS[field][1] if field in FIRM_FIELDS else pl.String()
    return source.cast(pl.String if field == "unit" else kind, strict=False)


def firm_rows(reads: Sequence[SheetRead]) -> pl.DataFrame:
    """Return one row per record of `reads`.

    Columns: `item`, `record`, `sheet`, `row`, the table's columns the ledgers carry (`unit_id` still as text),
    `former_names`, `aliases`, `extra`, and a Boolean `title:<kind>` per title.
    """
    frames = [_sheet_rows(read) for read in reads if read.extract is not None and read.extract.records.height]
    if not frames:
        return pl.DataFrame(schema={"item": pl.Int64, "sheet": pl.Int32, "row": pl.Int64, "record": pl.Int64})
    frame = pl.concat(frames, how="diagonal_relaxed")
    return frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("item"))


def _sheet_rows(read: SheetRead) -> pl.DataFrame:
    assert read.extract is not None  # noqa: S101 - the caller chose such sheets
    assert read.ledger is not None  # noqa: S101
    records = read.extract.records
    wanted: dict[str, pl.Expr] = {}
    for column in read.ledger.columns:
        if column.code not in records.columns:
            continue
        noun, _, field = column.writes.partition(".")
        if field != "name" and noun == "enterprise" and records[column.code].null_count() == records.height:
            continue  # the file has no such column: a million nulls of it need not be carried about
        if noun == "enterprise" and (field in FIRM_FIELDS or field in LISTS):
            target = FIRM_FIELDS[field][0] if field in FIRM_FIELDS else field
            wanted[target] = _value(column, field).alias(target)
        elif noun == "enterprise" and field:  # one of the zone's own, which the pack's check knows
            wanted[f"{OWN}{field}"] = pl.col(column.code).cast(pl.String).alias(f"{OWN}{field}")
        elif column.writes.startswith("qualification:"):
            title = f"title:{column.writes.removeprefix('qualification:')}"
            wanted[title] = pl.col(column.code).alias(title)
        elif noun == "qualification":
            wanted[f"title_{field}"] = pl.col(column.code).alias(f"title_{field}")
    return records.select(
        *wanted.values(),
        pl.col("extra") if "extra" in records.columns else pl.lit(None, dtype=pl.String).alias("extra"),
        pl.lit(read.number, dtype=pl.Int32).alias("sheet"),
        pl.col("row").cast(pl.Int64),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("record"),
    )
