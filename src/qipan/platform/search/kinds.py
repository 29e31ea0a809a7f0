"""What can be searched: each noun says once how its records are called, what changed, and what people see of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
from django.db.models import QuerySet

from qipan.platform.models import TrailEntry, User
from qipan.platform.term import Term

# What `rows` gives. `name` holds all names joined by a line break; `unit` is where rights are asked for.
ROWS: dict[str, pl.DataType] = {"id": pl.Int64(), "unit": pl.Int64(), "name": pl.String(), "code": pl.String()}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a person may look: at records of these units, and at these records wherever they are."""

    units: frozenset[int] = frozenset()
    keys: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.units or self.keys)


@dataclass(frozen=True, slots=True)
class Other:
    """Another name of a record: one it had before, or is also called by."""

    name: str
    former: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as a person who may see it finds it."""

    key: int
    name: str
    others: tuple[Other, ...] = ()
    code: str = ""
    note: str = ""  # what tells it from others of its name
    page: str = ""  # the name of its page's address, with `place` in it
    place: tuple[object, ...] = ()


# `rows(keys)` gives what is searchable of these records, as ROWS; None: of all.
Rows = Callable[[Sequence[int] | None], pl.DataFrame]
# `changed(entries)` gives the records that changed with these entries of the trail; None: too many, or not to be told.
Changed = Callable[[QuerySet[TrailEntry]], Sequence[int] | None]
# `shown(user, keys)` gives those of the records that the person may see.
Show = Callable[[User, Sequence[int]], Sequence[Shown]]
# `within(user)` gives where in the index a person may look at all; None: everywhere.
Within = Callable[[User], Bounds | None]


@dataclass(frozen=True, slots=True)
class Searchable:
    """A noun that can be searched.

    `within` narrows the index, so that a person's own records are not lost among others'; whether they see a record is
    always asked of `shown`. `listed` is the name of the address of its list, which takes `q`. `coded`: people know its
    codes.
    """

    code: str
    names: Term
    rows: Rows
    changed: Changed
    shown: Show
    within: Within | None = None
    listed: str = ""
    listed_place: tuple[object, ...] = ()
    coded: bool = False


_kinds: dict[str, Searchable] = {}
_givers: list[Callable[[], Sequence[Searchable]]] = []


def searchable(kind: Searchable) -> Searchable:
    """Let records of a noun be found, in place of what anybody said of this code before."""
    _kinds[kind.code] = kind
    return kind


def searchable_too(giver: Callable[[], Sequence[Searchable]]) -> None:
    """Let the nouns `giver` names be found as well, where nobody spoke for their code."""
    _givers.append(giver)


def searchables() -> tuple[Searchable, ...]:
    """Return all nouns that can be searched."""
    found = dict(_kinds)
    for giver in _givers:
        for kind in giver():
            found.setdefault(kind.code, kind)
    return tuple(found.values())


def searchable_of(code: str) -> Searchable | None:
    """Return the noun with this code; None where there is none."""
    return next((kind for kind in searchables() if kind.code == code), None)
