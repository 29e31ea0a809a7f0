"""Who may do what, where: a role at a unit carries rights for everything below the unit (授权)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from qipan.platform.models import User
from qipan.platform.rights import decide_with
from qipan.registry.models import Grant, Unit, UnitPlace

# Everything a right can be asked for by name; a test holds this list and the Actions together.
SEE_FIGURES = frozenset(
    {"board.see", "figures.see", "firms.see", "firms.export", "batch.see", "returns.see", "views.share"}
)
SEE_STRUCTURE = frozenset({"units.see", "definitions.see"})
LOAD = frozenset({"batch.load", "batch.undo"})
NOTE = frozenset({"notes.write"})
EDIT = frozenset({"firms.edit", "contacts.see", "files.write"})
KEEP = frozenset({"firms.remove", "units.edit"})  # the zone's own registers
ADMINISTER = frozenset({"people.see", "people.manage", "packs.install", "settings.change", "backup.make"})

# Single firms' figures out of statistical surveys (统计调查) open to statistics staff only: `survey.see`.
RIGHTS_OF: Mapping[str, frozenset[str]] = {
    Grant.Role.LEADER: SEE_STRUCTURE | SEE_FIGURES | NOTE,
    Grant.Role.ECONOMY: SEE_STRUCTURE
    | SEE_FIGURES
    | LOAD
    | NOTE
    | EDIT
    | KEEP
    | {"survey.see", "returns.lock", "firms.judge"},
    Grant.Role.PARK: SEE_STRUCTURE | SEE_FIGURES | LOAD | NOTE | EDIT,
    Grant.Role.SYSTEM: SEE_STRUCTURE | ADMINISTER,
}
KEPT = "_reach"  # where a person's rights are kept during a request
# What a person may always do about themselves.
OWN = frozenset({"person.password", "person.language", "views.keep", "records.watch", "records.unmask", "notices.read"})


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person's rights hold: right → units; `whole` names the rights held at the zone or above it.

    Who holds a right for the whole zone also reaches what belongs to no unit yet.
    """

    units: Mapping[str, frozenset[int]]
    whole: frozenset[str]

    def at(self, right: str) -> frozenset[int]:
        """Return the units at which `right` holds."""
        return self.units.get(right, frozenset())

    def any(self, right: str) -> bool:
        """Tell whether `right` holds anywhere."""
        return right in self.whole or bool(self.at(right))


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


def children_on(today: date) -> dict[int, list[int]]:
    """Return who stands directly under whom on that day."""
    found: dict[int, list[int]] = {}
    for unit, parent in UnitPlace.objects.filter(_dated(today)).values_list("unit_id", "parent_id"):
        found.setdefault(parent, []).append(unit)
    return found


def reach(user: User, today: date | None = None) -> Reach:
    """Return where `user` has which rights today; asked once per request and kept on the person."""
    today = today or timezone.localdate()
    kept = getattr(user, KEPT, None)
    if kept is not None and kept[0] == today:
        return kept[1]
    found = _reach(user, today)
    setattr(user, KEPT, (today, found))
    return found


def _reach(user: User, today: date) -> Reach:
    if not user.is_active or user.pk is None:
        return Reach({}, frozenset())
    grants = list(Grant.objects.filter(_dated(today), user=user).values_list("role", "unit_id", "unit__kind"))
    children = children_on(today) if grants else {}
    units: dict[str, frozenset[int]] = {}
    whole: set[str] = set()
    for role, unit, kind in grants:
        rights = RIGHTS_OF.get(role, frozenset())
        if unit is None:  # of the whole installation; a unit is needed to reach figures
            if role != Grant.Role.SYSTEM:
                continue
            scope = frozenset(Unit.objects.values_list("pk", flat=True))
            whole |= rights
        else:
            scope = below(frozenset({unit}), children)
        for right in rights:
            units[right] = units.get(right, frozenset()) | scope
        if kind in {Unit.Kind.ZONE, Unit.Kind.CITY}:
            whole |= rights
    return Reach(units, frozenset(whole))


def decide(user: User, right: str, unit: int | None) -> bool:
    """Tell whether `user` has `right` at `unit`; without a unit: anywhere."""
    if right in OWN:
        return True
    found = reach(user)
    return found.any(right) if unit is None else unit in found.at(right)


def units_with(user: User, right: str) -> frozenset[int] | None:
    """Return the units at which `user` has `right`; None where they have it for the whole zone."""
    found = reach(user)
    return None if right in found.whole else found.at(right)


def connect() -> None:
    """Let the platform ask the registry."""
    decide_with(decide, units_with)


connect()
