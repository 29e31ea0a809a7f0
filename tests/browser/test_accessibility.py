"""Every page, in both languages, wide and on a phone: what assistive technology cannot use is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.browser.every_page import Opened, every_page

from pages import watched
from qipan.domains.boards.models import Board

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.attack_ground import Ground

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / ".cache" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1440, 360)
# What nobody should read on a page: markup that was taken for text.
MARKUP = re.compile(r"</?(?:span|div|td|tr|p|a|em|ul|li|br|svg)\b[^>]*>")
LANGUAGES = ("zh-hans", "en")
FAULTS = """async () => {
  const told = await axe.run(document, {resultTypes: ["violations"], elementRef: false});
  return told.violations.map((one) => [one.id, one.impact, one.nodes.length, one.nodes[0].html.slice(0, 160)]);
}"""
# What opens on a page: its address, who opens it, what is pressed one after the other, and what then stands there.
OPENED = (
    ("/firms/", "economy", (".bar .drop:nth-of-type(1) > summary",), ".drop[open]"),
    ("/firms/", "economy", (".bar .drop:nth-of-type(2) > summary",), ".drop[open] .orderly"),
    ("/firms/", "economy", (".bar .drop:nth-of-type(3) > summary",), ".drop[open]"),
    ("/firms/", "economy", ("[name=chosen]", "#picked button.main"), ".many"),
    ("/firms/", "economy", ("[data-keys]",), "dialog.keys[open]"),
    ("/records/firms/new/", "economy", (".form-do button.main",), "[aria-invalid=true]"),
    ("/", "leader", (".cards .fig.big",), "#why[open] .why"),
    ("/health/", "economy", (".findings .act a",), "#why[open] .finding"),
    ("/boards/{board}/edit/", "leader", ("[data-add]",), "dialog.settings[open]"),
)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A page that stays calm for this long has drawn what it draws.
CALM = 120
PATIENCE = 60_000  # the machine may be busy


@pytest.fixture
def zone(cleared_trail: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone with something on every page."""
    from tests.browser.every_page import filled

    yield from filled(tmp_path)


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's own script, fetched by lock file and never shipped."""
    if not AXE.is_file():
        pytest.skip("axe-core is not fetched (make test fetches it)")
    return AXE.read_text(encoding="utf-8")


def entered(browser: Browser, zone: Ground, who: str, address: str) -> BrowserContext:
    """Return a browser profile in which `who` is logged in."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, timezone_id="Asia/Shanghai")
    context.set_default_timeout(PATIENCE)
    if who != "anonymous":
        client = Client()
        client.force_login(zone.people[who])
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    return context


def faults(page: Page, where: str) -> list[str]:
    """Return what is wrong with the page as it stands now, each with its rule and the first node."""
    found = page.evaluate(FAULTS)
    told = [f"{where}: {rule} ({impact}, {count} ×) {node}" for rule, impact, count, node in found]
    over = page.evaluate(TOO_WIDE)
    told += [f"{where}: {over} px wider than the screen"] if over > 0 else []
    markup = MARKUP.search(page.inner_text("body"))
    return [*told, *([f"{where}: reads {markup[0]}"] if markup else [])]


def look(page: Page, opened: Opened, address: str, axe: str) -> list[str]:
    """Return what is wrong with one page in both languages at both widths."""
    wrong: list[str] = []
    for language in LANGUAGES:
        page.context.add_cookies([{"name": "qipan_language", "value": language, "url": address}])
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(address + opened.path)
        page.wait_for_timeout(CALM)
        page.evaluate(axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += faults(page, f"{opened.name} {opened.path} as {opened.who}, {language}, {width} px")
    return wrong


def test_no_page_has_a_fault_of_access_and_none_is_wider_than_a_phone(
    zone: Ground, browser: Browser, live_server: LiveServer, axe: str
):
    wrong: list[str] = []
    found = every_page(zone)
    assert len(found) > 50, "the test finds too few pages"
    for who in dict.fromkeys(opened.who for opened in found):
        context = entered(browser, zone, who, live_server.url)
        page, complaints = watched(context)
        for opened in (one for one in found if one.who == who):
            wrong += look(page, opened, live_server.url, axe)
            wrong += [f"{opened.name} {opened.path} as {who}: console: {complaint}" for complaint in complaints]
            complaints.clear()
        context.close()
    assert not wrong, "\n" + "\n".join(wrong)


def test_nothing_that_opens_on_a_page_has_a_fault_of_access(
    zone: Ground, browser: Browser, live_server: LiveServer, axe: str
):
    wrong: list[str] = []
    for who in dict.fromkeys(who for _, who, _, _ in OPENED):
        context = entered(browser, zone, who, live_server.url)
        page, complaints = watched(context)
        for path, _, presses, there in (one for one in OPENED if one[1] == who):
            page.goto(live_server.url + path.format(board=Board.objects.get().key))
            for press in presses:
                page.locator(press).first.click()
            page.locator(there).first.wait_for()
            page.evaluate(axe)
            wrong += faults(page, f"{path} after {presses[-1]} as {who}")
        wrong += [f"{who}: console: {complaint}" for complaint in complaints]
        context.close()
    assert not wrong, "\n" + "\n".join(wrong)
