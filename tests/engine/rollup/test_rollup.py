"""Sums up the tree keep what they are made of, whole or brought up to date."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from qipan.engine.rollup import FIGURES, changed_by, roll_up, up_the_tree, with_growth

MEMBERS = pl.DataFrame({"subject": [1, 2, 3, 4, 5], "unit": [10, 10, 11, 11, 12]})
figure = st.tuples(
    st.integers(1, 7), st.integers(1, 2), st.sampled_from([202509, 202510, 202609, 202610]),
    st.one_of(st.none(), st.integers(-(10**12), 10**12)),
)  # fmt: skip
figures = st.lists(figure, max_size=40, unique_by=lambda row: row[:3])


def frame(rows: list[tuple[int, int, int, int | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def slow_sums(rows: list[tuple[int, int, int, int | None]]) -> dict[tuple[int | None, int, int], tuple[int, int]]:
    """The obvious reference: one row at a time."""
    unit_of = dict(MEMBERS.iter_rows())
    sums: dict[tuple[int | None, int, int], tuple[int, int]] = {}
    for subject, measure, period, value in rows:
        key = (unit_of.get(subject), measure, period)
        total, firms = sums.get(key, (0, 0))
        sums[key] = (total + (value or 0), firms + (value is not None))
    return sums


@given(figures)
def test_sums_are_those_of_the_slow_reference(rows: list[tuple[int, int, int, int | None]]) -> None:
    found = {(u, m, p): (v, n) for u, m, p, v, n in roll_up(frame(rows), MEMBERS).iter_rows()}
    assert found == slow_sums(rows)


@given(figures)
def test_nothing_drops_out_on_the_way_up(rows: list[tuple[int, int, int, int | None]]) -> None:
    sums = roll_up(frame(rows), MEMBERS)
    assert sums["value"].sum() == sum(row[3] or 0 for row in rows)


@given(figures, st.data())
def test_bringing_up_to_date_equals_rolling_up_again(
    rows: list[tuple[int, int, int, int | None]], data: st.DataObject
) -> None:
    gone = data.draw(st.lists(st.sampled_from(rows), unique=True)) if rows else []
    come = data.draw(figures)
    kept = [row for row in rows if row not in gone]
    come = [row for row in come if row[:3] not in {other[:3] for other in kept}]
    updated = changed_by(roll_up(frame(rows), MEMBERS), frame(come), frame(gone), MEMBERS)
    again = roll_up(frame(kept + come), MEMBERS)
    # A unit whose last known figure went away has no sum to show.
    assert_frame_equal(updated.filter(pl.col("firms") > 0), again.filter(pl.col("firms") > 0))


def test_a_zone_is_the_sum_of_its_parks() -> None:
    sums = roll_up(frame([(1, 1, 202610, 5), (3, 1, 202610, 7), (5, 1, 202610, 9)]), MEMBERS)
    above = pl.DataFrame({"unit": [10, 11, 12, 10, 11, 12], "over": [10, 11, 12, 1, 1, 1]})
    lifted = up_the_tree(sums, above)
    assert dict(lifted.select("unit", "value").iter_rows()) == {1: 21, 10: 5, 11: 7, 12: 9}


def test_growth_without_a_positive_base_is_unknown() -> None:
    rows = [(1, 1, 202510, 0), (1, 1, 202610, 5), (3, 1, 202510, 4), (3, 1, 202610, 5)]
    grown = with_growth(roll_up(frame(rows), MEMBERS)).filter(pl.col("period") == 202610)
    assert dict(grown.select("unit", "growth").iter_rows()) == {10: None, 11: 0.25}
