"""What the packs say about titles and peers, asked by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from qipan.packs import decide, read_rule
from qipan.platform.definitions import resolved


def _gives(code: str, values: Mapping[str, object], today: date) -> object:
    rule = resolved().rule(code, today)
    return decide(read_rule(rule), values, today=today).value if rule is not None else None


def expiring(until: date | None, today: date) -> bool:
    """Tell whether a title ends soon, as the packs mean it; one that ended does not."""
    return until is not None and _gives("title_expiring", {"剩余天数": (until - today).days}, today) is True


def least_peers(today: date) -> int:
    """Return of how many peers a band may be told; where no pack says so, a number no group has."""
    value = _gives("peers_least", {}, today)
    return int(value) if isinstance(value, Decimal | int) else 2**31
