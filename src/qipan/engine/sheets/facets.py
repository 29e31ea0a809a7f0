"""What the labels of a row of figures say: measure, unit, period, subject, scope, basis."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from qipan.engine.periods import Basis, seek, state
from qipan.engine.sheets.body import Body
from qipan.engine.sheets.cells.columns import blank_to_null, decimals_text
from qipan.engine.sheets.spec import Layout, LedgerSpec
from qipan.engine.sheets.text import fold, narrow, unnumbered
from qipan.engine.sheets.troubles import Troubles
from qipan.engine.sheets.understood import ColumnMatch, Context
from qipan.engine.sheets.vocabulary import Named, Vocabulary

BASIS_WORDS = {
    "当月": Basis.SINGLE, "本月": Basis.SINGLE, "单月": Basis.SINGLE, "single": Basis.SINGLE, "当期": Basis.SINGLE,
    "累计": Basis.CUMULATIVE, "本年累计": Basis.CUMULATIVE, "cumulative": Basis.CUMULATIVE,
    "时点": Basis.STOCK, "期末": Basis.STOCK, "存量": Basis.STOCK, "stock": Basis.STOCK,
}  # fmt: skip
CITY = {"全市", "全市合计", "市", "城市", "济宁市"}
NOTE_PERIOD = re.compile(r"^(?:为|系|按)?(.{2,14}?)(?:数据?|数|口径)?$")
SPLIT = re.compile(r"[、,,;;/]|或")

# One row per row of figures. `at` numbers the rows; `unknown` marks those whose measure nobody knows.
FACETS: dict[str, pl.DataType] = {
    "at": pl.Int64(),
    "row": pl.Int64(),
    "measure": pl.String(),
    "sibling": pl.String(),
    "unit": pl.String(),
    "stated": pl.String(),
    "basis": pl.Int64(),
    "subject": pl.String(),
    "subject_text": pl.String(),
    "scope": pl.String(),
    "period_own": pl.Int64(),
    "code_own": pl.String(),
    "unknown": pl.Boolean(),
}


def row_facets(
    body: Body,
    columns: Sequence[ColumnMatch],
    ledger: LedgerSpec,
    vocabulary: Vocabulary,
    context: Context,
    troubles: Troubles,
    year: int | None,
) -> pl.DataFrame:
    """Return what every row says about its figures (FACETS); unknown measures, units and periods become problems."""
    at = {
        part: next((one.index for one in columns if one.part == part), None)
        for part in ("measure", "unit", "period", "subject", "scope", "note", "basis")
    }
    height = body.cells.height
    measure = _measures(body, at["measure"], ledger, vocabulary, context, columns, troubles)
    unit = _units(body, at["unit"], vocabulary, troubles)
    stated, period = _periods(body, at["period"], troubles, year)
    basis = _words(body, at["basis"], BASIS_WORDS, pl.Int64())
    subject_text = _text(body, at["subject"])
    city = subject_text.is_in(list(CITY)).fill_null(value=False)
    subject = pl.select(
        pl.when(city)
        .then(pl.lit("city"))
        .when(subject_text.is_not_null())
        .then(pl.lit("named"))
        .otherwise(pl.lit("unit"))
    ).to_series()
    scope = _text(body, at["scope"])
    note = _note_periods(body, at["note"])
    frame = pl.DataFrame(
        {
            "at": pl.int_range(0, height, dtype=pl.Int64, eager=True),
            "row": body.rows,
            "measure": measure["measure"],
            "sibling": measure["sibling"],
            "unit": _first(unit, measure["unit"]),
            "stated": _first(stated, _first(note, measure["stated"])),
            "basis": basis,
            "subject": subject,
            "subject_text": subject_text,
            "scope": _first(scope, pl.repeat(context.scope, height, dtype=pl.String(), eager=True)),
            "period_own": period,
            "code_own": measure["code"],
            "unknown": measure["unknown"],
        }
    )
    return frame.with_columns([pl.col(name).cast(kind) for name, kind in FACETS.items()])


def _first(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(one, other)).to_series()


def _text(body: Body, at: int | None) -> pl.Series:
    if at is None:
        return pl.repeat(None, body.cells.height, dtype=pl.String(), eager=True)
    return blank_to_null(decimals_text(body.cells[str(at)]))


def _words(body: Body, at: int | None, words: dict[str, int], kind: pl.DataType) -> pl.Series:
    text = _text(body, at)
    different = text.drop_nulls().unique().to_list()
    known = {word: words[fold(word)] for word in different if fold(word) in words}
    return (
        text.replace_strict(known, default=None, return_dtype=kind)
        if known
        else pl.repeat(None, len(text), dtype=kind, eager=True)
    )


def _units(body: Body, at: int | None, vocabulary: Vocabulary, troubles: Troubles) -> pl.Series:
    text = _text(body, at)
    found: dict[str, str] = {}
    for word in text.drop_nulls().unique().to_list():
        unit = vocabulary.units.find(word) or next(
            (one for part in SPLIT.split(narrow(word)) if (one := vocabulary.units.find(part)) is not None), None
        )
        if unit is not None:
            found[word] = unit.code
        elif state(word) is None:
            here = (text == word).fill_null(value=False)
            troubles.add_rows(
                "sheets.unknown-unit", body.rows.filter(here), column=at, name="unit", value=text.filter(here)
            )
    return text.replace_strict(found, default=None, return_dtype=pl.String)


def _periods(body: Body, at: int | None, troubles: Troubles, year: int | None) -> tuple[pl.Series, pl.Series]:
    text = _text(body, at)
    stated: dict[str, str] = {}
    codes: dict[str, int] = {}
    for word in text.drop_nulls().unique().to_list():
        said = state(word)
        if said is None:
            here = (text == word).fill_null(value=False)
            troubles.add_rows(
                "sheets.bad-period", body.rows.filter(here), column=at, name="period", value=text.filter(here)
            )
            continue
        stated[word] = word
        period = said.period(year)
        if period is not None:
            codes[word] = period.code
    return (
        text.replace_strict(stated, default=None, return_dtype=pl.String),
        text.replace_strict(codes, default=None, return_dtype=pl.Int64),
    )


def _note_periods(body: Body, at: int | None) -> pl.Series:
    """Return periods that notes state for their row (1-9月数据)."""
    text = _text(body, at)
    found: dict[str, str] = {}
    for word in text.drop_nulls().unique().to_list():
        bare = NOTE_PERIOD.match(narrow(word))
        if bare and state(bare[1]) is not None:
            found[word] = bare[1]
        elif len(word) <= 20 and (sought := seek(word)) and not sought[0][0].whole_year:
            found[word] = sought[0][1]
    return text.replace_strict(found, default=None, return_dtype=pl.String)


def _measures(
    body: Body,
    at: int | None,
    ledger: LedgerSpec,
    vocabulary: Vocabulary,
    context: Context,
    columns: Sequence[ColumnMatch],
    troubles: Troubles,
) -> pl.DataFrame:
    """Return measure, sibling, unit and period the labels name, per row."""
    height = body.cells.height
    if at is None:
        elsewhere = context.measure is not None or any(one.measure for one in columns)
        empty = pl.repeat(None, height, dtype=pl.String(), eager=True)
        no = pl.repeat(not elsewhere, height, dtype=pl.Boolean(), eager=True)
        if not elsewhere:
            troubles.add("sheets.no-measure")
        own = pl.repeat(context.measure, height, dtype=pl.String(), eager=True)
        return pl.DataFrame(
            {
                "measure": empty,
                "sibling": empty.fill_null(""),
                "unit": empty,
                "stated": empty,
                "code": own,
                "unknown": no,
            }
        )
    labels = body.cells[str(at)].cast(pl.String)
    parents = _parents(labels) if body.carried is not None and ledger.layout is not Layout.LONG else [""] * height
    pairs = pl.DataFrame({"label": labels, "parent": pl.Series(parents, dtype=pl.String)})
    different = pairs.unique(maintain_order=True)
    named = [None if label is None else vocabulary.named(label, parent or "") for label, parent in different.rows()]
    allowed = set(ledger.measures)
    named = [one if one is None or not allowed or one.measure.code in allowed else None for one in named]
    table = different.with_columns(_named_columns(named))
    joined = pairs.join(table, on=["label", "parent"], how="left", nulls_equal=True, maintain_order="left")
    _ask(joined, body.rows, at, vocabulary, troubles)
    return joined.select("measure", "sibling", "unit", "stated", "code", unknown=pl.col("code").is_null())


def _named_columns(named: Sequence[Named | None]) -> list[pl.Series]:
    return [
        pl.Series("measure", [one and one.measure.code for one in named], dtype=pl.String),
        pl.Series("sibling", ["" if one is None else one.sibling for one in named], dtype=pl.String),
        pl.Series("unit", [one and one.unit for one in named], dtype=pl.String),
        pl.Series("stated", [one and one.stated_text for one in named], dtype=pl.String),
        pl.Series("code", [one and one.code for one in named], dtype=pl.String),
    ]


def _ask(joined: pl.DataFrame, rows: pl.Series, at: int, vocabulary: Vocabulary, troubles: Troubles) -> None:
    unknown = joined["code"].is_null()
    if not unknown.any():
        return
    frame = pl.DataFrame({"label": joined["label"], "row": rows}).filter(unknown)
    for label in frame["label"].unique(maintain_order=True).to_list():
        here = frame.filter(pl.col("label").eq_missing(pl.lit(label, dtype=pl.String)))
        near = None if label is None else vocabulary.nearest(unnumbered(label)[0])
        code = "sheets.unknown-measure" if near is None else "sheets.unknown-measure-near"
        params = None if near is None else f'{{"guess": "{near.names[0]}", "guess_en": "{near.en}"}}'
        troubles.add_rows(code, here["row"], column=at, name="measure", value=here["label"], params=params)


def _parents(labels: pl.Series) -> list[str]:
    """Return, for each label, the label it is a part of: the last one above that stands further left."""
    found: list[str] = []
    parent = ""
    group = 0
    for label in labels:
        if label is None:
            found.append("")
            continue
        indent = len(label) - len(label.lstrip(" \u3000\t"))
        _, child = unnumbered(label)
        if child or (parent and indent > group):
            found.append(parent)
            continue
        found.append("")
        parent, group = label, indent
    return found
