"""Which ledger a sheet is, and which of its columns is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from qipan.engine.problem import Param, Problem, Severity, Where
from qipan.engine.sheets.body import cell_text, texts
from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.columns import CHOSEN, KEPT, match
from qipan.engine.sheets.columns import chosen as put
from qipan.engine.sheets.headers import WIDEST, Header, frame_header, grid_headers, sampled, score
from qipan.engine.sheets.looks import fit
from qipan.engine.sheets.signature import form_of, signature
from qipan.engine.sheets.spec import ColumnSpec, Layout, LedgerSpec
from qipan.engine.sheets.text import fold
from qipan.engine.sheets.titles import Title, context, title
from qipan.engine.sheets.understood import ColumnMatch, Context, Near, Reason, Recognition, Remembered
from qipan.engine.sheets.vocabulary import Vocabulary

SURE = 0.6  # below this a sheet fits no ledger
CERTAIN = 0.75  # below this the choice of ledger is put as a question
NEAREST = 3
SAMPLED = 200
KNOWN_PARTS = ("serial", "empty", "ignored")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person said of a sheet's columns, by index: which of the ledger's it is, LEFT_OUT or KEPT; its unit."""

    columns: Mapping[int, str] = field(default_factory=dict[int, str])
    units: Mapping[int, str] = field(default_factory=dict[int, str])


NOTHING_WANTED = Wanted()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sheet read as one ledger: how well that goes."""

    ledger: LedgerSpec
    header: Header
    columns: tuple[ColumnMatch, ...]
    confidence: float
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def recognise(
    sheet: Sheet,
    ledgers: Sequence[LedgerSpec],
    vocabulary: Vocabulary,
    *,
    file: str = "",
    memory: Mapping[str, Remembered] | None = None,
    named: bool = False,
    wanted: Wanted = NOTHING_WANTED,
) -> Recognition:
    """Return what `sheet` was taken for; `memory` holds remembered mappings by signature, `file` names the file.

    `named` says that a person chose the ledgers given: the best is taken if its required columns are there. `wanted`
    is what a person said of single columns.
    """
    mark = signature(sheet)
    lines = texts(sheet.grid) if sheet.grid is not None else []
    headers = _headers(sheet, lines, vocabulary)
    remembered = (memory or {}).get(mark)
    chosen = [ledger for ledger in ledgers if remembered is not None and ledger.code == remembered.ledger]
    readings: list[_Reading] = []
    full: dict[tuple[int, int], Header] = {}
    for ledger in chosen or ledgers:
        best = max(headers, key=lambda header: score(header, ledger, vocabulary), default=None)
        if best is not None:
            place = (best.top, best.bottom)
            full[place] = full.get(place) or (best if sheet.grid is None else sampled(best, lines))
            said = title(lines, best.top, sheet.name, file)
            readings.append(_read(full[place], ledger, said, vocabulary, remembered if chosen else None, wanted))
    readings.sort(key=lambda reading: -reading.confidence)
    nearest = tuple(_near(reading) for reading in readings[:NEAREST])
    where = Where(file or None, sheet.name or None)
    taken = readings and (readings[0].confidence >= SURE or (named and not readings[0].missing))
    if not taken:
        return _nothing(readings, nearest, where, mark, sheet)
    best = readings[0]
    said = title(lines, best.header.top, sheet.name, file)
    corner = [text for line in lines[max(best.header.top, 0) : best.header.bottom + 1] for text in line if text]
    about = context(said, best.columns, corner, vocabulary)
    questions, reasons = _questions(best, readings[1:], where, about), best.reasons
    if named:  # which ledger it is has been answered
        questions = tuple(question for question in questions if question.code != "sheets.unsure-ledger")
        reasons = (Reason("sheets.reason-named"), *reasons)
    if sheet.grid is not None and sheet.shape[1] > WIDEST:
        questions += (Problem.of("sheets.too-many-columns", where=where, columns=sheet.shape[1], limit=WIDEST),)
    rows = (best.header.top, best.header.bottom)
    code = best.ledger.code
    return Recognition(code, best.confidence, reasons, rows, best.columns, about, questions, mark, nearest)


def _headers(sheet: Sheet, lines: list[list[str | None]], vocabulary: Vocabulary) -> list[Header]:
    if sheet.grid is not None:
        return grid_headers(sheet.grid, lines, vocabulary)
    if sheet.frame is None:
        return []
    samples = [_frame_sample(sheet.frame.get_column(name)) for name in sheet.frame.columns]
    return [frame_header(sheet.frame.columns, samples, vocabulary)]


def _frame_sample(column: pl.Series) -> tuple[str, ...]:
    values = column.head(SAMPLED * 5).drop_nulls().head(SAMPLED).to_list()
    return tuple(text for value in values if (text := cell_text(value)) is not None)


def _read(
    header: Header,
    ledger: LedgerSpec,
    said: Title,
    vocabulary: Vocabulary,
    remembered: Remembered | None,
    wanted: Wanted,
) -> _Reading:
    columns = match(header.columns, ledger, vocabulary)
    if remembered is not None:
        columns = _recalled(columns, ledger, remembered)
    if wanted.columns or wanted.units:
        columns = put(columns, ledger, wanted.columns, wanted.units)
    codes = {column.code for column in columns if column.code} | {column.part for column in columns}
    writes = {spec.code: spec.writes for spec in ledger.columns}
    codes |= {writes[column.code] for column in columns if column.code in writes}
    required = [spec for spec in ledger.columns if spec.required]
    missing = tuple(spec.code for spec in required if spec.code not in codes and spec.writes not in codes)
    if ledger.layout is not Layout.ROWS:
        missing = tuple(code for code in missing if not _implied(code, columns, said, vocabulary))
    confidence, reasons = _confidence(header, ledger, columns, said, vocabulary, len(required), missing)
    if remembered is not None and not missing:
        confidence, reasons = 1.0, (Reason("sheets.reason-remembered", {}),)
    return _Reading(ledger, header, columns, confidence, reasons, missing)


def _implied(code: str, columns: Sequence[ColumnMatch], said: Title, vocabulary: Vocabulary) -> bool:
    """Tell whether what a required column would say is said by headings or title instead."""
    if code == "measure":
        return any(column.measure for column in columns) or context(said, columns, (), vocabulary).measure is not None
    if code == "period":
        return any(column.stated for column in columns) or context(said, columns, (), vocabulary).period is not None
    return code == "value" and any(column.part == "value" for column in columns)


def _recalled(columns: Sequence[ColumnMatch], ledger: LedgerSpec, remembered: Remembered) -> tuple[ColumnMatch, ...]:
    known = {form_of(header): code for header, code in remembered.columns}
    units = {form_of(header): unit for header, unit in remembered.units}
    specs = {spec.code for spec in ledger.columns}
    found: list[ColumnMatch] = []
    for column in columns:
        form = form_of(column.header)
        code = known.get(form, "")
        why = Reason("sheets.reason-remembered", {})
        if code is None:
            column = replace(column, code=None, part="ignored", confidence=1.0, reason=why, guess=None)
        elif code == KEPT:
            column = replace(column, code=None, part="", confidence=1.0, reason=why, guess=None)
        elif code in specs:
            column = replace(column, code=code, confidence=1.0, reason=why, guess=None)
        if form in units:
            column = replace(column, unit=units[form])
        found.append(column)
    return tuple(found)


def _confidence(
    header: Header,
    ledger: LedgerSpec,
    columns: Sequence[ColumnMatch],
    said: Title,
    vocabulary: Vocabulary,
    required: int,
    missing: tuple[str, ...],
) -> tuple[float, tuple[Reason, ...]]:
    real = [column for column in columns if column.part not in KNOWN_PARTS]
    taken = [column for column in real if column.code or column.part]
    strong = [column for column in taken if column.confidence >= 0.85]
    if not taken or not real:
        return 0.0, ()
    explained = len(taken) / len(real)
    mean = sum(column.confidence for column in taken) / len(taken)
    words = fold(said.words())
    spoken = next((word for word in (*ledger.title_words, *ledger.names) if fold(word) in words), None)
    have = 1.0 if not required else (required - len(missing)) / required
    value = 0.40 * have + 0.30 * explained + 0.15 * mean + (0.15 if spoken else 0.0)
    reasons = [Reason("sheets.reason-columns", {"known": len(taken), "of": len(real)})]
    if spoken:
        reasons.append(Reason("sheets.reason-title", {"words": spoken}))
    if missing:
        value = min(value, 0.5)
        named = {"columns": _labels(ledger, missing), "columns_en": _labels_en(ledger, missing)}
        reasons.append(Reason("sheets.reason-missing", named))
    if len({column.code or column.part for column in strong}) < 2:
        value = min(value, 0.45)
    value = min(value, _ceiling(header, ledger, columns, said, vocabulary, reasons))
    coverage = len({column.code for column in taken if column.code}) / max(len(ledger.columns), 1)
    return round(min(value + 0.03 * coverage, 1.0), 4), tuple(reasons)


def _ceiling(
    header: Header,
    ledger: LedgerSpec,
    columns: Sequence[ColumnMatch],
    said: Title,
    vocabulary: Vocabulary,
    reasons: list[Reason],
) -> float:
    """Return the confidence that the values under the headings leave; figures need measures that exist."""
    samples = {column.index: column.sample for column in header.columns}
    if ledger.layout is Layout.ROWS:
        return _rows_ceiling(ledger, columns, samples, reasons)
    labels = [text for one in columns if one.part == "measure" for text in samples[one.index]]
    known = [text for text in labels if vocabulary.named(text) is not None]
    values = any(one.part in ("value", "target", "city_value", "city_yoy", "rank", "yoy") for one in columns)
    from_heading = any(one.measure for one in columns) or context(said, columns, (), vocabulary).measure is not None
    if not values or (not labels and not from_heading):
        return 0.4
    share = len(known) / len(labels) if labels else 1.0
    reasons.append(Reason("sheets.reason-measures", {"known": len(known), "of": len(labels)}))
    ceiling = 1.0 if share >= 0.3 or (from_heading and not labels) else (0.45 if share < 0.1 else 0.6)
    return min(ceiling, _layout_ceiling(ledger, columns))


def _layout_ceiling(ledger: LedgerSpec, columns: Sequence[ColumnMatch]) -> float:
    """Return the confidence that the arrangement of the figures leaves to a ledger's layout."""
    parts = [column.part for column in columns]
    months = {column.stated for column in columns if column.part == "value" and column.stated}
    spread = len(months) >= 3 or len({column.measure for column in columns if column.measure}) >= 2
    period_column = "period" in parts
    if ledger.layout is Layout.WIDE:
        return 1.0 if spread or (period_column and any(column.measure for column in columns)) else 0.55
    if ledger.layout is Layout.LONG:
        lone = not period_column and ledger.period_from == "column" and "target" not in parts
        return 0.55 if spread or lone or parts.count("value") > 1 else 1.0
    return 0.55 if len(months) >= 4 or (period_column and not months) else 1.0


def _rows_ceiling(
    ledger: LedgerSpec,
    columns: Sequence[ColumnMatch],
    samples: Mapping[int, tuple[str, ...]],
    reasons: list[Reason],
) -> float:
    specs = {spec.code: spec for spec in ledger.columns}
    for column in columns:
        spec = specs.get(column.code or "")
        if spec is None or not (spec.required or spec.code in ledger.key):
            continue
        share = fit(samples[column.index], spec)
        if share is not None and share < 0.3:
            reasons.append(
                Reason("sheets.reason-values-differ", {"share": round(share * 100), "column": column.header})
            )
            return 0.5
    if ledger.period_from == "column" and not any(column.code == "period" for column in columns):
        return 0.62
    return 1.0


def _labels(ledger: LedgerSpec, codes: Sequence[str]) -> str:
    names = {spec.code: spec.names[0] if spec.names else spec.code for spec in ledger.columns}
    return "、".join(names.get(code, code) for code in codes)


def _labels_en(ledger: LedgerSpec, codes: Sequence[str]) -> str:
    names = {spec.code: spec.en or spec.code for spec in ledger.columns}
    return ", ".join(names.get(code, code) for code in codes)


def _near(reading: _Reading) -> Near:
    matched = tuple(column.code for column in reading.columns if column.code)
    return Near(reading.ledger.code, reading.confidence, matched, reading.missing)


def _nothing(
    readings: Sequence[_Reading], nearest: tuple[Near, ...], where: Where, mark: str, sheet: Sheet
) -> Recognition:
    """Return the answer for a sheet that fits no ledger: the nearest ones and what each lacks."""
    rows, width = sheet.shape
    if rows == 0 or width == 0:
        question = Problem.of("sheets.empty-sheet", where=where)
        return Recognition(None, 0.0, (), (-1, -1), (), Context(), (question,), mark)
    near: list[str] = []
    for reading in readings[:NEAREST]:
        lacks = _labels(reading.ledger, reading.missing)
        percent = round(reading.confidence * 100)
        near.append(f"{reading.ledger.names[0]}（{percent}%{'，缺' + lacks if lacks else ''}）")
    near_en = [
        f"{reading.ledger.en} ({round(reading.confidence * 100)}%"
        + (f", lacks {_labels_en(reading.ledger, reading.missing)})" if reading.missing else ")")
        for reading in readings[:NEAREST]
    ]
    headings = [column.header for column in readings[0].columns if column.header][:8] if readings else []
    found: dict[str, Param] = {
        "nearest": "；".join(near) or "—",
        "nearest_en": "; ".join(near_en) or "—",
        "headings": "、".join(headings) or "—",
    }
    # Without a nearest ledger, or without headings, there is nothing to name: the sentence says so.
    code = "sheets.no-ledger" if near and headings else "sheets.no-headings"
    problem = Problem(code, where, found, Problem.of(code).severity)
    best = readings[0] if readings else None
    columns = () if best is None else best.columns
    reasons = () if best is None else best.reasons
    confidence = 0.0 if best is None else best.confidence
    return Recognition(None, confidence, reasons, (-1, -1), columns, Context(), (problem,), mark, nearest)


def _questions(best: _Reading, others: Sequence[_Reading], where: Where, about: Context) -> tuple[Problem, ...]:
    found: list[Problem] = []
    rival = others[0] if others and best.confidence - others[0].confidence < 0.05 else None
    if best.confidence < CERTAIN or rival is not None:
        # Where nothing else comes close, the next best is named all the same: a question has two answers.
        one, two = best.ledger, (others[0] if others else best).ledger
        names = {"ledger": one.names[0], "ledger_en": one.en, "other": two.names[0], "other_en": two.en}
        percent = round(best.confidence * 100)
        found.append(Problem("sheets.unsure-ledger", where, {**names, "percent": percent}, Severity.QUESTION))
    specs = {spec.code: spec for spec in best.ledger.columns}
    for column in best.columns:
        place = Where(where.file, where.sheet, None, column.header or f"#{column.index + 1}")
        settled = column.reason.code in (CHOSEN, "sheets.reason-remembered")
        if column.code is None and not column.part and not settled:
            found.append(_unknown(column, specs, place))
        elif column.code is not None and 0 < column.confidence < 0.85:
            spec = specs[column.code]
            found.append(
                Problem.of(
                    "sheets.unsure-column", where=place, heading=column.header, taken=spec.names[0], taken_en=spec.en
                )
            )
    if (
        best.ledger.layout is not Layout.ROWS
        and about.period is None
        and not any(column.part == "period" or column.period for column in best.columns)
    ):
        found.append(Problem.of("sheets.no-period", where=where))
    return tuple(found)


def _unknown(column: ColumnMatch, specs: Mapping[str, ColumnSpec], place: Where) -> Problem:
    guess = specs.get(column.guess or "")
    sample = "、".join(text.replace("\n", " ")[:20] for text in column.sample)
    heading = column.header or "—"
    if guess is None:
        return Problem.of("sheets.unknown-column", where=place, heading=heading, sample=sample)
    return Problem.of(
        "sheets.unknown-column-near",
        where=place,
        heading=heading,
        sample=sample,
        guess=guess.names[0],
        guess_en=guess.en,
    )
