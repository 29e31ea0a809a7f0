"""People, and the roles they hold at units."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.models import User
from qipan.platform.rights import Actor, Refused, units_of
from qipan.registry.models import Grant, Unit

RIGHT = "people.manage"
# No characters that are mistaken for one another when read out.
ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"


@dataclass(frozen=True, slots=True)
class Put:
    """The person as saved, and the password where a new one was made."""

    user: User
    password: str | None


def fresh_password() -> str:
    """Return a random password that can be read out."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def _within(act: Act, person: User | None, place: int | None) -> None:
    """Refuse whoever manages people of some units to give rights elsewhere, or to touch a person who has some there."""
    units = units_of(act.actor, RIGHT)
    if units is None:
        return
    held = set(Grant.objects.filter(user=person).values_list("unit_id", flat=True)) if person else set()
    if not held | ({place} if place is not None else set()) <= units:
        raise Refused(RIGHT)


@action("people.put", right=RIGHT, zh="保存用户", en="Save a person")
def put(
    act: Act,
    name: str,
    *,
    role: str | None = None,
    unit: int | None = None,
    full_name: str = "",
    new_password: bool = False,
    secret: str | None = None,
) -> Put:
    """Leave a person `name` with `role` at `unit` (the zone where none is given); a new one gets a random password.

    Where there is no zone yet only a system administrator can be: of the whole installation, at no unit.
    """
    place = unit or Unit.objects.filter(kind=Unit.Kind.ZONE).values_list("pk", flat=True).first()
    _within(act, User.objects.filter(username=name).first(), place if role is not None else None)
    person, created = User.objects.get_or_create(username=name, defaults={"first_name": full_name})
    password = (secret or fresh_password()) if created or new_password else None
    if password:
        person.set_password(password)
        # Whoever made it knows it, so it must not stay; a demonstration keeps the one it prints.
        person.must_change_password = secret is None
        person.is_active = True
        person.save()
        act.changed("person", None, None, {"name": name, "password": "new"})
    if role is not None:
        if place is None and role != Grant.Role.SYSTEM:
            raise Stopped(Problem.of("registry.no-zone", role=role))
        today = timezone.localdate()
        if not Grant.objects.filter(user=person, role=role, unit_id=place, until__isnull=True).exists():
            Grant.objects.create(user=person, role=role, unit_id=place, since=today)
            act.changed("grant", place, None, {"name": name, "role": role})
    return Put(person, password)


@action("people.close", right=RIGHT, zh="停用用户", en="Close an account")
def close(act: Act, name: str) -> None:
    """Leave the account closed: it stays on record and can no longer log in."""
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise Stopped(Problem.of("registry.no-such-person", name=name))
    _within(act, person, None)
    User.objects.filter(pk=person.pk).update(is_active=False)
    act.changed("person", None, {"name": name, "active": True}, {"name": name, "active": False})


def first_person(actor: Actor) -> Put | None:
    """Leave an empty installation with a system administrator `admin`; None where somebody can log in already."""
    if User.objects.exists():
        return None
    return put(actor, "admin", role=Grant.Role.SYSTEM).value
