"""The user's own file given back with its problems marked in the cells and listed on a first sheet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qipan.engine.problem import Language, Problem
from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.reading.annotated import copy_workbook, suits
from qipan.engine.sheets.reading.columnar import read_parquet
from qipan.engine.sheets.reading.kind import Kind, tell
from qipan.engine.sheets.reading.limits import Limits, Unreadable, guarded, refuse
from qipan.engine.sheets.reading.notes import CellNote
from qipan.engine.sheets.reading.oldbook import read_oldbook
from qipan.engine.sheets.reading.rewritten import rewrite
from qipan.engine.sheets.reading.source import Scratch, Source
from qipan.engine.sheets.reading.text import read_text
from qipan.engine.sheets.reading.webpage import read_webpage
from qipan.engine.sheets.reading.window import opened
from qipan.engine.sheets.reading.workbook import read_workbook


def annotate(
    source: Path,
    member: str | None,
    problems: Sequence[CellNote],
    out: Path,
    language: Language = "zh",
    *,
    limits: Limits | None = None,
) -> tuple[Problem, ...]:
    """Write to `out` (an XLSX) a copy of a stored file whose problem cells are coloured, commented and listed.

    A workbook keeps its formatting; other and large files become a new workbook, of the largest only the rows with
    problems. Returns what kept the copy from being made; `out` then does not exist.
    """
    bounds = limits or Limits()
    partial = out.with_name(f".{out.name}.part.xlsx")
    try:
        with guarded(), Scratch(bounds.scratch) as scratch:
            file = opened(source, member, bounds, scratch)
            _write(file, problems, partial, language, bounds, scratch)
            os.replace(partial, out)
    except Unreadable as refusal:
        where = replace(refusal.problem.where, file=member or source.name)
        return (replace(refusal.problem, where=where),)
    finally:
        partial.unlink(missing_ok=True)
    return ()


def _write(
    file: Source, notes: Sequence[CellNote], out: Path, language: Language, limits: Limits, scratch: Scratch
) -> None:
    kind = tell(file, limits).kind
    if kind is Kind.XLSX and (names := suits(file, limits)) is not None:
        try:
            with guarded():
                copy_workbook(file, names, notes, out, language)
        except (Unreadable, AttributeError):
            # openpyxl is stricter than Excel about what it opens; the reader's own way is always there.
            out.unlink(missing_ok=True)
        else:
            return
    rewrite(sheets_of(file, kind, limits, scratch), notes, out, language)


def sheets_of(file: Source, kind: Kind, limits: Limits, scratch: Scratch) -> tuple[Sheet, ...]:
    """Return the sheets of one file of a kind that is read."""
    if kind is Kind.XLSX:
        return read_workbook(file, limits)[0]
    if kind is Kind.XLS:
        return read_oldbook(file, limits)[0]
    if kind is Kind.TEXT:
        return read_text(file, limits, scratch)[0]
    if kind is Kind.PARQUET:
        return read_parquet(file, limits)[0]
    if kind is Kind.WEBPAGE:
        return read_webpage(file, limits)[0]
    raise refuse("reading.file-unknown")
