"""A person walks the pages: mouse, keyboard, a narrow screen, two languages; the console stays silent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.sample import Zone

pytestmark = pytest.mark.browser


def test_a_number_opens_its_source_and_leads_back_by_keyboard(entered: Page):
    figure = entered.locator("#card-industrial_output .fig.big")
    figure.focus()
    entered.keyboard.press("Enter")
    entered.wait_for_selector("#why[open] .why")
    assert entered.locator("#why .cells .this").inner_text() == "848.63"
    assert entered.evaluate("document.activeElement.id") == "why-title"
    entered.locator("#why .inputs a[data-why]").focus()
    entered.keyboard.press("Enter")
    entered.wait_for_selector("#why h2:has-text('上期产值')")
    entered.locator("#why [data-back]").click()
    entered.wait_for_selector("#why h2:has-text('规上工业总产值')")
    entered.keyboard.press("Escape")
    assert not entered.locator("#why[open]").count()
    assert entered.evaluate("document.activeElement.classList.contains('big')")


def test_the_page_can_be_walked_from_the_skip_link_on(entered: Page):
    entered.keyboard.press("Tab")
    assert "跳到正文" in entered.evaluate("document.activeElement.textContent")
    entered.keyboard.press("Enter")
    entered.wait_for_function("document.activeElement.id === 'main'")


def test_a_line_opens_as_a_large_chart_with_its_table(entered: Page):
    entered.locator("#card-industrial_output .line").click()
    entered.wait_for_selector("#chart[open] canvas")
    assert entered.locator("#chart tbody tr").count() == 24


def test_every_page_fits_a_phone(entered: Page, live_server: LiveServer):
    entered.set_viewport_size({"width": 360, "height": 740})
    for path in ("/", "/firms/", "/batches/", "/units/", "/measures/", "/why/1-industrial_output-202610-0-1-0-value/"):
        entered.goto(live_server.url + path)
        over = entered.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{path} is {over} px too wide"


def test_the_leaders_page_prints_on_one_sheet(entered: Page):
    for language in ("zh-hans", "en"):
        entered.context.add_cookies([{"name": "qipan_language", "value": language, "url": entered.url}])
        entered.reload()
        sheet = entered.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, language


def test_the_language_is_switched_where_one_stands(entered: Page, live_server: LiveServer):
    entered.goto(f"{live_server.url}/firms/?sort=registered")
    entered.get_by_role("button", name="English").click()
    entered.wait_for_selector("h1:has-text('Firms')")
    assert "sort=registered" in entered.url
    assert entered.evaluate("document.documentElement.lang") == "en"
    entered.get_by_role("button", name="中文").click()
    entered.wait_for_selector("h1:has-text('企业')")


def test_firms_are_paged_forth_and_back(entered: Page, live_server: LiveServer):
    entered.goto(f"{live_server.url}/firms/")
    first = entered.locator("td.name").all_inner_texts()
    entered.get_by_role("link", name="下一页").click()
    assert len(entered.locator("td.name").all_inner_texts()) == 10
    entered.get_by_role("link", name="上一页").click()
    assert entered.locator("td.name").all_inner_texts() == first


def test_firms_are_filtered_by_a_form_that_sends_only_what_is_set(entered: Page, live_server: LiveServer):
    entered.goto(f"{live_server.url}/firms/")
    entered.fill("#q", "07号")
    entered.keyboard.press("Enter")
    entered.wait_for_url("**/firms/?q=*")
    entered.locator("td.name").first.wait_for()
    assert entered.locator("td.name").count() == 1
    assert "park=" not in entered.url


def test_a_first_password_is_changed_before_anything_else(served: Zone, live_server: LiveServer, page: Page):
    from tests.web.sample import PASSWORD

    type(served.park).objects.filter(pk=served.park.pk).update(must_change_password=True)
    page.goto(f"{live_server.url}/firms/")
    page.fill("#id_username", "park")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_new_password1")
    page.goto(f"{live_server.url}/firms/")
    assert page.url.endswith("/password/")
    page.fill("#id_new_password1", "my own words 77")
    page.fill("#id_new_password2", "my own words 77")
    page.keyboard.press("Enter")
    page.wait_for_selector(".cards")
