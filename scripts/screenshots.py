"""Renew the pictures of docs/screens: a demonstration zone is started in its own folder and walked by a browser."""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT

from openpyxl import Workbook
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "docs" / "screens"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
WIDTHS = (1440, 360)
QUALITY = 60
MOST = 4 * 2**20  # bytes of the whole set
WAIT = 90_000
LOG_IN = re.compile(r"│ (\w+) +│ \S+ +│ (\S+) +│")


@dataclass(frozen=True, slots=True)
class Zone:
    """A served demonstration zone: its address, and the password of each person."""

    address: str
    passwords: dict[str, str]


@dataclass(frozen=True, slots=True)
class View:
    """A page worth a picture: who sees it, how high it is on a wide screen, and what is pressed before."""

    name: str
    who: str
    path: str
    height: int = 1000
    ready: str = "main"
    press: str = ""


VIEWS = (
    View("leader", "leader", "/", 1900, ".parks"),
    View("why", "leader", "/", 900, "#why[open] .why", "#card-industrial_output .fig.big"),
    View("board", "leader", "/boards/economy/", 1250, ".tile"),
    View("wall", "leader", "/wall/economy/", 810, ".wall-board .tile"),
    View("map", "leader", "/map/", 900, "canvas"),
    View("list", "economy", "/firms/", 1000, "tr[data-row]"),
    View("health", "economy", "/health/", 1100, ".findings"),
    View("trail", "economy", "/trail/", 800, ".trail-list"),
    View("load", "economy", "/load/", 700, "#drop"),
)
STEPS = (("mapping", "columns", 1000), ("problems", "problems", 1150), ("preview", "preview", 1000))


@contextmanager
def served() -> Iterator[Zone]:
    """Serve a new demonstration zone until its pictures are taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tempfile.mkdtemp(prefix="qipan-screens-")
    environment = {**os.environ, "QIPAN_HOME": home, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "qipan.cli", "serve", "--demo-if-empty", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(command, env=environment, cwd=ROOT, text=True, stdout=PIPE, stderr=STDOUT)
    assert server.stdout is not None
    passwords: dict[str, str] = {}
    try:
        for line in server.stdout:
            if found := LOG_IN.search(line):
                passwords[found[1]] = found[2]
            if f":{port}" in line:
                break
        yield Zone(f"http://127.0.0.1:{port}", passwords)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def entered(browser: Browser, zone: Zone, who: str) -> Page:
    """Return a tab in which `who` is logged in."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{zone.address}/log-in/")
    page.fill("#id_username", who)
    page.fill("#id_password", zone.passwords[who])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/log-in/" not in address)
    return page


def pictured(page: Page, name: str, height: int, show: Callable[[], None]) -> None:
    """Leave a picture of what `show` opens, in each language at each width."""
    origin = str(page.evaluate("location.origin"))
    for language, code in LANGUAGES.items():
        page.context.add_cookies([{"name": "qipan_language", "value": code, "url": origin}])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": height if width > 1000 else 1100})
            show()
            page.wait_for_timeout(1500)  # charts draw themselves, a map settles
            devtools = page.context.new_cdp_session(page)
            taken = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
            (PLACE / f"{name}-{language}-{width}.webp").write_bytes(base64.b64decode(taken["data"]))
            devtools.detach()
    print(name, flush=True)


def look(page: Page, zone: Zone, view: View) -> None:
    """Leave the pictures of one view."""

    def show() -> None:
        page.goto(zone.address + view.path)
        if view.press:
            page.locator(view.press).first.click()
        page.locator(view.ready).first.wait_for()

    pictured(page, view.name, view.height, show)


def firm(page: Page, zone: Zone) -> View:
    """Return the view of a firm that has titles and stands above the scale: one whose portrait says something."""
    page.goto(f"{zone.address}/firms/")
    row = page.locator("tr[data-row]:has(.chip):has(td:text-is('是'))").first
    path = str(row.locator("td.name a").get_attribute("href"))
    return View("firm", "economy", path, 1200)


def editor(page: Page, zone: Zone) -> View:
    """Return the view of the leader's own copy of a board, in the editor."""
    page.goto(f"{zone.address}/boards/economy/")
    page.get_by_role("button", name="复制后修改").click()
    page.wait_for_selector("[data-editor][data-ready]")
    return View("editor", "leader", page.url.removeprefix(zone.address), 1100, "[data-editor][data-ready] .tile")


def firms_of(page: Page, zone: Zone) -> list[tuple[str, str, str]]:
    """Return name, code and park of the first firms that have a code."""
    page.goto(f"{zone.address}/firms/")
    rows = page.locator("tr[data-row]").all()[:8]
    cells = [[row.locator(f"td:nth-child({at})").inner_text() for at in (2, 3, 4)] for row in rows]
    return [(name, code, park) for name, code, park in cells if len(code) == 18]


def messy(path: Path, firms: list[tuple[str, str, str]]) -> None:
    """Write a workbook as an office sends it: title, merged headings, a total, a wrong code, a park nobody knows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业月报"
    for row in (
        ["澄川高新区重点企业10月生产情况表"],
        ["填报单位：经济发展和统计局", None, None, None, None, "计量单位：亿元"],
        ["序号", "企业名称", "统一社会信用代码", "所在园区", "2026年10月", None, "备注说明"],
        [None, None, None, None, "产值（亿元）", "营业收入（亿元）", None],
    ):
        sheet.append(row)
    for merged in ("A1:G1", "A2:C2", "E3:F3", *(f"{letter}3:{letter}4" for letter in "ABCDG")):
        sheet.merge_cells(merged)
    for number, (name, code, park) in enumerate(firms[:6], start=1):
        made: object = round(0.31 * number, 2)
        if number == 2:
            code = code[:-1] + ("A" if code[-1] != "A" else "B")
        if number == 3:
            name, code = name.replace("有限公司", "公司"), ""
        if number == 4:
            park, made = "软件新区", "约1.2亿"
        sheet.append([number, name, code, park, made, round(0.44 * number, 2), "新入库" if number == 5 else None])
    sheet.append([None, "合计", None, None, 6.51, 9.24, None])
    book.save(path)


def load(page: Page, zone: Zone) -> None:
    """Take a messy workbook through the wizard and leave the pictures of its steps and of the result."""
    folder = Path(tempfile.mkdtemp(prefix="qipan-screens-"))
    path = folder / "10月重点企业生产情况（经发局）.xlsx"
    messy(path, firms_of(page, zone))
    page.goto(f"{zone.address}/load/")
    page.set_input_files("#pick-files", path)
    page.wait_for_selector(".sheet-card")
    page.wait_for_selector("#progress", state="detached")
    root = page.url.partition("/sheets/")[0]
    for name, step, height in STEPS:
        pictured(page, name, height, lambda step=step: page.goto(f"{root}/{step}/") and None)
    page.goto(f"{root}/preview/")
    page.locator("form.commit button.main").click()
    page.wait_for_selector(".outcome")
    pictured(page, "result", 800, lambda: page.reload() and None)
    shutil.rmtree(folder)


def chromium() -> str:
    """Return the path of the machine's Chromium."""
    named = os.environ.get("QIPAN_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("no Chromium on this machine; QIPAN_CHROMIUM names one elsewhere")
    return found


def main() -> int:
    """Take all pictures and say how large they are together."""
    PLACE.mkdir(exist_ok=True)
    for old in PLACE.iterdir():
        old.unlink()
    switches = ["--no-sandbox", "--disable-gpu"]
    with served() as zone, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=switches)
        pages = {who: entered(browser, zone, who) for who in ("leader", "economy")}
        views = (*VIEWS, editor(pages["leader"], zone), firm(pages["economy"], zone))
        for view in views:
            look(pages[view.who], zone, view)
        load(pages["economy"], zone)
        browser.close()
    size = sum(path.stat().st_size for path in PLACE.iterdir())
    print(f"{len(list(PLACE.iterdir()))} pictures, {size / 2**20:.1f} MB")
    return 0 if size <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
