"""Many rows at once: reserved ids, `executemany` on SQLite and COPY on PostgreSQL, inside the running transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

import polars as pl
from django.db import connection, models, transaction

STEP = 20_000
LARGE = 100_000
FEW = 1_000
SORTERS = 2  # threads that help SQLite sort while it builds an index
Progress = Callable[[int], None]


def copying(cursor: Any, sql: str) -> Any:
    """Open PostgreSQL's COPY: the driver's cursor has it, Django's wrapper passes it on unseen."""
    return cursor.copy(sql)


def _first(cursor: Any) -> Any:
    return cursor.fetchone()[0]


def sequence_of(cursor: Any, table: str) -> str | None:
    """Return the sequence behind a PostgreSQL table's ids; None where it has none."""
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    return _first(cursor)


def reserve(model: type[models.Model], count: int) -> int:
    """Return the first of `count` ids nobody else will get for `model`."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = sequence_of(cursor, table)
            # The lock keeps two reservations apart: setval alone is not safe against nextval.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [sequence])
            cursor.execute(f"SELECT nextval('{sequence}')")
            first = int(_first(cursor))
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + count])
            return first
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = int(row[0] if row else 0) + 1
        if row:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [first + count - 1, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first + count - 1])
        return first


def insert(model: type[models.Model], frame: pl.DataFrame, *, progress: Progress | None = None) -> None:
    """Insert the rows of `frame`, whose columns are named as the table's (`unit_id`); JSON is given as text.

    Columns the frame lacks take their field's default.
    """
    frame = _complete(model, frame)
    table, columns = model._meta.db_table, frame.columns
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, copying(cursor, f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for position, row in enumerate(frame.iter_rows(buffer_size=STEP), start=1):
                copy.write_row(row)
                if progress and position % STEP == 0:
                    progress(position)
    else:
        same = _same_everywhere(frame)
        marks = ", ".join(same.get(name, "?") for name in columns)
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - names come from the model
        _many(sql, frame.drop(same), progress)
    if progress:
        progress(frame.height)


def _complete(model: type[models.Model], frame: pl.DataFrame) -> pl.DataFrame:
    """Add the columns that must not be null, and write dates as SQLite keeps them."""
    missing = [
        pl.lit(_plain(field.get_default())).alias(str(field.column))
        for field in model._meta.concrete_fields
        if field.column not in frame.columns and not field.null and not field.primary_key
    ]
    if connection.vendor == "sqlite":
        frame = frame.with_columns(pl.col(pl.Date).cast(pl.String))
    # A blank text field is "" in Django, never NULL.
    blank = [
        str(field.column)
        for field in model._meta.concrete_fields
        if field.column in frame.columns and not field.null and isinstance(field, models.CharField | models.TextField)
    ]
    return frame.with_columns(*missing, pl.col(blank).fill_null(""))


def _same_everywhere(frame: pl.DataFrame) -> dict[str, str]:
    """Return the columns that hold one value in all of many rows, as SQL: it need not be sent a million times."""
    found: dict[str, str] = {}
    if frame.height < FEW:
        return found
    for column in frame.get_columns():
        value = column[0]
        if not isinstance(value, int | str | None) or (isinstance(value, str) and "\0" in value):
            continue
        if column.head(FEW).eq_missing(pl.Series([value], dtype=column.dtype)).all() and column.n_unique() == 1:
            text = "NULL" if value is None else str(int(value)) if isinstance(value, int) else value.replace("'", "''")
            found[column.name] = f"'{text}'" if isinstance(value, str) else text
    return found if len(found) < frame.width else {}


def _plain(value: object) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value)
    return value


@contextmanager
def large_insert(model: type[models.Model], count: int) -> Iterator[None]:
    """Insert many rows so that the table is quick to write and quick to ask afterwards.

    On SQLite, where the new rows outnumber the old, its plain indexes are taken down and built anew in the same
    transaction: sorting once is several times cheaper than finding each row's place in every index. PostgreSQL looks
    through the new rows once they are committed: until then it cannot answer from an index alone, and counts slowly.
    """
    if count < LARGE:
        yield
        return
    if connection.vendor != "sqlite":
        yield
        transaction.on_commit(partial(_look_through, model._meta.db_table), robust=True)
        return
    if count < model._default_manager.count():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
            [model._meta.db_table],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute(f"PRAGMA threads={SORTERS}")
        for _, sql in indexes:
            cursor.execute(sql)
        cursor.execute("PRAGMA threads=0")
        # Without a sample of the values the planner takes the wrong index for lists of a small scope.
        cursor.execute("PRAGMA analysis_limit=20000")
        cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _look_through(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'VACUUM (ANALYZE) "{table}"')


def _many(sql: str, frame: pl.DataFrame, progress: Progress | None) -> None:
    connection.ensure_connection()
    cursor: Any = connection.connection.cursor()
    done = 0
    # `rows` of a slice is several times faster than `iter_rows` over the whole and stays bounded.
    for part in frame.iter_slices(STEP):
        cursor.executemany(sql, part.rows())
        done += part.height
        if progress:
            progress(done)
    cursor.close()


def update(
    model: type[models.Model],
    frame: pl.DataFrame,
    columns: Sequence[str],
    *,
    key: str = "id",
    progress: Progress | None = None,
) -> None:
    """Set `columns` of the rows whose `key` stands in `frame`; a row that counts its versions has one more.

    So whoever fills in a form about it meanwhile is told, as if a person had changed it.
    """
    table = model._meta.db_table
    counts = any(
        isinstance(field, models.IntegerField) and field.column == "version" for field in model._meta.concrete_fields
    )
    more = ', "version" = "version" + 1' if counts and "version" not in columns else ""
    part = frame.select(*columns, key)
    if connection.vendor == "postgresql":
        sets = ", ".join(f'"{name}" = %s' for name in columns)
        sql = f'UPDATE "{table}" SET {sets}{more} WHERE "{key}" = %s'  # noqa: S608 - names come from the model
        with connection.cursor() as cursor:
            rows = part.iter_rows(buffer_size=STEP)
            done = 0
            while chunk := list(islice(rows, STEP)):
                cursor.executemany(sql, chunk)
                done += len(chunk)
                if progress:
                    progress(done)
        return
    sets = ", ".join(f'"{name}" = ?' for name in columns)
    _many(f'UPDATE "{table}" SET {sets}{more} WHERE "{key}" = ?', part, progress)  # noqa: S608 - names come from the model


def delete(model: type[models.Model], ids: pl.Series, *, key: str = "id") -> None:
    """Delete the rows whose `key` stands in `ids`."""
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = ANY(%s)', [ids.to_list()])  # noqa: S608
        return
    _many(f'DELETE FROM "{table}" WHERE "{key}" = ?', pl.DataFrame({key: ids}), None)  # noqa: S608
