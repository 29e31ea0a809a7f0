"""The sheets of a batch as a person reads them: what waits for an answer, and what each sheet was taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from qipan.engine.problem import Problem, Severity, catalogue
from qipan.engine.sheets.signature import form_of
from qipan.platform.imports.report import Group, SheetName, spelled
from qipan.platform.models import BatchSheet
from qipan.web import labels
from qipan.web.language import short

SHOWN = 10  # sheets of one ledger before the rest is folded away
ASKED = 20  # questions of one kind
# What a value names that nobody knows: each value is a question of its own, however many rows have it.
NAMED = frozenset({"imports.unknown-unit", "imports.unknown-parent", "imports.unknown-choice", "imports.unknown-link"})
PLACES = 3  # places of one question
BIG = 2_000_000  # rows of a workbook nobody opens annotated
# Answered on the page of uncertain firms, not in the file.
JUDGED = "resolve."


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A sheet of a batch: what it was taken for and how sure that is."""

    sheet: BatchSheet
    confidence: int  # percent
    reasons: tuple[str, ...]
    problems: int
    copy: bool  # whether an annotated copy can be made


@dataclass(frozen=True, slots=True)
class Form:
    """How the columns of sheets that look alike were read, and how many sheets do."""

    columns: tuple[tuple[str, str], ...]  # heading, what it was taken for ("": not read)
    sheets: int


@dataclass(frozen=True, slots=True)
class LedgerSheets:
    """The sheets taken for one ledger; without a name: those nobody recognised."""

    name: str
    first: tuple[SheetLine, ...]
    folded: tuple[SheetLine, ...]
    forms: tuple[Form, ...]
    rows: int
    problems: int

    @property
    def count(self) -> int:
        """How many sheets there are."""
        return len(self.first) + len(self.folded)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question in so many places, with the first of them."""

    problem: Problem
    count: int
    places: tuple[str, ...]


def _reason(reason: Mapping[str, object]) -> str:
    code, params = str(reason.get("code", "")), reason.get("params")
    if code not in catalogue():
        return ""
    given = {str(key): value for key, value in params.items()} if isinstance(params, dict) else {}
    given.setdefault("columns_en", given.get("columns", ""))  # loads of before say it in Chinese only
    return Problem.of(code, **given).message(short())


def _line(sheet: BatchSheet, counts: Mapping[int, int], *, closed: bool) -> SheetLine:
    reasons = tuple(filter(None, (_reason(reason) for reason in sheet.reasons)))
    problems = counts.get(sheet.number, 0)
    copy = problems > 0 and sheet.rows < BIG and not closed
    return SheetLine(sheet, round(sheet.confidence * 100), reasons, problems, copy)


def _forms(sheets: Sequence[BatchSheet]) -> tuple[Form, ...]:
    """Return how columns were read, sheets of one form together: months change in headings, not what they mean."""
    alike: dict[tuple[tuple[str, str], ...], list[BatchSheet]] = {}
    for sheet in sheets:
        key = tuple((form_of(str(one.get("header") or "")), str(one.get("code") or "")) for one in sheet.columns)
        if key:
            alike.setdefault(key, []).append(sheet)
    return tuple(
        Form(
            tuple(
                (str(one.get("header") or ""), labels.column(first.ledger, str(one.get("code") or "")))
                for one in first.columns
            ),
            len(rest) + 1,
        )
        for first, *rest in alike.values()
    )


def by_ledger(sheets: Sequence[BatchSheet], counts: Mapping[int, int], closed: frozenset[int]) -> list[LedgerSheets]:
    """Return the sheets by ledger: what nobody recognised first, then what has most problems.

    Of the sheets in `closed` no marked copy is offered: the reader may not see their rows.
    """
    kinds: dict[str, list[BatchSheet]] = {}
    for sheet in sheets:
        kinds.setdefault(sheet.ledger, []).append(sheet)
    found: list[LedgerSheets] = []
    for code, mine in kinds.items():
        lines = [_line(sheet, counts, closed=sheet.number in closed) for sheet in mine]
        lines.sort(key=lambda line: (-line.problems, line.sheet.number))
        rows, problems = sum(sheet.rows for sheet in mine), sum(line.problems for line in lines)
        first, folded = tuple(lines[:SHOWN]), tuple(lines[SHOWN:])
        found.append(LedgerSheets(labels.ledger(code), first, folded, _forms(mine), rows, problems))
    return sorted(found, key=lambda kind: (bool(kind.name), -kind.problems))


def asks(problems: pl.DataFrame, names: Mapping[int, SheetName]) -> list[Ask]:
    """Return what waits for a person's answer, each question once, the most frequent first."""
    codes = {code for code, entry in catalogue().items() if entry.severity is Severity.QUESTION}
    waiting = problems.filter(pl.col("code").is_in(codes) & ~pl.col("code").str.starts_with(JUDGED))
    found: list[Ask] = []
    for (code,), same_code in waiting.group_by("code", maintain_order=True):
        alike = _alike(str(code), same_code)
        kinds = same_code.group_by(alike, maintain_order=True).len().sort("len", descending=True, maintain_order=True)
        for kind in kinds.head(ASKED).iter_rows(named=True):
            same = same_code.filter(pl.all_horizontal(pl.col(name).eq_missing(pl.lit(kind[name])) for name in alike))
            found.append(_ask(same, names))
        rest = kinds.slice(ASKED)
        if rest.height:
            others = same_code.join(rest, on=alike, how="semi", nulls_equal=True, maintain_order="left")
            found.append(replace(_ask(others, names), problem=Problem.of(str(code))))
    return sorted(found, key=lambda ask: -ask.count)


def _alike(code: str, problems: pl.DataFrame) -> list[str]:
    """Return by what questions of a kind are told apart."""
    if code in NAMED:
        return ["field", "value"]
    # Others about rows and cells differ in every value: one line for all, with examples.
    return ["params", "field"] if problems["row"].null_count() == problems.height else ["code"]


def _ask(same: pl.DataFrame, names: Mapping[int, SheetName]) -> Ask:
    """Return questions that are one: what is asked, how often, and the first places."""
    spelt = [spelled(row, names) for row in same.head(PLACES).iter_rows(named=True)]
    return Ask(spelt[0], same.height, tuple(one.where.text(short()) for one in spelt))


def without_questions(groups: Sequence[Group]) -> list[Group]:
    """Return the problems that wait for nobody's answer here; those of firms are counted, the queue answers them."""
    return [group for group in groups if group.severity is not Severity.QUESTION or group.code.startswith(JUDGED)]
