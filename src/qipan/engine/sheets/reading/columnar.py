"""Parquet files as frames, with the types they have."""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import Any, cast

import polars as pl

from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.reading.columns import unique
from qipan.engine.sheets.reading.limits import Limits, guarded, refuse, rows_within
from qipan.engine.sheets.reading.source import Source, mebibytes


def read_parquet(source: Source, limits: Limits) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Return a Parquet file as one sheet; nested columns become JSON text, columns of bytes are left out and named."""
    with guarded():
        _bounded(source, limits)
        frame = pl.read_parquet(source.data if source.data is not None else source.open(), glob=False)
        if not frame.width:
            raise refuse("reading.file-empty")
        frame = frame.rename(dict(zip(frame.columns, unique(frame.columns), strict=True)))
        nested = [name for name, kind in frame.schema.items() if isinstance(kind, (pl.List, pl.Array, pl.Struct))]
        binary = [name for name, kind in frame.schema.items() if isinstance(kind, (pl.Binary, pl.Object))]
        problems: list[Problem] = []
        if nested:
            frame = frame.with_columns(pl.struct(name).struct.json_encode().alias(name) for name in nested)
        if binary:
            frame = frame.drop(binary)
            where = Where(file=source.name)
            problems.append(Problem.of("reading.binary-columns", where=where, columns="、".join(binary)))
    return (Sheet(PurePath(source.name).stem, 0, frame=frame, problems=tuple(problems)),), ()


def _bounded(source: Source, limits: Limits) -> None:
    """Refuse a file whose own description is larger than is read."""
    # Costs a third of a second that only Parquet should pay; it has no types.
    parquet = cast("Any", import_module("pyarrow.parquet"))
    with source.open() as stream:
        try:
            description = parquet.read_metadata(stream)
        except (ValueError, OSError) as error:  # ArrowInvalid is a ValueError
            raise refuse("reading.file-damaged", detail="Parquet") from error
    most = rows_within(limits, description.num_columns)
    if description.num_rows > most:
        raise refuse("reading.too-many-rows", limit=most)
    if description.num_columns > limits.columns:
        raise refuse("reading.too-many-columns", columns=description.num_columns, limit=limits.columns)
    size = sum(description.row_group(at).total_byte_size for at in range(description.num_row_groups))
    if size > limits.unpacked_bytes:
        raise refuse("reading.archive-bomb", size=mebibytes(size), limit=mebibytes(limits.unpacked_bytes))
