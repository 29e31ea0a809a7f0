"""The zone and its parks; figures to date that went down."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.health.frames import Key, figures, months, series, steps, told

from qipan.engine.health import PARTS, falling, residual

PARKS = (2, 3, 4)


def made_of(*spans: tuple[int, int, int]) -> pl.DataFrame:
    """Return PARTS: each park made up the zone from a month to a month."""
    rows = [(1, park, period) for park, first, last in spans for period in range(first, last + 1)]
    return pl.DataFrame(rows, schema=PARTS, orient="row")


def rest(
    values: Mapping[Key, int], *, step: int = 1, share: float = 0.005, parts: pl.DataFrame | None = None
) -> list[tuple[Key, float]]:
    always = made_of(*((park, 202401, 202612) for park in PARKS))
    found = residual(figures(values), always if parts is None else parts, steps(step=step), share=share, heard=12)
    return [((a, b, c), value) for (a, b, c), value in zip(told(found), found["low"], strict=True)]


def test_a_zone_that_is_not_the_sum_of_its_parks_is_found_with_that_sum():
    values = {(1, "m", 202610): 1000, (2, "m", 202610): 400, (3, "m", 202610): 300, (4, "m", 202610): 200}
    assert rest(values) == [((1, "m", 202610), 900.0)]
    assert rest({**values, (1, "m", 202610): 900}) == []


def test_what_rounding_can_do_is_no_rest():
    values = {(1, "m", 202610): 902, (2, "m", 202610): 400, (3, "m", 202610): 300, (4, "m", 202610): 200}
    assert rest(values, share=0) == []
    assert rest({**values, (1, "m", 202610): 903}, share=0) == [((1, "m", 202610), 900.0)]
    assert rest({**values, (1, "m", 202610): 910}, step=10, share=0) == []


def test_a_small_share_is_no_rest():
    values = {(1, "m", 202610): 1004, (2, "m", 202610): 500, (3, "m", 202610): 300, (4, "m", 202610): 200}
    assert rest(values, share=0.005) == []
    assert len(rest(values, share=0.003)) == 1


def test_a_park_that_reports_and_has_not_reported_yet_leaves_the_rest_unknown():
    values = {(unit, "m", month): 100 for unit in (2, 3, 4) for month in (202609, 202610)}
    values |= {(1, "m", 202609): 300, (1, "m", 202610): 300}
    del values[(3, "m", 202610)]
    assert rest(values) == []
    assert rest({**values, (1, "m", 202609): 400}) == [((1, "m", 202609), 300.0)], "the newest complete period counts"


def test_a_park_that_never_reports_the_measure_or_stopped_long_ago_is_not_waited_for():
    values = {(1, "m", 202610): 500, (2, "m", 202610): 100, (3, "m", 202610): 100, (4, "m", 202406): 300}
    assert rest(values) == [((1, "m", 202610), 200.0)]


def test_a_period_adds_up_from_the_parks_of_that_time():
    values = {(1, "m", 202604): 300, (2, "m", 202604): 100, (3, "m", 202604): 200}
    merged = made_of((2, 202401, 202604), (3, 202401, 202604), (4, 202605, 202612))
    assert rest(values, parts=merged) == []
    assert rest({**values, (1, "m", 202604): 400}, parts=merged) == [((1, "m", 202604), 300.0)]
    later = {**values, (1, "m", 202605): 310, (4, "m", 202605): 310}
    assert rest(later, parts=merged) == [], "a park that was merged away is not waited for"
    assert rest({**later, (2, "m", 202605): 100}, parts=merged) == [], "nor counted beside the one it went into"


def test_a_zone_of_nothing_with_parks_of_something_is_found():
    values = {(1, "m", 202610): 0, (2, "m", 202610): 100, (3, "m", 202610): 100, (4, "m", 202610): 1}
    assert rest(values) == [((1, "m", 202610), 201.0)]


@given(st.lists(st.integers(0, 10**9), min_size=3, max_size=3), st.integers(-5, 5))
def test_a_rest_within_rounding_is_never_found_and_one_beyond_it_always(parks: list[int], off: int):
    values = {(1, "m", 202610): sum(parks) + off}
    values |= {(unit, "m", 202610): value for unit, value in zip((2, 3, 4), parks, strict=True)}
    assert bool(rest(values, share=0.0)) == (abs(off) > 2)


def fell(values: Mapping[int, int | None], *, since: int = 202601, share: float = 0.0) -> list[int]:
    return [period for _, _, period in told(falling(series(values), since=since, share=share))]


def test_a_year_to_date_that_went_down_is_found_and_a_new_year_is_no_fall():
    assert fell({202511: 900, 202512: 1000, 202602: 150, 202603: 230, 202604: 225, 202605: 300}) == [202604]


def test_a_fall_across_a_gap_is_a_fall_and_one_across_a_change_of_scope_is_none():
    assert fell({202603: 300, 202606: 250}) == [202606]
    values = {(1, "m", 202603): 300, (1, "m", 202604): 250}
    assert falling(figures(values, {(1, "m", 202604): 7}), since=202601, share=0.0).is_empty()


def test_a_fall_smaller_than_the_share_and_one_before_the_window_are_left():
    assert fell({202603: 1000, 202604: 985}, share=0.02) == []
    assert fell({202603: 1000, 202604: 975}, share=0.02) == [202604]
    assert fell({202503: 1000, 202504: 975}) == []


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=24))
def test_what_falls_is_what_a_slow_look_at_neighbours_finds(values: list[int]):
    known = dict(zip(months(202501, len(values)), values, strict=True))
    slow = [
        b for a, b in zip(list(known), list(known)[1:], strict=False) if a // 100 == b // 100 and known[b] < known[a]
    ]
    assert fell(known, since=202501) == slow
