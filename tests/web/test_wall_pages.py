"""A screen on the wall: its token opens its boards and nothing else, and it is told when nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.web import attack_ground as ground
from tests.web.attack_ground import Ground
from tests.web.test_board_pages import copied

import loads
from qipan.domains.boards import walls
from qipan.platform.rights import person
from qipan.registry import firm_frames, frames


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone."""
    frames._kept.clear()
    firm_frames.forget()
    yield ground.prepare(tmp_path)
    frames._kept.clear()
    firm_frames.forget()


def screen(zone: Ground, who: str = "leader", boards: tuple[str, ...] = ("economy", "park"), **fields: object):
    """Return a browser that entered with a token of `who`, and the token."""
    made = walls.make(person(zone.people[who]), "大厅", boards, **fields).value  # type: ignore[arg-type]
    assert made is not None
    client = Client()
    answer = client.post("/wall/", {"token": made.secret})
    assert answer["Location"] == f"/wall/{boards[0]}/"
    return client, made


def test_a_screen_shows_its_boards_in_turn_with_the_sight_of_who_put_it_up(zone: Ground):
    client, _made = screen(zone)
    assert client.get("/wall/economy/").status_code == 200
    text = client.get("/wall/economy/content/").content.decode()
    assert 'data-following="/wall/park/content/"' in text
    assert "3,971.4" in text
    assert "data-why" not in text, "a wall has no mouse"
    east, _token = screen(zone, "park east", unit=ground.unit("东园").pk)
    text = east.get("/wall/economy/content/").content.decode()
    assert "1,140.3" in text
    assert "3,971.4" not in text


def test_a_token_opens_no_other_board_and_no_other_page(zone: Ground):
    board = copied(zone)
    client, _made = screen(zone)
    for path in (f"/wall/{board.key}/", "/wall/parks/", "/wall/parks/content/", "/wall/parks/places/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/wall/"), path
    for path in ("/", "/boards/", "/boards/economy/", "/map/", "/firms/", "/why/1-gdp-202609-0-1-0-value/"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/log-in/"), path
    assert client.cookies["qipan_wall"]["path"] == "/wall/"
    assert client.cookies["qipan_wall"]["httponly"]


def test_a_wrong_token_is_told_at_the_door(zone: Ground):
    answer = Client().post("/wall/", {"token": "AAAA-BBBB"})
    assert answer.status_code == 403
    assert "口令不对" in answer.content.decode()


def test_nothing_is_sent_again_until_something_changes(zone: Ground, tmp_path: Path):
    client, _made = screen(zone)
    first = client.get("/wall/economy/content/")
    mark = first["ETag"]
    again = client.get("/wall/economy/content/", headers={"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    packed = client.get("/wall/economy/content/", headers={"If-None-Match": f"W/{mark}"})
    assert packed.status_code == 304, "what travels packed has a weak mark"
    loads.load(loads.figures_book(tmp_path, ("高新区", "规上工业总产值", "2026年10月", 9200, "亿元"), name="新.xlsx"))
    renewed = client.get("/wall/economy/content/", headers={"If-None-Match": mark})
    assert renewed.status_code == 200
    assert renewed["ETag"] != mark


def test_a_screen_that_was_taken_down_is_dark_at_its_next_question(zone: Ground):
    client, made = screen(zone)
    mark = client.get("/wall/economy/content/")["ETag"]
    assert walls.revoke(person(zone.people["leader"]), made.token.pk).done
    asked = {"X-Wall": "1", "If-None-Match": mark}
    assert client.get("/wall/economy/content/", headers=asked).status_code == 401
    assert client.get("/wall/economy/")["Location"] == "/wall/"


def test_a_persons_own_screens_are_listed_and_a_token_is_shown_once(zone: Ground):
    client = zone.client("leader")
    made = client.post("/boards/economy/walls/make/", {"name": "东楼北厅", "unit": "", "until": "2027-01-01"})
    text = made.content.decode()
    assert 'class="secret"' in text
    assert 'class="secret"' not in client.get("/boards/economy/walls/").content.decode()
    assert "东楼北厅" in text
    assert "东楼北厅" not in zone.client("economy").get("/boards/economy/walls/").content.decode()
    assert zone.client("system").get("/boards/economy/walls/").status_code == 403


def test_a_person_may_look_how_a_board_would_be_on_a_wall(zone: Ground):
    assert zone.client("leader").get("/wall/parks/content/").status_code == 200
    assert zone.client("system").get("/wall/parks/content/").status_code == 302
