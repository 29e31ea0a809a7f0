"""What the leader's page weighs at a first visit, and how soon it can be used: a real browser, a real server.

Weight is what travels, compressed, of everything the page loads. It can be used when its scripts have run and the
browser's main thread is free for the first time after that.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from installation import fresh, tell
from leader import cookies, ready
from processes import QIPAN, ROOT, surroundings
from start import free_port

sys.path.insert(0, str(ROOT / "tests"))
RUNS = 7
# When the page's content was there, its scripts had run, and the browser had nothing else to do.
INTERACTIVE = """() => new Promise(done => {
  const settled = () => requestIdleCallback(() => done(performance.now()), {timeout: 5000});
  document.readyState === "complete" ? settled() : addEventListener("load", settled);
})"""
SIZES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
  one => [new URL(one.name).pathname, one.transferSize])"""


def visit(browser: Any, port: int, cookie: str) -> tuple[float, dict[str, int]]:
    """Open the page in a fresh profile; return the milliseconds until it can be used, and what travelled by address."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
    taken = float(page.evaluate(INTERACTIVE))
    sizes = {path: int(size) for path, size in page.evaluate(SIZES)}
    context.close()
    return taken, sizes


def main() -> int:
    """Fill, start, visit, tell."""
    from playwright.sync_api import sync_playwright

    from pages import SWITCHES, chromium

    path = chromium()
    if path is None:
        tell("leader's page at a first visit", "600 kB", None, "kB", note="no Chromium on this machine")
        return 0
    with tempfile.TemporaryDirectory(prefix="qipan-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        environment = surroundings(home)
        subprocess.run(
            [*QIPAN, "demo", "--yes", "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
        )
        os.environ["QIPAN_DATABASE"] = ""
        fresh(home)
        sent, port = cookies(), free_port()
        began = time.perf_counter()
        command = [*QIPAN, "serve", "--port", str(port), "--workers", "2"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            ready(port, server, began)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
                visit(browser, port, sent[0])
                visits = [visit(browser, port, sent[0]) for _ in range(RUNS)]
                browser.close()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    sizes = visits[0][1]
    heaviest = sorted(sizes.items(), key=lambda pair: -pair[1])[:3]
    note = f"{len(sizes)} requests; " + ", ".join(f"{one} {size / 1000:.0f} kB" for one, size in heaviest)
    tell("leader's page at a first visit, compressed", "600 kB", sum(sizes.values()) / 1000, "kB", note=note)
    waits = [taken / 1000 for taken, _ in visits]
    tell("the same, until it can be used", "1.5 s", median(waits), "s", note=f"slowest of {RUNS}: {max(waits):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
