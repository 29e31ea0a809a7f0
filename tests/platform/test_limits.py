"""A bucket of tries: full at first, empty after so many, filled again by time alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qipan.platform import limits
from qipan.platform.limits import Bucket, Rate, filled, taken

RATE = Rate(3, 60)


def _try(times: list[float], rate: Rate = RATE) -> list[int]:
    bucket: Bucket | None = None
    waits = []
    for now in times:
        bucket, seconds = taken(filled(bucket, rate, now), rate)
        waits.append(seconds)
    return waits


def test_so_many_tries_at_once_and_then_one_in_every_part_of_the_time():
    assert _try([0, 0, 0, 0, 10, 20, 20]) == [0, 0, 0, 20, 10, 0, 20]


def test_who_waits_as_long_as_told_is_let_in():
    times = [0.0, 0.0, 0.0, 0.0]
    seconds = _try(times)[-1]
    assert _try([*times, seconds])[-1] == 0


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=200).map(sorted), st.integers(1, 10), st.floats(1, 600))
def test_in_no_stretch_of_time_are_there_more_than_the_rate_allows(times: list[float], tries: int, seconds: float):
    rate = Rate(tries, seconds)
    allowed = [now for now, wait in zip(times, _try(times, rate), strict=True) if wait == 0]
    for start in allowed:
        within = sum(start <= now < start + seconds for now in allowed)
        assert within <= 2 * tries


def test_one_persons_tries_are_not_anothers():
    limits.forget()
    assert [limits.wait("x", "a", Rate(1, 60)) for _ in range(2)] == [0, 60]
    assert limits.wait("x", "b", Rate(1, 60)) == 0
    assert limits.wait("y", "a", Rate(1, 60)) == 0


def test_memory_is_bounded_and_the_longest_quiet_go_first(monkeypatch):
    limits.forget()
    monkeypatch.setattr(limits, "KEPT", 10)
    for number in range(30):
        limits.wait("x", str(number), Rate(1, 600))
    assert len(limits._buckets) <= 10
    assert ("x", "29") in limits._buckets
    limits.forget()
