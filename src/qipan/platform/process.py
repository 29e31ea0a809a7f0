"""Whether a process of this machine still runs: its number alone does not say so, because numbers are given again."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

# A process that began later than this after its number was written down only bears the number of another.
BORN_LATER = timedelta(seconds=2)


def alive(process: int, since: datetime) -> bool:
    """Tell whether the process that had the number `process` at `since` still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _another(process, since)


def _another(process: int, since: datetime) -> bool:
    """Tell whether the number went to another process meanwhile, or its owner only waits to be buried; Linux only."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        began = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
    except (OSError, StopIteration):
        return False
    ticks = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    born = datetime.fromtimestamp(int(began.split()[1]), UTC) + timedelta(seconds=ticks)
    return fields[0] == "Z" or born > since + BORN_LATER
