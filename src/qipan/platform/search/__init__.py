"""Search: one box over all nouns a person may see, by names, sounds and codes; the index is a cache of the records."""

from qipan.platform.search.answers import Group, Pending, pending, search
from qipan.platform.search.finding import Found, find, matches
from qipan.platform.search.index import catch_up, complete
from qipan.platform.search.kinds import (
    ROWS,
    Bounds,
    Changed,
    Other,
    Searchable,
    Shown,
    searchable,
    searchable_of,
    searchables,
)
from qipan.platform.search.matching import How, Match, Place
from qipan.platform.search.screens import of_screens

__all__ = [
    "ROWS",
    "Bounds",
    "Changed",
    "Found",
    "Group",
    "How",
    "Match",
    "Other",
    "Pending",
    "Place",
    "Searchable",
    "Shown",
    "catch_up",
    "complete",
    "find",
    "matches",
    "of_screens",
    "pending",
    "search",
    "searchable",
    "searchable_of",
    "searchables",
]
