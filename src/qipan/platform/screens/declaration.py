"""What a noun declares about itself, and the register in which every page finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q

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
class Column:
    """One field of a noun as people meet it.

    `field` is where the ORM finds it ("enterprise__name"), its code where it is not said. `value` works it out from the
    record instead; such a column is shown and exported, neither sorted nor filtered. `sort` promises an index that
    begins with the field and ends with the primary key. `secret` names the right without which a person reads the
    value masked, in lists, exports and the API alike. `to` is the screen a RECORD points at.
    """

    code: str
    names: Term
    kind: Kind = Kind.TEXT
    field: str = ""
    choices: Choices | None = None
    value: Callable[[Any, User], Any] | None = None
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
        """Whether the database holds it."""
        return self.value is None


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


# `settle(act, record, before)` keeps what follows from a changed record (a name as it is compared) and returns what is
# wrong with it; `before` holds the old values of the changed columns, and is empty for a new record.
Settle = Callable[[Act, Any, Mapping[str, Any]], Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class Screen:
    """A noun as people work with it.

    `see`, `edit` and `remove` are rights; without the last two nobody changes or removes records here. `unit` is where
    the ORM finds the unit at which the rights are asked for, empty for a noun of the whole installation. `noun` is what
    ledgers and the trail call it. `order` is a column's code, with "-" for falling.
    """

    code: str
    names: Term
    one: Term
    model: type[Model]
    columns: tuple[Column, ...]
    see: str
    edit: str = ""
    remove: str = ""
    unit: str = "unit"
    noun: str = ""
    title: str = "name"
    order: str = "name"
    sections: tuple[Section, ...] = ()
    related: tuple[Related, ...] = ()
    search: Callable[[User, str], Q] | None = None
    settle: Settle | None = None
    page: str = ""  # the address of a page of its own ("web:firm"), where the common one does not do
    empty: Term = field(default_factory=lambda: Term("还没有记录。", "Nothing here yet."))

    def column(self, code: str) -> Column | None:
        """Return the column called `code`; None where there is none."""
        return next((column for column in self.columns if column.code == code), None)

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
