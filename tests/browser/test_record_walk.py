"""A firm is opened and edited, a colleague was quicker; a note reaches the leader, who sees what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.sample import Zone

pytestmark = pytest.mark.browser


def enter(page: Page, server: str, who: str) -> None:
    """Log `who` in through the page a person uses."""
    from tests.web.sample import PASSWORD

    page.goto(f"{server}/log-in/")
    page.fill("#id_username", who)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "log-in" not in address)


def fill_in(page: Page) -> None:
    """Open the form, mistype an amount, put it right when the field says so, and change two more."""
    page.click("a.button.main")
    page.wait_for_selector(".record-form")
    page.fill("#f-capital", "很多")
    page.keyboard.press("Tab")
    page.wait_for_selector("#e-capital .field-error")
    page.fill("#f-capital", "9600")
    page.keyboard.press("Tab")
    page.wait_for_selector("#e-capital .field-error", state="detached")
    page.fill("#f-status", "在业，拟扩产")
    page.fill("#f-note", "已电话核实")


def choose_mine(page: Page) -> None:
    """See what the colleague wrote meanwhile, keep one's own status and their address, and save."""
    page.keyboard.press("Control+Enter")
    contested = page.locator(".contested")
    contested.wait_for()
    assert "停产" in contested.inner_text()
    assert page.input_value("#f-address") == "新路一号"
    assert page.input_value("#f-note") == "已电话核实"
    page.check("input[name=chosen-status][value=mine]")
    page.click(".form-do button.main")
    page.wait_for_selector(".record-side")


def mention(page: Page) -> None:
    """Write a note in which the leader is picked from those offered after an @."""
    page.type("#note-text", "请 @李")
    page.wait_for_selector(".mention-list [role=option]")
    page.keyboard.press("Enter")
    page.type("#note-text", "本周走访")
    page.click(".note-form button[type=submit]")
    page.wait_for_selector(".notes li")
    assert "@李主任 本周走访" in page.inner_text(".notes")


def unmask(page: Page) -> None:
    """Read the telephone number, saying why."""
    page.click(".unmask summary")
    page.fill("#unmask-reason", "核实停产情况")
    page.click(".unmask button")
    page.wait_for_selector(".opened")
    assert "13712345678" in page.inner_text(".opened")


def test_from_opening_a_firm_to_the_line_in_its_history(served: Zone, live_server: LiveServer, page: Page):
    from tests.web.sample import new_firm

    from qipan.platform.rights import person
    from qipan.platform.screens.changing import change
    from qipan.registry.screens import FIRMS

    firm = new_firm("云州光电有限公司", served.east, phone="13712345678", city="云州", status="在业")
    enter(page, live_server.url, "economy")
    page.goto(f"{live_server.url}/firms/{firm.pk}/")
    page.click("#watch button")
    page.wait_for_selector("#watch button[aria-pressed=true]")
    fill_in(page)
    colleague = change(person(served.park), FIRMS, firm.pk, 1, {"status": "停产", "address": "新路一号"})
    assert colleague.done
    choose_mine(page)
    firm.refresh_from_db()
    assert (firm.status, firm.address, firm.note) == ("在业，拟扩产", "新路一号", "已电话核实")
    mention(page)
    page.locator("#history .events li").first.wait_for()
    assert "停产 → 在业，拟扩产" in page.inner_text("#history").replace("\n", " ")
    unmask(page)
    page.click("form[action$='log-out/'] button")
    enter(page, live_server.url, "leader")
    assert page.inner_text(".bell b") == "1"
    page.goto(f"{live_server.url}/notices/")
    page.click(".notices button")
    page.wait_for_url(f"**/firms/{firm.pk}/")
    assert page.locator(".bell b").count() == 0


def test_leaving_a_form_with_unsaved_changes_is_asked_about(served: Zone, live_server: LiveServer, page: Page):
    from tests.web.sample import new_firm

    firm = new_firm("云州光电有限公司", served.east)
    enter(page, live_server.url, "economy")
    page.goto(f"{live_server.url}/records/firms/{firm.pk}/edit/")
    page.fill("#f-city", "泉城")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.click("[data-leave]")
    assert asked
    assert page.url.endswith("/edit/")


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_say_no_raw_code(
    served: Zone, live_server: LiveServer, page: Page, context: BrowserContext, width: int, language: str
):
    from tests.web.sample import new_firm

    firm = new_firm("云州光电有限公司", served.east, phone="13712345678", industry="3985", size="大")
    enter(page, live_server.url, "economy")
    context.add_cookies([{"name": "qipan_language", "value": language, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    for path in (f"/firms/{firm.pk}/", f"/records/firms/{firm.pk}/edit/", "/notices/", f"/firms/{firm.pk}/brief/"):
        page.goto(f"{live_server.url}{path}")
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} runs {wide} px over at {width}"
        assert "firms." not in page.inner_text("main")
        if language == "en" and path.endswith("/edit/"):
            labels = " ".join(page.locator(".record-form label").all_inner_texts())
            assert not [one for one in labels if "\u4e00" <= one <= "\u9fff"], labels
