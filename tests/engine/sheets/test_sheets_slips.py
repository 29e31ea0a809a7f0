"""Slips of the unit are told from growth by a figure's own past."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

import json

import polars as pl
import pytest

from qipan.engine.problem import PROBLEM_SCHEMA
from qipan.engine.sheets import FACT_SCHEMA, slips

HISTORY = {"key": pl.Int64, "measure": pl.String, "period": pl.Int64, "basis": pl.Int64, "value": pl.Int64}


def _facts(values: list[tuple[int, str, int, int, int]]) -> pl.DataFrame:
    """Facts of (key, measure, period, basis, value), one a row of column 3."""
    lines = [
        {"key": key, "measure": measure, "period": period, "basis": basis, "value": value, "reading": 0, "text": f"{value}",
         "sheet": 0, "row": at + 2, "column": 3}
        for at, (key, measure, period, basis, value) in enumerate(values)
    ]  # fmt: skip
    return pl.DataFrame(lines, schema={"key": pl.Int64, **FACT_SCHEMA})


def _past(values: dict[int, int], basis: int = 1, measure: str = "output", key: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        [(key, measure, period, basis, value) for period, value in values.items()], schema=HISTORY, orient="row"
    )


STEADY = {202508: 790_000, 202509: 900_000, 202510: 1_000_000, 202607: 720_000, 202608: 830_000, 202609: 930_000}


@pytest.mark.parametrize(
    ("factor", "times"),
    [(10, "10"), (100, "100"), (1000, "1,000"), (10_000, "10,000"), (0.1, "1/10"), (0.0001, "1/10,000")],
)
def test_a_figure_off_by_a_power_of_ten_is_asked_about(factor: float, times: str) -> None:
    found = slips(_facts([(1, "output", 202610, 1, int(1_060_000 * factor))]), _past(STEADY))
    assert found.schema == pl.Schema(PROBLEM_SCHEMA)
    (line,) = found.to_dicts()
    assert (line["code"], line["row"], line["column"], line["field"]) == ("sheets.unit-slip", 2, 3, "output")
    assert json.loads(line["params"]) == {"times": times}


@pytest.mark.parametrize("value", [1_060_000, 500_000, 3_000_000, 60_000_000, 0, -1_000_000])
def test_growth_and_decline_are_no_slips(value: int) -> None:
    found = slips(_facts([(1, "output", 202610, 1, value)]), _past(STEADY))
    assert found.is_empty()


def test_a_young_firm_that_grew_tenfold_is_not_accused() -> None:
    wild = {202510: 1_000_000, 202512: 3_000_000, 202606: 400_000, 202609: 9_000_000}
    assert slips(_facts([(1, "output", 202610, 1, 10_400_000)]), _past(wild)).is_empty()


def test_without_the_same_months_a_year_before_the_latest_months_are_scaled() -> None:
    found = slips(_facts([(1, "output", 202602, 1, 2_000_000_000)]), _past({202512: 12_000_000, 202511: 11_000_000}))
    assert found["code"].to_list() == ["sheets.unit-slip"]


def test_other_subjects_measures_and_bases_are_no_past() -> None:
    fact = _facts([(1, "output", 202610, 1, 106_000_000)])
    for past in (_past(STEADY, key=2), _past(STEADY, measure="trade"), _past(STEADY, basis=0)):
        assert slips(fact, past).is_empty()


def test_growths_places_and_targets_are_never_slips() -> None:
    assert slips(_facts([(1, "output.yoy", 202610, 1, 10_000_000)]), _past(STEADY, measure="output.yoy")).is_empty()
    target = _facts([(1, "output", 202610, 1, 106_000_000)]).with_columns(reading=pl.lit(1, dtype=pl.Int8))
    assert slips(target, _past(STEADY)).is_empty()


def test_a_column_that_slipped_as_a_whole_is_named_as_a_whole() -> None:
    past = pl.concat([_past(STEADY, key=key) for key in range(4)])
    found = slips(_facts([(key, "output", 202610, 1, 10_600_000_000) for key in range(4)]), past)
    assert found["code"].to_list() == ["sheets.unit-slip-column", *["sheets.unit-slip"] * 4]
    assert json.loads(found["params"][0]) == {"times": "10,000", "count": 4}


def test_without_history_nothing_is_said() -> None:
    assert slips(_facts([(1, "output", 202610, 1, 1)]), pl.DataFrame(schema=HISTORY)).is_empty()
    assert slips(_facts([]), _past(STEADY)).is_empty()
