"""Figures of any ledger become facts: matched to their subject, compared with what is current, superseding it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qipan.engine.sheets import slips
from qipan.platform.imports.plan import (
    PREVIEW_SCHEMA,
    Counts,
    For,
    Insert,
    Plan,
    Progress,
    SheetRead,
    Supersede,
    problem_rows,
    writes,
)
from qipan.platform.storage.frames import read_frame
from qipan.registry.loading import known
from qipan.registry.loading.matching import subjects_of
from qipan.registry.loading.nouns import record_nouns
from qipan.registry.loading.spoken import spoken, valued
from qipan.registry.models import Enterprise, Fact, Measure, Scope, Unit

# What a measure's definition calls where its figures come from.
ORIGINS = {
    "survey": Fact.Origin.SURVEY,
    "record": Fact.Origin.RECORD,
    "authorised": Fact.Origin.AUTHORISED,
    "bought": Fact.Origin.BOUGHT,
}
KEY = ["measure_id", "subject_id", "period", "reading", "basis", "scope_id"]
CURRENT: dict[str, pl.DataType] = {
    "id": pl.Int64(), "measure_id": pl.Int64(), "subject_id": pl.Int64(), "period": pl.Int64(), "reading": pl.Int64(),
    "basis": pl.Int64(), "scope_id": pl.Int64(), "value": pl.Int64(), "text": pl.String(), "from_batch": pl.Int64(),
    "from_sheet": pl.Int64(),
}  # fmt: skip


@writes("unit", "enterprise", "qualification", "figure", order=50, also=record_nouns)
def plan_figures(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Plan the facts of all sheets together."""
    frames = [_facts(read, target, plan) for read in sheets if read.extract is not None and read.extract.facts.height]
    if not frames:
        return
    progress("compare", 0, 0)
    facts = _measured(pl.concat(frames), plan)
    read = facts.height
    facts = _scoped(facts, plan)
    facts, twice, earlier = _once(facts, target, plan)
    current = _current(facts)
    joined = facts.join(current, on=KEY, how="left", maintain_order="left")
    known_before = pl.col("id").is_not_null()
    same = known_before & pl.col("value").eq_missing(pl.col("value_right"))
    changed = joined.filter(known_before & ~same)
    new = joined.filter(~known_before)
    _slips(pl.concat([new, changed]), plan)
    changed, new, locked = _unlocked(changed, new, plan)
    _write(pl.concat([new, changed]), changed, plan)
    _preview(changed, target, plan)
    plan.also(lambda: figure_preview(new, "new", target, plan))
    plan.also(lambda: figure_preview(joined.filter(same), "same", target, plan))
    again = read - twice - earlier - facts.height  # said once more in the same load
    counts = Counts(read, new.height, changed.height, joined.filter(same).height + again, locked, twice + earlier)
    plan.count("figure", counts)


def _facts(read: SheetRead, target: For, plan: Plan) -> pl.DataFrame:
    """Return the sheet's facts with `subject_id`; those whose subject nobody knows become problems."""
    assert read.extract is not None  # noqa: S101 - the caller chose such sheets
    assert read.ledger is not None  # noqa: S101
    units = known.units(plan)
    home = target.unit if target.unit is not None else units.zone
    by_record = subjects_of(read, plan)
    facts = read.extract.facts.with_columns(
        pl.lit(read.number, dtype=pl.Int32).alias("sheet"), pl.lit(read.ledger.code).alias("ledger")
    )
    if by_record is not None:
        facts = facts.join(by_record, on="record", how="left", maintain_order="left")
    else:
        facts = facts.with_columns(pl.lit(None, dtype=pl.Int64).alias("firm"))
    named = units.find(facts["subject_text"]).alias("named_unit")
    facts = facts.with_columns(named).with_columns(
        pl.when(pl.col("subject") == "record").then(pl.col("firm"))
        .when(pl.col("subject") == "city").then(pl.lit(units.city, dtype=pl.Int64))
        .when(pl.col("subject") == "unit").then(pl.lit(home, dtype=pl.Int64))
        .otherwise(pl.col("named_unit"))
        .alias("subject_id"),
        pl.lit(home, dtype=pl.Int64).alias("home"),
    )  # fmt: skip
    _tell_nobody(facts.filter(pl.col("subject_id").is_null()), plan)
    refused = facts.filter(pl.col("subject_id").is_null()).height
    if refused:
        plan.count("figure", Counts(read=refused, refused=refused))
    facts = facts.filter(pl.col("subject_id").is_not_null())
    return _allowed(facts, units, target, plan)


def _tell_nobody(facts: pl.DataFrame, plan: Plan) -> None:
    """Report the figures that are about nobody known; those of firms were reported when the firms were looked for."""
    named = facts.filter(pl.col("subject").is_in(["named", "city"]))
    if named.height:
        rows = named.with_columns(pl.coalesce("subject_text", pl.lit("全市")).alias("value"))
        once = rows.unique(["sheet", "row", "value"], keep="first", maintain_order=True)
        plan.problems.append(problem_rows("imports.unknown-unit", once, field="subject"))
    homeless = facts.filter(pl.col("subject") == "unit").unique("sheet", maintain_order=True)
    if homeless.height:
        plan.problems.append(problem_rows("imports.no-zone", homeless))


def _allowed(facts: pl.DataFrame, units: known.Units, target: For, plan: Plan) -> pl.DataFrame:
    """Leave out figures of units and firms outside the actor's units."""
    if target.allowed is None:
        return facts
    firms = known.firms(["unit_id"]).select(pl.col("id").alias("subject_id"), "unit_id")
    planned = [
        insert.frame.select(pl.col("id").alias("subject_id"), "unit_id")
        for insert in plan.inserts
        if insert.model is Enterprise
    ]
    placed = facts.join(pl.concat([firms, *planned, *plan.homes]), on="subject_id", how="left", maintain_order="left")
    at = pl.coalesce("unit_id", pl.when(pl.col("subject") != "record").then("subject_id"))
    inside = at.is_in(list(target.allowed)).fill_null(value=False)
    outside = placed.filter(~inside)
    if outside.height:
        name = pl.col("subject_id").replace_strict(dict(units.names), default=None, return_dtype=pl.String)
        named = outside.with_columns(pl.coalesce(name, "subject_text").alias("value"))
        once = named.unique(["sheet", "row", "value"], keep="first", maintain_order=True)
        plan.problems.append(problem_rows("imports.outside", once))
        plan.count("figure", Counts(read=outside.height, refused=outside.height))
    return placed.filter(inside).drop("unit_id")


def _measured(facts: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    measures = pl.DataFrame(
        [
            (code, key, ORIGINS["survey" if secrecy == "statistics" else origin or "record"])
            for code, key, secrecy, origin in Measure.objects.values_list("code", "id", "secrecy", "spec__origin")
        ],
        schema={"measure": pl.String, "measure_id": pl.Int64, "origin": pl.Int64},
        orient="row",
    )
    facts = facts.join(measures, on="measure", how="left", maintain_order="left")
    missing = facts.filter(pl.col("measure_id").is_null())
    if missing.height:
        named = missing.with_columns(pl.col("measure").alias("value"))
        once = named.unique(["sheet", "row", "value"], keep="first", maintain_order=True)
        plan.problems.append(problem_rows("imports.unknown-measure", once))
        plan.count("figure", Counts(read=missing.height, refused=missing.height))
    return facts.filter(pl.col("measure_id").is_not_null())


def _scoped(facts: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Give every 口径 its number; 0 is the measure's own, a new one is planned with the facts."""
    texts = facts["scope"].drop_nulls().unique().to_list()
    found = dict(Scope.objects.filter(text__in=texts).values_list("text", "id"))
    highest = max(Scope.objects.order_by("-id").values_list("id", flat=True)[:1], default=0)
    fresh = {text: number for number, text in enumerate((t for t in sorted(texts) if t not in found), highest + 1)}
    if fresh:
        plan.inserts.append(Insert(Scope, pl.DataFrame({"id": [*fresh.values()], "text": [*fresh]})))
    found.update(fresh)
    ids = (
        pl.col("scope").replace_strict(found, default=0, return_dtype=pl.Int64) if found else pl.lit(0, dtype=pl.Int64)
    )
    return facts.with_columns(ids.alias("scope_id"))


def _once(facts: pl.DataFrame, target: For, plan: Plan) -> tuple[pl.DataFrame, int, int]:
    """Keep one row a key: where a sheet contradicts itself neither value, where files differ the later one.

    Returns the rows kept, how many contradict one another, and how many a later file replaced.
    """
    facts = facts.with_columns(pl.col(name).cast(pl.Int64) for name in ("period", "reading", "basis"))
    here = [*KEY, "sheet"]
    quarrels = facts.select(*here, "value").unique().group_by(here).len().filter(pl.col("len") > 1)
    quarrel = facts.join(quarrels, on=here, how="semi", maintain_order="left")
    _report_two(quarrel, here, "imports.two-values", target, plan)
    plan.also(lambda: figure_preview(quarrel, "new", target, plan).with_columns(kind=pl.lit("conflict")))
    facts = facts.join(quarrels, on=here, how="anti", maintain_order="left")
    differing = facts.select(*KEY, "value").unique().group_by(KEY).len().filter(pl.col("len") > 1)
    differ = facts.join(differing, on=KEY, how="semi", maintain_order="left")
    _report_two(differ, KEY, "imports.later-file", target, plan)
    replaced = differ.select((pl.col("value") != pl.col("value").last().over(KEY)).sum()).item()
    return facts.unique(KEY, keep="last", maintain_order=True), quarrel.height, int(replaced or 0)


def _report_two(rows: pl.DataFrame, key: list[str], code: str, target: For, plan: Plan) -> None:
    if not rows.height:
        return
    places = [pl.col(name).last() for name in ("sheet", "row", "column") if name not in key]
    shown = rows.group_by(key, maintain_order=True).agg(
        *places, pl.col("measure").first(), pl.col("subject_text").first(), pl.col("value").first().alias("first"),
        pl.col("value").last().alias("last"),
    )  # fmt: skip
    shown = valued(spoken(shown), {"first": "old", "last": "new"}, target.resolved.units)
    shown = shown.with_columns(pl.col("said").alias("value"))
    params = {"value_en": "said_en", "old": "old", "old_en": "old_en", "new": "new", "new_en": "new_en"}
    plan.problems.append(problem_rows(code, shown, params=params))


def _current(facts: pl.DataFrame) -> pl.DataFrame:
    """Return the current facts under the measures and periods that come in."""
    measures = sorted(facts["measure_id"].unique().to_list())
    if not measures:
        return pl.DataFrame(schema=CURRENT)
    listed = ", ".join(str(int(measure)) for measure in measures)
    low, high = facts["period"].min(), facts["period"].max()
    sql = (
        "SELECT id, measure_id, subject_id, period, reading, basis, scope_id, value, text, batch, sheet FROM fact "  # noqa: S608
        f"WHERE superseded_by IS NULL AND measure_id IN ({listed}) AND period BETWEEN {int(low)} AND {int(high)}"  # type: ignore[arg-type]
    )
    return read_frame(sql, CURRENT)


def _unlocked(changed: pl.DataFrame, new: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    from qipan.registry.loading.returns import locked_facts

    keep_changed, keep_new, refused = locked_facts(changed, new, plan)
    if refused.height:
        shown = spoken(refused).with_columns(pl.col("said").alias("value"))
        plan.also(lambda: _locked_preview(shown))
        plan.problems.append(problem_rows("imports.locked", shown, params={"value_en": "said_en"}))
    return keep_changed, keep_new, refused.height


def _named(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the figures with the names of units and firms that this very load brings as their `subject_text`."""
    coming = [
        insert.frame.select(pl.col("id").alias("subject_id"), pl.col("name").alias("coming"))
        for insert in plan.inserts
        if insert.model in (Enterprise, Unit)
    ]
    if not coming:
        return rows
    named = rows.join(pl.concat(coming), on="subject_id", how="left", maintain_order="left")
    return named.with_columns(pl.coalesce("coming", "subject_text").alias("subject_text")).drop("coming")


def _locked_preview(shown: pl.DataFrame) -> pl.DataFrame:
    none = pl.lit(None, dtype=pl.String)
    return shown.select(
        pl.lit("figure").alias("noun"), pl.lit("conflict").alias("kind"), pl.col("said").alias("label"),
        pl.col("said_en").alias("label_en"), pl.col("measure").alias("field"), none.alias("old"),
        pl.col("text").alias("new"), none.alias("old_en"), pl.col("text").alias("new_en"),
        pl.col("sheet").cast(pl.Int32), pl.col("row").cast(pl.Int64), pl.lit(None, dtype=pl.Int64).alias("key"),
    ).cast(pl.Schema(PREVIEW_SCHEMA))  # fmt: skip


def _slips(coming: pl.DataFrame, plan: Plan) -> None:
    """Report figures that are a power of ten off their own history: most often a slip of the unit.

    Corrections slip as often as new figures, and a lock that refuses one does not say why it was wrong. Earlier
    periods only are compared, so that a figure never stands for its own past.
    """
    if not coming.height:
        return
    listed = ", ".join(str(int(measure)) for measure in coming["measure_id"].unique())
    history = read_frame(
        "SELECT f.subject_id, m.code, f.period, f.basis, f.value FROM fact f JOIN measure m ON m.id = f.measure_id "  # noqa: S608
        f"WHERE f.superseded_by IS NULL AND f.reading = 0 AND f.measure_id IN ({listed})",
        {"key": pl.Int64(), "measure": pl.String(), "period": pl.Int64(), "basis": pl.Int64(), "value": pl.Int64()},
    )
    if history.height:
        plan.problems.append(slips(coming.with_columns(pl.col("subject_id").alias("key")), history))


def _write(rows: pl.DataFrame, changed: pl.DataFrame, plan: Plan) -> None:
    from qipan.registry.loading.returns import touched

    if changed.height:
        plan.superseded.append(Supersede(Fact, changed.select("id", "sheet", "row")))
    if rows.height:
        frame = rows.select(
            "subject_id", "measure_id", "period", "reading", "basis", "scope_id", "value", "text", "origin",
            pl.col("sheet").cast(pl.Int64), "row", pl.col("column").cast(pl.Int64),
        )  # fmt: skip
        plan.inserts.append(Insert(Fact, frame, ("subject_id",)))
        plan.touched += touched(rows, plan)


def _preview(changed: pl.DataFrame, target: For, plan: Plan) -> None:
    if changed.height:
        plan.previews.append(figure_preview(changed, "changed", target, plan))


def figure_preview(rows: pl.DataFrame, kind: str, target: For, plan: Plan) -> pl.DataFrame:
    """Return figures as a person is shown them (PREVIEW_SCHEMA); those that change with what they were."""
    if not rows.height:
        return pl.DataFrame(schema=PREVIEW_SCHEMA)
    columns = {"value": "new"} if kind == "new" else {"value_right": "old", "value": "new"}
    told = valued(spoken(_named(rows, plan)), columns, target.resolved.units)
    none = pl.lit(None, dtype=pl.String)
    if kind == "new":
        told = told.with_columns(none.alias("old"), none.alias("old_en"), pl.lit(None, dtype=pl.Int64).alias("id"))
    return told.select(
        pl.lit("figure").alias("noun"), pl.lit(kind).alias("kind"), pl.col("said").alias("label"),
        pl.col("said_en").alias("label_en"), pl.col("measure").alias("field"), "old", "new", "old_en", "new_en",
        pl.col("sheet").cast(pl.Int32), pl.col("row").cast(pl.Int64), pl.col("id").alias("key"),
    ).cast(pl.Schema(PREVIEW_SCHEMA))  # fmt: skip
