"""The counter of requests: a burst up to the limit, then as many as are refilled, each asker for itself."""

from hypothesis import given
from hypothesis import strategies as st

from qipan.platform.rate import REMEMBERED, Rate


def test_a_burst_passes_up_to_the_limit_and_then_waits_for_the_refill():
    rate = Rate(3, 60.0)
    assert [rate.wait("a", 0.0) for _ in range(3)] == [0, 0, 0]
    assert 0 < rate.wait("a", 0.0) <= 20
    assert rate.wait("b", 0.0) == 0
    assert rate.wait("a", 20.0) == 0
    assert rate.wait("a", 20.0) > 0


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_whoever_waits_as_told_may_come_in_and_no_window_holds_twice_the_limit(steps: list[float]):
    rate, now, passed = Rate(5, 10.0), 0.0, []
    for step in steps:
        now += step
        wait = rate.wait("a", now)
        if wait:
            now += wait
            assert rate.wait("a", now + 1e-6) == 0
        passed.append(now)
    for start in passed:
        assert sum(start <= one < start + 10.0 - 1e-3 for one in passed) <= 10


def test_askers_who_wait_for_nothing_are_forgotten():
    rate = Rate(1, 1.0)
    for number in range(REMEMBERED + 5):
        rate.wait(str(number), number * 2.0)
    assert len(rate._used_up) <= REMEMBERED + 1
