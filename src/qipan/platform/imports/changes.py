"""What a load did, as a frame kept under its fingerprint: the batch's change set, and its problems."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from qipan.platform import files
from qipan.platform.home import home


def store(frame: pl.DataFrame) -> str:
    """Keep `frame` among the files and return its fingerprint; an empty one too, so that "none" is on record."""
    with tempfile.TemporaryDirectory(dir=home().cache) as folder:
        path = Path(folder) / "frame.parquet"
        frame.write_parquet(path, compression="zstd", statistics=False)
        return files.keep(path).sha256


def stored(sha256: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Return a frame kept by `store`; the empty frame of `schema` where none was kept."""
    if not sha256:
        return pl.DataFrame(schema=schema)
    return pl.read_parquet(files.path_of(sha256))
