"""The answer to a search: what was found, noun by noun, with how many."""

from __future__ import annotations

from dataclasses import dataclass

from qipan.platform.models import User
from qipan.platform.search.finding import FEW, LIMIT, matches
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


def search(user: User, text: str, *, limit: int = LIMIT) -> tuple[Group, ...]:
    """Return what `text` finds that `user` may see, the noun with the surest hit first.

    Slips are looked for only where hardly anything is called so: they are guesses.
    """
    groups = _groups(user, text, limit, slips=False)
    if sum(group.count for group in groups) < FEW:
        groups = _groups(user, text, limit, slips=True)
    return tuple(sorted(groups, key=lambda group: group.matches[0].how))


def _groups(user: User, text: str, limit: int, *, slips: bool) -> list[Group]:
    answers = ((kind, matches(user, kind, text, limit, slips=slips)) for kind in searchables())
    return [Group(kind, found.matches, len(found.matches), found.more) for kind, found in answers if found.matches]


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
