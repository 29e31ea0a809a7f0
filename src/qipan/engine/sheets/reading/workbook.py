"""XLSX workbooks: every sheet with values, merges, colours, hidden rows and stored formula results."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.book import Grid, Sheet
from qipan.engine.sheets.reading.bulk import Bulk
from qipan.engine.sheets.reading.cells import CellReader, Found, TooLarge
from qipan.engine.sheets.reading.columns import letters
from qipan.engine.sheets.reading.limits import Limits, Unreadable, guarded, refuse
from qipan.engine.sheets.reading.markup import attribute, local, parse, true
from qipan.engine.sheets.reading.package import Package, listed
from qipan.engine.sheets.reading.source import Source, mebibytes
from qipan.engine.sheets.reading.strings import read_strings
from qipan.engine.sheets.reading.styles import Style, read_styles
from qipan.engine.sheets.reading.sweep import Sweep, sweep

_LARGE = re.compile(r"worksheets/|sharedstrings|/(customxml|media|drawings|embeddings|externallinks|pivotcache)")


@dataclass(frozen=True, slots=True)
class Named:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    index: int  # among the sheets that hold cells
    hidden: bool


class Workbook:
    """An opened XLSX; its parts are read when they are asked for."""

    def __init__(self, archive: zipfile.ZipFile, source: Source, limits: Limits) -> None:
        self.package = Package(archive, limits)
        self.source, self.limits = source, limits
        self.from_1904 = False
        self._strings_checked = False
        self._main = next((name for name in self.package.names if re.fullmatch(r"xl/workbook\d*\.xml", name)), "")
        for name in self.package.names:
            large = self.package.size(name) > limits.part_bytes
            if large and name.endswith((".xml", ".rels")) and not _LARGE.search(name):
                limit = mebibytes(limits.part_bytes)
                raise refuse("reading.archive-bomb", size=mebibytes(self.package.size(name)), limit=limit)
        self._targets = self._relations()
        self.sheets = self._listed()

    @property
    def has_macros(self) -> bool:
        """Tell whether the workbook carries program code (which is never run, nor even read)."""
        return any(name.endswith("vbaproject.bin") for name in self.package.names)

    @cached_property
    def styles(self) -> tuple[Style, ...]:
        """The cell formats."""
        return read_styles(self.package, self._beside("styles.xml"), self._beside("theme/theme1.xml"))

    @cached_property
    def strings(self) -> Sequence[str]:
        """The shared texts."""
        part = self._beside("sharedStrings.xml")
        if not self.package.has(part):
            return ()
        self.check_strings()
        with self.package.open(part) as stream:
            return read_strings(stream)

    def check_strings(self) -> None:
        """Refuse more shared texts than memory should hold; whoever reads a sheet needs them all."""
        part = self._beside("sharedStrings.xml")
        if self.package.has(part) and not self._strings_checked:
            count = markup = 0
            for piece in self.package.tags(part):
                count += piece.count(b"<si") + piece.count(b":si")
                markup += piece.count(b"<")
                if count > self.limits.texts or markup > 4 * self.limits.texts:
                    raise refuse("reading.sheet-too-large", limit=self.limits.texts)
            self._strings_checked = True

    @property
    def strings_size(self) -> int:
        """The unpacked size of the shared texts."""
        part = self._beside("sharedStrings.xml")
        return self.package.size(part) if self.package.has(part) else 0

    def string_pieces(self) -> Iterator[bytes]:
        """Yield the part of the shared texts in pieces that begin with a text and cut none in two."""
        part = self._beside("sharedStrings.xml")
        return self.package.tags(part, b"<si") if self.package.has(part) else iter(())

    def found(self, sheet: Named, markup: int) -> Found:
        """Return the cells of a sheet that has so many tags; raises TooLarge."""
        if markup > self.limits.markup:
            raise TooLarge
        reader = CellReader(self.strings, self.styles, self.limits, from_1904=self.from_1904)
        with self.package.open(sheet.part) as stream:
            return reader.read(stream)

    def _beside(self, name: str) -> str:
        folder = posixpath.dirname(self._main) or "xl"
        return f"{folder}/{name}"

    def _relations(self) -> dict[str, str]:
        part = f"xl/_rels/{posixpath.basename(self._main)}.rels"
        targets: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship" and "Id" in attributes:
                target = attributes.get("Target", "").replace("\\", "/")
                targets[attributes["Id"]] = target if target.startswith("/") else posixpath.normpath(f"xl/{target}")

        if self.package.has(part):
            with self.package.open(part) as stream:
                parse(stream, start, _nothing, _nothing)
        return targets

    def _listed(self) -> tuple[Named, ...]:
        sheets: list[Named] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            name = local(tag)
            if name == "workbookPr":
                self.from_1904 = true(attributes.get("date1904"))
            elif name == "sheet":
                part = self._targets.get(attribute(attributes, "id") or "", "").lower()
                if self.package.has(part) and "chartsheets/" not in part and "dialogsheets/" not in part:
                    hidden = attributes.get("state", "visible") != "visible"
                    sheets.append(Named(attributes.get("name", ""), part, len(sheets), hidden))

        if self._main:
            with self.package.open(self._main) as stream:
                parse(stream, start, _nothing, _nothing)
        if not sheets:
            parts = sorted(
                name for name in self.package.names if name.startswith("xl/worksheets/") and name.endswith(".xml")
            )
            sheets = [Named(posixpath.basename(part)[:-4], part, index, False) for index, part in enumerate(parts)]
        return tuple(sheets)


def _nothing(_: str) -> None:
    return


def read_workbook(source: Source, limits: Limits) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Return the sheets of an XLSX, and what is wrong with it as a whole; a broken sheet does not cost the others."""
    problems: list[Problem] = []
    with guarded(), source.open() as stream, zipfile.ZipFile(listed(stream, limits)) as archive:
        workbook = Workbook(archive, source, limits)
        if workbook.has_macros:
            problems.append(Problem.of("reading.macros", where=Where(file=source.name)))
        if not workbook.sheets:
            raise refuse("reading.no-sheets")
        if len(workbook.sheets) > limits.sheets:
            where = Where(file=source.name)
            problems.append(
                Problem.of("reading.too-many-sheets", where=where, sheets=len(workbook.sheets), limit=limits.sheets)
            )
        bulk = Bulk(source)
        sheets = tuple(_sheet(workbook, named, bulk) for named in workbook.sheets[: limits.sheets])
    return sheets, tuple(problems)


def _sheet(workbook: Workbook, named: Named, bulk: Bulk) -> Sheet:
    where = Where(file=workbook.source.name, sheet=named.name)
    try:
        with guarded():
            swept = sweep(workbook.package, named.part)
            sheet = _read(workbook, named, swept, bulk, where)
    except Unreadable as refusal:
        problem = refusal.problem
        sheet = Sheet(
            named.name,
            named.index,
            Grid(()),
            problems=(Problem(problem.code, where, problem.params, problem.severity),),
        )
    return sheet


def _read(workbook: Workbook, named: Named, swept: Sweep, bulk: Bulk, where: Where) -> Sheet:
    limits = workbook.limits
    workbook.check_strings()
    if swept.rows > limits.grid_rows:
        framed = bulk.sheet(named.name, named.index, swept, limits, where)
        if framed is not None:
            return framed
    try:
        found = workbook.found(named, swept.markup)
        grid = found.grid(limits)
    except TooLarge as error:
        framed = bulk.sheet(named.name, named.index, swept, limits, where, must=True)
        if framed is None:
            raise refuse("reading.sheet-too-large", limit=limits.grid_cells) from error
        return framed
    return Sheet(named.name, named.index, grid, problems=_remarks(found, named, where, limits))


def _remarks(found: Found, named: Named, where: Where, limits: Limits) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if found.widest > limits.columns:
        problems.append(Problem.of("reading.too-many-columns", where=where, columns=found.widest, limit=limits.columns))
    if found.unvalued:
        row, column = found.unvalued[0]
        at = Where(where.file, where.sheet, row + 1, letters(column))
        problems.append(Problem.of("reading.formula-without-value", where=at, count=len(found.unvalued)))
    if named.hidden:
        problems.append(Problem.of("reading.hidden-sheet", where=where))
    return tuple(problems)
