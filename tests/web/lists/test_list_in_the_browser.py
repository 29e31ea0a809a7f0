"""A person works with a list: filter, save the view, choose columns, change many after a preview, take it along."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.web.sample import Zone, new_firm

from qipan.registry.models import Enterprise, Qualification

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from qipan.platform.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(logged_in: Callable[[User], Page], zone: Zone, live_server: LiveServer) -> Page:
    """The economy desk in a browser, and sixty firms to work with."""
    for number in range(60):
        firm = new_firm(f"企业{number:02}", zone.east if number % 2 else zone.west, city="旧城")
        if number % 10 == 0:
            Qualification.objects.create(enterprise=firm, kind="hightech")
    page = logged_in(zone.economy)
    page.goto(f"{live_server.url}/firms/")
    return page


def names(page: Page) -> list[str]:
    return page.locator("td.name").all_inner_texts()


def test_filter_view_columns_change_and_export_by_mouse(desk: Page):
    page = desk
    page.locator(".control summary", has_text="园区").click()
    page.get_by_label("西园", exact=True).check()
    page.locator(".fields .do button").click()
    page.wait_for_url("**/firms/?park=*")
    assert page.locator(".bar .count").inner_text() == "共 30 条"
    assert page.locator(".bar .chip").count() == 1

    page.locator(".bar summary", has_text="视图").click()
    page.fill("#view-name", "西园企业")
    page.get_by_label("放到工作台：作为标签显示").check()
    page.get_by_role("button", name="保存视图").click()
    page.wait_for_url("**view=*")
    assert page.locator(".tabs [aria-current]").inner_text() == "西园企业"

    page.locator(".tabs a", has_text="全部").first.click()
    page.locator(".bar summary", has_text="显示列").click()
    page.locator(".orderly").get_by_label("城市", exact=True).check()
    moved = page.get_by_role("button", name="把“城市”前移")
    for _ in range(20):
        moved.click()
    page.locator(".column-form button.main").click()
    page.wait_for_load_state()
    assert page.locator("thead th:not(.pick-cell)").first.inner_text() == "城市"

    page.locator("[data-all]").check()
    page.locator("[data-choose-all]").click()
    page.locator("#picked button.main").click()
    page.wait_for_url("**/many/change/")
    page.locator("input[name=set_city]").fill("新城")
    assert page.locator("input[name=do_city][value=set]").is_checked(), "who writes a value means to set it"
    page.get_by_role("button", name="预览修改").click()
    assert page.locator("h1").inner_text() == "将修改 60 条"
    assert page.locator("del").first.inner_text() == "旧城"
    page.get_by_role("button", name="确认修改 60 条").click()
    assert page.locator(".counts dd").first.inner_text() == "60"
    assert Enterprise.objects.filter(city="新城").count() == 60

    page.get_by_role("link", name="返回列表").click()
    page.locator(".bar summary", has_text="导出").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    with open(waiting.value.path(), encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0][0] == "城市"
    assert {row[0] for row in rows[1:]} == {"新城"}
    assert len(rows) == 61


def test_the_list_is_worked_by_keys_alone(desk: Page):
    page = desk
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator("#picked [data-count]").inner_text() == "1"
    assert page.locator("tr.at td.name").inner_text() == "企业00"
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**at=*")
    assert names(page)[0] == "企业50"
    page.keyboard.press("s")
    page.keyboard.type("企业07")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert names(page) == ["企业07"]
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/firms/{Enterprise.objects.get(name='企业07').pk}/")


def test_a_record_is_looked_for_and_becomes_a_condition(desk: Page, live_server: LiveServer):
    page = desk
    page.goto(f"{live_server.url}/records/qualifications/")
    page.locator(".control summary", has_text="企业").click()
    page.get_by_label("查找企业").fill("企业10")
    page.locator(".offers").first.get_by_label("企业10", exact=True).check()
    page.locator(".fields .do button").click()
    page.wait_for_url("**firm=*")
    assert page.locator(".bar .count").inner_text() == "共 1 条"
    assert "企业10" in page.locator(".bar .chip").inner_text()


def test_a_record_is_looked_for_while_many_are_changed(desk: Page, live_server: LiveServer):
    page = desk
    page.goto(f"{live_server.url}/records/qualifications/")
    page.locator("input[name=chosen]").first.check()
    page.get_by_role("button", name="批量修改").click()
    with page.expect_response("**/offer/firm/**"):
        page.locator("#set-firm").fill("企业07")
    page.locator("#list-firm option[value='企业07']").wait_for(state="attached")
    assert page.locator("input[name=do_firm][value=set]").is_checked()
    page.get_by_role("button", name="预览修改").click()
    page.wait_for_selector("ins")
    assert page.locator("ins").first.inner_text() == "企业07"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_hangs_over_the_edge_of_a_telephone(desk: Page, live_server: LiveServer, language: str):
    page = desk
    page.context.add_cookies([{"url": live_server.url, "name": "qipan_language", "value": language}])  # type: ignore[list-item]
    page.set_viewport_size({"width": 360, "height": 740})
    for address in ("/firms/?city=旧&sort=registered", "/firms/?city=x&q=y", "/records/", "/records/qualifications/"):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        for drop in page.locator("details.drop > summary").all():
            drop.click()
            box = page.locator("details.drop[open] .drop-box").bounding_box()
            assert box is not None
            assert box["x"] >= 0, (address, box)
            assert box["x"] + box["width"] <= 360, (address, box)
