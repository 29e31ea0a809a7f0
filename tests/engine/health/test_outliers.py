"""Figures far from their own past or from their peers, and slips of the unit."""

from __future__ import annotations

import math
from statistics import median

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.health.frames import figures, months, series, steps, told

from qipan.engine.health import Far, outliers, slipped, unlike_peers

FAR = Far(least=12, limit=5.0, floor=0.03, change=0.25, small=10)
SEASON = (0, 20, 10, 9, 10, 12, 8, 8, 10, 8, 7, 7)


def cumulative(years: int, growth: float = 1.06, first: int = 2022) -> dict[int, int | None]:
    """A year to date with a season, growing by the year; January comes with February."""
    found: dict[int, int | None] = {}
    for year in range(first, first + years):
        to_date = 0.0
        for month in range(2, 13):
            to_date += SEASON[month - 1] * 100 * growth ** (year - first)
            found[year * 100 + month] = round(to_date)
    return found


def far(values: dict[int, int | None], since: int, *, to_date: bool = True, small: int = 10) -> list[int]:
    rule = Far(FAR.least, FAR.limit, FAR.floor, FAR.change, small)
    return [at for _, _, at in told(outliers(series(values), steps(), cumulative=to_date, since=since, far=rule))]


def test_a_steady_series_has_no_outlier_however_strong_its_season():
    assert far(cumulative(5), 202601) == []


def test_a_month_that_jumps_is_found_where_the_year_to_date_would_hide_it():
    values = cumulative(5)
    for month in (202610, 202611, 202612):
        values[month] = (values[month] or 0) + 700  # October alone nearly doubles; the year to date is 8 % higher
    assert far(values, 202609) == [202610]


def test_what_was_expected_surrounds_the_figure_that_would_have_been():
    values = cumulative(5)
    usual = values[202610] or 0
    values[202610] = usual + 700
    found = outliers(series(values), steps(), cumulative=True, since=202610, far=FAR)
    assert found["low"][0] < usual < found["high"][0] < usual + 700


def test_a_change_of_scope_is_no_outlier():
    values = {(1, "m", period): value for period, value in cumulative(5).items()}
    changed = {key: value * 3 if key[2] >= 202601 and value else value for key, value in values.items()}
    scopes = {key: 9 for key in changed if key[2] >= 202601}
    assert outliers(figures(changed, scopes), steps(), cumulative=True, since=202601, far=FAR).is_empty()
    assert not outliers(figures(changed), steps(), cumulative=True, since=202601, far=FAR).is_empty()


def test_a_young_series_is_not_judged_and_small_counts_say_nothing():
    assert far({month: value for month, value in cumulative(5).items() if month >= 202507}, 202601) == []
    counts: dict[int, int | None] = dict.fromkeys(months(202201, 59), 4)
    counts[202611] = 9
    assert far(counts, 202611, to_date=False) == []
    assert far({month: (value or 0) * 25 for month, value in counts.items()}, 202611, to_date=False) == [202611]


@given(st.lists(st.integers(500, 2000), min_size=40, max_size=40), st.integers(500, 20_000))
def test_an_outlier_is_what_the_median_and_the_deviation_of_the_past_say(past: list[int], last: int):
    at = months(202201, 41)
    values: dict[int, int | None] = dict(zip(at, [*past, last], strict=True))
    growth = {
        month: math.log((values[month] or 0) / (values[month - 100] or 1)) for month in at if month - 100 in values
    }
    *before, now = growth.values()
    middle = median(before)
    spread = max(1.4826 * median(abs(one - middle) for one in before), FAR.floor)
    reach = max(FAR.limit * spread, FAR.change)
    if abs(abs(now - middle) - reach) < 1e-9:
        return
    assert bool(far(values, at[-1], to_date=False)) == (abs(now - middle) > reach)


def test_a_firm_unlike_its_peers_is_found_and_a_small_group_says_nothing():
    values = {(firm, "m", 202510): 1000 for firm in range(1, 13)}
    values |= {(firm, "m", 202610): 1000 + 10 * firm for firm in range(1, 12)}
    values |= {(12, "m", 202610): 4000}
    groups = pl.DataFrame({"subject": list(range(1, 13)), "group": ["26/大"] * 12})
    rule = Far(least=8, limit=8.0, floor=0.1, change=0.7, small=10)
    found = unlike_peers(figures(values), steps(), groups, since=202610, far=rule)
    assert told(found) == [(12, "m", 202610)]
    assert '"peers":12' in found["detail"][0]
    few = groups.with_columns(group=pl.when(pl.col("subject") > 5).then(pl.lit("27/大")).otherwise("group"))
    assert unlike_peers(figures(values), steps(), few, since=202610, far=rule).is_empty()


def test_slips_of_ten_to_ten_thousand_times_are_found_and_named():
    values = cumulative(5)
    for power, words in ((1, "10"), (2, "100"), (3, "1,000"), (4, "10,000")):
        found = slipped(series(values | {202612: (values[202612] or 0) * 10**power}), basis=1, since=202612)
        assert told(found) == [(1, "m", 202612)]
        assert f'"times":"{words}"' in found["detail"][0]
        larger = {at: (value or 0) * 10**power for at, value in values.items()}
        less = slipped(series(larger | {202612: values[202612]}), basis=1, since=202612)
        assert f'"times":"1/{words}"' in less["detail"][0]


def test_a_figure_that_doubled_or_has_no_past_is_no_slip():
    values = cumulative(5)
    assert slipped(series(values | {202612: (values[202612] or 0) * 3}), basis=1, since=202612).is_empty()
    assert slipped(series({202612: 10_000}), basis=1, since=202612).is_empty()
