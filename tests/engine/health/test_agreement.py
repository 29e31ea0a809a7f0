"""Figures that contradict each other."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.health.frames import figures, steps, told

from qipan.engine.feel import parse
from qipan.engine.health import broken, growth_differs


def differs(now: int, then: int, growth: float, *, points: float = 1.0, step: int = 1) -> bool:
    levels = figures({(1, "m", 202510): then, (1, "m", 202610): now})
    stated = figures({(1, "m", 202610): round(growth * 10)})
    found = growth_differs(levels, stated, since=202610, points=points, percent=0.1, slack=steps(step=step))
    assert found["thing"].to_list() in ([], ["m.yoy"])
    return not found.is_empty()


def test_growth_that_the_levels_do_not_give_is_found():
    assert differs(1100, 1000, 25.0)
    assert not differs(1100, 1000, 10.4)


def test_what_rounding_of_small_levels_can_do_is_allowed():
    assert not differs(11, 10, 17.0)  # 11.49 over 9.5 is 21 %
    assert differs(11, 10, 25.0)
    assert not differs(1100, 1000, 17.0, step=100)


def test_growth_across_a_change_of_scope_or_without_a_base_is_not_judged():
    levels = figures({(1, "m", 202510): 1000, (1, "m", 202610): 1500}, {(1, "m", 202610): 3})
    stated = figures({(1, "m", 202610): 10})
    assert growth_differs(levels, stated, since=202610, points=1, percent=0.1, slack=steps()).is_empty()
    assert not differs(1000, 0, 5.0)


@given(st.integers(10**4, 10**9), st.integers(10**4, 10**9))
def test_growth_worked_out_from_the_levels_always_fits(now: int, then: int):
    assert not differs(now, then, round((now / then - 1) * 100, 1), points=0.06)


def condition(text: str, **columns: list[float | None]) -> list[int]:
    expression = parse(text, {name: name for name in columns}).expression
    assert expression is not None
    rows = len(next(iter(columns.values())))
    numbers = pl.DataFrame({"subject": list(range(1, rows + 1)), "period": [202610] * rows, **columns})
    return [subject for subject, _, _ in told(broken(numbers, expression))]


def test_a_condition_is_broken_where_it_is_false_and_not_where_it_is_unknown():
    assert condition("tax <= all", tax=[1.0, 3.0, None, 2.0], all=[2.0, 2.0, 2.0, None]) == [2]


def test_exactly_equal_parts_keep_a_condition_however_floats_fall():
    assert condition("a + b = c", a=[0.1], b=[0.2], c=[0.3]) == []
    assert condition("c >= a + b", a=[0.1], b=[0.2], c=[0.3]) == []


def test_three_growths_part_ways():
    text = "max(a, b, c) - min(a, b, c) <= 15"
    assert condition(text, a=[18.8, 5.0], b=[-7.5, 4.0], c=[-15.7, 6.0]) == [1]


def test_what_a_condition_looked_at_is_told():
    expression = parse("tax <= all", {"tax": "tax", "all": "all"}).expression
    assert expression is not None
    found = broken(pl.DataFrame({"subject": [1], "period": [202610], "tax": [3.0], "all": [2.0]}), expression)
    assert found["detail"].to_list() == ['{"all":2.0,"tax":3.0}']
