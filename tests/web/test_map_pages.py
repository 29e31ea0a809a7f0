"""The map's answers: boundaries and clusters of what the asker may see, bounded, and not sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.domains.boards.test_maps import file_of
from tests.web import attack_ground as ground
from tests.web.attack_ground import Ground

from qipan.domains.boards import boundaries
from qipan.platform.rights import person
from qipan.registry import firm_frames, frames
from qipan.registry.models import Enterprise

BOX = "west=112&south=30&east=113&north=31&zoom=16"


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone with its firms on the map and the boundary of the east park."""
    frames._kept.clear()
    firm_frames.forget()
    made = ground.prepare(tmp_path)
    Enterprise.objects.filter(pk=made.east.pk).update(longitude=112.4, latitude=30.1, datum="WGS84")
    Enterprise.objects.filter(pk=made.west.pk).update(longitude=112.6, latitude=30.2, datum="WGS84")
    assert boundaries.load(person(made.people["economy"]), file_of("东园"), file="x").done
    firm_frames.forget()
    yield made
    frames._kept.clear()
    firm_frames.forget()


@pytest.mark.parametrize(
    ("who", "firms", "parks"),
    [("leader", 2, ["东园"]), ("park east", 1, ["东园"]), ("park west", 1, []), ("system", 0, ["东园"])],
)
def test_everybody_is_answered_with_what_they_may_see(zone: Ground, who: str, firms: int, parks: list[str]):
    client = zone.client(who)
    found = client.get(f"/map/places/?{BOX}").json()
    assert (found["inside"], found["everywhere"], len(found["places"]["features"])) == (firms, firms, firms)
    shown = client.get("/map/ground/").json()["boundaries"]["features"]
    assert [feature["properties"]["name"] for feature in shown] == parks


def test_the_page_counts_and_narrows(zone: Ground):
    client = zone.client("leader")
    assert "符合条件的企业 2 家" in client.get("/map/").content.decode()
    assert "符合条件的企业 1 家" in client.get(f"/map/?park={ground.unit('东园').pk}").content.decode()
    assert client.get(f"/map/places/?{BOX}&park={ground.unit('东园').pk}").json()["inside"] == 1
    assert zone.client("nobody").get("/map/").status_code == 403


def test_firms_that_share_a_place_are_listed_and_lead_to_their_pages(zone: Ground):
    text = zone.client("leader").get("/map/firms/?west=112.3&south=30&east=112.5&north=31").content.decode()
    assert f"/firms/{zone.east.pk}/" in text
    assert ground.WEST_FIRM not in text
    west = "/map/firms/?west=112.5&south=30&east=112.7&north=31"
    assert ground.WEST_FIRM not in zone.client("park east").get(west).content.decode()
    assert zone.client("system").get(west).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["", "west=1", *(f"west={west}&south=1&east=1&north=3" for west in ("a", "2", "nan", "inf"))],
)
def test_a_piece_of_no_map_is_refused(zone: Ground, query: str):
    assert zone.client("leader").get(f"/map/places/?{query}").status_code == 400
    assert zone.client("leader").get(f"/map/firms/?{query}").status_code == 400


def test_an_answer_is_not_sent_twice_and_a_lost_right_is_felt_at_once(zone: Ground):
    client = zone.client("park east")
    first = client.get(f"/map/places/?{BOX}")
    again = client.get(f"/map/places/?{BOX}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    from qipan.registry.models import Grant

    Grant.objects.filter(user=zone.people["park east"]).delete()
    assert client.get(f"/map/places/?{BOX}", headers={"If-None-Match": first["ETag"]}).status_code == 403
