"""Our side of the rows a second: one file checked, committed and indexed in a process that has already started."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from installation import fresh


def main() -> None:
    """Load the file named first into a new installation at the folder named second; print the seconds it took."""
    fresh(Path(sys.argv[2]))
    from qipan.commands.setting import operator
    from qipan.platform.imports import load
    from qipan.platform.search import catch_up

    began = time.perf_counter()
    checked = load.check(load.request([Path(sys.argv[1])], actor=operator()))
    checked.problem_counts()
    outcome = load.write(checked, operator())
    catch_up()
    taken = time.perf_counter() - began
    print(json.dumps({"rows": checked.counts.read, "kept": checked.counts.new, "done": outcome.done, "seconds": taken}))


if __name__ == "__main__":
    main()
