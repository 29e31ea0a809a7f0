"""What a person types is read by the kind of its column, exactly or not at all, and stands in the form as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.platform.screens import Column, Kind, Screen
from qipan.platform.screens.fields import read_field, typed
from qipan.platform.screens.words import shown
from qipan.platform.term import Term
from qipan.registry.models import Enterprise

TERM = Term("某项", "thing")
CAPITAL = Column("capital", TERM, Kind.MONEY, unit="万元", decimals=2)
SCREEN = Screen("things", TERM, TERM, Enterprise, (CAPITAL,), see="firms.see")


def read(column: Column, text: object) -> Any:
    found = read_field(SCREEN, column, text, None)
    return found.problem.code if found.problem is not None else found.value


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1200", 1_200_000_000), ("1,200.50", 1_200_500_000), ("1200万元", 1_200_000_000), ("1.2亿", 12_000_000_000),
        ("１２００", 1_200_000_000), ("12000000元", 1_200_000_000), (1200, 1_200_000_000), ("-3", -3_000_000),
        ("约1200", "screens.want-number"), ("5-8", "screens.want-number"), ("很多", "screens.want-number"),
        ("3亩", "screens.other-unit"), ("9" * 20, "screens.too-large"), ("", None), ("NaN", "screens.want-number"),
        (True, "screens.want-number"),
    ],
)  # fmt: skip
def test_money_is_read_in_its_unit_and_kept_in_hundredths(text: object, stored: object):
    assert read(CAPITAL, text) == stored


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.DATE, "2026-03-31", date(2026, 3, 31)), (Kind.DATE, "2026年3月31日", date(2026, 3, 31)),
        (Kind.DATE, "2026年3月", "screens.want-date"), (Kind.DATE, "拟6月", "screens.want-date"),
        (Kind.DATE, date(2026, 1, 2), date(2026, 1, 2)), (Kind.DATE, 20260102, "screens.want-date"),
        (Kind.BOOLEAN, "是", True), (Kind.BOOLEAN, "no", False), (Kind.BOOLEAN, "?", "screens.want-boolean"),
        (Kind.INTEGER, "1,000", 1000), (Kind.INTEGER, "1.5", "screens.want-integer"), (Kind.INTEGER, "1.0", 1),
        (Kind.MOMENT, "2026-13-01", "screens.want-moment"), (Kind.MOMENT, "soon", "screens.want-moment"),
        (Kind.LONG, "一\r\n二", "一\n二"), (Kind.TEXT, " 甲 ", "甲"), (Kind.TEXT, "\ud800", "screens.not-text"),
    ],
)  # fmt: skip
def test_every_kind_reads_what_people_write_and_refuses_what_is_not_exact(kind: Kind, text: object, value: object):
    assert read(Column("extra_thing", TERM, kind, field="extra__extra_thing"), text) == value


def test_a_text_longer_than_its_field_is_refused_not_cut():
    assert read(Column("city", TERM), "云" * 41) == "screens.too-long"
    assert read(Column("city", TERM), "云" * 40) == "云" * 40


def test_an_emptied_text_is_blank_and_an_emptied_code_that_may_be_null_is_null():
    assert read(Column("city", TERM), "  ") == ""
    assert read(Column("uscc", TERM, Kind.CODE), "") is None
    assert read(Column("city", TERM, required=True), None) == "screens.missing"


@given(st.integers(-(10**15), 10**15))
def test_money_typed_back_is_the_same_money(stored: int):
    firm = Enterprise(capital=stored)
    assert read(CAPITAL, typed(CAPITAL, firm)) == stored


@given(st.floats(-180, 180).map(lambda x: float(Decimal(x).quantize(Decimal("1.000000")))))
def test_a_number_typed_back_is_the_same_number(value: float):
    column = Column("longitude", TERM, Kind.NUMBER, decimals=6)
    assert read(column, typed(column, Enterprise(longitude=value))) == value


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str):
    for kind in set(Kind) - {Kind.UNIT, Kind.RECORD}:
        read(Column("extra_thing", TERM, kind, field="extra__extra_thing", choices=list), text)


def test_money_is_shown_with_thousands_and_unit():
    assert shown(SCREEN, CAPITAL, 1_234_567_800, None) == "1,234.57 万元"
    assert shown(SCREEN, CAPITAL, 1_234_567_800, None, "en").startswith("1,234.57 ")
    assert shown(SCREEN, CAPITAL, None, None) == ""
