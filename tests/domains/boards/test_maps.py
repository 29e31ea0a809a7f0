"""The map counts what its reader may see and nothing else; boundaries come in whole or not at all."""

from __future__ import annotations

import json

import pytest
from tests.web import attack_ground as ground
from tests.web.attack_ground import Ground

import loads
from qipan.domains.boards import boundaries, maps
from qipan.domains.boards.models import Boundary
from qipan.engine.geo import Box, Datum, convert
from qipan.platform.rights import Refused, person
from qipan.platform.visible import visible_to
from qipan.registry import firm_frames
from qipan.registry.models import Enterprise, Qualification

HERE = (112.40, 30.10)
AROUND = Box(112, 30, 113, 31)
RING = [[112.39, 30.09], [112.41, 30.09], [112.41, 30.11], [112.39, 30.11], [112.39, 30.09]]


@pytest.fixture
def placed(zone: Ground) -> Ground:
    """The zone with both firms on the map: the east one given in the shifted datum."""
    x, y = convert(*HERE, Datum.WGS84, Datum.GCJ02)
    Enterprise.objects.filter(pk=zone.east.pk).update(longitude=x, latitude=y, datum="GCJ02", industry="3990")
    Enterprise.objects.filter(pk=zone.west.pk).update(longitude=112.5, latitude=30.2, datum="WGS84", industry="2710")
    firm_frames.forget()
    return zone


def file_of(*names: str) -> bytes:
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [RING]}}
        for name in names
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize("who", ["leader", "economy", "park east", "park west", "system", "nobody", "expired"])
def test_clusters_count_exactly_the_firms_that_are_visible(placed: Ground, who: str):
    user = placed.people[who]
    visible = set(visible_to(Enterprise, user).values_list("pk", flat=True))
    assert set(firm_frames.seen_firms(user)["subject"]) == visible
    for zoom in (2, 16):
        found = maps.places(user, maps.Narrowed(), AROUND, zoom)
        assert (found.inside, found.everywhere) == (len(visible), len(visible))
        assert {place.firm for place in found.places if place.firm} <= visible
        names = {place.name for place in found.places}
        assert (ground.WEST_FIRM in names) <= (placed.west.pk in visible)


def test_places_of_every_datum_lie_where_they_are(placed: Ground):
    found = maps.places(placed.people["leader"], maps.Narrowed(unit=ground.unit("东园").pk), AROUND, 16)
    assert [(place.longitude, place.latitude, place.name) for place in found.places] == [(*HERE, ground.EAST_FIRM)]


def test_a_map_is_narrowed_by_park_industry_title_and_size(placed: Ground):
    leader = placed.people["leader"]
    Qualification.objects.create(enterprise=placed.west, kind="hightech")
    Qualification.objects.create(enterprise=placed.east, kind="hightech", until="2020-01-01")
    Enterprise.objects.filter(pk=placed.east.pk).update(above_scale=True)
    firm_frames.forget()

    def narrowed(**wanted: object) -> set[int]:
        return set(maps.firms(leader, maps.Narrowed(**wanted))["subject"])  # type: ignore[arg-type]

    assert narrowed(industry="39") == {placed.east.pk}
    assert narrowed(title="hightech") == {placed.west.pk}
    assert narrowed(above_scale=True) == {placed.east.pk}
    assert narrowed(unit=ground.unit("西园").pk, industry="39") == set()


def test_a_firm_that_moved_is_found_where_it_went_and_other_changes_cost_no_reading(placed: Ground, tmp_path):
    before = firm_frames.all_firms()
    from qipan.domains.boards import actions

    assert actions.create(person(placed.people["leader"]), "甲").done
    kept = firm_frames.all_firms()
    assert kept.change > before.change
    assert kept.firms is before.firms
    loads.load(loads.firms_book(tmp_path, loads.firm(9, "云州新来机械有限公司")))
    assert firm_frames.all_firms().firms.height == before.firms.height + 1


def test_boundaries_are_loaded_with_their_units_and_seen_by_who_sees_the_unit(zone: Ground):
    actor = person(zone.people["economy"])
    outcome = boundaries.load(actor, file_of("东园", "西部园区"), file="x.geojson")
    assert [problem.code for problem in outcome.problems] == ["boards.no-boundary-unit"]
    assert not Boundary.objects.exists()
    loaded = boundaries.load(actor, file_of("东部园区", "西园"), file="x.geojson", datum="gcj02").value
    assert loaded is not None
    assert (loaded.new, loaded.changed) == (("东园", "西园"), ())
    seen = {
        who: [one.unit.name for one in maps.outlines(zone.people[who])] for who in ("leader", "park east", "nobody")
    }
    assert seen == {"leader": ["东园", "西园"], "park east": ["东园"], "nobody": []}
    again = boundaries.load(actor, file_of("东园"), file="x.geojson", datum="gcj02").value
    assert again is not None
    assert again.same == ("东园",)


@pytest.mark.parametrize(
    ("content", "datum", "code"),
    [
        (b"{", "WGS84", "geo.not-geojson"),
        (file_of("东园", "东部园区"), "WGS84", "boards.boundary-twice"),
        (file_of("东园"), "mars", "boards.unknown-datum"),
    ],
)
def test_a_file_with_an_error_writes_nothing(zone: Ground, content: bytes, datum: str, code: str):
    outcome = boundaries.load(person(zone.people["economy"]), content, file="x", datum=datum)
    assert [problem.code for problem in outcome.problems] == [code]
    assert not Boundary.objects.exists()


def test_who_has_no_right_loads_no_boundaries(zone: Ground):
    for who in ("leader", "park east", "nobody"):
        with pytest.raises(Refused):
            boundaries.load(person(zone.people[who]), file_of("东园"), file="x")


def test_the_map_begins_with_the_boundaries_or_with_the_firms(placed: Ground):
    leader = placed.people["leader"]
    assert maps.extent(placed.people["nobody"], maps.Narrowed()) is None
    extent = maps.extent(leader, maps.Narrowed())
    assert extent is not None
    assert extent[0] < HERE[0] < extent[2]
    assert boundaries.load(person(placed.people["economy"]), file_of("东园"), file="x").done
    assert maps.extent(leader, maps.Narrowed()) == (112.39, 30.09, 112.41, 30.11)
