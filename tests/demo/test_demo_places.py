"""The zone's parks do not overlap, and its firms lie in them; the file of boundaries is one anybody could bring."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from shapely import Polygon

from qipan.demo.parameters import read_parameters
from qipan.demo.places import DATUM, Place, inside, places, read_rings, write_boundaries
from qipan.demo.roster import firms
from qipan.engine.geo import Datum, convert, read_boundaries

SEED = 20261120


def test_every_park_has_a_boundary_and_no_two_share_ground():
    parameters = read_parameters()
    rings = read_rings()
    assert set(rings) == {parameters.zone.code, *(park.code for park in parameters.parks if park.kind == "park")}
    shapes = {code: Polygon(ring) for code, ring in rings.items()}
    zone = shapes.pop(parameters.zone.code)
    assert all(shape.is_valid for shape in shapes.values())
    assert all(one.intersection(other).area == 0 for one, other in combinations(shapes.values(), 2))
    outside = [code for code, shape in shapes.items() if not zone.contains(shape)]
    assert outside == ["NY"], "only the joint park lies apart"


def test_firms_lie_in_their_park_some_nowhere_and_some_in_a_shifted_datum():
    parameters = read_parameters()
    roster = firms(parameters, SEED, (202111, 202610))[:3_000]
    found = places(parameters, roster, SEED)
    assert found == places(parameters, roster, SEED)
    rings = read_rings()
    for firm in roster:
        place = found.get(firm.id)
        if place is not None and firm.park in rings:
            at = convert(place.longitude, place.latitude, Datum(place.datum), DATUM)
            assert inside(Polygon(rings[firm.park]).buffer(1e-5).exterior.coords[:], *at)
    assert 0.02 < 1 - len(found) / len(roster) < 0.06
    shifted = [place for place in found.values() if place.datum == "GCJ02"]
    assert 0.01 < len(shifted) / len(found) < 0.06
    assert isinstance(shifted[0], Place)


def test_the_file_of_boundaries_is_read_without_a_problem(tmp_path: Path):
    parameters = read_parameters()
    path = write_boundaries(parameters, tmp_path)
    read = read_boundaries(path.read_bytes(), DATUM, path.name)
    assert read.problems == ()
    assert len(read.boundaries) == 13
    assert {boundary.names[0] for boundary in read.boundaries} == set(read_rings())
