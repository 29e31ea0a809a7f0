"""The parks a firm moved through, out of the trail and the change sets of loads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qipan.platform.models import User
from qipan.platform.records.history import Happening, history
from qipan.platform.screens.words import shown
from qipan.registry.models import Enterprise
from qipan.registry.screens import FIRMS

PAGES = 10  # of the history; what is older than that is told there


@dataclass(frozen=True, slots=True)
class Move:
    """That a firm was put from one park to another; `batch` leads to the load that said so."""

    at: datetime
    before: str
    after: str
    batch: int | None


def _moved(one: Happening) -> tuple[object, object] | None:
    if one.load is not None:
        found = [(change.before, change.after) for change in one.load.changes if change.field == "unit"]
        return found[0] if found else None
    entry = one.entry
    if entry is not None and entry.before is not None and entry.after is not None and "park" in entry.after:
        return entry.before.get("park"), entry.after.get("park")
    return None


def moves(user: User, firm: Enterprise) -> tuple[Move, ...]:
    """Return the firm's moves between parks, the latest first; parks one may not see have no name."""
    column = FIRMS.column("park")
    assert column is not None  # noqa: S101 - the declaration stands beside this
    found: list[Move] = []
    before: datetime | None = None
    for _page in range(PAGES):
        told = history(user, FIRMS, firm, before=before)
        for one in told.happenings:
            moved = _moved(one)
            if moved is not None:
                old, new = (shown(FIRMS, column, side, user, record=firm) or "—" for side in moved)
                batch = one.load.batch.pk if one.load is not None and one.load.open else None
                found.append(Move(one.at, old, new, batch))
        before = told.earlier
        if before is None:
            break
    return tuple(found)
