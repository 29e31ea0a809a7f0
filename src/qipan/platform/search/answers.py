"""The answer to a search: what was found, noun by noun, with how many."""

from __future__ import annotations

from dataclasses import dataclass

from qipan.platform.models import User
from qipan.platform.search.finding import LIMIT, matches
from qipan.platform.search.index import NAMES, SOUNDS, Part
from qipan.platform.search.kinds import Searchable, searchables
from qipan.platform.search.matching import Match


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one noun."""

    kind: Searchable
    matches: tuple[Match, ...]
    count: int
    more: bool  # than were counted


def search(user: User, text: str, *, kind: str = "", limit: int = LIMIT) -> tuple[Group, ...]:
    """Return what `text` finds that `user` may see, the noun with the surest hit first; of `kind` only where named."""
    groups: list[Group] = []
    for one in searchables():
        if kind and one.code != kind:
            continue
        found = matches(user, one, text, limit)
        if found.matches:
            groups.append(Group(one, found.matches, len(found.matches), found.more))
    return tuple(sorted(groups, key=lambda group: group.matches[0].how))


@dataclass(frozen=True, slots=True)
class Pending:
    """What of the index is still being built."""

    names: bool
    sounds: bool


def pending() -> Pending:
    """Return what cannot be found yet."""
    kinds = searchables()
    names, heard = (any(Part.of(kind.code, what).state() is None for kind in kinds) for what in (NAMES, SOUNDS))
    return Pending(names, heard)
