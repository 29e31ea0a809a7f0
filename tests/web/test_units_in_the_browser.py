"""The pages of units in a real browser: wide and narrow, in both languages, with history and with a board."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.web import attack_ground

import loads
from qipan.registry import firm_frames, frames

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from qipan.platform.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEAD = ("机构编码", "机构名称", "英文名称", "类型", "上级机构", "别名", "成立日期", "撤销日期", "接续机构")
MERGED, SPLIT = date(2012, 9, 1), date(2020, 7, 1)
UNITS = (
    HEAD,
    ("E", "东园", "East Park", "园区", "GX", "东部园区", MERGED, None, None),
    ("W", "西园", "West Park", "园区", "GX", None, date(2012, 1, 1), None, None),
    ("A", "望澜医药工业园", "Wanglan Pharmaceutical Park", "园区", "GX", "医药园", date(2011, 6, 1), MERGED, "东园"),
    ("B", "澄东医疗器械园", "Chengdong Medical Devices Park", "园区", "GX", None, date(2011, 8, 1), MERGED, "东园"),
    ("C", "澄西机械工业园", "Chengxi Machinery Park", "园区", "GX", None, date(2011, 2, 1), SPLIT, "西园、南园"),
    ("S", "南园", "South Park", "园区", "GX", None, SPLIT, None, None),
    ("O", "东园管理办公室", "Office of the East Park", "部门", "E", None, date(2013, 1, 1), None, None),
)


@pytest.fixture
def desk(logged_in: Callable[[User], Page], tmp_path: Path) -> Iterator[Page]:
    """The leader in a browser, in a zone of parks with a history."""
    frames._kept.clear()
    firm_frames.forget()
    made = attack_ground.prepare(tmp_path)
    loads.load(loads.units_book(tmp_path / "history", UNITS))
    yield logged_in(made.people["leader"])
    frames._kept.clear()
    firm_frames.forget()


def fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_tree_of_a_day_is_chosen_read_and_followed_to_a_units_board(desk: Page, live_server: LiveServer):
    desk.goto(f"{live_server.url}/units/")
    for width in (1440, 360):
        fits(desk, width)
    desk.get_by_label("哪一天").fill("2012-03-01")
    desk.get_by_role("button", name="查看", exact=True).click()
    assert "on=2012-03-01" in desk.url
    assert desk.locator(".tree").get_by_role("link", name="望澜医药工业园").is_visible()
    assert desk.locator(".tree").get_by_role("link", name="东园", exact=True).count() == 0
    assert "东园由望澜医药工业园、澄东医疗器械园合并而成" in desk.locator(".unit-changes").inner_text()
    desk.locator(".unit-changes").get_by_role("link", name="东园", exact=True).first.click()
    assert desk.get_by_role("heading", name="东园", exact=True).is_visible()
    assert desk.get_by_role("heading", name="园区看板").is_visible()
    for width in (1440, 360):
        fits(desk, width)


def test_the_pages_read_in_english(desk: Page, live_server: LiveServer):
    desk.context.add_cookies([{"url": live_server.url, "name": "qipan_language", "value": "en"}])
    desk.goto(f"{live_server.url}/units/?on=x")
    assert desk.get_by_role("alert").inner_text().startswith("“x” is not a date")
    assert "Chengxi Machinery Park was split into" in desk.locator(".unit-changes").inner_text()
    fits(desk, 360)
