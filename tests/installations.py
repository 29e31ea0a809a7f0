"""Fixtures: whole installations, each with a data folder and a database of its own, for tests that start processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
def _installed(home: Path) -> Iterator[Installation]:
    environment = {**os.environ, "QIPAN_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    server = os.environ.get("QIPAN_DATABASE", "")
    if not server:
        yield Installation(home, environment)
        return
    from postgres import throwaway_database

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
