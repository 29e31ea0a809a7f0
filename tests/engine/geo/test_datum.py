"""Places go from datum to datum and back without moving."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.geo import Datum, convert, converted, datum_of

LONGITUDES, LATITUDES = st.floats(73.5, 135.0), st.floats(3.5, 53.5)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * math.cos(math.radians(one[1])) * 111_320
    return math.hypot(east, (one[1] - other[1]) * 111_320)


@pytest.mark.parametrize(
    ("source", "target", "place", "expected"),
    [
        # Worked examples of the formula as it is published with its implementations.
        (Datum.WGS84, Datum.GCJ02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        (Datum.GCJ02, Datum.BD09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
    ],
)
def test_a_known_place_is_moved_as_published(
    source: Datum, target: Datum, place: tuple[float, float], expected: tuple[float, float]
):
    assert convert(*place, source, target) == pytest.approx(expected, abs=1e-9)


@given(LONGITUDES, LATITUDES, st.sampled_from(list(Datum)), st.sampled_from(list(Datum)))
def test_there_and_back_is_the_same_place_within_a_centimetre(x: float, y: float, source: Datum, target: Datum):
    assert metres((x, y), convert(*convert(x, y, source, target), target, source)) < 0.01


@given(LONGITUDES, LATITUDES)
def test_the_shift_is_of_some_hundred_metres_within_china(x: float, y: float):
    assert 1 < metres((x, y), convert(x, y, Datum.WGS84, Datum.GCJ02)) < 1_500


@pytest.mark.parametrize("place", [(2.35, 48.85), (-74.0, 40.7), (151.2, -33.9)])
def test_outside_china_there_is_no_shift(place: tuple[float, float]):
    assert convert(*place, Datum.WGS84, Datum.GCJ02) == place


def test_the_national_datum_is_taken_for_the_worlds():
    assert convert(112.4, 30.1, Datum.CGCS2000, Datum.WGS84) == (112.4, 30.1)


@given(st.lists(st.tuples(LONGITUDES, LATITUDES, st.sampled_from(list(Datum))), max_size=30))
def test_many_places_are_moved_as_each_alone_and_stay_in_their_order(places: list[tuple[float, float, Datum]]):
    frame = pl.DataFrame(
        [(x, y, str(datum), at) for at, (x, y, datum) in enumerate(places)],
        schema={"longitude": pl.Float64, "latitude": pl.Float64, "datum": pl.String, "at": pl.Int64},
        orient="row",
    )
    found = converted(frame)
    assert found["at"].to_list() == list(range(len(places)))
    assert set(found["datum"]) <= {"WGS84"}
    for row, (x, y, datum) in zip(found.iter_rows(), places, strict=True):
        assert row[:2] == pytest.approx(convert(x, y, datum, Datum.WGS84), abs=1e-12)


def test_a_place_that_is_none_stays_unknown():
    rows = [(None, 30.0, "GCJ02"), (999.0, 30.0, "WGS84"), (112.0, 30.0, ""), (112.0, None, "")]
    frame = pl.DataFrame(rows, schema=["longitude", "latitude", "datum"], orient="row")
    found = converted(frame).select("longitude", "latitude").rows()
    assert found == [(None, None), (None, None), (112.0, 30.0), (None, None)]


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("gcj-02", Datum.GCJ02),
        ("WGS 84", Datum.WGS84),
        ("火星坐标", Datum.GCJ02),
        ("EPSG:4490", Datum.CGCS2000),
        ("x", None),
    ],
)
def test_a_datum_is_known_by_what_people_call_it(text: str, datum: Datum | None):
    assert datum_of(text) is datum
