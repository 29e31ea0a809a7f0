"""The search box on every page, by keyboard and on a narrow screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def ready(entered: Page) -> Page:
    """The leader on a page, everything in the index."""
    from qipan.platform.search import complete

    assert complete()
    return entered


def options(page: Page) -> list[str]:
    """Return the suggestions shown, once there are some for what is typed."""
    page.wait_for_selector("#find-list:not([hidden]) [role=option]")
    return page.locator("#find-list [role=option]").all_inner_texts()


def test_a_firm_is_found_by_initials_and_opened_without_the_mouse(ready: Page):
    ready.keyboard.press("/")
    assert ready.evaluate("document.activeElement.id") == "find"
    ready.keyboard.type("yz07hjm")
    assert "07" in options(ready)[0]
    ready.keyboard.press("ArrowDown")
    assert ready.get_attribute("#find", "aria-activedescendant") == "find-option-0"
    assert ready.get_attribute("#find-option-0", "aria-selected") == "true"
    ready.keyboard.press("Enter")
    ready.wait_for_url("**/firms/*/")
    assert "云州07号精密制造有限公司" in ready.locator("h1").inner_text()


def test_enter_shows_all_results_and_the_search_is_offered_again(ready: Page):
    ready.keyboard.press("Control+k")
    ready.keyboard.type("精密")
    options(ready)
    with ready.expect_response("**/search/remember/"):
        ready.keyboard.press("Enter")
    ready.wait_for_url("**/search/?q=*")
    assert ready.locator(".hits li").count() == 8
    ready.focus("#find")
    assert options(ready)[0] == "精密"
    ready.keyboard.press("Escape")
    assert ready.locator("#find-list").is_hidden()
    assert ready.get_attribute("#find", "aria-expanded") == "false"


def test_a_slash_typed_into_a_field_stays_there(ready: Page):
    ready.goto(ready.url.split("/", 3)[0] + "//" + ready.url.split("/")[2] + "/search/")
    ready.focus("input[name=q]:not(#find)")
    ready.keyboard.type("a/b")
    assert ready.input_value("input[name=q]:not(#find)") == "a/b"


def test_the_box_and_the_results_fit_a_phone_in_both_languages(ready: Page):
    ready.set_viewport_size({"width": 360, "height": 740})
    base = "/".join(ready.url.split("/")[:3])
    for language in ("zh-hans", "en"):
        ready.context.add_cookies([{"name": "qipan_language", "value": language, "url": base}])
        ready.goto(f"{base}/search/?q=jingmi")
        assert ready.locator(".hits li").count() == 8
        ready.focus("#find")
        ready.keyboard.type("yunzhou")
        options(ready)
        over = ready.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0
