"""Finding the records of one noun: as written, then as they sound, then with a slip; only what a person may see."""

from __future__ import annotations

from dataclasses import dataclass

import tantivy

from qipan.platform.models import User
from qipan.platform.search.asked import Asked, literally, misheard, misspelt, sounding
from qipan.platform.search.index import NAMES, SOUNDS, Part, sounds
from qipan.platform.search.kinds import Bounds, Searchable
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


def keys_of(part: Part, query: tantivy.Query, limit: int, within: Bounds | None = None) -> list[int]:
    """Return the keys of the records that `query` meets, best first, of those `within` bounds."""
    searcher = part.searcher()
    if searcher is None:
        return []
    if within is not None:
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, _inside(within))])
    found = searcher.search(query, limit, count=False)
    keys = searcher.fast_field_values("id", [address for _, address in found.hits])
    return [int(key) for key in keys if key is not None]


def _inside(within: Bounds) -> tantivy.Query:
    held = (("unit", within.units), ("id", within.keys))
    parts = [tantivy.Query.term_set_query(schema(), field, list(numbers)) for field, numbers in held if numbers]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])


def find(kind: str, text: str, limit: int = LIMIT, within: Bounds | None = None) -> list[int]:
    """Return the keys of the records of a noun that `text` names literally, best first.

    Every two neighbouring characters of every word must occur; a single character must begin or end such a pair; a code
    is found by its beginning.
    """
    asked = Asked.of(text)
    return keys_of(Part.of(kind, NAMES), literally(asked), limit, within) if asked.words else []


def matches(user: User, kind: Searchable, text: str, limit: int = LIMIT, *, slips: bool = True) -> Found:
    """Return the records of a noun that `user` may see and `text` names, best first; with `slips` also nearly."""
    asked = Asked.of(text)
    within = kind.within(user) if kind.within is not None else None
    if not asked.words or (within is not None and not within):
        return Found((), more=False)
    search = _Search(user, kind, asked, within, limit)
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

    def __init__(self, user: User, kind: Searchable, asked: Asked, within: Bounds | None, limit: int) -> None:
        self.user, self.kind, self.within, self.limit = user, kind, within, limit
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
        keys = keys_of(Part.of(self.kind.code, what), query, self.limit, self.within)
        self.full |= counts and len(keys) == self.limit
        fresh = [key for key in keys if key not in self._looked_at]
        self._looked_at.update(fresh)
        if fresh:
            met = (self.matcher.match(shown) for shown in self.kind.shown(self.user, fresh))
            self.found += (match for match in met if match is not None)
