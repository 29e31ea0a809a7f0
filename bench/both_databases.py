"""A bench that measures on SQLite and PostgreSQL, each in a process of its own: a process has one database.

On PostgreSQL it is a database that goes away again. A database's name as a word of the command: only there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import installation

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))

DATABASES = ("SQLite", "PostgreSQL")


def on_both(script: str, what: str, measure: Callable[[str], None]) -> int:
    """Let `measure` run on the databases named on the command line, or on both; returns how the worst ended.

    `script` is the file to start again for each; `what` is how a leg is called that cannot run here.
    """
    named = [word for word in sys.argv[1:] if word in DATABASES]
    if not (installation.real_data() / "registry" / "enterprises.parquet").exists():
        installation.tell(what, "", None, "", note=f"skipped: no data in {installation.real_data()} (set QIPAN_DATA)")
        return 0
    if "--here" in sys.argv:
        measure(named[0])
        return 0
    worst = 0
    for database in named or DATABASES:
        if database == "SQLite":
            worst |= _apart(script, database, "")
            continue
        from postgres import server, throwaway_database

        with server() as url:
            if url is None:
                installation.tell(f"{what}, PostgreSQL", "", None, "ms", note="skipped: no PostgreSQL to be had")
                continue
            with throwaway_database(url) as own:
                worst |= _apart(script, database, own)
    return worst


def _apart(script: str, database: str, url: str) -> int:
    options = [word for word in sys.argv[1:] if word not in DATABASES]
    command = [sys.executable, script, *options, database, "--here"]
    return subprocess.run(command, env={**os.environ, "QIPAN_DATABASE": url}, check=False).returncode
