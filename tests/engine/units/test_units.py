"""Units convert exactly, scale to stored integers and back, and show as people read."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sheets.definitions import UNITS
from qipan.engine.units import Dimension, Unit, UnitTable, scale_column, show

CODES = sorted(UNITS.units)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("亿元", "亿元"), ("(亿元)", "亿元"), ("（万元）", "万元"), ("单位:万元", "万元"), ("单位：千元", "千元"), ("计量单位: 亩", "亩"),
        (" 平方 公里 ", "平方公里"), ("㎡", "平方米"), ("万㎡", "万平方米"), ("km²", "平方公里"), ("％", "%"), ("个百分点", "百分点"),
        ("tce", "吨标准煤"), ("TCE", "吨标准煤"), ("亿度", "亿千瓦时"), ("箱", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_unit_is_found_however_it_is_written(text: str | None, unit: str | None) -> None:
    found = UNITS.find(text)
    assert (None if found is None else found.code) == unit


@pytest.mark.parametrize(
    ("value", "unit", "other", "result"),
    [
        ("1.5", "亿元", "万元", "15000"), ("1", "千元", "万元", "0.1"), ("15", "亩", "公顷", "1"), ("1", "平方公里", "亩", "1500"),
        ("26", "亿千瓦时", "万千瓦时", "260000"), ("1.2", "万人", "人", "12000"),
    ],
)  # fmt: skip
def test_units_of_one_kind_convert_exactly(value: str, unit: str, other: str, result: str) -> None:
    assert UNITS.convert(Decimal(value), unit, other) == Decimal(result)


def test_currencies_never_convert_into_one_another() -> None:
    with pytest.raises(ValueError, match="does not convert"):
        UNITS.convert(Decimal(1), "万美元", "万元")


def test_figures_are_stored_in_the_base_unit_half_away_from_zero() -> None:
    assert UNITS.to_scaled(Decimal("1020"), "亿元") == 1020 * 10**10
    assert UNITS.to_scaled(Decimal("0.005"), "元") == 1
    assert UNITS.to_scaled(Decimal("-0.005"), "元") == -1
    assert UNITS.to_scaled(Decimal("1"), "亩") == 6666667
    assert UNITS.to_scaled(Decimal("6.2"), "%") == 62000


def test_a_figure_too_large_to_store_is_refused() -> None:
    with pytest.raises(OverflowError):
        UNITS.to_scaled(Decimal("1e12"), "亿元")


@given(st.decimals("-9999999", "9999999", places=2), st.sampled_from(["元", "千元", "万元", "亿元", "%", "千瓦时"]))
def test_what_is_stored_comes_back_as_it_was(value: Decimal, unit: str) -> None:
    assert UNITS.from_scaled(UNITS.to_scaled(value, unit), unit) == value


@given(st.lists(st.decimals("-9999999999", "9999999999", places=6), min_size=1, max_size=20), st.sampled_from(CODES))
def test_whole_columns_are_stored_like_single_figures(values: list[Decimal], unit: str) -> None:
    frame = pl.DataFrame({"x": pl.Series(values, dtype=pl.Decimal(38, 10))})
    stored = frame.select(scale_column(pl.col("x"), unit, UNITS)).to_series().to_list()
    for value, found in zip(values, stored, strict=True):
        try:
            assert found == UNITS.to_scaled(value, unit)
        except OverflowError:
            assert found is None


def test_a_table_that_contradicts_itself_is_refused() -> None:
    money = Dimension("money", "元", 2)
    with pytest.raises(ValueError, match="no dimension"):
        UnitTable.of([Unit("元", "weight", Fraction(1))], [money])
    with pytest.raises(ValueError, match="names both"):
        UnitTable.of(
            [Unit("元", "money", Fraction(1), aliases=("圆",)), Unit("角", "money", Fraction(1, 10), aliases=("圆",))],
            [money],
        )


def test_figures_show_with_thousands_a_true_minus_and_all_their_decimals() -> None:
    assert show(Decimal("1234567.5"), 1) == "1,234,567.5"
    assert show(Decimal("-1234.55"), 1) == "−1,234.6"
    assert show(Decimal("6.2"), 1, sign=True) == "+6.2"
    assert show(Decimal("-0.04"), 1) == "0.0"
    assert show(Decimal("0"), 0, sign=True) == "0"
