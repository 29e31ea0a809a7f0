"""`qipan export`: records and problems as XLSX, CSV or Parquet, with nothing in them that runs as a formula."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from qipan.commands.setting import (
    DONE,
    FAILED,
    STOPPED,
    agreed,
    answer,
    console,
    finish,
    language,
    misused,
    progress,
    ready,
    say,
    show_problems,
)

ENDINGS = (".xlsx", ".csv", ".parquet")
WHAT = ("enterprises", "facts", "units", "measures", "problems")


def export(what: str, out: Path, *, period: str | None, batch: int | None, yes: bool, json: bool) -> int:
    """Write one table to `out`."""
    started = time.perf_counter()
    ready()
    from qipan.engine.periods import parse

    found = parse(period) if period else None
    if what not in WHAT:
        return misused(say(f"只能导出 {'、'.join(WHAT)}", f"What can be exported: {', '.join(WHAT)}"), json=json)
    if out.suffix.lower() not in ENDINGS:
        return misused(
            say("输出文件须以 .xlsx、.csv 或 .parquet 结尾", "The file must end in .xlsx, .csv or .parquet"), json=json
        )
    if period and found is None:
        return misused(say(f"不是报告期：{period}（例：2026-10）", f"Not a period: {period} (try 2026-10)"), json=json)
    if what == "problems" and batch is None:
        return misused(say("请用 --batch 指明批次", "Name the batch with --batch"), json=json)
    if not out.parent.is_dir():
        return misused(say(f"没有文件夹 {out.parent}", f"There is no folder {out.parent}"), json=json)
    if out.exists() and not agreed(say(f"覆盖 {out}？", f"Replace {out}?"), yes=yes):
        return finish({"export": what, "stopped": True}, json, STOPPED)
    return _export(what, out, found.code if found else None, batch, json, started)


def _export(what: str, out: Path, period: int | None, batch: int | None, json: bool, started: float) -> int:
    table = _problems(batch) if batch is not None and what == "problems" else _records(what, period)
    if table is None:
        from qipan.engine.problem import Problem

        problem = Problem.of("imports.no-such-batch", number=batch)
        show_problems([problem])
        return finish({"export": what, "problems": [problem.as_json(language())]}, json, FAILED)
    with progress(quiet=json) as tell:
        tell("write", 0, table.frame.height)
        rows = _write(table, out)
        tell("write", rows, rows)
    seconds = round(time.perf_counter() - started, 3)
    if not json:
        console.print(
            say(f"已写出 {rows:,} 行到 {out}", f"{rows:,} rows written to {out}"), style="green", markup=False
        )
        return DONE
    answer({"export": what, "file": str(out), "rows": rows, "seconds": seconds, "exit": DONE})
    return DONE


def _records(what: str, period: int | None) -> Any:
    from qipan.registry.exporting import TABLES

    return TABLES[what](language(), period)


def _problems(number: int | None) -> Any:
    """Return every problem of a batch, spelled out; null where there is no such batch."""
    import polars as pl

    from qipan.engine.problem import PROBLEM_SCHEMA
    from qipan.engine.sheets.writing import TableColumn
    from qipan.platform.imports.changes import stored
    from qipan.platform.imports.report import names_in, spelled
    from qipan.platform.models import Batch
    from qipan.registry.exporting import Table

    batch = Batch.objects.filter(pk=number).first()
    if batch is None:
        return None
    names = names_in(batch)
    words = {
        "error": ("错误", "error"),
        "question": ("待答", "question"),
        "warning": ("提醒", "warning"),
        "info": ("说明", "note"),
    }
    rows = [
        (
            say(*words[problem.severity]),
            problem.where.text(language()),
            problem.message(language()),
            problem.hint(language()),
        )
        for row in stored(batch.problems_file, PROBLEM_SCHEMA).iter_rows(named=True)
        if (problem := spelled(row, names))
    ]
    heads = (say("程度", "Severity"), say("位置", "Place"), say("问题", "Problem"), say("怎么办", "What to do"))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String()), orient="row")
    return Table(say("问题", "Problems"), tuple(TableColumn(head) for head in heads), frame)


def _write(table: Any, out: Path) -> int:
    if out.suffix.lower() == ".parquet":
        named = table.frame.rename(
            dict(zip(table.frame.columns, (column.name for column in table.columns), strict=True))
        )
        partial = out.with_name(f".{out.name}.part")
        try:
            named.write_parquet(partial)
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
        return int(named.height)
    from qipan.engine.sheets.writing import write_table

    return write_table(out, table.columns, table.frame, sheet=table.name, truth=(say("是", "yes"), say("否", "no")))
