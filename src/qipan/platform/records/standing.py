"""The record something is attached to: found where the person may see it, named in the trail as its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped
from qipan.platform.screens.changing import seen_by
from qipan.platform.screens.declaration import Screen


def found(act: Act, screen: Screen, key: int) -> Any:
    """Return record `key` of the screen; Stopped where there is none the person may see."""
    record = seen_by(act.actor, screen).filter(pk=key).first()
    if record is None:
        raise Stopped(Problem.of("screens.no-such-record", number=key))
    return record


def told(act: Act, screen: Screen, key: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
    """Leave a line in the trail of the record: whoever takes back its load is told that people built on it."""
    act.changed(screen.model._meta.db_table, key, before, after)


def author(act: Act) -> dict[str, Any]:
    """Return who acts, as notes and files keep it."""
    return {"by": act.actor.user.pk if act.actor.user else None, "by_name": act.actor.name[:150]}
