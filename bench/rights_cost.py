"""What `visible_to` costs on the list of firms: a leader's pages beside the same without rights."""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import Any
from unittest.mock import patch

from installation import fresh, real_data, tell

ROUNDS = 15
QUERIES = ("", "sort=registered", "industry=C39", "above_scale=yes", "registered.from=2015-01-01", "title=hightech")


def seconds(user: Any, query: str) -> float:
    """Return how long one page takes."""
    from django.http import QueryDict

    from qipan.platform.screens import screen_of
    from qipan.platform.screens.listing import list_page, read_wanted

    screen = screen_of("firms")
    assert screen is not None
    wanted, _problems = read_wanted(screen, QueryDict(query))
    began = time.perf_counter()
    list_page(user, screen, wanted)
    return time.perf_counter() - began


def unasked(model: Any, _user: Any) -> Any:
    """Return every record: the list as if nobody asked who looks at it."""
    return model._default_manager.all()


def main() -> int:
    """Ask each page with and without rights in turn, and tell the ratio of what they take together."""
    if not (real_data() / "registry" / "enterprises.parquet").exists():
        tell("cost of rights", "", None, "", note=f"skipped: no data in {real_data()} (set QIPAN_DATA)")
        return 0
    fresh()
    from lists import leader
    from many_firms import fill

    firms = fill()
    _client, person = leader()
    seconds(person, "")
    ratios: list[tuple[float, str]] = []
    with_rights = without = 0.0
    for query in QUERIES:
        mine: list[float] = []
        bare: list[float] = []
        for _ in range(ROUNDS):
            mine.append(seconds(person, query))
            with patch("qipan.platform.screens.listing.visible_to", unasked):
                bare.append(seconds(person, query))
        with_rights, without = with_rights + median(mine), without + median(bare)
        ratios.append((median(mine) / median(bare), query or "everything"))
    worst = max(ratios)
    note = f"{firms:,} firms, a leader, {len(QUERIES)} lists; worst: {worst[1]}, {worst[0]:.2f} ×"
    tell("list with rights beside the same without", "1.2 ×", with_rights / without, "×", note=note)
    return 0


if __name__ == "__main__":
    sys.exit(main())
