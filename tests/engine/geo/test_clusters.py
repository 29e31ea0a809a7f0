"""Clusters lose no point, stay few, and hold only what lies in the box."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from qipan.engine.geo import CLUSTERS, POINTS, Box, clustered, within

PLACES = st.lists(st.tuples(st.floats(-179, 179), st.floats(-84, 84)), max_size=80)
BOXES = st.tuples(st.floats(-180, 170), st.floats(-85, 75), st.floats(1, 200), st.floats(1, 100)).map(
    lambda box: Box(box[0], box[1], min(box[0] + box[2], 180), min(box[1] + box[3], 85))
)


def frame(places: list[tuple[float, float]]) -> pl.DataFrame:
    return pl.DataFrame([(at, x, y) for at, (x, y) in enumerate(places, 1)], schema=POINTS, orient="row")


@given(PLACES, BOXES, st.floats(0, 20), st.integers(1, 40))
@settings(max_examples=60)
def test_every_point_in_the_box_is_in_one_cluster_and_no_other_is(
    places: list[tuple[float, float]], box: Box, zoom: float, most: int
):
    inside = [at for at, (x, y) in enumerate(places, 1) if box.west <= x <= box.east and box.south <= y <= box.north]
    found = clustered(frame(places), box, zoom)
    assert found.schema == pl.Schema(CLUSTERS)
    assert found["count"].sum() == len(inside)
    singles = found.filter(pl.col("count") == 1)["subject"].to_list()
    assert set(singles) <= set(inside)
    assert found.filter(pl.col("count") > 1)["subject"].null_count() == found.filter(pl.col("count") > 1).height
    bounded = clustered(frame(places), box, zoom, most=most)
    assert bounded.height <= most


def test_close_by_everybody_stands_alone_and_from_afar_all_are_one():
    places = [(112.40, 30.10), (112.41, 30.10), (112.40, 30.11)]
    box = Box(112.39, 30.09, 112.42, 30.12)
    assert clustered(frame(places), box, 16)["count"].to_list() == [1, 1, 1]
    assert clustered(frame(places), box, 3)["count"].to_list() == [3]


def test_a_cluster_names_the_box_around_its_points():
    found = clustered(frame([(112.40, 30.10), (112.41, 30.12)]), Box(112, 30, 113, 31), 3).row(0, named=True)
    assert (found["west"], found["south"], found["east"], found["north"]) == (112.40, 30.10, 112.41, 30.12)


def test_a_hundred_thousand_points_make_a_bounded_answer():
    places = pl.DataFrame(
        {"subject": range(100_000), "longitude": [112 + n % 317 / 317 for n in range(100_000)],
         "latitude": [30 + n % 311 / 311 for n in range(100_000)]}
    ).cast(dict(POINTS))  # fmt: skip
    box = Box(111, 29, 114, 32)
    found = clustered(places, box, 20)
    assert found.height <= 2_000
    assert found["count"].sum() == within(places, box).height == 100_000


def test_a_box_that_is_none_is_told():
    assert Box(0, 0, 1, 1).sound
    assert not Box(1, 0, 0, 1).sound
    assert not Box(float("nan"), 0, 1, 1).sound
    assert not Box(0, -91, 1, 1).sound
