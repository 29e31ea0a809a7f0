"""Opening what is masked: with a right, for a reason, and with a line in the trail that says who read whose."""

from __future__ import annotations

from collections.abc import Mapping

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.records import standing
from qipan.platform.screens.declaration import Screen, columns_of
from qipan.platform.screens.fields import value_of
from qipan.platform.screens.words import may_read, name_of, shown

SHORTEST = 4  # characters of a reason


@action("records.unmask", right="records.unmask", zh="查看隐去的信息", en="Read what is masked")
def unmask(act: Act, screen: Screen, key: int, *, reason: str) -> Mapping[str, str]:
    """Return the record's secret columns in full, by column: those the person has the right to read there."""
    record = standing.found(act, screen, key)
    if len(reason.strip()) < SHORTEST:
        raise Stopped(Problem.of("records.no-reason", limit=SHORTEST))
    user = act.actor.user
    opened = {
        column.code: shown(screen, column, value_of(column, record, user), user, record=record)
        for column in columns_of(screen)
        if column.secret and may_read(user, screen, column, record)
    }
    if not opened:
        raise Stopped(Problem.of("records.nothing-to-unmask"))
    # Of the trail alone, not of the record's history: reading changes nothing and is in nobody's way.
    read = {"screen": screen.code, "fields": sorted(opened), "name": name_of(record)}
    act.changed("unmask", key, None, read)
    return opened
