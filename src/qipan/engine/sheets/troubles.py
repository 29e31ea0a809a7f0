"""Problems of one sheet gathered as frames, so that a million of them stay cheap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from qipan.engine.problem import PROBLEM_SCHEMA, Param, Problem, no_problems


@dataclass(slots=True)
class Troubles:
    """Collects problems of sheet number `sheet`; `frame` gives all of them, in the order of rows and columns."""

    sheet: int
    parts: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def add(
        self,
        code: str,
        *,
        row: int | None = None,
        column: int | None = None,
        name: str | None = None,
        value: str | None = None,
        **params: Param,
    ) -> None:
        """Add one problem."""
        told = json.dumps(params, ensure_ascii=False) if params else None
        line = (code, self.sheet, row, column, name, value, told)
        self.parts.append(pl.DataFrame([line], schema=PROBLEM_SCHEMA, orient="row"))

    def add_cells(
        self, cells: pl.DataFrame, rows: pl.Series, text: pl.Series, *, column: int | None, name: str
    ) -> None:
        """Add the problems that a column of cells (CELL_SCHEMA) came out with."""
        wrong = cells["problem"].is_not_null()
        if wrong.any():
            self.add_rows(
                cells["problem"].filter(wrong),
                rows.filter(wrong),
                column=column,
                name=name,
                value=text.filter(wrong).cast(pl.String),
                params=cells["params"].filter(wrong),
            )

    def add_rows(
        self,
        code: str | pl.Series,
        rows: pl.Series,
        *,
        column: int | None = None,
        name: str | None = None,
        value: pl.Series | None = None,
        params: str | pl.Series | None = None,
    ) -> None:
        """Add the same kind of problem for many rows."""
        if rows.is_empty():
            return
        frame = pl.DataFrame({"row": rows.cast(pl.Int64)}).with_columns(
            code=pl.lit(code) if isinstance(code, str) else code,
            sheet=pl.lit(self.sheet, dtype=pl.Int32),
            column=pl.lit(column, dtype=pl.Int32),
            field=pl.lit(name, dtype=pl.String),
            value=pl.lit(None, dtype=pl.String) if value is None else value.cast(pl.String),
            params=pl.lit(params, dtype=pl.String) if params is None or isinstance(params, str) else params,
        )
        self.parts.append(frame.select(list(PROBLEM_SCHEMA)))

    def frame(self, questions: Iterable[Problem] = (), headers: Sequence[str] = ()) -> pl.DataFrame:
        """Return all problems, those of the whole sheet first."""
        first = [_line(problem, self.sheet, headers) for problem in questions]
        asked = pl.DataFrame(first, schema=PROBLEM_SCHEMA, orient="row") if first else no_problems()
        if not self.parts:
            return asked
        return pl.concat([asked, *self.parts]).sort("row", "column", nulls_last=False, maintain_order=True)


def _line(problem: Problem, sheet: int, headers: Sequence[str]) -> tuple[object, ...]:
    heading = problem.where.column
    column = headers.index(heading) if heading is not None and heading in headers else None
    told = json.dumps(dict(problem.params), ensure_ascii=False)
    return (problem.code, sheet, problem.where.row, column, None, heading, told)
