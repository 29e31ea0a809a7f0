"""Grants as people read them: which role, where, from when until when, for whom, and what it lets one do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qipan.platform.models import User
from qipan.platform.rights import RIGHTS, person, units_of
from qipan.registry.grants import RIGHT
from qipan.registry.models import Grant, Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import open_on
from qipan.registry.roles import barred, roles
from qipan.web import labels, words
from qipan.web.language import short


@dataclass(frozen=True, slots=True)
class Shown:
    """One grant as a page shows it."""

    number: int
    role: str
    place: str
    since: date
    last_day: date | None
    state: Literal["now", "later", "over"]
    stands_for: str
    rights: tuple[str, ...]
    second_factor: bool
    may_withdraw: bool


def role_name(code: str) -> str:
    """Return what a role is called; one no pack knows any more says so."""
    role = roles(timezone.localdate()).get(code)
    return role.text(short()) if role is not None else _("已停用的角色")


def _place(grant: Grant) -> str:
    if grant.firm is not None:
        return grant.firm.name
    return labels.unit(grant.unit) if grant.unit is not None else _("整个系统")


def _state(grant: Grant, today: date) -> Literal["now", "later", "over"]:
    if grant.until is not None and grant.until <= today:
        return "over"
    return "later" if grant.since > today else "now"


def shown(grants: QuerySet[Grant], reader: User) -> tuple[Shown, ...]:
    """Return the grants, those in force first, then those to come, then what is over."""
    today, known = timezone.localdate(), roles(timezone.localdate())
    units = units_of(person(reader), RIGHT)
    found: list[Shown] = []
    for grant in grants.select_related("unit", "firm", "stands_for__user").order_by("-since", "-pk")[:200]:
        role, state = known.get(grant.role), _state(grant, today)
        at = grant.firm.unit_id if grant.firm is not None else grant.unit_id
        found.append(
            Shown(
                grant.pk, role_name(grant.role), _place(grant), grant.since,
                grant.until - timedelta(days=1) if grant.until else None, state,
                words.who(str(grant.stands_for.user)) if grant.stands_for else "",
                tuple(sorted(str(RIGHTS[right]) for right in role.all_rights() if right in RIGHTS)) if role else (),
                bool(role and role.second_factor),
                state != "over" and (units is None or at in units),
            )
        )  # fmt: skip
    order = {"now": 0, "later": 1, "over": 2}
    return tuple(sorted(found, key=lambda one: order[one.state]))


def grants_seen(reader: User, whose: User) -> tuple[Shown, ...]:
    """Return the grants of `whose` that `reader` may see."""
    return shown(visible_to(Grant, reader).filter(user=whose), reader)


def roles_offered() -> list[tuple[str, str]]:
    """Return the roles with their names, for choosing."""
    return [(code, role.text(short())) for code, role in roles(timezone.localdate()).items()]


def units_offered(reader: User) -> list[tuple[int, str]]:
    """Return the units at which `reader` may grant, for choosing."""
    units = units_of(person(reader), RIGHT)
    found = Unit.objects.filter(open_on(timezone.localdate())).order_by("sort", "code")
    return [(unit.pk, labels.unit(unit)) for unit in (found if units is None else found.filter(pk__in=units))]


def clashing(codes: Iterable[str]) -> bool:
    """Tell whether two of the roles cannot be one person: packs may have changed after they were granted."""
    held, today = set(codes), timezone.localdate()
    return any(barred(role, held - {role}, today) is not None for role in held)
