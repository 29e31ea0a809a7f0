"""How often somebody may do something: a bucket of tries per person, address or token that fills up again in time.

Kept in the memory of each web process, so that counting costs no write: with two processes somebody may try up to twice
as often. What must be counted exactly (wrong passwords, wrong codes) stands in the database of daily work instead.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

# Buckets kept at most; beyond it the fullest go: they belong to those who have been quiet longest.
KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many tries in so many seconds."""

    tries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many tries were left at a moment."""

    left: float
    at: float


LOG_IN = Rate(60, 60)  # per address: an office behind one address begins its day together
EXPORT = Rate(20, 60)  # per person
UPLOAD = Rate(30, 60)  # per person
UNMASK = Rate(30, 60)  # per person


def filled(bucket: Bucket | None, rate: Rate, now: float) -> Bucket:
    """Return the bucket as it stands `now`; a new one is full."""
    if bucket is None:
        return Bucket(rate.tries, now)
    gained = max(0.0, now - bucket.at) * rate.tries / rate.seconds
    return Bucket(min(rate.tries, bucket.left + gained), now)


def taken(bucket: Bucket, rate: Rate) -> tuple[Bucket, int]:
    """Return the bucket after one try, and the whole seconds until the next one is allowed; 0: this one was."""
    if bucket.left >= 1:
        return Bucket(bucket.left - 1, bucket.at), 0
    return bucket, max(1, math.ceil((1 - bucket.left) * rate.seconds / rate.tries))


_lock = threading.Lock()
_buckets: dict[tuple[str, str], Bucket] = {}


def wait(what: str, who: str, rate: Rate) -> int:
    """Count one try of `who` at `what`; return the seconds to wait, 0 where it is allowed."""
    key, now = (what, who), time.monotonic()
    with _lock:
        if key not in _buckets and len(_buckets) >= KEPT:
            _thin_out()
        _buckets[key], seconds = taken(filled(_buckets.get(key), rate, now), rate)
    return seconds


def _thin_out() -> None:
    quiet = sorted(_buckets, key=lambda key: _buckets[key].at)[: KEPT // 10]
    for key in quiet:
        del _buckets[key]


def forget() -> None:
    """Drop all counts; for tests."""
    with _lock:
        _buckets.clear()
