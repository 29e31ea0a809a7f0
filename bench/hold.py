"""What others notice while 1.5 million firms are committed on SQLite: nothing lost, log-ins at once, progress seen.

One `qipan load` of the real firms, and meanwhile eight writers of 150 changes each, a running server at which somebody
logs in again and again as a browser does, and the same without the web: what the log-in itself waits for.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from installation import real_data, tell
from processes import QIPAN, ROOT, surroundings
from start import free_port

sys.path.append(str(ROOT / "tests"))
import loads
from beside_load import COUNT, EACH, SIGNER, WRITER, WRITERS

LONGEST = 900
# A password somebody else made must be changed first, and no other page is shown before.
HIS_OWN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
from qipan.platform.models import User
User.objects.update(must_change_password=False)
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def run(home: Path, *words: str) -> dict[str, object]:
    """Run `qipan words…` to its end and return the object it answers."""
    command = [*QIPAN, *words, "--json"]
    ended = subprocess.run(command, env=surroundings(home), capture_output=True, text=True, check=True, timeout=LONGEST)
    return json.loads(ended.stdout.splitlines()[-1])


def program(home: Path, text: str, *words: str) -> subprocess.Popen[str]:
    """Start a small program in the installation."""
    return subprocess.Popen(
        [sys.executable, "-c", text, *words], env=surroundings(home), text=True, stdout=subprocess.PIPE
    )


@dataclass(slots=True)
class Visitor:
    """Somebody who logs in through the web, once a second, as long as the load runs."""

    address: str
    password: str
    waits: list[float] = field(default_factory=list)
    steps: set[str] = field(default_factory=set)

    def once(self) -> None:
        """Log in as a browser does, and look whether the page of batches tells of the load."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        began = time.perf_counter()
        page = browser.open(f"{self.address}/log-in/?next=/batches/loading/", timeout=60).read().decode()
        token = TOKEN.search(page)
        if token is None:
            raise RuntimeError("the log-in page has no form")
        given = {"csrfmiddlewaretoken": token[1], "username": "visitor", "password": self.password}
        given["next"] = "/batches/loading/"
        answer = browser.open(f"{self.address}/log-in/", urllib.parse.urlencode(given).encode(), timeout=60)
        text = answer.read().decode()
        self.waits.append(time.perf_counter() - began)
        if "/log-in/" in answer.url:
            raise RuntimeError("the log-in was refused")
        self.steps.update(re.findall(r"<progress[^>]*value=\"(\d+)\"", text))

    def visit(self, over: threading.Event) -> None:
        """Log in until it is over."""
        while not over.wait(1.0):
            self.once()


def loaded(home: Path, folder: Path, visitor: Visitor) -> tuple[dict[str, object], float, int]:
    """Load the firms beside everybody else; returns the load's answer, the signer's longest wait and steps it saw."""
    stop, ready, gate = (folder / name for name in ("stop", "ready", "gate"))
    signer = program(home, SIGNER, str(stop), str(ready), str(gate))
    writers = [program(home, WRITER, f"w{number}", str(EACH), str(gate)) for number in range(WRITERS)]
    while not ready.exists() and signer.poll() is None:
        time.sleep(0.1)
    over = threading.Event()
    visits = threading.Thread(target=visitor.visit, args=(over,))
    visits.start()
    path = real_data() / "registry" / "enterprises.parquet"
    try:
        answer = run(home, "load", str(path), "--yes")
    finally:
        gate.touch()
        over.set()
        visits.join()
    for writer in writers:
        writer.communicate(timeout=LONGEST)
        if writer.returncode != 0:
            raise RuntimeError("a writer failed")
    stop.touch()
    said, _ = signer.communicate(timeout=60)
    longest, steps = said.split()
    return answer, float(longest), int(steps)


def measure(folder: Path) -> None:
    """Fill, load, and tell what the others noticed."""
    home = folder / "home"
    run(home, "load", str(loads.units_book(folder)), "--yes")
    password = str(run(home, "user", "visitor", "--role", "leader", "--unit", "云州高新区")["password"])
    program(home, HIS_OWN).wait()
    port = free_port()
    command = [*QIPAN, "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=surroundings(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    visitor = Visitor(f"http://127.0.0.1:{port}", password)
    try:
        for _ in range(300):
            try:
                visitor.once()
                break
            except OSError:
                time.sleep(0.2)
        alone = visitor.waits[-1]
        visitor.waits.clear()
        answer, longest, steps = loaded(home, folder, visitor)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)
    counted, _ = program(home, COUNT).communicate(timeout=60)
    lost = WRITERS * EACH - int(counted)
    note = f"{answer['new']:,} firms committed meanwhile in {answer['seconds']} s"
    tell(f"{WRITERS} writers × {EACH} changes beside the load: lost", "0", lost, "changes", note=note)
    note = f"session and sign-in written over and over; {steps} steps of the load seen"
    tell("what a log-in waits for the database, longest", "1 s", longest, "s", note=note)
    steps = len(visitor.steps)
    tell("steps of the load that a person saw on the page of batches", "visible", steps, "steps")
    ordered = sorted(visitor.waits)
    note = (
        f"{len(ordered)} log-ins through the web, page and password check included; median {median(ordered):.2f} s, "
        f"on the idle machine {alone:.2f} s"
    )
    tell("a whole log-in beside load and writers, longest", "1 s", ordered[-1], "s", note=note)


def main() -> int:
    """Measure on SQLite."""
    if not (real_data() / "registry" / "enterprises.parquet").exists():
        tell("what others notice of a load", "", None, "", note=f"skipped: no data in {real_data()} (set QIPAN_DATA)")
        return 0
    with tempfile.TemporaryDirectory(prefix="qipan-bench-") as name:
        measure(Path(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
