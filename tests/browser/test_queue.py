"""The queue of uncertain firms, walked by keyboard and on a narrow screen, in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.sample import Zone

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(served: Zone, live_server: LiveServer, page: Page) -> Page:
    """The economy desk before two waiting firms."""
    from tests.web.sample import PASSWORD, new_firm
    from tests.web.test_uncertain import CODE, KNOWN, new_question

    known = new_firm(KNOWN, served.east, uscc=CODE)
    new_question(served, known)
    new_question(served, known, "山东云州宏源机械制造有限公司")
    page.goto(f"{live_server.url}/log-in/?next=/firms/uncertain/")
    page.fill("#id_username", "economy")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".judging")
    return page


def test_a_verdict_is_given_by_keyboard_and_the_next_question_follows(asked: Page):
    asked.locator(".judging").first.get_by_role("button", name="同一家企业").focus()
    asked.keyboard.press("Enter")
    asked.wait_for_selector(".judging.decided .said")
    assert "下次加载这个文件时照此处理" in asked.locator(".said").inner_text()
    assert asked.locator(".judging.decided").count() == 1
    for _ in range(12):  # links of the decided one, then the open one's
        asked.keyboard.press("Tab")
        if asked.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    assert asked.evaluate("!!document.activeElement.closest('.judging:not(.decided)')")


def test_the_queue_fits_a_phone_in_both_languages(asked: Page):
    asked.set_viewport_size({"width": 360, "height": 740})
    for language, said in (("zh-hans", "同一家企业"), ("en", "The same firm")):
        asked.context.add_cookies([{"name": "qipan_language", "value": language, "url": asked.url}])
        asked.reload()
        assert asked.get_by_role("button", name=said).count() == 2
        over = asked.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0
