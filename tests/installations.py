"""Fixtures: whole installations, each with a data folder and a database of its own, for tests that start processes."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest


@dataclass(frozen=True, slots=True)
class Installation:
    """An empty data folder and database; commands run in it as a person's would."""

    home: Path
    environment: Mapping[str, str]

    def command(self, *words: str) -> list[str]:
        """Return the `qipan` command line for `words`."""
        return [sys.executable, "-m", "qipan.cli", *words]

    def run(self, *words: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run `qipan words…` to its end and return what it said."""
        return subprocess.run(
            self.command(*words),
            env=dict(self.environment),
            text=True,
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `qipan words…` in a process group of its own and return it running."""
        return subprocess.Popen(
            self.command(*words),
            env=dict(self.environment),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@contextmanager
def throwaway_database(url: str) -> Iterator[str]:
    """Give the address of an empty database beside the one at `url`; it is dropped afterwards."""
    import psycopg
    from psycopg import sql

    name = f"qipan_test_{secrets.token_hex(6)}"
    parts = urlsplit(url)
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as link:
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _installed(home: Path) -> Iterator[Installation]:
    environment = {**os.environ, "QIPAN_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    server = os.environ.get("QIPAN_DATABASE", "")
    if not server:
        yield Installation(home, environment)
        return
    with throwaway_database(server) as url:
        yield Installation(home, {**environment, "QIPAN_DATABASE": url})


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation for this test alone."""
    with _installed(tmp_path / "var") as made:
        yield made


@pytest.fixture(scope="module")
def module_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that the tests of one module share, where filling it takes long."""
    with _installed(tmp_path_factory.mktemp("installation") / "var") as made:
        yield made
