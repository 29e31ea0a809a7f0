"""Which firm a row is about: by code, by name, by what a person decided; else it waits for a person."""

from __future__ import annotations

import json

import polars as pl

from qipan.engine.resolve import match
from qipan.platform.imports.plan import ASKED_SCHEMA, Insert, Plan, SheetRead, problem_rows
from qipan.registry.loading import known
from qipan.registry.loading.collect import firm_rows, repeats_firms
from qipan.registry.models import Enterprise, EnterpriseName, Uncertain

UNCERTAIN = ("candidate", "conflict")
MATCHED: dict[str, pl.DataType] = {
    "item": pl.Int64(),
    "subject": pl.Int64(),  # null: not a known firm
    "verdict": pl.String(),
    "code": pl.String(),  # tidy and valid, else null
    "name_key": pl.String(),
    "same_as": pl.Int64(),  # the first item that means the same firm
    "problem": pl.String(),
    "candidates": pl.String(),  # JSON: subject, name, score, and which parts agree
}


def known_firms(plan: Plan) -> pl.DataFrame:
    """Return the firms of the registry and those `plan` adds: subject, name, uscc, former, aliases."""
    frames = [known.firms([]).select(pl.col("id").alias("subject"), "name", "uscc")]
    names = [known.other_names()]
    for insert in plan.inserts:
        if insert.model is Enterprise:
            frames.append(insert.frame.select(pl.col("id").alias("subject"), "name", "uscc"))
        elif insert.model is EnterpriseName:
            names.append(insert.frame.select(pl.col("enterprise_id").alias("id"), "kind", "name", "name_key"))
    firms = pl.concat(frames)
    listed = pl.concat(names)
    for kind, column in (("former", "former"), ("alias", "aliases")):
        grouped = listed.filter(pl.col("kind") == kind).group_by("id").agg(pl.col("name").alias(column))
        firms = firms.join(grouped, left_on="subject", right_on="id", how="left", maintain_order="left")
    return firms


def identify(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return MATCHED for `rows` (`item`, `name`, `uscc` where the ledger has codes); problems go to the plan."""
    columns = ["name", *(["uscc"] if "uscc" in rows.columns else [])]
    verdicts = _verdicts(plan).select(
        pl.col("name_key").alias("key"), pl.when(pl.col("uscc") != "").then(pl.col("uscc")).alias("uscc"), "subject"
    )
    # A monthly file names a firm as often as it has months: each way of writing it is compared once.
    asked = rows.select(columns)
    distinct = asked.unique(maintain_order=True)
    found = match(distinct, known_firms(plan), verdicts=verdicts)
    answers = found.select(
        pl.col("subject").cast(pl.Int64),
        pl.col("verdict").cast(pl.String),
        pl.col("uscc").alias("code"),
        pl.col("key").alias("name_key"),
        pl.col("same_as").cast(pl.Int64),
        "problem",
        _as_json(found),
    )
    matched = rows.select("item", "sheet", "row", *columns)
    if distinct.height == rows.height:  # nobody named twice: a row and its writing are in the same place
        matched = matched.hstack(answers)
        place = pl.coalesce("same_as", pl.int_range(pl.len(), dtype=pl.Int64))
        matched = matched.with_columns(pl.col("item").gather(place).alias("same_as"))
    else:
        answered = distinct.hstack(answers)
        matched = matched.join(answered, on=columns, how="left", nulls_equal=True, maintain_order="left")
        matched = matched.with_columns(_first_item(matched, distinct, columns))
    _report(matched, plan)
    return matched.select(*MATCHED)


def _verdicts(plan: Plan) -> pl.DataFrame:
    """Return what people decided, what was said with this very load last, so that it counts."""
    earlier = known.verdicts()
    return pl.concat([earlier, plan.verdicts.select(earlier.columns)])


def _first_item(matched: pl.DataFrame, distinct: pl.DataFrame, columns: list[str]) -> pl.Series:
    """Turn `same_as`, a place among the distinct writings, into the first item that was written so."""
    places = distinct.with_row_index("same_as").with_columns(pl.col("same_as").cast(pl.Int64))
    first = matched.select("item", *columns).unique(columns, keep="first", maintain_order=True)
    items = places.join(first, on=columns, how="left", nulls_equal=True).select("same_as", pl.col("item").alias("at"))
    own = matched.select("item", *columns).join(
        first.rename({"item": "own"}), on=columns, how="left", nulls_equal=True, maintain_order="left"
    )["own"]
    return matched.join(items, on="same_as", how="left", maintain_order="left")["at"].fill_null(own).alias("same_as")


def _as_json(found: pl.DataFrame) -> pl.Series:
    """Return the candidates of the uncertain rows as JSON, null for all others."""
    asked = found["verdict"].cast(pl.String).is_in(UNCERTAIN).fill_null(value=False) & found["candidates"].is_not_null()
    texts = [json.dumps(candidates.to_list(), ensure_ascii=False) for candidates in found["candidates"].filter(asked)]
    nothing = pl.repeat(None, found.height, dtype=pl.String, eager=True)
    return nothing.scatter(asked.arg_true(), texts).alias("candidates") if texts else nothing.alias("candidates")


def _report(matched: pl.DataFrame, plan: Plan) -> None:
    """Add the problems of matching to the plan, and the uncertain firms to the queue a person decides."""
    troubled = matched.filter(pl.col("problem").is_not_null())
    for (code,), part in troubled.group_by("problem", maintain_order=True):
        first = pl.col("candidates").str.json_path_match("$[0].name").alias("known")
        shown = part.with_columns(pl.col("name").alias("value"), first)
        plan.problems.append(problem_rows(str(code), shown, field="name", params={"known": "known", "code": "code"}))
    waiting = matched.filter(pl.col("verdict").is_in(UNCERTAIN)).unique(
        ["name_key", "code"], keep="first", maintain_order=True
    )
    waiting = waiting.select(
        "name", "name_key", pl.col("code").fill_null("").alias("uscc"), pl.col("problem").fill_null(""),
        pl.col("candidates").fill_null("[]"), pl.col("sheet").cast(pl.Int64), "row",
    )  # fmt: skip
    plan.asked.append(waiting.select(ASKED_SCHEMA.keys()).cast(pl.Schema(ASKED_SCHEMA)))
    waiting = waiting.join(_in_queue(plan), on=["name_key", "uscc"], how="anti", maintain_order="left")
    if waiting.height:
        plan.inserts.append(Insert(Uncertain, waiting))


def _in_queue(plan: Plan) -> pl.DataFrame:
    """Return who waits for a person already, also through another sheet of this load."""
    frames = [insert.frame.select("name_key", "uscc") for insert in plan.inserts if insert.model is Uncertain]
    rows = list(Uncertain.objects.filter(decided__isnull=True).values_list("name_key", "uscc"))
    return pl.concat([pl.DataFrame(rows, schema={"name_key": pl.String, "uscc": pl.String}, orient="row"), *frames])


def subjects_of(read: SheetRead, plan: Plan) -> pl.DataFrame | None:
    """Return `record` → `firm` (subject; null where nobody knows it) for a sheet about firms; None for other sheets.

    A ledger that registers firms has planned them by now; one that only speaks of firms reports those nobody knows.
    """
    if read.number not in plan.subjects:
        plan.subjects[read.number] = _subjects(read, plan)
    return plan.subjects[read.number]


def _subjects(read: SheetRead, plan: Plan) -> pl.DataFrame | None:
    if read.ledger is None or read.extract is None or not read.extract.records.height:
        return None
    rows = firm_rows([read])
    if "name" not in rows.columns and "uscc" not in rows.columns:
        return None
    # A ledger that registers its firms reported their problems when it did; only the others speak here.
    aside = Plan(plan.change_number, inserts=plan.inserts, verdicts=plan.verdicts)
    matched = identify(rows, aside)
    joined = rows.select("item", "record", "name", "sheet", "row").join(matched, on="item", maintain_order="left")
    if repeats_firms(read.ledger) or read.ledger.noun != "enterprise":
        plan.problems.extend(aside.problems)
        plan.asked.extend(aside.asked)
        unknown = joined.filter(pl.col("subject").is_null() & (pl.col("verdict") == "new"))
        shown = unknown.with_columns(pl.col("name").alias("value"))
        plan.problems.append(problem_rows("imports.unknown-firm", shown, field="name"))
        _ask_units(rows, plan)
    return joined.select("record", pl.col("subject").alias("firm"))


def _ask_units(rows: pl.DataFrame, plan: Plan) -> None:
    """Ask about units nobody knows in a ledger that speaks of firms: their figures are kept, the unit may be wrong."""
    if "unit_id" not in rows.columns:
        return
    named = rows.filter(pl.col("unit_id").is_not_null())
    unknown = named.filter(known.units(plan).find(named["unit_id"]).is_null())
    if unknown.height:
        asked = unknown.with_columns(pl.col("unit_id").alias("value"))
        plan.problems.append(problem_rows("imports.unknown-unit", asked, field="unit"))
