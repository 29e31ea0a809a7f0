"""Commands run as whole processes: how long they took, what they cost the processor, how much memory they held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QIPAN = (sys.executable, "-m", "qipan.cli")


@dataclass(frozen=True, slots=True)
class Run:
    """A process that has ended."""

    seconds: float
    processor: float  # seconds of user and system time
    memory: float  # GiB at its peak
    answer: Mapping[str, Any]  # the JSON object it printed last

    @property
    def cost(self) -> str:
        """Words about the processor time, which a busy machine changes less than the seconds."""
        return f"{self.processor:.1f} s of processor time"


def surroundings(home: Path | None = None) -> dict[str, str]:
    """Return the environment of a process: SQLite, and modules compiled once, as they are where Qipan is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept |= {"QIPAN_DATABASE": "", "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bench")}
    return kept | ({"QIPAN_HOME": str(home)} if home else {})


def run(command: Sequence[str], home: Path | None = None, *, well: Sequence[int] = (0,)) -> Run:
    """Run `command` to its end and return what it took; raises RuntimeError where it ends with no code of `well`."""
    environment = surroundings(home)
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as complaint:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=printed, stderr=complaint)
        _, status, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        complaint.seek(0)
        lines = [line for line in printed.read().splitlines() if line.startswith("{")]
        if process.returncode not in well or not lines:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {complaint.read()[-2000:]}")
    return Run(taken, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20, json.loads(lines[-1]))


def load(home: Path, path: Path, *options: str) -> Run:
    """Run `qipan load` on `path` into the installation at `home`; the options ask for its answer as one object.

    A dry run ends with 4 where it found errors, as real files have them.
    """
    well = (0, 4) if "--dry-run" in options else (0,)
    return run([*QIPAN, "load", str(path), *options], home, well=well)
