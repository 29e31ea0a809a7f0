"""The step at which problems are seen together and mended in place: a cell, a value of a column, rows left out."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import polars as pl
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from qipan.engine.problem import Problem, Severity, catalogue
from qipan.engine.sheets.amendments import Edit, Mapped
from qipan.engine.sheets.reading import annotate
from qipan.engine.sheets.spec import ColumnSpec, ColumnType
from qipan.platform.definitions import resolved
from qipan.platform.imports import drafts
from qipan.platform.imports.decisions import Decision
from qipan.platform.imports.report import ORDER, notes_of, spelled
from qipan.platform.imports.results import LISTED_SCHEMA, ColumnSummary, Result, SheetSummary
from qipan.registry.models import Unit
from qipan.registry.originals import veiled
from qipan.registry.queries import visible_to
from qipan.web import errors
from qipan.web.language import short
from qipan.web.pages import Request, page
from qipan.web.wizard.frame import COLUMN_CODES, Opened, answer, decided, opened, whole_problems

ITEMS = 12  # different values of one kind of problem shown at once
ALL_ITEMS = 200  # where only one kind is asked for
PLACES = 8  # places of one value
SUGGESTED = 400  # names offered in one list
LONGEST = 300
# One figure is never meant for a whole column.
FIGURE = re.compile(r"[约近+\-−]?[\d.,，]+(?:[eE][+-]?\d+)?\s*[%％万亿]?")


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One cell or row with a problem."""

    row: int
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One value with a problem, in how many places, and the first of them."""

    problem: Problem
    sheet: SheetSummary | None
    column: int | None
    heading: str
    value: str
    count: int
    places: tuple[PlaceLine, ...]
    choices: str  # the list of what may stand there

    @property
    def mappable(self) -> bool:
        """Whether the value can be changed in the whole column."""
        if self.sheet is None or self.column is None or self.problem.severity is Severity.INFO:
            return False
        return bool(self.value.strip()) and FIGURE.fullmatch(self.value.strip()) is None

    @property
    def editable(self) -> bool:
        """Whether single cells can be changed."""
        here = self.sheet is not None and self.column is not None and bool(self.places)
        return here and self.problem.severity is not Severity.INFO

    @property
    def skippable(self) -> bool:
        """Whether the rows can be left out."""
        return self.sheet is not None and bool(self.places) and self.problem.severity is not Severity.INFO


@dataclass(frozen=True, slots=True)
class Kind:
    """All problems of one kind."""

    code: str
    severity: Severity
    count: int
    message: str
    hint: str
    items: tuple[Item, ...]
    more: int
    address: str


@dataclass(slots=True)
class Choices:
    """The lists of what may stand in a column, each made once."""

    request: Request
    made: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def of(self, spec: ColumnSpec | None, part: str) -> str:
        """Return the name of the list for a column; empty where anything may stand there."""
        if spec is not None and spec.type is ColumnType.CHOICE:
            return self._put(f"allowed-{spec.code}", list(spec.allowed))
        writes = spec.writes if spec is not None else part
        if writes == "subject" or writes.endswith((".unit", ".parent")):
            return self._put("units", None)
        return self._put("measures", None) if writes == "measure" else ""

    def _put(self, name: str, values: list[str] | None) -> str:
        if name not in self.made:
            if name == "units":
                values = [unit.name for unit in visible_to(Unit, self.request.user)]
            elif name == "measures":
                specs = resolved().measure_specs()
                values = [one.names[0] for one in specs if one.about == "unit" and not one.sibling]
            self.made[name] = (values or [])[:SUGGESTED]
        return name


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the problems is looked at."""

    severity: str = ""
    sheet: str = ""
    column: str = ""
    code: str = ""

    @classmethod
    def of(cls, request: Request) -> Asked:
        """Return what the address asks for."""
        given = request.GET if request.method != "POST" else request.POST
        return cls(*(given.get(name, "")[:80] for name in ("severity", "sheet", "column", "code")))

    def query(self, **changes: str) -> str:
        """Return the filter as a query, changed."""
        given = {"severity": self.severity, "sheet": self.sheet, "column": self.column, "code": self.code, **changes}
        return urlencode({name: value for name, value in given.items() if value})


def _filtered(problems: pl.DataFrame, asked: Asked, result: Result) -> pl.DataFrame:
    severities = {code: str(entry.severity) for code, entry in catalogue().items()}
    rank = pl.col("code").replace_strict(severities, default="error", return_dtype=pl.String)
    problems = problems.with_columns(rank.alias("severity"))
    problems = problems.filter(~pl.col("code").str.starts_with("resolve.") & ~pl.col("code").is_in(COLUMN_CODES))
    if asked.severity:
        problems = problems.filter(pl.col("severity") == asked.severity)
    if asked.code:
        problems = problems.filter(pl.col("code") == asked.code)
    sheet = result.sheet(asked.sheet)
    if sheet is not None:
        problems = problems.filter(pl.col("sheet") == sheet.number)
        if asked.column.isdecimal():
            problems = problems.filter(pl.col("column") == int(asked.column))
    return problems


def _kinds(problems: pl.DataFrame, found: Opened, asked: Asked, choices: Choices) -> list[Kind]:
    assert found.result is not None  # noqa: S101 - the caller looked
    kinds: list[Kind] = []
    limit = ALL_ITEMS if asked.code else ITEMS
    for (code,), part in problems.group_by("code", maintain_order=True):
        items = _items(part, found.result, choices, limit)
        entry = catalogue()[str(code)]
        messages = {item.problem.message(short()) for item in items}
        message = next(iter(messages)) if len(messages) == 1 else Problem(str(code)).message(short())
        hint = items[0].problem.hint(short()) if items else ""
        listed = sum(item.count for item in items)
        kinds.append(
            Kind(
                str(code), entry.severity, part.height, message, hint, tuple(items), part.height - listed,
                asked.query(code=str(code)),
            )
        )  # fmt: skip
    return sorted(kinds, key=lambda kind: (ORDER[kind.severity], -kind.count, kind.code))


def _items(part: pl.DataFrame, result: Result, choices: Choices, limit: int) -> list[Item]:
    """Return the different values of one kind of problem, the most frequent first."""
    key = ["sheet", "column", "cell", "value", "params"]
    grouped = part.group_by(key, maintain_order=True).agg(
        pl.len().alias("times"), pl.col("row").head(PLACES), pl.col("label").head(PLACES), pl.col("field").first(),
        pl.col("code").first(),
    )  # fmt: skip
    grouped = grouped.sort("times", descending=True, maintain_order=True)
    sheets = {one.number: one for one in result.sheets}
    ledgers = {spec.code: spec for spec in resolved().ledger_specs()}
    items: list[Item] = []
    for row in grouped.head(limit).iter_rows(named=True):
        sheet = sheets.get(row["sheet"]) if row["sheet"] is not None else None
        column = _column(sheet, row["column"], row["field"])
        spec = None
        if sheet is not None and column is not None and sheet.ledger in ledgers:
            spec = next((one for one in ledgers[sheet.ledger].columns if one.code == column.code), None)
        lines = [(r, label) for r, label in zip(row["row"], row["label"], strict=True) if r is not None]
        cell = row["cell"] if row["cell"] is not None else (row["value"] or "")
        items.append(
            Item(
                problem=spelled({**row, "row": None}, result.names),
                sheet=sheet,
                column=column.index if column else None,
                heading=column.header if column else "",
                value=cell,
                count=int(row["times"]),
                places=tuple(PlaceLine(int(r), label or "") for r, label in lines),
                choices=choices.of(spec, column.part if column else ""),
            )
        )
    return items


def _column(sheet: SheetSummary | None, index: int | None, name: str | None) -> ColumnSummary | None:
    """Return the column a problem stands in; one found against the registry names the field, not the column."""
    if sheet is None:
        return None
    if index is not None:
        return next((one for one in sheet.columns if one.index == index), None)
    return next((one for one in sheet.columns if name and name in (one.code, one.part)), None)


def _whole(found: Opened, asked: Asked) -> list[Problem]:
    """Return the problems of files and sheets as a whole among those asked for, however grave."""
    if asked.column or asked.code:
        return []
    place = next(((one.file, one.sheet) for one in found.sheets if one.place == asked.sheet), None)
    return [one for one in whole_problems(found) if place is None or (one.where.file, one.where.sheet) == place]


@page
def problems(request: Request, number: int) -> HttpResponse:
    """All problems, kind by kind, each with what can be done about it here."""
    if request.method == "POST":
        return _decide(request, number)
    found = opened(request, number)
    asked, choices = Asked.of(request), Choices(request)
    whole = _whole(found, asked)
    wanted = [one for one in whole if not asked.severity or str(one.severity) == asked.severity]
    context: dict[str, object] = {"asked": asked, "whole": wanted, "sheets": found.sheets}
    if found.result is not None:
        listed = veiled(found.result.problems(), request.user, frozenset())
        shown = _filtered(listed, asked, found.result)
        everything = _filtered(listed, Asked(sheet=asked.sheet, column=asked.column, code=asked.code), found.result)
        counted = Counter(dict(everything.group_by("severity").len().iter_rows()))
        counted.update(str(one.severity) for one in whole)
        context |= {
            "kinds": _kinds(shown, found, asked, choices),
            "severities": [(str(one), counted.get(str(one), 0), asked.query(severity=str(one))) for one in ORDER],
            "all": sum(counted.values()),
            "all_query": asked.query(severity=""),
            "lists": choices.made,
            "changes": _changes(found),
            "copies": _copies(found),
        }
    return answer(request, found, "problems", context)


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed in one sheet so far."""

    sheet: SheetSummary
    edits: tuple[tuple[Edit, str], ...]
    maps: tuple[tuple[Mapped, str], ...]
    skipped: tuple[int, ...]


def _changes(found: Opened) -> list[Changes]:
    lines: list[Changes] = []
    for sheet in found.sheets:
        changes = Decision.of(found.draft.decisions.get(sheet.place, {})).changes
        heads = {one.index: one.header for one in sheet.columns}
        if not changes.none:
            edits = tuple((one, heads.get(one.column, "")) for one in changes.edits)
            maps = tuple((one, heads.get(one.column, "")) for one in changes.maps)
            lines.append(Changes(sheet, edits, maps, changes.skipped))
    return lines


def _copies(found: Opened) -> list[tuple[int, str]]:
    """Return the files of which a marked copy can be made: their place in the draft, and name."""
    if found.result is None:
        return []
    troubled = set(found.result.problems()["sheet"].drop_nulls().unique())
    files = {one.file for one in found.sheets if one.number in troubled}
    return [(at, str(one["name"])) for at, one in enumerate(found.draft.files) if one["name"] in files]


def _numbers(texts: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(one) for one in texts if one.isdecimal() and len(one) < 10)


def _decide(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    asked, given = Asked.of(request), request.POST
    place = given.get("place", "")
    sheet = found.result.sheet(place) if found.result else None
    if sheet is None or found.draft.state not in drafts.OPEN:
        return decided(request, found.draft, "problems", asked.query())
    by = str(request.user)
    column = next(iter(_numbers([given.get("at", "")])), None)
    rows = _numbers(given.getlist("row"))
    was, now = given.get("was", "")[:LONGEST], given.get("now", "").strip()[:LONGEST]
    what = given.get("what", "")

    def edit(decision: Decision) -> Decision:
        if what == "skip":
            return decision.skipping(_rows_of(found, sheet, given) if given.get("every") else rows)
        if what == "unskip":
            return decision.skipping(rows, back=True)
        if column is None:
            return decision
        if what == "map":
            return decision.mapped(Mapped(column, was, now, by, always=bool(given.get("always"))))
        if what == "edit" and rows:
            return decision.edited(Edit(rows[0], column, was, now, by))
        return decision

    drafts.decide(number, place, edit)
    return decided(request, found.draft, "problems", asked.query())


def _rows_of(found: Opened, sheet: SheetSummary, given: Mapping[str, str]) -> tuple[int, ...]:
    """Return every row of the sheet that has this problem with this value."""
    assert found.result is not None  # noqa: S101 - the caller looked
    mine = found.result.problems().filter(
        (pl.col("sheet") == sheet.number) & (pl.col("code") == given.get("problem", ""))
    )
    said = pl.coalesce("cell", "value", pl.lit(""))
    return tuple(mine.filter(said == given.get("was", ""))["row"].drop_nulls().unique().sort())


@page
def copy(request: Request, number: int, file: int) -> HttpResponseBase:
    """The person's own workbook with the cells marked that have problems."""
    found = opened(request, number)
    if found.result is None or file >= len(found.draft.files):
        raise Http404
    chosen = found.draft.files[file]
    places = {one.number: int(one.place.rpartition("-")[2]) for one in found.sheets if one.file == chosen["name"]}
    listed = veiled(found.result.problems().select(list(LISTED_SCHEMA)), request.user, frozenset())
    notes = notes_of(listed, found.result.names, places, short())
    if not notes:
        raise Http404
    source = drafts.paths_of(found.draft)[file]
    folder = Path(tempfile.mkdtemp(prefix="qipan-"))
    out = folder / "copy.xlsx"
    try:
        stopped = annotate(source, None, notes, out, short())
        if stopped:
            return errors.problems(request, stopped)
        content = out.open("rb")
    finally:
        out.unlink(missing_ok=True)
        folder.rmdir()
    response = FileResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    name = quote(f"{Path(str(chosen['name'])).stem}{_('（批注）')}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.xlsx"
    return response
