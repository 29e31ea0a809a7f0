"""How often somebody may ask: a counter of one number for each who asks, in this process."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

# So many askers are remembered; beyond them, whoever has nothing to wait for is forgotten.
REMEMBERED = 10_000


@dataclass(slots=True)
class Rate:
    """At most `limit` requests within `seconds` from each asker, evenly refilled.

    What is kept is when an asker's requests so far will be used up; time is an argument, so a test needs no clock.
    Every process counts for itself.
    """

    limit: int
    seconds: float
    _used_up: dict[str, float] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, asker: str, now: float) -> float:
        """Count one request in and return 0, or return how many seconds `asker` must wait and count nothing."""
        each = self.seconds / self.limit
        with self._lock:
            until = max(self._used_up.get(asker, now), now)
            if until - now > self.seconds - each + 1e-9:
                return until - now - (self.seconds - each)
            self._used_up[asker] = until + each
            if len(self._used_up) > REMEMBERED:
                self._used_up = {who: when for who, when in self._used_up.items() if when > now}
        return 0.0
