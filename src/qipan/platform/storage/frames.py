"""Reading rows as a frame: over Django's connection; very many from SQLite over Arrow, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django.db import OperationalError, connection

STEP = 50_000


def read_frame(sql: str, schema: Mapping[str, pl.DataType], parameters: Sequence[Any] = ()) -> pl.DataFrame:
    """Return what `sql` selects as a frame of `schema` (the column names are the schema's, in order).

    Dates and truth values come as their own types from either database. Rows come in no order: sort the frame.
    They come over Django's connection, so that a transaction's own changes are seen. On SQLite outside a transaction a
    long answer comes over an Arrow driver, in a process of its own (see `apart`).
    """
    may_go_apart = connection.vendor == "sqlite" and not connection.in_atomic_block and not parameters and _on_disk()
    given = dict(schema)  # Django's connection gives dates and truth values as such on either database
    frames: list[pl.DataFrame] = []
    with connection.chunked_cursor() if connection.vendor == "postgresql" else connection.cursor() as cursor:
        cursor.execute(sql, list(parameters) or None)
        while rows := cursor.fetchmany(STEP):
            if may_go_apart and len(rows) == STEP:
                break
            frames.append(pl.DataFrame(rows, schema=given, orient="row"))
    if may_go_apart and rows:
        return _apart(sql, schema)
    return _settled(pl.concat(frames) if frames else pl.DataFrame(schema=given), schema)


def _settled(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(
        pl.col(name).str.to_date("%Y-%m-%d")
        if kind == pl.Date and frame.schema[name] == pl.String
        else pl.col(name).cast(kind)
        for name, kind in schema.items()
    )


def _on_disk() -> bool:
    name = str(connection.settings_dict["NAME"])
    return ":memory:" not in name and "mode=memory" not in name


def _apart(sql: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    import pyarrow as pa

    # The driver takes each column's type from the first rows, and would stop where those are all null: one row of
    # known types goes before them.
    first = ", ".join(f"{_typical(kind)} AS c{number}" for number, kind in enumerate(schema.values()))
    typed = f"SELECT {first} UNION ALL SELECT * FROM ({sql})"  # noqa: S608 - the caller's own statement
    command = [sys.executable, "-m", "qipan.platform.storage.apart", str(connection.settings_dict["NAME"])]
    with (
        tempfile.TemporaryFile() as complaint,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaint) as reader,
    ):
        assert reader.stdin is not None  # noqa: S101 - it is a pipe
        reader.stdin.write(typed.encode())
        reader.stdin.close()
        try:
            table = pa.ipc.open_stream(reader.stdout).read_all()
        except pa.ArrowInvalid:  # it ended early; why is said below
            table = None
        if reader.wait() != 0 or table is None:
            complaint.seek(0)
            raise OperationalError(complaint.read().decode(errors="replace").strip()[-2000:])
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table gives a frame
    return _settled(frame.slice(1).rename(dict(zip(frame.columns, schema, strict=True))), schema)


def _typical(kind: pl.DataType) -> str:
    if kind == pl.String or kind == pl.Date:
        return "''"
    return "0.0" if kind.is_float() else "0"
