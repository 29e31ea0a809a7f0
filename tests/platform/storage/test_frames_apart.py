"""Long reads beside writes: whoever reads a long table may still write, and what they write is not lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Reads a long answer, lets another process open and close the database, then writes: others must see what was written.
SCRIPT = """
import os, subprocess, sys
from qipan.commands.setting import ready
ready(definitions=False)
import polars as pl
from django.db import connection
from qipan.platform.storage import frames
from qipan.registry.models import Scope
frames.STEP = 3
Scope.objects.bulk_create(Scope(id=number, text=f"scope {number}") for number in range(1, 11))
schema = {"id": pl.Int64(), "text": pl.String()}
read = frames.read_frame("SELECT id, text FROM scope WHERE id > 0", schema)
assert read.sort("id")["text"].to_list() == [f"scope {number}" for number in range(1, 11)], read
look = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('select max(id) from scope').fetchone()[0])"
def seen():
    command = [sys.executable, "-c", look, str(connection.settings_dict["NAME"])]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
assert seen() == 10
Scope.objects.create(id=11, text="after the other closed")
assert seen() == 11, "what was written after a long read is lost"
try:
    frames.read_frame("SELECT id, missing FROM scope", schema)
except Exception as error:
    assert "no such column" in str(error), error
"""


@pytest.mark.skipif(os.environ.get("QIPAN_DATABASE", "") != "", reason="the two libraries meet on SQLite only")
def test_what_is_written_after_a_long_read_is_seen_by_others(tmp_path: Path) -> None:
    environment = {**os.environ, "QIPAN_HOME": str(tmp_path), "QIPAN_DATABASE": ""}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
