"""What a noun declares about itself, and the register in which every page finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q, QuerySet

from qipan.engine.problem import Problem
from qipan.platform.action import Act
from qipan.platform.models import User
from qipan.platform.term import Term


class Kind(StrEnum):
    """What a column holds: how it is shown, filtered, typed in and exported."""

    TEXT = "text"
    LONG = "long"  # several lines
    CODE = "code"  # set in the narrow face, searched from its beginning
    INTEGER = "integer"
    NUMBER = "number"  # exact; `decimals` are shown
    MONEY = "money"  # kept in hundredths; shown in `unit`
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    CHOICE = "choice"  # a code out of `choices`; a person reads its word
    UNIT = "unit"  # a unit of the tree; filtered with everything below it
    RECORD = "record"  # a record of the screen `to`


Choices = Callable[[], Sequence[tuple[str, str]]]  # code and word in the page's language, in their order


@dataclass(frozen=True, slots=True)
class Through:
    """Codes that stand in another table: a record has those of the rows that point back at it (a firm its titles).

    `rows(user)` are the rows a person sees, `back` is their field that points at the record, `field` holds the code.
    """

    rows: Callable[[User], QuerySet[Any]]
    back: str
    field: str


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a noun as people meet it.

    `field` is where the ORM finds it ("enterprise__unit"), its code where it is not said. `value` works it out from the
    record instead (of whose fields it reads `needs`), `values` from the keys of many records at once; such a column is
    shown and exported, neither sorted nor filtered. A CHOICE may lie `through` another table, or be worked out so that
    `meets(code)` says which records have a code (the empty one: which have none); then it is filtered, and sorted by
    its `field`. `sort` promises an index that begins with the field; of a UNIT, one of the unit and the list's own
    order. `secret` names the right without which a person reads the value masked, in lists, exports and the API alike;
    it is never sorted by. `to` is the screen a RECORD points at; where no one screen does, `named` says what the
    records are called and `offered` which of them a search finds. `words` is what a person reads instead of a code.
    """

    code: str
    names: Term
    kind: Kind = Kind.TEXT
    field: str = ""
    choices: Choices | None = None
    value: Callable[[Any, User], Any] | None = None
    values: Callable[[Sequence[int], User], Mapping[int, Any]] | None = None
    needs: tuple[str, ...] = ()
    through: Through | None = None
    meets: Callable[[str], Q] | None = None
    words: Callable[[Any], str] | None = None
    named: Callable[[Sequence[int], User], Mapping[int, str]] | None = None
    offered: Callable[[User, str], Sequence[tuple[int, str]]] | None = None
    shown: bool = True  # in the list, unless a person chose otherwise
    sort: bool = False
    filter: bool = True
    edit: bool = False
    required: bool = False
    total: bool = False
    secret: str = ""
    to: str = ""
    unit: str = ""
    decimals: int = 0
    note: Term | None = None  # what a person who types it in must know

    @property
    def path(self) -> str:
        """Where the ORM finds the value."""
        return self.field or self.code

    @property
    def stored(self) -> bool:
        """Whether a field of the database holds it."""
        return self.value is None and self.values is None and self.through is None

    @property
    def filtered(self) -> bool:
        """Whether a list can be filtered by it."""
        return self.filter and (self.stored or self.through is not None or self.meets is not None)

    @property
    def sorted(self) -> bool:
        """Whether a list can be sorted by it."""
        led = self.stored or (self.meets is not None and bool(self.field))
        return self.sort and led and not self.secret


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record's page: a heading and the columns under it."""

    names: Term
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Records of another screen that point at this one: shown under it, with a way to the whole list."""

    screen: str
    column: str  # of the other screen, which points here


@dataclass(frozen=True, slots=True)
class Searched:
    """The records a text typed into the search box means: those that meet the `condition`.

    `more`: those that meet it are the best of what is like the text, and there are more. Where those are too many to be
    looked up for a page, `best` are the keys of those that come nearest.
    """

    condition: Q
    more: bool = False
    best: Sequence[int] = ()


# `settle(act, record, before)` keeps what follows from a changed record (a name as it is compared) and returns what is
# wrong with it; `before` holds the old values of the changed columns, and is empty for a new record.
Settle = Callable[[Act, Any, Mapping[str, Any]], Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class Screen:
    """A noun as people work with it.

    `see`, `edit`, `remove` and `export` are rights; without `edit` and `remove` nobody changes or removes records here,
    without `export` whoever sees them takes them along. `unit` is where the ORM finds the unit at which the rights are
    asked for, empty for a noun of the whole installation. `noun` is what ledgers and the trail call it. `order` is the
    code of a column that sorts, or "pk", with "-" for falling. `only` leaves out rows that are no records (facts that
    were superseded). `naming` says what a record is called where the field `title` does not. `stamp` says another thing
    whenever records changed without a line in the trail: findings follow from the records, as an index does.
    """

    code: str
    names: Term
    one: Term
    model: type[Model]
    columns: tuple[Column, ...]
    see: str
    edit: str = ""
    remove: str = ""
    export: str = ""
    unit: str = "unit"
    noun: str = ""
    title: str = "name"
    order: str = "name"
    only: Q = field(default_factory=Q)
    naming: Callable[[Any], str] | None = None
    sections: tuple[Section, ...] = ()
    related: tuple[Related, ...] = ()
    search: Callable[[User, str], Q | Searched] | None = None
    settle: Settle | None = None
    stamp: Callable[[], object] | None = None
    page: str = ""  # the address of a page of its own ("web:firm"), where the common one does not do
    empty: Term = field(default_factory=lambda: Term("还没有记录。", "Nothing here yet."))

    def column(self, code: str) -> Column | None:
        """Return the column called `code`, the zone's own among them; None where there is none."""
        return next((column for column in columns_of(self) if column.code == code), None)

    @property
    def called(self) -> str:
        """What ledgers and the trail call the noun."""
        return self.noun or self.code


_screens: dict[str, Screen] = {}
Follower = Callable[[Screen], None]
_followers: list[Follower] = []


def on_declare(follower: Follower) -> Follower:
    """Call `follower(screen)` for every noun that is declared (its Actions are registered so)."""
    _followers.append(follower)
    return follower


# Columns a screen has beside those it declares: a zone's own fields.
Further = Callable[[Screen], Sequence[Column]]
_further: list[Further] = []


def columns_also(further: Further) -> Further:
    """Let every screen have the columns `further(screen)` gives, behind those it declares."""
    _further.append(further)
    return further


def columns_of(screen: Screen) -> tuple[Column, ...]:
    """Return the columns of the screen: those it declares, then a zone's own."""
    return (*screen.columns, *(column for further in _further for column in further(screen)))


def declare(screen: Screen) -> Screen:
    """Let people work with the noun; raises ValueError where the code is taken or a column is named twice."""
    codes = [column.code for column in screen.columns]
    if screen.code in _screens:
        raise ValueError(f"screen {screen.code} is declared twice")
    if len(set(codes)) != len(codes):
        raise ValueError(f"screen {screen.code} names a column twice")
    _screens[screen.code] = screen
    for follower in _followers:
        follower(screen)
    return screen


def screen_of(code: str) -> Screen | None:
    """Return the screen called `code`; None where there is none."""
    return _screens.get(code)


def screens() -> tuple[Screen, ...]:
    """Return all screens, in the order in which they were declared."""
    return tuple(_screens.values())
