"""An address says what a list is asked for; what makes no sense is told and filters nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from qipan.platform.screens import Screen, screen_of
from qipan.platform.screens.wanted import Condition, Op, Wanted, query_of, read_wanted


def firms() -> Screen:
    screen = screen_of("firms")
    assert screen is not None
    return screen


def read(query: str) -> tuple[Wanted, list[str]]:
    wanted, problems = read_wanted(firms(), QueryDict(query))
    return wanted, [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("name=机械", Condition("name", Op.CONTAINS, ("机械",))),
        ("name.is=机械", Condition("name", Op.IS, ("机械",))),
        ("industry=39", Condition("industry", Op.BEGINS, ("39",))),
        ("park=4&park=5", Condition("park", Op.IS, (4, 5))),
        ("registered.from=2020-01-31", Condition("registered", Op.FROM, (date(2020, 1, 31),))),
        ("above_scale=no", Condition("above_scale", Op.IS, (False,))),
        ("capital.to=1,500.5", Condition("capital", Op.TO, (Decimal("1500.5"),))),
        ("title=hightech", Condition("title", Op.IS, ("hightech",))),
        ("phone.empty=1", Condition("phone", Op.EMPTY)),
        ("city=济宁&city.op=is", Condition("city", Op.IS, ("济宁",))),
    ],
)
def test_an_address_is_read_by_the_kind_of_its_column(query: str, condition: Condition):
    wanted, problems = read(query)
    assert wanted.conditions == (condition,)
    assert problems == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("registered.from=2020-13-01", "screens.wrong-value"),
        ("registered.from=20200101", "screens.wrong-value"),
        ("park=x", "screens.wrong-value"),
        ("park=1.5", "screens.wrong-value"),
        ("capital.from=NaN", "screens.wrong-value"),
        ("capital.from=1e99", "screens.wrong-value"),
        ("above_scale=maybe", "screens.wrong-value"),
        ("name=%00", "screens.wrong-value"),
        ("name=" + "x" * 300, "screens.wrong-value"),
        ("name.from=x", "screens.unknown-filter"),
        ("nothing=1", "screens.unknown-filter"),
        ("name.regex=.*", "screens.unknown-filter"),
        ("password__startswith=a", "screens.unknown-filter"),
        ("sort=address", "screens.unknown-order"),
        ("sort=phone", "screens.unknown-order"),
        ("q=%00", "screens.wrong-search"),
    ],
)
def test_nonsense_is_told_and_filters_nothing(query: str, code: str):
    wanted, problems = read(query)
    assert problems == [code]
    assert wanted == Wanted()


def test_what_makes_sense_beside_nonsense_still_filters():
    wanted, problems = read("park=x&name=机械")
    assert wanted.conditions == (Condition("name", Op.CONTAINS, ("机械",)),)
    assert problems == ["screens.wrong-value"]


def test_what_a_page_reads_itself_is_no_filter():
    assert read_wanted(firms(), {"period": ["1"]}, also=frozenset({"period"}))[1] == ()


def test_more_conditions_than_anybody_means_are_cut_and_told():
    names = [column.code for column in firms().columns if column.filtered]
    query = "&".join(f"{name}.{op}=1" for name in names for op in ("empty", "filled"))
    wanted, problems = read(query)
    assert len(wanted.conditions) == 40
    assert problems == ["screens.too-many-filters"]


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).map(str.strip).filter(bool)
_CONDITIONS = st.one_of(
    st.builds(lambda v, o: Condition("name", o, (v,)), _TEXT, st.sampled_from((Op.CONTAINS, Op.BEGINS, Op.IS))),
    st.builds(
        lambda v: Condition("park", Op.IS, tuple(v)), st.lists(st.integers(0, 10**15 - 1), min_size=1, unique=True)
    ),
    st.builds(
        lambda v, o: Condition("registered", o, (v,)),
        st.dates(date(1000, 1, 1), date(9998, 12, 31)),
        st.sampled_from((Op.FROM, Op.TO, Op.IS)),
    ),
    st.builds(lambda v: Condition("above_scale", Op.IS, (v,)), st.booleans()),
    st.builds(lambda v: Condition("capital", Op.FROM, (v,)), st.decimals(-(10**9), 10**9, places=2)),
    st.builds(
        lambda c, o: Condition(c, o), st.sampled_from(("phone", "capital")), st.sampled_from((Op.EMPTY, Op.FILLED))
    ),
)


@given(
    st.lists(_CONDITIONS, max_size=6, unique_by=lambda one: (one.column, one.op)),
    st.sampled_from(("", "name", "park", "registered")),
    st.booleans(),
)
def test_what_is_written_into_an_address_is_read_out_of_it(conditions: list[Condition], sort: str, falling: bool):
    wanted = Wanted("", tuple(conditions), sort, falling)
    read_back, problems = read_wanted(firms(), QueryDict(query_of(firms(), wanted)))
    assert problems == ()
    assert set(read_back.conditions) == set(wanted.conditions)
    assert (read_back.sort, read_back.falling) == (sort, falling)


@given(st.dictionaries(st.text(max_size=30), st.lists(st.text(max_size=40), max_size=3), max_size=5))
def test_no_address_breaks_the_reading(query: dict[str, list[str]]):
    wanted, _problems = read_wanted(firms(), query)
    assert len(wanted.conditions) <= len(query)
