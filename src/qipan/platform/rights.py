"""What a person may do, asked of whoever knows the units: the registry answers through `decide_with`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qipan.platform.models import User
from qipan.platform.term import Term

# Every right by code; a role lists them, an Action or a screen asks for one.
RIGHTS: dict[str, Term] = {}


def name_rights(names: Mapping[str, Term]) -> None:
    """Let people read what rights are called; raises ValueError for one that is named twice."""
    if twice := RIGHTS.keys() & names.keys():
        raise ValueError(f"rights named twice: {sorted(twice)}")
    RIGHTS.update(names)


class Refused(Exception):
    """A person asked for what they have no right to."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, or the machine itself (no user: the command line of the one who owns the data folder)."""

    user: User | None
    name: str

    @property
    def is_machine(self) -> bool:
        """Whether nobody logged in stands behind the act."""
        return self.user is None


def person(user: User) -> Actor:
    """Return `user` as an actor."""
    return Actor(user, str(user))


def machine(name: str) -> Actor:
    """Return the machine acting on behalf of `name`, e.g. the operator at the command line."""
    return Actor(None, name)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is left of a person's rights while a program works for them with a token."""

    rights: frozenset[str] | None  # None: all they have
    unit: int | None  # and only there and below; None: wherever they have them


_NARROWING = "_narrowing"


def narrow(user: User, to: Narrowing) -> None:
    """Leave this `user` (the object, for this request or job) with no more rights than `to` allows."""
    setattr(user, _NARROWING, to)


def narrowing_of(user: User) -> Narrowing | None:
    """Return what this `user` was narrowed to; None where they act themselves."""
    return getattr(user, _NARROWING, None)


_decide: list[Callable[[User, str, int | None], bool]] = []
_units: list[Callable[[User, str], frozenset[int] | None]] = []
_acting: list[Callable[[User, str, int | None], str]] = []


def decide_with(
    decide: Callable[[User, str, int | None], bool],
    units: Callable[[User, str], frozenset[int] | None],
    acting: Callable[[User, str, int | None], str],
) -> None:
    """Let `decide(user, right, unit)`, `units(user, right)` and `acting(user, right, unit)` answer from now on.

    Called once, by the registry.
    """
    _decide[:] = [decide]
    _units[:] = [units]
    _acting[:] = [acting]


def may(actor: Actor, right: str, unit: int | None = None) -> bool:
    """Tell whether `actor` has `right` at `unit` (None: anywhere)."""
    if actor.user is None:
        return True
    return actor.user.is_active and any(decide(actor.user, right, unit) for decide in _decide)


def units_of(actor: Actor, right: str) -> frozenset[int] | None:
    """Return the units at which `actor` has `right`; None: everywhere, also where no unit stands yet."""
    if actor.user is None:
        return None
    return next((units(actor.user, right) for units in _units), frozenset())


def acting_for(actor: Actor, right: str, unit: int | None = None) -> str:
    """Return whose right it is where `actor` has it only as a deputy; empty where it is their own."""
    if actor.user is None:
        return ""
    return next((acting(actor.user, right, unit) for acting in _acting), "")
