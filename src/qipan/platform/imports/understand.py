"""From paths to sheets that are understood: read, recognised with what people decided before, and extracted."""

from __future__ import annotations

import json
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


def understand(
    paths: Sequence[Path],
    resolved: Resolved,
    *,
    ledger: str | None = None,
    context: Context | None = None,
    progress: Progress = silent,
) -> Understood:
    """Return what the files below `paths` say; `ledger` (code or name) and `context` overrule the sheets."""
    progress("read", 0, 0)
    books = read_books(paths)
    problems = [problem for book in books for problem in book.problems]
    sheets: list[SheetRead] = []
    pairs = [(book, sheet) for book in books for sheet in book.sheets]
    vocabulary, memory = Vocabulary.of(resolved.measure_specs(), resolved.units), remembered()
    known = resolved.ledger_specs()
    ledgers = [spec for spec in known if ledger is None or ledger in (spec.code, *spec.names, spec.en)]
    if not ledgers and ledger is not None:
        zh, en = "、".join(spec.names[0] for spec in known), ", ".join(spec.en for spec in known)
        problems.append(Problem.of("imports.no-such-ledger", ledger=ledger, known=zh, known_en=en))
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
    # A ledger that is only likely is asked about, never written on a guess; naming it, or memory, settles it.
    unsure = any(question.code == "sheets.unsure-ledger" for question in recognition.questions)
    if spec is None or (unsure and not named):
        return SheetRead(number, book, sheet, recognition, None, None)
    return SheetRead(
        number, book, sheet, recognition, spec, extract(sheet, recognition, spec, vocabulary, context=context)
    )
