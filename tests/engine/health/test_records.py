"""Records of firms that cannot be right, and titles counted after their end."""

from __future__ import annotations

from datetime import date

import polars as pl
from tests.engine.health.frames import figures, told

import loads
from qipan.engine.health import FIRMS, TITLES, blanks, counted_after_end, doubles, wrong_codes

Row = tuple[int, int | None, str | None, str, str]


def firms(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=FIRMS, orient="row")


def test_a_wrong_code_is_found_with_what_is_wrong_and_a_right_or_absent_one_is_not():
    good = loads.code_of(1)
    bad = good[:-1] + ("0" if good[-1] != "0" else "1")
    found = wrong_codes(firms((1, 9, good, "a", "3990"), (2, 9, bad, "b", "3990"), (3, 9, None, "c", "3990")))
    assert told(found) == [(2, "", 0)]
    assert bad in found["detail"][0]
    assert "codes.uscc-check" in found["detail"][0]


def test_two_records_of_one_organisation_are_found_once():
    one = loads.code_of(1)
    other = "92" + one[2:]
    found = doubles(
        firms((1, 9, one, "a", ""), (2, 9, other, "b", ""), (3, 9, loads.code_of(2), "c", "")), "organisation"
    )
    assert told(found) == [(2, "", 0)]
    assert '"first":1' in found["detail"][0]


def test_firms_of_one_name_are_found_and_nameless_ones_are_not_alike():
    found = doubles(
        firms((1, 9, None, "海富", ""), (2, 9, None, "海富", ""), (3, 9, None, "", ""), (4, 9, None, "", "")), "key"
    )
    assert told(found) == [(2, "", 0)]


def test_blank_is_null_or_nothing_but_spaces():
    rows = firms((1, None, None, "a", " "), (2, 9, loads.code_of(2), "b", "3990"))
    for field in ("unit", "code", "industry"):
        assert told(blanks(rows, field)) == [(1, "", 0)]


def held(*rows: tuple[int, int, date | None, date | None]) -> pl.DataFrame:
    shaped = [(firm, unit, "hightech", since, until) for firm, unit, since, until in rows]
    return pl.DataFrame(shaped, schema=TITLES, orient="row")


ABOVE = pl.DataFrame({"unit": [2, 2, 3, 3, 1], "over": [2, 1, 3, 1, 1]})
ENDS = date(2026, 10, 31)
LONG = (date(2022, 1, 1), date(2030, 1, 1))
LAPSED = (date(2023, 8, 1), date(2026, 7, 31))


def counted(titles: pl.DataFrame, *values: tuple[int, int]) -> list[tuple[int, int]]:
    counts = figures({(unit, "m", 202610): value for unit, value in values})
    found = counted_after_end(counts, titles, ABOVE, kind="hightech", ends=ENDS)
    return [(subject, int(low)) for subject, low in found.select("subject", "low").iter_rows()]


def test_a_title_that_ended_and_is_still_counted_is_found_in_its_park_and_in_the_zone():
    titles = held((11, 2, *LONG), (12, 2, *LAPSED), (13, 3, *LONG))
    assert counted(titles, (2, 2), (3, 1), (1, 3)) == [(1, 2), (2, 1)]
    assert counted(titles, (2, 1), (3, 1), (1, 2)) == []


def test_a_title_that_was_renewed_is_valid():
    renewed = held((12, 2, *LAPSED), (12, 2, date(2026, 8, 1), date(2029, 7, 31)))
    assert counted(renewed, (2, 1)) == []


def test_who_counts_more_for_other_reasons_is_not_told_here():
    assert counted(held((11, 2, *LONG)), (2, 5)) == []
    long_ago = held((11, 2, *LONG), (12, 2, date(2017, 1, 1), date(2020, 1, 1)))
    assert counted(long_ago, (2, 2)) == []
