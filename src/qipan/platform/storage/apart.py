"""Reads a statement over the Arrow driver in a process of its own and writes what it selects to standard output.

The driver brings an SQLite library of its own. Two libraries in one process take away each other's locks on the file
(closing either's drops both's): the other one then loses its write-ahead log to the next process that closes the
database, and with it what it commits from there on. So this driver never runs where Django's connection lives.
"""

from __future__ import annotations

import sys

ROWS = 65_536


def main() -> None:
    """Run the statement on standard input against the database named first; the answer is an Arrow stream."""
    import adbc_driver_sqlite.dbapi as adbc
    import pyarrow as pa

    with adbc.connect(sys.argv[1]) as source, source.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(ROWS)})
        cursor.execute(sys.stdin.read())
        rows = cursor.fetch_record_batch()
        with pa.ipc.new_stream(sys.stdout.buffer, rows.schema) as out:
            for batch in rows:
                out.write_batch(batch)


if __name__ == "__main__":
    main()
