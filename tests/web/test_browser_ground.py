"""The browser the pages are tested in."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser


def test_the_browser_shows_chinese(page: "Page"):
    page.set_content("<html lang='zh'><h1>全区一盘棋</h1></html>")
    assert page.get_by_role("heading").inner_text() == "全区一盘棋"


def test_an_error_on_the_console_is_noticed(context: "BrowserContext"):
    from pages import watched

    tab, complaints = watched(context)
    tab.set_content("<script>console.error('坏了')</script>")
    tab.wait_for_timeout(100)
    assert any("坏了" in complaint for complaint in complaints)
