"""How long a person waits: for the command's help, for nothing to be prepared, for the first page of a second start."""

from __future__ import annotations

import json
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from processes import QIPAN, ROOT, surroundings

BARE = [sys.executable, "-c", "pass"]
LONGEST = 120.0


def seconds_of(command: Sequence[str], *, times: int = 5) -> float:
    """Return the median time `command` takes."""
    taken: list[float] = []
    subprocess.run(command, cwd=ROOT, env=surroundings(), stdout=subprocess.DEVNULL, check=True)
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=surroundings(), stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_page(home: Path) -> float:
    """Start the servers on `home`, wait for the first page, stop them; return how long the page took."""
    port = free_port()
    began = time.perf_counter()
    command = [*QIPAN, "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=surroundings(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < LONGEST and server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                    page.read()
                return time.perf_counter() - began
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
        raise RuntimeError("the first page did not come")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def figures() -> list[dict[str, object]]:
    """Return what this script measures."""
    bare = seconds_of(BARE)
    found: list[dict[str, object]] = [
        {
            "figure": "`qipan --help`",
            "asked": "0.5 s",
            "value": seconds_of([*QIPAN, "--help"]),
            "unit": "s",
            "peer": "Python doing nothing",
            "peer_value": bare,
        },
        {
            "figure": "`make run`, preparing when nothing changed",
            "asked": "part of 5 s",
            "value": seconds_of([sys.executable, "scripts/prepare.py", "run"]),
            "unit": "s",
            "peer": "Python doing nothing",
            "peer_value": bare,
        },
    ]
    with tempfile.TemporaryDirectory(prefix="qipan-bench-") as folder:
        first_page(Path(folder))
        waits = [first_page(Path(folder)) for _ in range(3)]
    found.append(
        {"figure": "second start to the first page", "asked": "5 s", "value": statistics.median(waits), "unit": "s"}
    )
    return found


def main() -> int:
    """Print the figures, for a person or, with `--json`, one object a line."""
    for figure in figures():
        print(json.dumps(figure, ensure_ascii=False) if "--json" in sys.argv else figure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
