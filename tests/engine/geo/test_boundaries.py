"""Boundaries are read whole, brought to one datum, and everything wrong with a file is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.geo import Datum, convert, read_boundaries

SQUARE = [[112.40, 30.10], [112.41, 30.10], [112.41, 30.11], [112.40, 30.11], [112.40, 30.10]]


def file_of(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(ring: Any = SQUARE, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": [ring]}}


def codes(content: bytes) -> list[str]:
    return [problem.code for problem in read_boundaries(content, Datum.WGS84, "x.geojson").problems]


def test_a_boundary_has_its_names_its_area_and_a_place_inside():
    read = read_boundaries(file_of(feature(name="东园", code="E")), Datum.WGS84, "x.geojson")
    assert read.problems == ()
    (found,) = read.boundaries
    assert found.names == ("E", "东园")
    assert found.area == pytest.approx(1.072, rel=0.01)
    assert 112.40 < found.longitude < 112.41
    assert 30.10 < found.latitude < 30.11
    assert json.loads(found.geometry)["type"] == "MultiPolygon"


def test_a_boundary_given_in_the_shifted_datum_is_brought_back():
    shifted = [list(convert(x, y, Datum.WGS84, Datum.GCJ02)) for x, y in SQUARE]
    (found,) = read_boundaries(file_of(feature(shifted, name="东园")), Datum.GCJ02, "x").boundaries
    ring = json.loads(found.geometry)["coordinates"][0][0]
    assert {tuple(corner) for corner in ring} == {(x, y) for x, y in SQUARE}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "geo.not-geojson"),
        (b"\xff\xfe", "geo.not-geojson"),
        (b"[" * 100_000, "geo.not-geojson"),
        (b'{"type": "Topology"}', "geo.not-geojson"),
        (file_of(), "geo.empty"),
        (file_of(1), "geo.not-geojson"),
        (file_of(feature()), "geo.nameless"),
        (file_of(feature([112.4, 30.1], "Point", name="a")), "geo.not-polygon"),
        (file_of(feature([], name="a")), "geo.not-polygon"),
        (file_of({"type": "Feature", "properties": {"name": "a"}, "geometry": None}), "geo.not-polygon"),
        (file_of(feature([[500000, 3300000], [500100, 3300000], [500100, 3300100], [500000, 3300000]], name="a")),
         "geo.not-degrees"),
        (file_of(*[feature(name="a")] * 2_001), "geo.too-many"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_code(content: bytes, code: str):
    assert codes(content) == [code]


def test_a_ring_that_crosses_itself_is_mended_and_told():
    bow = [[112.40, 30.10], [112.41, 30.11], [112.41, 30.10], [112.40, 30.11], [112.40, 30.10]]
    read = read_boundaries(file_of(feature(bow, name="东园")), Datum.WGS84, "x")
    assert [problem.code for problem in read.problems] == ["geo.crosses-itself"]
    assert len(read.boundaries) == 1


def test_a_wrong_feature_does_not_cost_the_others():
    read = read_boundaries(file_of(feature(name="东园"), feature(), feature(name="西园")), Datum.WGS84, "x")
    assert [found.names for found in read.boundaries] == [("东园",), ("西园",)]
    assert [problem.where.row for problem in read.problems] == [2]


@given(st.binary(max_size=400) | st.recursive(
    st.none() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "name"]), inner, max_size=4),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_file_breaks_the_reading(content: bytes):
    read = read_boundaries(content, Datum.WGS84, "x")
    assert read.boundaries or read.problems
