"""What reading a draft brought, kept on disk so that pages show it without reading again; it can be made anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from qipan.engine.problem import PROBLEM_SCHEMA, Problem, Severity, Where
from qipan.engine.sheets.amendments import shown
from qipan.engine.sheets.body import cell_text
from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.understood import ColumnMatch
from qipan.platform.imports.decisions import place_of
from qipan.platform.imports.drafts import folder_of
from qipan.platform.imports.load import Checked
from qipan.platform.imports.plan import SheetRead
from qipan.platform.imports.report import SheetName

TOP = 12  # rows of a sheet shown as they are
WIDEST = 24  # columns of them
LONGEST = 60  # characters of a cell
LABELLED = 50_000  # problems whose row is named

# A problem with what the file itself says in the cell, and what names its row.
LISTED_SCHEMA: dict[str, pl.DataType] = {**PROBLEM_SCHEMA, "cell": pl.String(), "label": pl.String()}


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """A column of a sheet and what it was taken for."""

    index: int
    header: str
    code: str | None
    part: str
    confidence: float
    reason: str
    reason_params: Mapping[str, Any]
    sample: tuple[str, ...]
    unit: str | None
    guess: str | None
    measure: str | None

    @classmethod
    def of(cls, one: ColumnMatch) -> ColumnSummary:
        """Return a column as recognition left it."""
        sample = tuple(text.replace("\n", " ")[:LONGEST] for text in one.sample)
        return cls(
            one.index, one.header, one.code, one.part, one.confidence, one.reason.code, dict(one.reason.params), sample,
            one.unit, one.guess, one.measure,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """A sheet of a draft as the pages show it."""

    place: str
    number: int
    file: str
    sheet: str
    height: int
    left_out: bool
    ledger: str | None  # what it is read as; null: nobody knows, or it waits for an answer
    confidence: float
    reasons: tuple[tuple[str, Mapping[str, Any]], ...]
    nearest: tuple[tuple[str, float, tuple[str, ...]], ...]  # ledger, confidence, what it lacks
    columns: tuple[ColumnSummary, ...]
    period: int | None
    basis: int | None
    unit: str | None
    scope: str | None
    records: int
    skipped: Mapping[str, int]  # why → rows
    signature: str
    top_row: int
    top: tuple[tuple[str, ...], ...]

    @property
    def likely(self) -> str | None:
        """The ledger it is read as, else the one it is most like."""
        return self.ledger or (self.nearest[0][0] if self.nearest else None)


@dataclass(frozen=True, slots=True)
class CountSummary:
    """What the load does to one noun."""

    noun: str
    read: int
    new: int
    changed: int
    same: int
    refused: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Result:
    """A draft as it was last read and compared."""

    folder: Path
    revision: int
    seconds: float
    sheets: tuple[SheetSummary, ...]
    counts: tuple[CountSummary, ...]
    whole: tuple[Problem, ...]  # problems of files and sheets as a whole
    names: Mapping[int, SheetName] = field(default_factory=dict[int, SheetName])

    def problems(self) -> pl.DataFrame:
        """Return the problems in sheets (LISTED_SCHEMA)."""
        return pl.read_parquet(self.folder / "problems.parquet")

    def preview(self) -> pl.LazyFrame:
        """Return everything the load says of the records (PREVIEW_SCHEMA), to be filtered and cut."""
        return pl.scan_parquet(self.folder / "preview.parquet")

    def asked(self) -> pl.DataFrame:
        """Return whom nobody could tell for certain (ASKED_SCHEMA)."""
        return pl.read_parquet(self.folder / "asked.parquet")

    def sheet(self, place: str) -> SheetSummary | None:
        """Return one sheet by its place."""
        return next((one for one in self.sheets if one.place == place), None)


def write(number: int, revision: int, checked: Checked) -> None:
    """Leave what was read on disk as the draft's result of `revision`, and no older one."""
    root = folder_of(number)
    coming = root / f".coming-{revision}"
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(mode=0o700, parents=True)
    _listed(checked).write_parquet(coming / "problems.parquet")
    order = pl.col("kind").replace_strict({"conflict": 0, "changed": 1, "new": 2}, default=3, return_dtype=pl.Int8)
    checked.plan.whole_preview().sort(order, maintain_order=True).write_parquet(coming / "preview.parquet")
    checked.plan.asked_frame().unique(["name_key", "uscc"], maintain_order=True).write_parquet(coming / "asked.parquet")
    sheets = [_summary(read, left_out=False) for read in checked.understood.sheets]
    sheets += [_summary(read, left_out=True) for read in checked.understood.left_out]
    told = {
        "revision": revision,
        "seconds": checked.seconds,
        "sheets": [asdict(one) for one in sorted(sheets, key=lambda one: one.number)],
        "counts": [asdict(one) for one in _counts(checked)],
        "whole": [_problem_json(problem) for problem in checked.understood.problems],
    }
    (coming / "summary.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    target = root / f"result-{revision}"
    shutil.rmtree(target, ignore_errors=True)
    coming.rename(target)
    for other in root.glob("result-*"):
        if other.name != target.name:
            shutil.rmtree(other, ignore_errors=True)


def result_of(number: int, revision: int) -> Result | None:
    """Return the draft's result of `revision`; None where it is gone from the cache."""
    folder = folder_of(number) / f"result-{revision}"
    try:
        told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    sheets = tuple(_sheet(one) for one in told["sheets"])
    names = {one.number: _name(one) for one in sheets}
    counts = tuple(CountSummary(**one) for one in told["counts"])
    whole = tuple(_problem(one) for one in told["whole"])
    return Result(folder, told["revision"], told["seconds"], sheets, counts, whole, names)


def _name(one: SheetSummary) -> SheetName:
    read_as = {part: column.header for column in one.columns for part in (column.part, column.code) if part}
    return SheetName(one.file, one.sheet, {column.index: column.header for column in one.columns}, read_as)


def _sheet(told: Mapping[str, Any]) -> SheetSummary:
    given = dict(told)
    given["columns"] = tuple(ColumnSummary(**{**one, "sample": tuple(one["sample"])}) for one in told["columns"])
    given["reasons"] = tuple((code, params) for code, params in told["reasons"])
    given["nearest"] = tuple((ledger, confidence, tuple(lacks)) for ledger, confidence, lacks in told["nearest"])
    given["top"] = tuple(tuple(row) for row in told["top"])
    return SheetSummary(**given)


def _summary(read: SheetRead, *, left_out: bool) -> SheetSummary:
    found = read.recognition
    about = found.context
    top_row, top = _top(read.sheet)
    skipped = read.extract.skipped["reason"].value_counts().rows() if read.extract is not None else []
    return SheetSummary(
        place=place_of(read.book, read.sheet),
        number=read.number,
        file=read.book.name,
        sheet=read.sheet.name,
        height=read.sheet.shape[0],
        left_out=left_out,
        ledger=read.ledger.code if read.ledger else None,
        confidence=found.confidence,
        reasons=tuple((reason.code, dict(reason.params)) for reason in found.reasons),
        nearest=tuple((near.ledger, near.confidence, near.missing) for near in found.nearest),
        columns=tuple(ColumnSummary.of(one) for one in found.columns if one.part != "empty"),
        period=about.period,
        basis=about.basis,
        unit=about.unit,
        scope=about.scope,
        records=read.extract.records.height if read.extract else 0,
        skipped={str(reason): int(count) for reason, count in skipped},
        signature=found.signature,
        top_row=top_row,
        top=top,
    )


def _top(sheet: Sheet) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Return the first rows as they stand, and the number of the first of them."""
    if sheet.grid is not None:
        rows = sheet.grid.rows[:TOP]
        first = sheet.grid.first_row
    elif sheet.frame is not None:
        rows = [tuple(sheet.frame.columns), *sheet.frame.head(TOP - 1).rows()]
        first = max(sheet.first_row - 1, 1)
    else:
        return 1, ()
    return first, tuple(tuple((cell_text(value) or "")[:LONGEST] for value in row[:WIDEST]) for row in rows)


def _counts(checked: Checked) -> list[CountSummary]:
    return [
        CountSummary(noun, c.read, c.new, c.changed, c.same, c.refused, c.conflicts)
        for noun, c in checked.plan.counts.items()
    ]


def _listed(checked: Checked) -> pl.DataFrame:
    """Return the problems with the text of their cell as the file has it and the text that names their row."""
    problems = checked.problems()
    reads = {read.number: read for read in checked.understood.sheets}
    naming = {number: _naming(read) for number, read in reads.items()}
    cells: list[str | None] = []
    labels: list[str | None] = []
    for number, row, column in problems.select("sheet", "row", "column").head(LABELLED).iter_rows():
        read, label = reads.get(number), naming.get(number)
        if read is None or row is None:
            cells.append(None)
            labels.append(None)
            continue
        cells.append(shown(read.sheet, row, column) if column is not None else None)
        labels.append(shown(read.sheet, row, label)[:LONGEST] if label is not None else None)
    beyond = [None] * (problems.height - len(cells))
    return problems.with_columns(
        pl.Series("cell", [*cells, *beyond], dtype=pl.String), pl.Series("label", [*labels, *beyond], dtype=pl.String)
    ).select(list(LISTED_SCHEMA))


def _naming(read: SheetRead) -> int | None:
    """Return the column that names a row of the sheet: the firm, the unit, the measure."""
    if read.ledger is None:
        return None
    roles = {spec.code: spec.writes for spec in read.ledger.columns}
    for wanted in (".name", "measure", "subject"):
        for column in read.recognition.columns:
            if roles.get(column.code or "", column.part).endswith(wanted):
                return column.index
    return None


def _problem_json(problem: Problem) -> dict[str, Any]:
    where = problem.where
    return {
        "code": problem.code,
        "where": [where.file, where.sheet, where.row, where.column],
        "params": dict(problem.params),
        "severity": str(problem.severity),
    }


def _problem(told: Mapping[str, Any]) -> Problem:
    return Problem(told["code"], Where(*told["where"]), told["params"], Severity(told["severity"]))
