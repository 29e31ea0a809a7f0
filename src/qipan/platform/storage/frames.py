"""Reading many rows as a frame: Arrow straight from SQLite, a server-side cursor from PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django.db import connection

STEP = 50_000


def read_frame(sql: str, schema: Mapping[str, pl.DataType], parameters: Sequence[Any] = ()) -> pl.DataFrame:
    """Return what `sql` selects as a frame of `schema` (the column names are the schema's, in order).

    Dates and truth values come as their own types from either database. Rows come in no order: sort the frame.
    On SQLite outside a transaction the rows come over an Arrow driver on a connection of its own; inside one, and in
    tests on an in-memory database, over Django's connection, so that the transaction's own changes are seen.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block and not parameters and _on_disk():
        return _arrow(sql, schema)
    with connection.chunked_cursor() if connection.vendor == "postgresql" else connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        frames = []
        while rows := cursor.fetchmany(STEP):
            frames.append(pl.DataFrame(rows, schema=dict(schema), orient="row"))
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict(schema))


def _on_disk() -> bool:
    name = str(connection.settings_dict["NAME"])
    return ":memory:" not in name and "mode=memory" not in name


def _arrow(sql: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    import adbc_driver_sqlite.dbapi as adbc

    # The driver takes each column's type from the first rows, and would stop where those are all null: one row of
    # known types goes before them.
    first = ", ".join(f"{_typical(kind)} AS c{number}" for number, kind in enumerate(schema.values()))
    typed = f"SELECT {first} UNION ALL SELECT * FROM ({sql})"  # noqa: S608 - the caller's own statement
    with adbc.connect(str(connection.settings_dict["NAME"])) as source, source.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": "65536"})
        cursor.execute(typed)
        frame = pl.from_arrow(cursor.fetch_arrow_table())
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table gives a frame
    frame = frame.slice(1).rename(dict(zip(frame.columns, schema, strict=True)))
    return frame.select(
        pl.col(name).str.to_date("%Y-%m-%d") if kind == pl.Date else pl.col(name).cast(kind)
        for name, kind in schema.items()
    )


def _typical(kind: pl.DataType) -> str:
    if kind == pl.String or kind == pl.Date:
        return "''"
    return "0.0" if kind.is_float() else "0"
