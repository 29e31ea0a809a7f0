"""Taking 100,000 firms along as a workbook and as Parquet: seconds, and how much memory it takes."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from installation import fresh, real_data, tell

FIRMS = 100_000
ASKED = {"xlsx": 20.0, "parquet": 3.0, "csv": 5.0}


def grown(kind: str) -> tuple[float, float, int]:
    """Return seconds, mebibytes the process grew by, and rows, of taking every firm along."""
    from qipan.platform.screens import screen_of
    from qipan.platform.screens.exporting import Format, heading, write_list
    from qipan.platform.screens.listing import Wanted
    from qipan.platform.screens.work import chosen_columns

    screen = screen_of("firms")
    assert screen is not None
    columns = chosen_columns(screen, ())
    heads = [heading(column) for column in columns]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        rows = write_list(Path(folder) / "list", _leader(), screen, Wanted(), columns, Format(kind), headings=heads)
        taken = time.perf_counter() - began
    return taken, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, rows


def _leader() -> Any:
    from qipan.platform.models import User

    return User.objects.get(username="leader")


def keep(firms: int) -> None:
    """Leave an installation with so many firms, and a leader who sees them."""
    from lists import leader
    from many_firms import fill

    fill(most=firms)
    leader()


def here(step: str, home: Path, last: str) -> None:
    """Do one step in this process: fill the installation, or take all of it along and say what it took."""
    fresh(home)
    if step == "fill":
        keep(int(last))
        return
    began = time.process_time()
    seconds, memory, rows = grown(last)
    print(f"{seconds:.3f} {memory:.1f} {time.process_time() - began:.3f} {rows}")


def apart(step: str, home: Path, last: str) -> list[float]:
    """Do one step in a process of its own: memory that was taken once is not given back."""
    command = [sys.executable, __file__, "--here", step, str(home), last]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return [float(word) for word in said[-4:]] if step == "take" else []


def main() -> int:
    """Measure each kind at 100,000 firms, and the memory at a fifth of them."""
    if "--here" in sys.argv:
        here(sys.argv[-3], Path(sys.argv[-2]), sys.argv[-1])
        return 0
    if not (real_data() / "registry" / "enterprises.parquet").exists():
        tell("exports", "", None, "", note=f"skipped: no data in {real_data()} (set QIPAN_DATA)")
        return 0
    with tempfile.TemporaryDirectory(prefix="qipan-bench-") as folder:
        many, few = Path(folder) / "many", Path(folder) / "few"
        apart("fill", many, str(FIRMS))
        apart("fill", few, str(FIRMS // 5))
        for kind, asked in ASKED.items():
            seconds, memory, processor, rows = apart("take", many, kind)
            _seconds, small, _processor, _rows = apart("take", few, kind)
            note = (
                f"{rows:,.0f} firms, the columns of the list; {processor:.1f} s of processor time; "
                f"{memory:.0f} MiB more at its peak, {small:.0f} MiB for a fifth of them"
            )
            tell(f"export of 100,000 firms, {kind}", f"{asked:g} s", seconds, "s", note=note)
    return 0


if __name__ == "__main__":
    sys.exit(main())
