"""What a sheet gave and nobody could read counts too: rows that were refused, and figures lost to bad cells."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qipan.engine.problem import Severity, catalogue
from qipan.platform.imports.plan import Counts, For, Plan, Progress, SheetRead, writes
from qipan.registry.loading.collect import repeats_firms
from qipan.registry.loading.nouns import record_nouns

FIGURE_PARTS = frozenset({"value", "yoy", "target", "expected", "city_value", "city_yoy", "rank", "places"})
# A warning or a note leaves the figure as it was read; these two leave the cell without one.
LOSING = (Severity.ERROR, Severity.QUESTION)


@writes("unit", "enterprise", "qualification", "figure", order=90, also=record_nouns)
def count_unread(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Count refused rows for the ledger's noun, and figures no value could be made of, as read and refused."""
    del target, progress
    for read in sheets:
        if read.extract is None or read.ledger is None:
            continue
        refused = read.extract.skipped.filter(pl.col("reason") == "refused")
        if refused.height:
            # A ledger with a row a month does not register firms: what it lost are figures.
            noun = "figure" if repeats_firms(read.ledger) else read.ledger.noun
            plan.count(noun, Counts(read=refused.height, refused=refused.height))
        lost = _lost(read, refused)
        if lost:
            plan.count("figure", Counts(read=lost, refused=lost))


def _lost(read: SheetRead, refused: pl.DataFrame) -> int:
    """Return how many cells of figures came to nothing, outside the rows that were refused as a whole."""
    assert read.extract is not None  # noqa: S101 - the caller chose such sheets
    assert read.ledger is not None  # noqa: S101
    writing = {column.code for column in read.ledger.columns if column.writes.startswith("fact:")}
    columns = [one.index for one in read.recognition.columns if one.part in FIGURE_PARTS or one.code in writing]
    losing = [code for code, entry in catalogue().items() if entry.severity in LOSING]
    problems = read.extract.problems
    if not columns or not problems.height:
        return 0
    cells = problems.filter(
        pl.col("row").is_not_null() & pl.col("column").is_in(columns) & pl.col("code").is_in(losing)
    ).select("row", "column")
    on = ["row", "column"]
    facts = read.extract.facts.select(pl.col("row").cast(pl.Int64), pl.col("column").cast(pl.Int32))
    return cells.unique().join(facts, on=on, how="anti").join(refused, on="row", how="anti").height
