"""From paths to sheets that are understood: read, recognised with what people decided before, and extracted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from qipan.engine.problem import PROBLEM_SCHEMA, Problem
from qipan.engine.sheets import Context, Remembered, Vocabulary, extract, recognise
from qipan.engine.sheets.book import Book, Sheet
from qipan.engine.sheets.reading import read_books
from qipan.engine.sheets.spec import LedgerSpec
from qipan.packs import Resolved
from qipan.platform.imports.memory import remembered
from qipan.platform.imports.plan import Progress, SheetRead, silent


@dataclass(frozen=True, slots=True)
class Understood:
    """Everything the given files say, and everything that is wrong with the files themselves."""

    books: tuple[Book, ...]
    sheets: tuple[SheetRead, ...]
    problems: tuple[Problem, ...]  # of files, archives and sheets as a whole

    def problem_frame(self) -> pl.DataFrame:
        """Return the problems found inside the sheets, `sheet` being the number in the batch."""
        frames = [
            read.extract.problems.with_columns(pl.lit(read.number, dtype=pl.Int32).alias("sheet"))
            for read in self.sheets
            if read.extract is not None and read.extract.problems.height
        ]
        return pl.concat(frames) if frames else pl.DataFrame(schema=PROBLEM_SCHEMA)


def understand(
    paths: Sequence[Path],
    resolved: Resolved,
    *,
    ledger: str | None = None,
    context: Context | None = None,
    progress: Progress = silent,
) -> Understood:
    """Return what the files below `paths` say; `ledger` and `context` overrule what the sheets themselves say."""
    progress("read", 0, 0)
    books = read_books(paths)
    problems = [problem for book in books for problem in book.problems]
    sheets: list[SheetRead] = []
    pairs = [(book, sheet) for book in books for sheet in book.sheets]
    vocabulary, memory = Vocabulary.of(resolved.measure_specs(), resolved.units), remembered()
    ledgers = [spec for spec in resolved.ledger_specs() if ledger is None or spec.code == ledger]
    for number, (book, sheet) in enumerate(pairs):
        progress("understand", number, len(pairs))
        problems.extend(sheet.problems)
        sheets.append(_understand(number, book, sheet, ledgers, vocabulary, memory, context, named=ledger is not None))
        problems.extend(sheets[-1].recognition.questions if sheets[-1].extract is None else ())
    progress("understand", len(pairs), len(pairs))
    return Understood(tuple(books), tuple(sheets), tuple(problems))


def _understand(
    number: int,
    book: Book,
    sheet: Sheet,
    ledgers: Sequence[LedgerSpec],
    vocabulary: Vocabulary,
    memory: dict[str, Remembered],
    context: Context | None,
    *,
    named: bool,
) -> SheetRead:
    recognition = recognise(sheet, ledgers, vocabulary, file=book.name, memory=memory, named=named)
    spec = next((spec for spec in ledgers if spec.code == recognition.ledger), None)
    # A ledger that is only likely is asked about, never written on a guess; naming it (or a remembered mapping) settles it.
    unsure = any(question.code == "sheets.unsure-ledger" for question in recognition.questions)
    if spec is None or (unsure and len(ledgers) > 1):
        return SheetRead(number, book, sheet, recognition, None, None)
    return SheetRead(
        number, book, sheet, recognition, spec, extract(sheet, recognition, spec, vocabulary, context=context)
    )
