"""Taking a list along: exactly what is filtered, the chosen columns, masked where the person reads them masked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Q
from django.utils import timezone

from qipan.engine.sheets.writing import ColumnKind, TableColumn, write_table
from qipan.platform.models import User
from qipan.platform.rights import may, person, units_of
from qipan.platform.screens.cells import hidden_at, plain_values, raw_values, values_by_key, veil, words_of
from qipan.platform.screens.declaration import Column, Kind, Screen
from qipan.platform.screens.listing import list_rows, list_tuples
from qipan.platform.screens.paths import value_at
from qipan.platform.screens.wanted import Wanted
from qipan.platform.term import Term, language
from qipan.platform.visible import EVERYTHING, NOTHING

STEP = 5_000  # records at once: memory stays flat however long the list is
YES, NO = Term("是", "Yes"), Term("否", "No")
_TABLE_KINDS: Mapping[Kind, ColumnKind] = {
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
    Kind.DATE: "date",
    Kind.MOMENT: "datetime",
    Kind.BOOLEAN: "boolean",
}
_ARROW: Mapping[ColumnKind, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "boolean": pa.bool_(),
    "text": pa.string(),
}
Values = list[Any]
Tell = Callable[[int], None]


class Format(StrEnum):
    """What a list is taken along as."""

    XLSX = "xlsx"
    CSV = "csv"
    PARQUET = "parquet"


def table_kind(column: Column) -> ColumnKind:
    """Return how a column's values are written; a masked column is text."""
    if column.secret or (column.words is not None and column.kind not in {Kind.NUMBER, Kind.MONEY}):
        return "text"
    return _TABLE_KINDS.get(column.kind, "text")


def heading(column: Column, unit_name: Callable[[str], str] = str) -> str:
    """Return a column's heading with its unit of measure."""
    name = str(column.names)
    if not column.unit:
        return name
    unit = unit_name(column.unit)
    return f"{name} ({unit})" if language() == "en" else f"{name}（{unit}）"


def may_take(user: User, screen: Screen) -> Q:
    """Return the condition that a person may take a record along: the right may hold at fewer units than seeing."""
    actor = person(user)
    units = units_of(actor, screen.export) if screen.export else None
    if units is None or not screen.unit:
        return EVERYTHING if may(actor, screen.export or screen.see) else NOTHING
    return Q(**{f"{screen.unit}__in": sorted(units)})


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int) else float(value)


def _local(value: Any) -> datetime | None:
    return timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else None


def _written(column: Column, values: Sequence[Any], hidden: Sequence[bool], user: User) -> Values:
    """Return a column's values as they are written: typed where the kind is, else as they read."""
    kind = table_kind(column)
    if kind in {"integer", "number"}:
        return [None if value is None else _number(value) for value in values]
    if kind == "datetime":
        return [_local(value) for value in values]
    if kind != "text":
        return list(values)
    words, kept = words_of(column, values, user), dict[Any, str]()

    def read(value: Any, masked: bool) -> str | None:
        if value is None or value == "" or value == []:
            return None
        key = tuple(value) if isinstance(value, list) else value
        if key not in kept:
            kept[key] = words(value)
        return veil(kept[key]) if masked else kept[key]

    return [read(value, masked) for value, masked in zip(values, hidden, strict=True)]


def _from_records(
    user: User, screen: Screen, wanted: Wanted, columns: Sequence[Column]
) -> Iterator[tuple[Sequence[int | None], list[Values]]]:
    """Yield steps of the list (units of its records, values by column) where a column is worked out from the record."""
    rows = list_rows(user, screen, wanted, columns=columns, also=may_take(user, screen))
    while records := list(islice(rows, STEP)):
        units = [value_at(record, screen.unit) if screen.unit else None for record in records]
        yield units, [raw_values(column, records, user) for column in columns]


def _from_tuples(
    user: User, screen: Screen, wanted: Wanted, columns: Sequence[Column]
) -> Iterator[tuple[Sequence[int | None], list[Values]]]:
    """Yield the same where tables hold everything: no record is built for it."""
    stored = [column for column in columns if column.stored]
    paths = ["pk", screen.unit or "pk", *(column.path for column in stored)]
    rows = list_tuples(user, screen, wanted, paths, also=may_take(user, screen))
    while part := list(islice(rows, STEP)):
        by_path = list(zip(*part, strict=True))
        kept = dict(zip((column.code for column in stored), by_path[2:], strict=True))
        values: list[Values] = []
        for column in columns:
            if column.stored:
                values.append(plain_values(column, kept[column.code]))
            else:
                found = values_by_key(column, by_path[0], user)
                values.append([found.get(key) for key in by_path[0]])
        yield (by_path[1] if screen.unit else [None] * len(part)), values


def steps(user: User, screen: Screen, wanted: Wanted, columns: Sequence[Column]) -> Iterator[list[Values]]:
    """Yield the list in its order, some thousand records at once: the written values of each column."""
    worked_out = any(column.value is not None for column in columns)
    source = _from_records if worked_out else _from_tuples
    for units, values in source(user, screen, wanted, columns):
        yield [
            _written(column, of_column, hidden_at(column, units, user), user)
            for column, of_column in zip(columns, values, strict=True)
        ]


def _rows(parts: Iterable[list[Values]], tell: Tell | None) -> Iterator[tuple[Any, ...]]:
    done = 0
    for part in parts:
        yield from zip(*part, strict=True)
        done += len(part[0])
        if tell is not None:
            tell(done)


def write_list(
    path: Path,
    user: User,
    screen: Screen,
    wanted: Wanted,
    columns: Sequence[Column],
    format: Format,
    *,
    headings: Sequence[str],
    tell: Tell | None = None,
) -> int:
    """Write the list to `path` and return how many records it has; `tell` hears how many are written.

    The file appears when it is complete. Texts a spreadsheet would compute are escaped; a Parquet file has the columns'
    codes for names, and texts as they are.
    """
    parts = steps(user, screen, wanted, columns)
    if format is Format.PARQUET:
        return _write_parquet(path, columns, parts, tell)
    heads = [
        TableColumn(name, table_kind(column), decimals=_decimals(column))
        for name, column in zip(headings, columns, strict=True)
    ]
    target = path.with_suffix(f".{format}")
    count = write_table(
        target,
        heads,
        _rows(parts, tell),
        sheet=str(screen.names),
        truth=(str(YES), str(NO)),
        made_on=timezone.localdate(),
    )
    os.replace(target, path)
    return count


def _decimals(column: Column) -> int | None:
    return column.decimals if column.kind in {Kind.NUMBER, Kind.MONEY} and column.words is None else None


def _write_parquet(path: Path, columns: Sequence[Column], parts: Iterable[list[Values]], tell: Tell | None) -> int:
    schema = pa.schema([(column.code, _ARROW[table_kind(column)]) for column in columns])
    partial = path.with_name(f".{path.name}.part")
    done = 0
    try:
        with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
            for part in parts:
                arrays = [pa.array(values, kind.type) for values, kind in zip(part, schema, strict=True)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
                done += len(part[0])
                if tell is not None:
                    tell(done)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return done
