"""What came out of a sheet: which ledger it is, what its columns are, and the records, facts and problems in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from qipan.engine.problem import Param, Problem

# One figure a row. `value` is the exact value in the base unit of the measure's dimension, times 10**places, rounded.
FACT_SCHEMA: dict[str, pl.DataType] = {
    "record": pl.Int64(),  # position in the records frame; null where the figure is not about a record's subject
    "subject": pl.String(),  # record | unit (the unit the ledger is loaded for) | city (全市) | named (`subject_text`)
    "subject_text": pl.String(),  # the name as the sheet gives it (a park, a firm, 全市); null for `unit`
    "measure": pl.String(),  # measure code, or its sibling `<code>.yoy`, `<code>.rank`, `<code>.places`
    "period": pl.Int64(),  # period code
    "reading": pl.Int8(),  # 0 actual, 1 target, 2 expected
    "basis": pl.Int8(),  # 0 single, 1 cumulative, 2 stock
    "scope": pl.String(),  # 口径; null: the measure's default
    "value": pl.Int64(),
    "unit": pl.String(),  # the unit in which the figure was written
    "text": pl.String(),  # as printed
    "sheet": pl.Int32(),  # position of the sheet in its file
    "row": pl.Int64(),  # 1-based, as Excel shows it
    "column": pl.Int32(),  # 0-based
}

# Rows that are no records: every row read is a record, skipped or refused.
SKIPPED_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.Int64(),  # 1-based, as Excel shows it
    "reason": pl.String(),  # blank | section | subtotal | total | example | footnote | header | numbering | refused
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was recognised, as a code of the problem catalogue's language and its fields."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict[str, Param])


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What a column of a sheet was taken for.

    `code` is the ledger's column, None where nobody knows. `part` tells which figure of its group the column holds:
    value, yoy, target, progress, city_value, city_yoy, rank, places, last_year; empty for plain columns. A `yoy` column
    belongs to the value column `of`. `period`, `basis` and `unit` are what the heading itself states; `stated` is the
    period's text, kept so that a period without a year can be completed when somebody names the year.
    """

    index: int  # 0-based column of the sheet
    header: str  # all header rows, joined by " / "
    code: str | None = None
    confidence: float = 0.0
    reason: Reason = field(default_factory=lambda: Reason("sheets.reason-none"))
    sample: tuple[str, ...] = ()
    unit: str | None = None
    period: int | None = None
    basis: int | None = None
    stated: str | None = None
    part: str = ""
    measure: str | None = None  # measure named by the heading
    of: int | None = None  # index of the value column a growth belongs to
    guess: str | None = None  # nearest column of the ledger, for the question


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a whole sheet unless a column or row says otherwise.

    Given to `extract` it overrides what the sheet says (a person chose it); fields that are None leave the sheet its
    say.
    """

    period: int | None = None  # period code
    basis: int | None = None
    unit: str | None = None
    scope: str | None = None
    title: str | None = None
    measure: str | None = None  # 各园区规上工业总产值: the title names the measure
    reading: int | None = None
    subject: str | None = None  # 填报单位: who reports, as named in the sheet
    year: int | None = None  # completes periods that name no year


@dataclass(frozen=True, slots=True)
class Remembered:
    """A mapping people agreed to, kept per `signature` of the source and given back at the next load.

    `columns` pairs a heading with the ledger's column code; None: this heading is known and left out on purpose; "+":
    it is kept beside the record. `units` pairs a heading with the unit somebody said its figures are in.
    """

    signature: str
    ledger: str
    columns: tuple[tuple[str, str | None], ...] = ()
    units: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A ledger that was considered, how near the sheet came to it and what it lacked."""

    ledger: str
    confidence: float
    matched: tuple[str, ...]  # column codes found
    missing: tuple[str, ...]  # required column codes not found


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which ledger a sheet is, and why; `ledger` is None where it fits none (`questions` then names the nearest)."""

    ledger: str | None
    confidence: float
    reasons: tuple[Reason, ...]
    header_rows: tuple[int, int]  # first and last row of the header, 0-based in the grid; (-1, -1) for a frame
    columns: tuple[ColumnMatch, ...]
    context: Context
    questions: tuple[Problem, ...]
    signature: str
    nearest: tuple[Near, ...] = ()

    def remember(self, ignored: Collection[str] = ()) -> Remembered:
        """Return this mapping in the form in which it can be stored and given back as memory.

        `ignored` are the headings a person decided to leave out; other unknown columns will be asked about again.
        """
        known = [
            (column.header, column.code) for column in self.columns if column.code and column.header not in ignored
        ]
        columns = (*known, *((header, None) for header in ignored))
        return Remembered(self.signature, self.ledger or "", columns)


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything a sheet says.

    `records`: one row per record; a column per ColumnSpec (by its code), then `section` (the heading it stands
    under), `extra` (JSON object heading → text: unknown columns, and text no value could be made of), `sheet` i32,
    `row` i64. Numbers are Decimal(38, 10) in the unit the ColumnSpec declares (as written where it declares none),
    percentages Decimal(38, 10), dates Date, integers Int64, booleans Boolean, periods Int64 (period code), the rest
    String. `facts` has FACT_SCHEMA, `problems` PROBLEM_SCHEMA (the recognition's questions included), `skipped`
    SKIPPED_SCHEMA.
    """

    records: pl.DataFrame
    facts: pl.DataFrame
    problems: pl.DataFrame
    skipped: pl.DataFrame
    rows: int  # rows under the header: len(records) + len(skipped)
