"""A real browser under our policy: what was smuggled into a page does not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.web.sample import Zone

from pages import watched

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMUGGLED = """() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = 'inline'";
    document.body.append(script);
    const box = document.createElement("div");
    box.innerHTML = "<img src=/none onerror=\\"window.ran = 'handler'\\">"
        + "<a href=\\"javascript:window.ran = 'link'\\">x</a>";
    document.body.append(box);
    box.querySelector("a").click();
    return new Promise((done) => setTimeout(() => done(window.ran ?? "nothing"), 300));
}"""
# Text that a timer would evaluate.
EVALUATED = """() => new Promise((done) => {
    setTimeout("window.ran = 'text'", 0);
    setTimeout(() => done(window.ran ?? "nothing"), 200);
})"""


def test_nothing_smuggled_into_a_page_runs(zone: Zone, context: BrowserContext, live_server: LiveServer):
    client = Client()
    client.force_login(zone.leader)
    address = {"url": live_server.url, "name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([address])  # type: ignore[list-item]
    tab, complaints = watched(context)
    tab.goto(f"{live_server.url}/units/")
    assert tab.get_by_role("heading").first.is_visible()
    assert tab.evaluate(EVALUATED) == "nothing"
    assert tab.evaluate(SMUGGLED) == "nothing"
    assert any("Content Security Policy" in complaint for complaint in complaints)
