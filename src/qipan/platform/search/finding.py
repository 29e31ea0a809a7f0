"""Finding the records of one noun: as written, then as they sound, then with a slip; only what a person may see."""

from __future__ import annotations

from dataclasses import dataclass

import tantivy

from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.search.asked import Asked, literally, misheard, misspelt, sounding
from qipan.platform.search.index import NAMES, SOUNDS, Part, sounds
from qipan.platform.search.kinds import Searchable
from qipan.platform.search.matching import Match, Matcher
from qipan.platform.search.shape import schema

LIMIT = 200  # records of a noun that are looked at; more are "200+"
# With so many surer hits nobody asked for what only sounds alike.
FEW = 5


@dataclass(frozen=True, slots=True)
class Found:
    """The records of a noun that were found, best first, and whether there may be more."""

    matches: tuple[Match, ...]
    more: bool


def keys_of(part: Part, query: tantivy.Query, limit: int, units: frozenset[int] | None = None) -> list[int]:
    """Return the keys of the records that `query` meets, best first; `units` bounds what may be seen."""
    searcher = part.searcher()
    if searcher is None:
        return []
    if units is not None:
        within = tantivy.Query.term_set_query(schema(), "unit", list(units))
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, within)])
    found = searcher.search(query, limit, count=False)
    keys = searcher.fast_field_values("id", [address for _, address in found.hits])
    return [int(key) for key in keys if key is not None]


def find(kind: str, text: str, limit: int = LIMIT, units: frozenset[int] | None = None) -> list[int]:
    """Return the keys of the records of a noun that `text` names literally, best first.

    Every two neighbouring characters of every word must occur; a single character must begin or end such a pair; a code
    is found by its beginning.
    """
    asked = Asked.of(text)
    return keys_of(Part.of(kind, NAMES), literally(asked), limit, units) if asked.words else []


def matches(user: User, kind: Searchable, text: str, limit: int = LIMIT, *, slips: bool = True) -> Found:
    """Return the records of a noun that `user` may see and `text` names, best first; with `slips` also nearly."""
    asked = Asked.of(text)
    units = units_of(person(user), kind.right) if kind.right else None
    if not asked.words or units == frozenset():
        return Found((), more=False)
    search = _Search(user, kind, asked, units, limit)
    search.ask(NAMES, literally(asked))
    if asked.latin or len(search.found) < FEW:
        search.ask(SOUNDS, sounding(asked, sounds()))
    if slips and len(search.found) < FEW:
        search.ask(NAMES, misspelt(asked), counts=False)
        search.ask(SOUNDS, misheard(asked, sounds()) if asked.latin else None, counts=False)
    best = sorted(search.found, key=lambda match: match.order)
    return Found(tuple(best[:limit]), more=search.full or len(best) > limit)


class _Search:
    """One search under way: what was looked at, and what of it matches."""

    def __init__(self, user: User, kind: Searchable, asked: Asked, units: frozenset[int] | None, limit: int) -> None:
        self.user, self.kind, self.units, self.limit = user, kind, units, limit
        self.matcher = Matcher(asked)
        self.found: list[Match] = []
        self.full = False  # whether there were more answers than were looked at
        self._looked_at: set[int] = set()

    def ask(self, what: str, query: tantivy.Query | None, *, counts: bool = True) -> None:
        """Ask one index and keep what really matches of its answers.

        Not `counts`: most answers will not match, and that there are more of them says nothing.
        """
        if query is None:
            return
        keys = keys_of(Part.of(self.kind.code, what), query, self.limit, self.units)
        self.full |= counts and len(keys) == self.limit
        fresh = [key for key in keys if key not in self._looked_at]
        self._looked_at.update(fresh)
        if fresh:
            met = (self.matcher.match(shown) for shown in self.kind.shown(self.user, fresh))
            self.found += (match for match in met if match is not None)
