"""Who may do what, where: a role at a unit carries rights for everything below the unit (授权)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from django.db.models import F, Q
from django.utils import timezone

from qipan.platform.models import User
from qipan.platform.rights import Narrowing, decide_with, narrowing_of
from qipan.registry import right_names  # noqa: F401 - names the rights
from qipan.registry.models import Grant, Unit, UnitPlace
from qipan.registry.roles import roles

KEPT = "_reach"  # where a person's rights are kept during a request
# What a person may always do about themselves.
OWN = frozenset(
    {
        "person.password", "person.language", "person.factor", "views.keep", "records.watch", "records.unmask",
        "notices.read",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """What one grant gives: rights at units, for the whole zone or at one firm; `acting_for` is whom a deputy is."""

    rights: frozenset[str]
    units: frozenset[int] = frozenset()
    whole: bool = False
    firm: int | None = None
    acting_for: str = ""
    second_factor: bool = False  # whether the role is for those who log in with two

    def gives(self, right: str, unit: int | None) -> bool:
        """Tell whether it gives `right` at `unit` (None: anywhere)."""
        return right in self.rights and (unit is None or unit in self.units)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person's rights hold: right → units; `whole` names the rights held at the zone or above it.

    Who holds a right for the whole zone also reaches what belongs to no unit yet. `firms`: right → the single firms at
    which a person of an enterprise holds it.
    """

    units: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])
    whole: frozenset[str] = frozenset()
    firms: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])
    held: tuple[Held, ...] = ()

    def at(self, right: str) -> frozenset[int]:
        """Return the units at which `right` holds."""
        return self.units.get(right, frozenset())

    def own(self, right: str) -> frozenset[int]:
        """Return the single firms at which `right` holds."""
        return self.firms.get(right, frozenset())

    def in_units(self, right: str) -> bool:
        """Tell whether `right` holds at any unit."""
        return right in self.whole or bool(self.at(right))

    @property
    def second_factor(self) -> bool:
        """Whether a role the person holds needs a second factor."""
        return any(one.second_factor for one in self.held)

    def any(self, right: str) -> bool:
        """Tell whether `right` holds anywhere."""
        return self.in_units(right) or bool(self.own(right))


def below(roots: frozenset[int], children: Mapping[int, list[int]]) -> frozenset[int]:
    """Return `roots` and every unit under them."""
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting.extend(children.get(unit, ()))
    return frozenset(found)


def _dated(today: date) -> Q:
    return Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gt=today))


def open_on(day: date) -> Q:
    """Return the condition that a unit is not closed on that day; the day of closing is the first without it."""
    return Q(closed__isnull=True) | Q(closed__gt=day)


def children_on(today: date) -> dict[int, list[int]]:
    """Return who stands directly under whom on that day."""
    return _children(_dated(today))


def children_kept(today: date) -> dict[int, list[int]]:
    """Return who stands directly under whom on that day, and of closed units where they stood last.

    Rights, filters and sums over what was recorded go by this one: closing a unit takes its records from nobody.
    """
    return _children(Q(since__lte=today) & (_dated(today) | Q(until=F("unit__closed"))))


def _children(which: Q) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for unit, parent in UnitPlace.objects.filter(which).values_list("unit_id", "parent_id"):
        found.setdefault(parent, []).append(unit)
    return found


def parents_kept(today: date) -> dict[int, int]:
    """Return under which unit each stands on that day; of a closed one, under which it stood last."""
    return {unit: parent for parent, units in children_kept(today).items() for unit in units}


def reach(user: User, today: date | None = None) -> Reach:
    """Return where `user` has which rights today; asked once per request and kept on the person."""
    today = today or timezone.localdate()
    to = narrowing_of(user)
    kept = getattr(user, KEPT, None)
    if kept is not None and kept[0] == (today, to):
        return kept[1]
    found = _reach(user, today)
    if to is not None:
        found = _narrowed(found, to, today)
    setattr(user, KEPT, ((today, to), found))
    return found


def _narrowed(found: Reach, to: Narrowing, today: date) -> Reach:
    """Return what a token leaves of a person's reach: never more than they have."""
    below_it, over_all = None, False
    if to.unit is not None:
        below_it = below(frozenset({to.unit}), children_kept(today))
        over_all = Unit.objects.filter(pk=to.unit, kind__in=(Unit.Kind.ZONE, Unit.Kind.CITY)).exists()
    held = []
    for one in found.held:
        rights = one.rights if to.rights is None else one.rights & to.rights
        if below_it is None:
            held.append(replace(one, rights=rights))
        else:  # what is held at a firm is bound to no unit, so a unit's token leaves it out
            whole = one.whole and over_all
            held.append(replace(one, rights=rights, units=one.units & below_it, whole=whole, firm=None))
    return _gathered(held)


def _reach(user: User, today: date) -> Reach:
    if not user.is_active or user.pk is None:
        return Reach()
    return _gathered(tuple(_held(user, today)))


def _gathered(held: Sequence[Held]) -> Reach:
    """Return where the rights of all grants together hold."""
    units: dict[str, frozenset[int]] = {}
    firms: dict[str, frozenset[int]] = {}
    whole: set[str] = set()
    for one in held:
        for right in one.rights:
            units[right] = units.get(right, frozenset()) | one.units
            if one.firm is not None:
                firms[right] = firms.get(right, frozenset()) | {one.firm}
        if one.whole:
            whole |= one.rights
    return Reach(units, frozenset(whole), firms, tuple(held))


def in_force_on(today: date) -> Q:
    """Return the condition that a grant holds on `today`; a deputy's only while the one they stand for holds theirs."""
    principal = Q(stands_for__since__lte=today, stands_for__user__is_active=True) & (
        Q(stands_for__until__isnull=True) | Q(stands_for__until__gt=today)
    )
    return _dated(today) & (Q(stands_for__isnull=True) | principal)


def _held(user: User, today: date) -> Iterator[Held]:
    known = roles(today)
    names = ("stands_for__user__first_name", "stands_for__user__last_name", "stands_for__user__username")
    grants = list(
        Grant.objects.filter(in_force_on(today), user=user).values_list("role", "unit_id", "unit__kind", "firm", *names)
    )
    children = children_kept(today) if grants else {}
    for code, unit, kind, firm, first, last, login in grants:
        role = known.get(code)
        if role is None:  # of a pack that is gone or not yet in force
            continue
        rights, acting = role.all_rights(), f"{first or ''} {last or ''}".strip() or login or ""
        gives = partial(Held, rights, acting_for=acting, second_factor=role.second_factor)
        if firm is not None:
            if role.scope == "enterprise":
                yield gives(firm=firm)
        elif unit is not None:
            if role.scope != "enterprise":
                yield gives(below(frozenset({unit}), children), kind in {Unit.Kind.ZONE, Unit.Kind.CITY})
        elif role.scope == "installation":  # a unit is needed to reach figures
            yield gives(frozenset(Unit.objects.values_list("pk", flat=True)), True)


def decide(user: User, right: str, unit: int | None) -> bool:
    """Tell whether `user` has `right` at `unit`; without a unit: anywhere."""
    to = narrowing_of(user)
    if right in OWN and (to is None or to.rights is None or right in to.rights):
        return True
    found = reach(user)
    return found.any(right) if unit is None else unit in found.at(right)


def units_with(user: User, right: str) -> frozenset[int] | None:
    """Return the units at which `user` has `right`; None where they have it for the whole zone."""
    found = reach(user)
    return None if right in found.whole else found.at(right)


def acting_for(user: User, right: str, unit: int | None) -> str:
    """Return whom `user` stands for where they have `right` at `unit` only as a deputy; empty where it is their own."""
    found = [one.acting_for for one in reach(user).held if one.gives(right, unit)]
    return "" if "" in found else next(iter(found), "")


def connect() -> None:
    """Let the platform ask the registry."""
    decide_with(decide, units_with, acting_for)


connect()
