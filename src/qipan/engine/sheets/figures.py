"""Sheets whose cells are figures: 月报, 指标×月份 in both directions, and one figure a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import polars as pl

from qipan.engine.periods import READINGS, Basis, Period
from qipan.engine.sheets.body import Body
from qipan.engine.sheets.cells.columns import blank_to_null, decimals_text
from qipan.engine.sheets.cells.figures import FIGURES, PLACES, read_figures, scaled
from qipan.engine.sheets.cross import cross_check
from qipan.engine.sheets.decide import Kindred, Meaning, Reader
from qipan.engine.sheets.extras import extra_column
from qipan.engine.sheets.facets import row_facets
from qipan.engine.sheets.facts import INT64, no_facts, shaped
from qipan.engine.sheets.rowkinds import kinds
from qipan.engine.sheets.spec import ColumnType, LedgerSpec
from qipan.engine.sheets.troubles import Troubles
from qipan.engine.sheets.understood import ColumnMatch, Context, Extract
from qipan.engine.sheets.vocabulary import Vocabulary

FIGURE_PARTS = ("value", "yoy", "target", "expected", "city_value", "city_yoy", "rank", "places")
KEYS = ("measure", "sibling", "own", "magnitude", "unit", "stated", "note", "basis")
RANKED = r"第?\s*(\d{1,4})\s*(?:/\s*(\d{1,4})\s*)?(?:位|名)?$"


def extract_figures(
    body: Body,
    columns: tuple[ColumnMatch, ...],
    ledger: LedgerSpec,
    vocabulary: Vocabulary,
    context: Context,
    troubles: Troubles,
) -> Extract:
    """Return records (one per row of figures) and facts of a report, a wide or a long table."""
    labels = [one.index for one in columns if one.part in ("measure", "subject")]
    numbers = [one.index for one in columns if one.part in (*FIGURE_PARTS, "progress", "last_year")]
    found = kinds(body, columns, labels=labels, figures=numbers)
    kind = _known_measures(body, columns, found.kind, vocabulary)
    keep = kind.is_null()
    skipped = pl.DataFrame({"row": body.rows, "reason": kind}).filter(~keep)
    kept = body.keep(keep)
    year = Period(context.period).year if context.period is not None else context.year
    facets = row_facets(kept, columns, ledger, vocabulary, context, troubles, year)
    unknown = facets["unknown"]
    figures = {
        one.index: _figures(kept, one, vocabulary)
        for one in columns
        if one.part in (*FIGURE_PARTS, "progress", "last_year")
    }
    _without_place(columns, figures)
    facts = _facts(kept, columns, figures, facets, ledger, vocabulary, context, troubles, year)
    cross_check(kept, columns, figures, facets, vocabulary, troubles)
    records = _records(kept, columns, figures, facets, ledger, found.section.filter(keep), troubles)
    if unknown.any():
        left = pl.DataFrame({"row": kept.rows.filter(unknown)}).with_columns(reason=pl.lit("refused"))
        skipped = pl.concat([skipped, left])
        place = (~unknown).cum_sum().cast(pl.Int64) - 1
        facts = facts.with_columns(record=place.gather(facts["record"].cast(pl.UInt32)))
        records = records.filter(~unknown)
    return Extract(records, facts, troubles.frame(), skipped.sort("row"), body.cells.height)


def _known_measures(body: Body, columns: Sequence[ColumnMatch], kind: pl.Series, vocabulary: Vocabulary) -> pl.Series:
    """Return the kinds, except that a row whose label is a measure is a record whatever it looks like (税收合计)."""
    at = next((one.index for one in columns if one.part == "measure"), None)
    if at is None or not kind.is_in(["total", "subtotal", "section"]).any():
        return kind
    numbers = [str(one.index) for one in columns if one.part in FIGURE_PARTS]
    text = body.cells[str(at)].cast(pl.String)
    filled = body.cells.select(
        pl.any_horizontal([pl.col(name).is_not_null() for name in numbers] or [pl.lit(value=False)])
    )
    known = [
        reason is not None and label is not None and bool(full) and vocabulary.named(label) is not None
        for reason, label, full in zip(kind, text, filled.to_series(), strict=True)
    ]
    return kind.set(
        pl.Series(known, dtype=pl.Boolean) & kind.is_in(["total", "subtotal", "section"]).fill_null(value=False), None
    )


def _figures(body: Body, one: ColumnMatch, vocabulary: Vocabulary) -> pl.DataFrame:
    text = blank_to_null(body.cells[str(one.index)])
    if one.part == "rank" and text.dtype == pl.String:
        place = text.str.extract(RANKED, 1)
        text = pl.select(pl.coalesce(place, text)).to_series()
    return read_figures(text, vocabulary.units)


def _without_place(columns: Sequence[ColumnMatch], figures: dict[int, pl.DataFrame]) -> None:
    """Forget how many were compared where nobody says who came where: the column is often filled to the end."""
    placed = [figures[one.index]["value"].is_not_null() for one in columns if one.part == "rank"]
    for one in columns:
        if one.part == "places":
            frame = figures[one.index]
            said = pl.any_horizontal(placed) if placed else pl.lit(value=False)
            kept = [pl.when(said).then(pl.col(name)).alias(name) for name in ("value", "problem")]
            figures[one.index] = frame.with_columns(kept)


def _of_how_many(
    body: Body, columns: Sequence[ColumnMatch], vocabulary: Vocabulary
) -> list[tuple[ColumnMatch, pl.DataFrame]]:
    """Return the numbers of places that stand in the same cell as the place ("4/9"), as columns of their own."""
    found: list[tuple[ColumnMatch, pl.DataFrame]] = []
    for one in columns:
        text = body.cells[str(one.index)]
        if one.part != "rank" or text.dtype != pl.String:
            continue
        places = text.str.strip_chars().str.extract(RANKED, 2)
        if places.is_not_null().any():
            found.append((replace(one, part="places", code=None), read_figures(places, vocabulary.units)))
    return found


def _facts(
    body: Body,
    columns: Sequence[ColumnMatch],
    figures: dict[int, pl.DataFrame],
    facets: pl.DataFrame,
    ledger: LedgerSpec,
    vocabulary: Vocabulary,
    context: Context,
    troubles: Troubles,
    year: int | None,
) -> pl.DataFrame:
    specs = {spec.code: spec for spec in ledger.columns}
    parts: list[pl.DataFrame] = []
    read = [(one, figures[one.index]) for one in columns if one.part in FIGURE_PARTS]
    for one, found in [*read, *_of_how_many(body, columns, vocabulary)]:
        spec = specs.get(one.code or "")
        reading = READINGS["actual" if spec is None else spec.reading]
        if context.reading is not None:
            reading = context.reading
        beside = one.basis == Basis.SINGLE and any(other.basis == Basis.CUMULATIVE for other in columns)
        unit = None if spec is None else spec.unit
        reader = Reader(one, one.part, unit, reading, context, vocabulary, year, beside)
        part = _column_facts(body, found, facets, reader, troubles)
        if not part.is_empty():
            parts.append(part)
    if not parts:
        return no_facts()
    return (
        pl.concat(parts)
        .unique(
            ["subject", "subject_text", "measure", "period", "reading", "basis", "scope", "value"], maintain_order=True
        )
        .sort("row", "column")
    )


def _column_facts(
    body: Body, figures: pl.DataFrame, facets: pl.DataFrame, reader: Reader, troubles: Troubles
) -> pl.DataFrame:
    """Return the facts of one column of figures."""
    one = reader.column
    text = decimals_text(body.cells[str(one.index)])
    frame = pl.concat([facets, figures.rename({"value": "figure"})], how="horizontal").with_columns(text=text)
    bad = frame["problem"].is_not_null() & ~frame["unknown"]
    code = "sheets.target-text" if reader.part == "target" else None
    for row, problem, params, words in frame.filter(bad).select("row", "problem", "params", "text").rows():
        told = code if code and problem == "sheets.bad-number" else problem
        troubles.add_rows(
            told, pl.Series([row]), column=one.index, name=one.code or one.part, value=pl.Series([words]), params=params
        )
    frame = frame.filter(pl.col("figure").is_not_null() & ~pl.col("unknown"))
    if frame.is_empty():
        return no_facts()
    kinds_ = frame.select(KEYS).unique(maintain_order=True)
    meanings = [reader.decide(Kindred(*row)) for row in kinds_.rows()]
    factors = list(dict.fromkeys(meaning.by for meaning in meanings))
    joined = frame.join(_table(kinds_, meanings, factors), on=KEYS, how="left", nulls_equal=True, maintain_order="left")
    for problem, expected in joined.select("trouble", "expected").drop_nulls("trouble").unique().rows():
        here = joined.filter(
            (pl.col("trouble") == problem) & pl.col("expected").eq_missing(pl.lit(expected, dtype=pl.String))
        )
        params = None if expected is None else f'{{"expected": "{expected}"}}'
        troubles.add_rows(
            problem, here["row"], column=one.index, name=one.code or one.part, value=here["text"], params=params
        )
    _ask_fractions(joined, reader, troubles)
    city = reader.part.startswith("city_")
    return shaped(
        joined.filter(pl.col("trouble").is_null()).with_columns(
            value=_stored(factors),
            record=pl.col("at"),
            subject=pl.lit("city") if city else pl.col("subject"),
            subject_text=pl.lit("全市") if city else pl.col("subject_text"),
            unit=pl.col("written"),
            basis=pl.col("basis_code"),
            measure=pl.col("code"),
            sheet=pl.lit(troubles.sheet),
            column=pl.lit(one.index),
        ),
        troubles,
        one.index,
    )


def _table(kindred: pl.DataFrame, meanings: Sequence[Meaning], factors: Sequence[Fraction]) -> pl.DataFrame:
    return kindred.with_columns(
        pl.Series("code", [meaning.code for meaning in meanings], dtype=pl.String),
        pl.Series("written", [meaning.unit for meaning in meanings], dtype=pl.String),
        pl.Series("by", [factors.index(meaning.by) for meaning in meanings], dtype=pl.Int32),
        pl.Series("period", [meaning.period for meaning in meanings], dtype=pl.Int64),
        pl.Series("basis_code", [meaning.basis for meaning in meanings], dtype=pl.Int8),
        pl.Series("reading", [meaning.reading for meaning in meanings], dtype=pl.Int8),
        pl.Series("trouble", [meaning.problem for meaning in meanings], dtype=pl.String),
        pl.Series("expected", [meaning.expected for meaning in meanings], dtype=pl.String),
    )


def _stored(factors: Sequence[Fraction]) -> pl.Expr:
    raw = pl.col("figure").to_physical()
    result = pl.lit(None, dtype=pl.Int128)
    for at, by in enumerate(factors):
        result = pl.when(pl.col("by") == at).then(scaled(raw, by)).otherwise(result)
    return pl.when(result.abs() <= INT64).then(result).cast(pl.Int64)


def _ask_fractions(joined: pl.DataFrame, reader: Reader, troubles: Troubles) -> None:
    """Ask whether growths that are all below one in size, without any percent sign, were meant as shares of one."""
    if reader.part not in ("yoy", "city_yoy"):
        return
    known = joined.filter(pl.col("trouble").is_null())
    small = known.select((pl.col("figure").abs() < 1).all() & pl.col("own").is_null().all()).item()
    if known.height >= 5 and small and bool((known["figure"] != 0).any()):
        one = reader.column
        troubles.add("sheets.maybe-fraction", column=one.index, name=one.code or one.part, value=one.header)


def _records(
    body: Body,
    columns: Sequence[ColumnMatch],
    figures: dict[int, pl.DataFrame],
    facets: pl.DataFrame,
    ledger: LedgerSpec,
    section: pl.Series,
    troubles: Troubles,
) -> pl.DataFrame:
    """Return a row per row of figures: labels as text, figures as written (Decimal), periods as codes."""
    height = body.cells.height
    found: list[pl.Series] = []
    for spec in ledger.columns:
        own = next((one for one in columns if one.code == spec.code), None)
        number = spec.type in (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.PERCENT)
        if spec.type is ColumnType.PERIOD:
            values = facets["period_own"]
        elif own is None:
            kind = FIGURES["value"] if number else pl.String()
            values = pl.repeat(None, height, dtype=kind, eager=True)
        elif own.index in figures:
            values = figures[own.index]["value"] if number else decimals_text(body.cells[str(own.index)])
        else:
            values = blank_to_null(decimals_text(body.cells[str(own.index)]))
            values = values.cast(FIGURES["value"], strict=False) if number else values
        found.append(values.alias(spec.code))
    taken = {spec.code for spec in ledger.columns}
    unread = [
        (one.header or f"#{one.index + 1}", blank_to_null(decimals_text(body.cells[str(one.index)])))
        for one in columns
        if not one.code and not one.part
    ]
    about = {
        "measure_code": facets["code_own"],
        "section": section,
        "extra": extra_column(unread, height),
        "sheet": pl.repeat(troubles.sheet, height, dtype=pl.Int32(), eager=True),
        "row": body.rows,
    }
    found.extend(series.alias(name) for name, series in about.items() if name not in taken)
    return pl.DataFrame(found)


__all__ = ["PLACES", "extract_figures"]
