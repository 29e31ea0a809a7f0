"""What a person is told about a load: problems grouped and countable, and their own workbook annotated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from qipan.engine.problem import Language, Param, Problem, Severity, Where, catalogue
from qipan.engine.sheets.reading import CellNote, annotate
from qipan.platform.imports.load import Checked
from qipan.platform.imports.plan import SheetRead
from qipan.platform.imports.understand import Understood
from qipan.platform.models import Batch, BatchSheet

# More notes than this in one copy help nobody; the copy says how many there are.
NOTES = 20_000


@dataclass(frozen=True, slots=True)
class Group:
    """All occurrences of one problem, with a few of them spelled out."""

    code: str
    severity: Severity
    count: int
    examples: tuple[Problem, ...]

    @property
    def differ(self) -> bool:
        """Whether the examples say different things, so that one sentence cannot stand for all."""
        return len({(tuple(one.params.items()), one.message()) for one in self.examples}) > 1


@dataclass(frozen=True, slots=True)
class SheetName:
    """How a person finds a sheet again: its file, its name, its columns' headings and what they were taken for."""

    file: str
    sheet: str
    headers: Mapping[int, str]
    read_as: Mapping[str, str] = field(default_factory=dict[str, str])  # the ledger's column → its heading

    def heading(self, index: object, column: str | None) -> str | None:
        """Return the heading at an index, else of a column of the ledger; None where the sheet has neither."""
        at = self.headers.get(int(str(index))) if index is not None else None
        return at or self.read_as.get(column or "") or None


def names_of(sheets: Sequence[SheetRead]) -> dict[int, SheetName]:
    """Return the names of the sheets by their number in the batch."""
    return {
        read.number: SheetName(
            read.book.name,
            read.sheet.name,
            {match.index: match.header or match.code or "" for match in read.recognition.columns},
            {part: match.header for match in read.recognition.columns for part in (match.part, match.code) if part},
        )
        for read in sheets
    }


def names_in(batch: Batch) -> dict[int, SheetName]:
    """Return the names of the sheets of a batch that is on record."""
    return names_on_record(BatchSheet.objects.filter(batch=batch))


def names_on_record(sheets: Iterable[BatchSheet]) -> dict[int, SheetName]:
    """Return the names of sheets that are on record, by their number in the batch."""
    return {sheet.number: _name_of(sheet) for sheet in sheets}


def _name_of(sheet: BatchSheet) -> SheetName:
    columns: list[Mapping[str, object]] = sheet.columns
    heads = {int(str(one["index"])): str(one.get("header") or "") for one in columns}
    read_as = {
        str(one[part]): str(one.get("header") or "") for one in columns for part in ("part", "code") if one.get(part)
    }
    return SheetName(sheet.file_name, sheet.sheet, heads, read_as)


def spelled(row: Mapping[str, object], names: Mapping[int, SheetName]) -> Problem:
    """Return one row of a problem frame as a Problem a person can find."""
    name = names.get(int(str(row["sheet"]))) if row["sheet"] is not None else None
    where = Where(
        file=name.file if name else None,
        sheet=name.sheet if name else None,
        row=int(str(row["row"])) if row["row"] is not None else None,
        column=(name.heading(row["column"], _text(row["field"])) if name else None) or _text(row["field"]),
    )
    params: dict[str, Param] = json.loads(str(row["params"])) if row["params"] else {}
    if row["value"] is not None:
        params.setdefault("value", str(row["value"]))
    if where.column:
        params.setdefault("column", where.column)
    code = str(row["code"])
    return Problem(code, where, params, catalogue()[code].severity)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


ORDER = {Severity.ERROR: 0, Severity.QUESTION: 1, Severity.WARNING: 2, Severity.INFO: 3}


def groups_of(problems: pl.DataFrame, names: Mapping[int, SheetName], *, examples: int) -> list[Group]:
    """Return the problems of rows and cells, worst and most frequent first."""
    groups = []
    for (code,), part in problems.group_by("code"):
        shown = tuple(spelled(row, names) for row in _telling(part, examples).iter_rows(named=True))
        groups.append(Group(str(code), catalogue()[str(code)].severity, part.height, shown))
    return sorted(groups, key=lambda group: (ORDER[group.severity], -group.count, group.code))


def _telling(part: pl.DataFrame, examples: int) -> pl.DataFrame:
    """Return the first rows that say different things, filled up with others where there are not enough."""
    fresh = part.select(pl.struct("value", "params").is_first_distinct()).to_series()
    return pl.concat([part.filter(fresh).head(examples), part.filter(~fresh).head(examples)]).head(examples)


def problem_groups(understood: Understood, problems: pl.DataFrame, *, examples: int = 3) -> list[Group]:
    """Return all problems of a load: of its files and sheets first, then of rows and cells."""
    whole: dict[str, list[Problem]] = {}
    for problem in understood.problems:
        whole.setdefault(problem.code, []).append(problem)
    first = [Group(code, found[0].severity, len(found), _different(found, examples)) for code, found in whole.items()]
    first.sort(key=lambda group: (ORDER[group.severity], -group.count))
    return [*first, *groups_of(problems, names_of(understood.sheets), examples=examples)]


def _different(found: Sequence[Problem], examples: int) -> tuple[Problem, ...]:
    """Return a few of `found`, those first that say something new."""
    fresh: dict[str, Problem] = {}
    for problem in found:
        fresh.setdefault(problem.message(), problem)
    others = [problem for problem in found if fresh[problem.message()] is not problem]
    return (*fresh.values(), *others)[:examples]


def notes_of(
    problems: pl.DataFrame, names: Mapping[int, SheetName], sheets: Mapping[int, int], language: Language
) -> list[CellNote]:
    """Return the problems as notes on cells; `sheets` gives each sheet's position in its file by its number."""
    listed = problems.filter(pl.col("sheet").is_in(list(sheets))).head(NOTES)
    notes = []
    for row in listed.iter_rows(named=True):
        problem = spelled(row, names)
        place = (sheets[int(row["sheet"])], row["row"], row["column"])
        notes.append(CellNote(*place, problem.severity, problem.message(language), problem.hint(language)))
    return notes


def annotate_all(checked: Checked, folder: Path, language: Language) -> list[Path]:
    """Write an annotated copy of every file that has problems into `folder`; returns the copies."""
    folder.mkdir(parents=True, exist_ok=True)
    problems, names = checked.problems(), names_of(checked.understood.sheets)
    written: list[Path] = []
    for book in checked.understood.books:
        sheets = {read.number: read.sheet.index for read in checked.understood.sheets if read.book is book}
        mine = problems.filter(pl.col("sheet").is_in(list(sheets)))
        if book.path is None or not mine.height:
            continue
        out = folder / f"{Path(book.name).stem}-{'批注' if language == 'zh' else 'annotated'}.xlsx"
        annotate(book.path, book.member, notes_of(mine, names, sheets, language), out, language)
        written.append(out)
    return written
