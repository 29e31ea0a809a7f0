"""Large delimited text as a frame: Polars reads the bytes, no row becomes a Python object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from polars.exceptions import ComputeError

from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.reading.columns import unique
from qipan.engine.sheets.reading.encoding import recoded
from qipan.engine.sheets.reading.limits import Limits, refuse, rows_within
from qipan.engine.sheets.reading.source import Scratch, Source

_BEYOND = "\x00beyond"  # what a row has more than the header: a column no file can name
_EXCEL_TEXT = '^="([^"]*)"$'


@dataclass(frozen=True, slots=True)
class Plan:
    """How a large text is to be read, told by its first rows; `head` ends with the header."""

    name: str
    encoding: str
    mark: int
    separator: str
    header: int
    head: tuple[tuple[str, ...], ...]
    nuls: int
    quoted: bool = True


def read_large(source: Source, plan: Plan, limits: Limits, scratch: Scratch) -> Sheet:
    """Return a large text as a sheet with a frame of texts; empty cells are null."""
    where = Where(file=source.name)
    problems: list[Problem] = []
    held: bytes | Path | None = source.data if source.data is not None else source.path
    if plan.encoding != "utf-8" or plan.nuls:
        held, bad = _recode(source, plan, scratch)
        if bad:
            problems.append(Problem.of("reading.bad-encoding", where=where, encoding=plan.encoding, count=bad))
        if plan.nuls:
            problems.append(Problem.of("reading.nul-bytes", where=where, count=plan.nuls))
    if held is None:
        raise ValueError("a source holds data or a path")
    try:
        frame = _frame(held, plan, limits)
    except ComputeError as error:
        if "utf-8" in str(error) and plan.encoding == "utf-8":
            # The first lines were plain ASCII or UTF-8, later ones are not: then it was GB18030 from the start.
            return read_large(source, replace(plan, encoding="gb18030"), limits, scratch)
        if "escaped" not in str(error):
            raise
        problems.append(Problem.of("reading.unclosed-quote", where=where))
        frame = _frame(held, replace(plan, quoted=False), limits)
    most = rows_within(limits, len(plan.head[plan.header]))
    if frame.height > most:
        raise refuse("reading.too-many-rows", limit=most)
    first_row = plan.header + 2
    frame, ragged = _trimmed(frame, where, first_row)
    above = tuple(tuple(cell or None for cell in row) for row in plan.head[: plan.header])
    return Sheet(plan.name, 0, frame=frame, first_row=first_row, problems=(*problems, *ragged), above=above)


def _recode(source: Source, plan: Plan, scratch: Scratch) -> tuple[Path, int]:
    path = scratch.path()
    with source.open() as stream, path.open("wb") as target:
        bad = recoded(stream, target, plan.encoding, plan.mark)
    return path, bad


def _frame(held: bytes | Path, plan: Plan, limits: Limits) -> pl.DataFrame:
    names = [*unique(plan.head[plan.header]), _BEYOND]
    return pl.read_csv(
        held,
        has_header=False,
        skip_rows=plan.header + 1,
        schema=dict.fromkeys(names, pl.String()),
        separator=plan.separator,
        quote_char='"' if plan.quoted else None,
        truncate_ragged_lines=True,
        missing_columns="insert",
        n_rows=rows_within(limits, len(names) - 1) + 1,
        glob=False,
    )


def _trimmed(frame: pl.DataFrame, where: Where, first_row: int) -> tuple[pl.DataFrame, list[Problem]]:
    """Return the frame without the blank lines at its end and Excel's ="…", and what stood beyond the header."""
    problems: list[Problem] = []
    beyond = frame.get_column(_BEYOND).is_not_null()
    if count := int(beyond.sum()):
        row = first_row + int(beyond.arg_true()[0])
        problems.append(Problem.of("reading.ragged-rows", where=Where(where.file, row=row), count=count))
    frame = frame.drop(_BEYOND)
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null()).alias("filled")).get_column("filled")
    last = filled.arg_true()
    frame = frame.head(int(last[-1]) + 1 if len(last) else 0)
    wrapped = frame.select(pl.all().str.starts_with('="').any()).row(0)
    names = [name for name, any_wrapped in zip(frame.columns, wrapped, strict=True) if any_wrapped]
    return frame.with_columns(pl.col(names).str.replace(_EXCEL_TEXT, "$1")) if names else frame, problems
