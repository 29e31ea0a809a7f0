"""The band of a group's figures: checked by hand, against a slow reference, and never told of a small group."""

from __future__ import annotations

from statistics import median

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.peers import BAND_SCHEMA, band

Row = tuple[int, int, int, float | None]


def frame(rows: list[Row]) -> pl.DataFrame:
    schema = {"measure": pl.Int64, "period": pl.Int64, "member": pl.Int64, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_the_middle_half_of_five_firms():
    rows: list[Row] = [(1, 2025, member, float(value)) for member, value in enumerate((50, 10, 40, 20, 30))]
    assert band(frame(rows)).rows() == [(1, 2025, 5, 20.0, 30.0, 40.0)]


def test_four_firms_are_too_few_to_be_told():
    rows: list[Row] = [(1, 2025, member, 1.0) for member in range(4)]
    assert band(frame(rows)).is_empty()
    assert band(frame(rows)).schema == pl.Schema(BAND_SCHEMA)
    assert band(frame(rows), least=4).height == 1


def test_a_firm_with_several_figures_counts_once_and_one_without_not_at_all():
    rows: list[Row] = [(1, 2025, member, 10.0) for member in range(4)]
    assert band(frame([*rows, (1, 2025, 3, 30.0), (1, 2025, 9, None)])).is_empty()
    assert band(frame([*rows, (1, 2025, 3, 30.0), (1, 2025, 8, 10.0)]))["members"].to_list() == [5]


def quartile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(2023, 2025), st.integers(0, 12), st.integers(-(10**9), 10**9)),
        max_size=80,
        unique_by=lambda row: row[:3],
    )
)
def test_it_agrees_with_the_obvious_way(rows: list[tuple[int, int, int, int]]):
    groups: dict[tuple[int, int], list[float]] = {}
    for measure, period, _member, value in rows:
        groups.setdefault((measure, period), []).append(float(value))
    expected = [
        (measure, period, len(values), quartile(values, 0.25), median(values), quartile(values, 0.75))
        for (measure, period), values in sorted(groups.items())
        if len(values) >= 5
    ]
    found = band(frame([(m, p, k, float(v)) for m, p, k, v in rows])).rows()
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    for mine, theirs in zip(found, expected, strict=True):
        assert all(abs(a - b) <= 1e-6 * max(1.0, abs(b)) for a, b in zip(mine[3:], theirs[3:], strict=True))
