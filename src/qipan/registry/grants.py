"""Granting roles and withdrawing them: never to oneself, never what cannot be one person, nor through deputies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.packs import Role
from qipan.packs.validate import nearest
from qipan.platform.action import Act, Stopped, action
from qipan.platform.models import User
from qipan.platform.rights import Refused, units_of
from qipan.registry.models import Enterprise, Grant, Unit
from qipan.registry.roles import barred, roles

RIGHT = "grants.give"


def within(act: Act, right: str, places: Iterable[int | None]) -> None:
    """Refuse whoever has `right` at some units only to act on `places` elsewhere; None: the whole installation."""
    units = units_of(act.actor, right)
    if units is not None and not set(places) <= set(units):
        raise Refused(right)


def places_of(person: User) -> set[int | None]:
    """Return the units at which the person holds anything; None among them: the whole installation, a firm of none."""
    found = Grant.objects.filter(user=person).values_list("unit_id", "firm_id", "firm__unit_id")
    return {firm_unit if firm else unit for unit, firm, firm_unit in found}


def overlapping(person: User, since: date, until: date | None) -> Q:
    """Return the condition that a grant of the person holds on some day from `since` until before `until`."""
    condition = Q(user=person) & (Q(until__isnull=True) | Q(until__gt=since))
    return condition & Q(since__lt=until) if until is not None else condition


def _told_of(code: str, role: Role) -> Problem:
    """Return a problem that names a role, in both languages."""
    return Problem.of(code, role=role.text(), role_en=role.text("en"))


def _role(code: str, today: date) -> Role:
    known = roles(today)
    if code not in known:
        raise Stopped(Problem.of("registry.no-such-role", role=code, near=nearest(code, known)))
    return known[code]


def _place(role: Role, unit: int | None, firm: int | None) -> int | None:
    """Return the unit at which `role` is given; stops where the role cannot be given there."""
    if (role.scope == "enterprise") != (firm is not None):
        code = "registry.role-at-firm" if role.scope == "enterprise" else "registry.role-at-unit"
        raise Stopped(_told_of(code, role))
    if firm is not None:
        if not Enterprise.objects.filter(pk=firm).exists():
            raise Stopped(Problem.of("registry.no-such-firm", number=firm))
        return None
    place = unit or Unit.objects.filter(kind=Unit.Kind.ZONE).values_list("pk", flat=True).first()
    if place is None and role.scope != "installation":
        raise Stopped(_told_of("registry.no-zone", role))
    return place


def _kept_apart(person: User, role: Role, since: date, until: date | None) -> None:
    """Stop where the person holds, as themselves or as a deputy, a role that cannot be one person with `role`."""
    others = Grant.objects.filter(overlapping(person, since, until)).values_list("role", flat=True)
    other = barred(role.code, set(others), timezone.localdate())
    if other is not None:
        held = roles(timezone.localdate()).get(other)
        zh, en = (held.text(), held.text("en")) if held is not None else (other, other)
        raise Stopped(
            Problem.of(
                "registry.roles-apart",
                name=str(person),
                other=zh,
                other_en=en,
                role=role.text(),
                role_en=role.text("en"),
            )
        )


def _told(grant: Grant) -> dict[str, Any]:
    """Return a grant as the trail keeps it."""
    place = grant.unit or grant.firm
    stands_for = grant.stands_for
    return {
        "name": str(grant.user),
        "role": grant.role,
        "unit": str(place) if place is not None else "",
        "unit_en": getattr(place, "name_en", ""),
        "since": grant.since.isoformat(),
        "until": grant.until.isoformat() if grant.until else None,
        **({"stands_for": str(stands_for.user)} if stands_for is not None else {}),
    }


def _dates(since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise Stopped(Problem.of("registry.grant-dates"))


def _not_oneself(act: Act, person: User) -> None:
    if act.actor.user is not None and act.actor.user.pk == person.pk:
        raise Stopped(Problem.of("registry.grant-to-oneself"))


@action("grants.give", right=RIGHT, zh="授予角色", en="Grant a role")
def give(
    act: Act,
    person: User,
    code: str,
    *,
    unit: int | None = None,
    firm: int | None = None,
    since: date | None = None,
    until: date | None = None,
    reason: str = "",
) -> Grant:
    """Leave the person with a role at a unit (the zone where none is named) or at a firm, until before `until`."""
    del reason  # the Action keeps it
    today = timezone.localdate()
    role, begins = _role(code, today), since or today
    place = _place(role, unit, firm)
    # First whether the actor may give anything there at all: problems tell about the person.
    within(act, RIGHT, {Enterprise.objects.get(pk=firm).unit_id if firm is not None else place})
    _not_oneself(act, person)
    _dates(begins, until)
    same = Grant.objects.filter(
        overlapping(person, begins, until), role=role.code, unit=place, firm=firm, stands_for=None
    )
    if (standing := same.filter(since__lte=begins, until=until).first()) is not None:
        return standing
    _kept_apart(person, role, begins, until)
    made = Grant.objects.create(user=person, role=role.code, unit_id=place, firm_id=firm, since=begins, until=until)
    act.changed("grant", place or firm, None, _told(made))
    return made


@action("grants.depute", right=RIGHT, zh="指定代理", en="Name a deputy")
def depute(act: Act, number: int, deputy: User, *, since: date, until: date, reason: str = "") -> Grant:
    """Leave `deputy` standing for the holder of a grant from `since` until before `until`."""
    del reason  # the Action keeps it
    held = Grant.objects.filter(pk=number).select_related("user", "firm").first()
    if held is None:
        raise Stopped(Problem.of("registry.no-such-grant"))
    within(act, RIGHT, {held.firm.unit_id if held.firm is not None else held.unit_id})
    _not_oneself(act, deputy)
    _dates(since, until)
    if held.stands_for_id is not None or held.user_id == deputy.pk:
        raise Stopped(Problem.of("registry.deputy-of-a-deputy"))
    _kept_apart(deputy, _role(held.role, timezone.localdate()), since, until)
    made = Grant.objects.create(
        user=deputy, role=held.role, unit_id=held.unit_id, firm_id=held.firm_id, since=since, until=until,
        stands_for=held,
    )  # fmt: skip
    act.changed("grant", held.unit_id or held.firm_id, None, _told(made))
    return made


@action("grants.withdraw", right=RIGHT, zh="收回角色", en="Withdraw a role")
def withdraw(act: Act, number: int, *, until: date | None = None, reason: str = "") -> Grant:
    """Leave the grant ended on `until`, today where no day is named; its deputies end with it."""
    del reason  # the Action keeps it
    ends = until or timezone.localdate()
    held = Grant.objects.filter(pk=number).select_related("user", "firm", "unit").first()
    if held is None or (held.until is not None and held.until <= ends):
        raise Stopped(Problem.of("registry.no-such-grant"))
    within(act, RIGHT, {held.firm.unit_id if held.firm is not None else held.unit_id})
    held.until = ends
    held.save(update_fields=["until"])
    act.changed("grant", held.unit_id or held.firm_id, None, _told(held))
    return held
