"""The peer of a load: the same file read and its columns put into one SQLite table by a bare `executemany`."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from pathlib import Path

import polars as pl

STEP = 20_000


def main() -> None:
    """Read the file named first into the database named second and print the seconds it took."""
    source, target = Path(sys.argv[1]), sys.argv[2]
    began = time.perf_counter()
    frame = pl.read_csv(source, infer_schema=False) if source.suffix == ".csv" else pl.read_parquet(source)
    connection = sqlite3.connect(target)
    connection.execute(f"CREATE TABLE firm ({', '.join(frame.columns)})")
    marks = ", ".join("?" * frame.width)
    for part in frame.iter_slices(STEP):
        connection.executemany(f"INSERT INTO firm VALUES ({marks})", part.rows())
    connection.commit()
    connection.close()
    print(json.dumps({"rows": frame.height, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
