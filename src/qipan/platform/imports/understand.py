"""From paths to sheets that are understood: read, recognised with what people decided before, and extracted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from qipan.engine.problem import PROBLEM_SCHEMA, Problem
from qipan.engine.sheets import Context, Remembered, Vocabulary, amended, extract, recognise
from qipan.engine.sheets.book import Book, Sheet
from qipan.engine.sheets.extract import merged
from qipan.engine.sheets.reading import read_books
from qipan.engine.sheets.spec import LedgerSpec
from qipan.engine.sheets.templates import is_guide
from qipan.packs import Resolved
from qipan.platform.imports import values
from qipan.platform.imports.decisions import Decision, Decisions, place_of
from qipan.platform.imports.memory import remembered
from qipan.platform.imports.plan import Progress, SheetRead, silent


@dataclass(frozen=True, slots=True)
class Understood:
    """Everything the given files say, and everything that is wrong with the files themselves."""

    books: tuple[Book, ...]
    sheets: tuple[SheetRead, ...]
    problems: tuple[Problem, ...]  # of files, archives and sheets as a whole
    left_out: tuple[SheetRead, ...] = ()  # sheets a person wants left out; their numbers are not given to others

    def problem_frame(self) -> pl.DataFrame:
        """Return the problems found inside the sheets, `sheet` being the number in the batch."""
        frames = [
            read.extract.problems.with_columns(pl.lit(read.number, dtype=pl.Int32).alias("sheet"))
            for read in self.sheets
            if read.extract is not None and read.extract.problems.height
        ]
        return pl.concat(frames) if frames else pl.DataFrame(schema=PROBLEM_SCHEMA)

    def whole_frame(self) -> pl.DataFrame:
        """Return the problems of files and of sheets that were not read, to be kept with the batch.

        What stands in no sheet names its file in `field`.
        """
        places = {(read.book.name, read.sheet.name): read for read in reversed(self.sheets)}
        rows: list[dict[str, object]] = []
        for problem in self.problems:
            where = problem.where
            read = places.get((where.file or "", where.sheet or ""))
            columns = read.recognition.columns if read is not None else ()
            rows.append(
                {
                    "code": problem.code,
                    "sheet": read.number if read is not None else None,
                    "row": where.row,
                    "column": next((one.index for one in columns if one.header and one.header == where.column), None),
                    "field": where.column if read is not None else where.text() or None,
                    "params": json.dumps(dict(problem.params), ensure_ascii=False) if problem.params else None,
                }
            )
        return pl.DataFrame(rows, schema=PROBLEM_SCHEMA)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What overrules the sheets: one ledger and context for all of them, and what was decided about single ones."""

    ledger: str | None = None
    context: Context | None = None
    decisions: Decisions = field(default_factory=dict[str, Decision])


@dataclass(slots=True)
class Kept:
    """Files as they were read and sheets as they were last understood, so that only what was decided anew is read."""

    paths: tuple[Path, ...] = ()
    books: tuple[Book, ...] = ()
    definitions: Resolved | None = None
    reads: dict[str, tuple[object, SheetRead]] = field(default_factory=dict[str, tuple[object, SheetRead]])

    def books_at(self, paths: Sequence[Path], definitions: Resolved) -> tuple[Book, ...]:
        """Return what the files hold; sheets understood by other definitions are forgotten."""
        if self.paths != tuple(paths):
            self.paths, self.books = tuple(paths), tuple(read_books(paths))
            self.reads.clear()
        if self.definitions is not definitions:
            self.definitions = definitions
            self.reads.clear()
        return self.books


@dataclass(frozen=True, slots=True)
class _Reader:
    """Everything by which sheets are understood."""

    ledgers: tuple[LedgerSpec, ...]
    vocabulary: Vocabulary
    memory: Mapping[str, Remembered]
    known: values.Known
    context: Context | None
    named: bool

    def read(self, number: int, book: Book, sheet: Sheet, decision: Decision) -> SheetRead:
        """Return one sheet as it was understood; one left out is recognised and not read."""
        ledgers = [spec for spec in self.ledgers if decision.ledger in (None, spec.code)]
        named = self.named or decision.ledger is not None
        recognition = recognise(
            sheet, ledgers, self.vocabulary, file=book.name, memory=self.memory, named=named, wanted=decision.wanted
        )
        spec = next((spec for spec in ledgers if spec.code == recognition.ledger), None)
        heads = {column.index: column.header for column in recognition.columns}
        units = tuple((heads[index], unit) for index, unit in decision.units.items() if heads.get(index))
        blank = SheetRead(number, book, sheet, recognition, None, None, taught=decision.taught, units=units)
        # A ledger that is only likely is asked about, never written on a guess; naming it, or memory, settles it.
        unsure = any(question.code == "sheets.unsure-ledger" for question in recognition.questions)
        if decision.left_out or spec is None or (unsure and not named):
            return blank
        changes = values.recalled(decision.changes, recognition, self.known)
        changed = amended(sheet, changes, recognition.header_rows[1])
        context = merged(self.context or Context(), decision.context)
        found = extract(changed, recognition, spec, self.vocabulary, context=context)
        return replace(blank, ledger=spec, extract=found, changes=changes)


NO_WISHES = Wishes()


def understand(
    paths: Sequence[Path],
    resolved: Resolved,
    wishes: Wishes = NO_WISHES,
    *,
    progress: Progress = silent,
    kept: Kept | None = None,
) -> Understood:
    """Return what the files below `paths` say; `wishes` overrule the sheets."""
    progress("read", 0, 0)
    kept = kept if kept is not None else Kept()
    books = kept.books_at(paths, resolved)
    problems = [problem for book in books for problem in book.problems]
    pairs = [(book, sheet) for book in books for sheet in book.sheets if not is_guide(sheet)]
    known, ledger = resolved.ledger_specs(), wishes.ledger
    ledgers = tuple(spec for spec in known if ledger is None or ledger in (spec.code, *spec.names, spec.en))
    if not ledgers and ledger is not None:
        zh, en = "、".join(spec.names[0] for spec in known), ", ".join(spec.en for spec in known)
        problems.append(Problem.of("imports.no-such-ledger", ledger=ledger, known=zh, known_en=en))
    vocabulary = Vocabulary.of(resolved.measure_specs(), resolved.units)
    reader = _Reader(ledgers, vocabulary, remembered(), values.remembered(), wishes.context, ledger is not None)
    sheets: list[SheetRead] = []
    left_out: list[SheetRead] = []
    for number, (book, sheet) in enumerate(pairs):
        progress("understand", number, len(pairs))
        decision = wishes.decisions.get(place_of(book, sheet), Decision())
        read = _again(kept, reader, number, book, sheet, decision)
        if decision.left_out:
            left_out.append(read)
            continue
        sheets.append(read)
        problems.extend(sheet.problems)
        problems.extend(read.recognition.questions if read.extract is None else ())
    progress("understand", len(pairs), len(pairs))
    return Understood(books, tuple(sheets), tuple(problems), tuple(left_out))


def _again(kept: Kept, reader: _Reader, number: int, book: Book, sheet: Sheet, decision: Decision) -> SheetRead:
    """Return the sheet as it was understood before, where nothing it depends on has changed; else read it."""
    place = f"{book.name}/{place_of(book, sheet)}"
    by = (decision, reader.memory, reader.known, reader.context, reader.named, number)
    if place in kept.reads and kept.reads[place][0] == by:
        return kept.reads[place][1]
    read = reader.read(number, book, sheet, decision)
    kept.reads[place] = (by, read)
    return read
