"""Fixtures: a real browser, and pages that fail the test where the console shows an error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

# A browser under test talks to nobody but us, and root may only start it without its own sandbox.
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Return the path of the machine's Chromium; null where there is none."""
    named = os.environ.get("QIPAN_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, started once for the run."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (QIPAN_CHROMIUM names one elsewhere)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile, 1440 px wide, in Chinese."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    made.set_default_timeout(15_000)
    yield made
    made.close()


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """Open a tab and return it with the list in which its console's errors will stand."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    opened = context.new_page()
    opened.on("console", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    return opened, complaints


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """An empty tab; an error on its console or in its scripts fails the test at the end."""
    opened, complaints = watched(context)
    yield opened
    opened.close()
    assert not complaints, "the console shows errors: " + "; ".join(complaints)
