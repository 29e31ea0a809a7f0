"""Boards in a real browser: laid out by keyboard alone, on a wall that notices changes, as a picture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.attack_ground import Ground

pytestmark = pytest.mark.browser


@pytest.fixture
def zone(cleared_trail: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone with a firm and a park on the map."""
    from tests.domains.boards.test_maps import file_of
    from tests.web import attack_ground

    from qipan.domains.boards import boundaries
    from qipan.platform.rights import person
    from qipan.registry import firm_frames, frames
    from qipan.registry.models import Enterprise

    frames._kept.clear()
    firm_frames.forget()
    made = attack_ground.prepare(tmp_path)
    Enterprise.objects.filter(pk=made.east.pk).update(longitude=112.4, latitude=30.1, datum="WGS84")
    assert boundaries.load(person(made.people["economy"]), file_of("东园"), file="x").done
    yield made
    frames._kept.clear()
    firm_frames.forget()


def log_in(zone: Ground, page: Page, address: str) -> Page:
    client = Client()
    client.force_login(zone.people["leader"])
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    return page


@pytest.fixture
def entered(zone: Ground, live_server: LiveServer, page: Page) -> Page:
    """The leader, logged in."""
    return log_in(zone, page, live_server.url)


@pytest.fixture
def refused(context: BrowserContext) -> Iterator[Page]:
    """A tab in which the server may refuse: the browser notes that on its console, and nothing else may stand there."""
    from pages import watched

    opened, complaints = watched(context)
    yield opened
    opened.close()
    assert all("Failed to load resource" in complaint for complaint in complaints), complaints


def edited(entered: Page, live_server: LiveServer) -> Page:
    entered.goto(f"{live_server.url}/boards/park/")
    entered.get_by_role("button", name="复制后修改").click()
    entered.wait_for_selector("[data-editor][data-ready]")
    return entered


def place(page: Page, code: str) -> tuple[int, ...]:
    item = page.locator(f".grid-stack-item[data-code={code}]")
    return tuple(int(item.get_attribute(f"gs-{name}") or default) for name, default in zip("xywh", "0011", strict=True))


def test_a_board_is_laid_out_and_saved_by_keyboard_alone(entered: Page, live_server: LiveServer, zone: Ground):
    from qipan.domains.boards.models import Board

    page = edited(entered, live_server)
    item = page.locator(".grid-stack-item[data-code=output]")
    item.focus()
    assert "方向键移动" in str(item.get_attribute("aria-label"))
    before = place(page, "output")
    page.keyboard.press("Shift+ArrowDown")
    assert place(page, "output") == (*before[:3], before[3] + 1)
    page.keyboard.press("Control+z")
    page.wait_for_selector("[data-said]:text-is('已撤消')")
    assert place(page, "output") == before
    page.keyboard.press("Control+y")
    page.wait_for_selector("[data-said]:text-is('已重做')")
    page.locator(".grid-stack-item[data-code=map]").focus()
    page.keyboard.press("Delete")
    assert page.locator(".grid-stack-item[data-code=map]").count() == 0
    page.locator("[data-add]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.settings[open]")
    page.locator("#f-measure").select_option("gdp")
    page.locator("dialog.settings button.main").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".grid-stack-item[data-code=figure1] .tile")
    assert page.evaluate("document.activeElement.dataset.code") == "figure1"
    page.keyboard.press("ArrowRight")
    page.locator("[data-save]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-said]:text-is('已保存')")
    board = Board.objects.get(owner=zone.people["leader"])
    tiles = {tile["code"]: tile for tile in json.loads(board.tiles)}
    assert board.version == 2
    assert "map" not in tiles
    assert tiles["figure1"]["measures"] == ["gdp"]
    assert tiles["figure1"]["x"] == 1
    assert tiles["output"]["height"] == before[3] + 1


def test_a_tile_is_dragged_and_another_persons_saving_is_told(refused: Page, live_server: LiveServer, zone: Ground):
    from qipan.domains.boards import actions
    from qipan.domains.boards.models import Board
    from qipan.platform.rights import person

    page = edited(log_in(zone, refused, live_server.url), live_server)
    box = page.locator(".grid-stack-item[data-code=budget] h2").bounding_box()
    assert box is not None
    before = place(page, "budget")
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 24, box["y"] + 14, steps=3)
    page.mouse.move(box["x"] - 300, box["y"] + 130, steps=12)
    page.mouse.up()
    page.wait_for_selector("[data-editor-bar][data-unsaved=true]")
    assert place(page, "budget")[0] < before[0]
    board = Board.objects.get(owner=zone.people["leader"])
    assert actions.change(person(zone.people["leader"]), board.pk, 1, name="先", tiles=board.tiles).done
    with page.expect_response(re.compile("/save/")) as answered:
        page.locator("[data-save]").click()
    assert answered.value.status == 409
    page.wait_for_selector("[data-problems]:not([hidden])")
    assert "改过这块看板" in page.locator("[data-problems]").inner_text()
    with page.expect_response(re.compile("/save/")) as answered:
        page.locator("[data-save]").click()
    assert answered.value.status == 200


def test_a_wall_turns_its_pages_and_notices_changes(zone: Ground, live_server: LiveServer, page: Page, tmp_path: Path):
    import loads
    from qipan.domains.boards import walls
    from qipan.platform.rights import person

    made = walls.make(person(zone.people["leader"]), "大厅", ["economy"]).value
    assert made is not None
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.clock.install()
    page.goto(f"{live_server.url}/wall/#{made.secret}")
    page.wait_for_selector(".wall-board")
    assert "#" not in page.url, "the token does not stay in the address"
    asked: list[int] = []
    page.on("response", lambda answer: asked.append(answer.status) if "/content/" in answer.url else None)
    with page.expect_response(re.compile("/content/")) as answered:
        page.clock.run_for(21_000)
    assert answered.value.status == 304
    first = page.locator("[data-page]:not([hidden])").get_attribute("class")
    page.clock.run_for(10_000)
    assert page.locator("[data-page]").nth(1).is_visible(), first
    loads.load(loads.figures_book(tmp_path, ("西园", "规上工业总产值", "2026年10月", 4000, "亿元"), name="新.xlsx"))
    page.clock.run_for(21_000)
    page.wait_for_selector(".wall-board:has-text('4,000.0')")
    assert page.locator("[data-stale]").is_hidden()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_wall_that_is_cut_off_says_so_keeps_its_figures_and_finds_its_way_back(
    zone: Ground, live_server: LiveServer, refused: Page
):
    from qipan.domains.boards import walls
    from qipan.platform.rights import person

    made = walls.make(person(zone.people["leader"]), "大厅", ["economy"]).value
    assert made is not None
    refused.clock.install()
    refused.goto(f"{live_server.url}/wall/#{made.secret}")
    refused.wait_for_selector(".wall-board")
    refused.route("**/content/**", lambda route: route.abort())
    for _ in range(3):
        refused.clock.run_for(21_000)
    refused.wait_for_selector("[data-stale]:not([hidden])")
    assert "3,971.4" in str(refused.locator(".wall-board").text_content())
    refused.unroute("**/content/**")
    refused.clock.run_for(21_000)
    refused.wait_for_selector("[data-stale]", state="hidden")
    assert walls.revoke(person(zone.people["leader"]), made.token.pk).done
    refused.clock.run_for(21_000)
    refused.wait_for_selector("h1:has-text('此屏已停用')")


def test_a_map_shows_the_boundaries_and_the_firms_without_the_internet(entered: Page, live_server: LiveServer):
    asked: list[str] = []
    entered.on("request", lambda request: asked.append(request.url))
    entered.goto(f"{live_server.url}/map/")
    entered.wait_for_selector("[data-map][data-ready='1'] canvas", timeout=60_000)
    assert "图上 1 家企业" in entered.locator(".map-total").inner_text()
    assert entered.locator(".map-name").inner_text() == "东园"
    outside = [url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))]
    assert not outside


def test_a_board_becomes_a_picture(entered: Page, live_server: LiveServer, tmp_path: Path):
    entered.goto(f"{live_server.url}/boards/economy/")
    entered.locator("details.menu summary").click()
    with entered.expect_download(timeout=60_000) as kept:
        entered.locator("[data-picture]").click()
    content = Path(kept.value.path()).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20], "big") > 2_000
    assert kept.value.suggested_filename.startswith("经济运行-云州高新区-202610")


@pytest.mark.parametrize("path", ["/boards/", "/boards/economy/", "/boards/parks/", "/boards/economy/walls/", "/map/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_a_phone_in_both_languages(entered: Page, live_server: LiveServer, path: str, language: str):
    entered.context.add_cookies([{"name": "qipan_language", "value": language, "url": live_server.url}])
    entered.set_viewport_size({"width": 360, "height": 740})
    entered.goto(f"{live_server.url}{path}")
    assert entered.evaluate("document.documentElement.scrollWidth") <= 360
