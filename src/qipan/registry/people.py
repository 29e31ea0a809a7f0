"""People's accounts: made, renamed, closed and opened again; what they may do is granted elsewhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.platform.access import second_factor, sessions
from qipan.platform.action import Act, Stopped, action
from qipan.platform.models import User
from qipan.platform.rights import Actor
from qipan.registry.grants import give, overlapping, places_of, within
from qipan.registry.models import Grant
from qipan.registry.roles import barred

RIGHT = "people.manage"
# Who lets the others in: three people, because no two of these roles can be one.
FIRST = (("admin", "system"), ("security", "security"), ("audit", "audit"))
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


def _may_touch(act: Act, person: User) -> None:
    """Refuse who manages other units' people; stop who would take over an account it is kept apart from.

    Whoever sets a password can log in with it: a system administrator would become the security administrator.
    """
    within(act, RIGHT, places_of(person))
    if act.actor.user is None:
        return
    today = timezone.localdate()
    mine, theirs = (
        set(Grant.objects.filter(overlapping(one, today, None)).values_list("role", flat=True))
        for one in (act.actor.user, person)
    )
    if any(barred(role, theirs, today) is not None for role in mine):
        raise Stopped(Problem.of("registry.other-administrator", name=str(person)))


def _named(name: str) -> User:
    person = User.objects.filter(username=name).first()
    if person is None:
        raise Stopped(Problem.of("registry.no-such-person", name=name))
    return person


@action("people.put", right=RIGHT, zh="保存用户", en="Save a person")
def put(
    act: Act,
    name: str,
    *,
    role: str | None = None,
    unit: int | None = None,
    firm: int | None = None,
    until: date | None = None,
    full_name: str = "",
    new_password: bool = False,
    secret: str | None = None,
) -> Put:
    """Leave an account `name`; a new one gets a random password.

    A `role` is granted besides, at `unit` (the zone where none is named) or at `firm`, by whoever may grant.
    """
    standing = User.objects.filter(username=name).first()
    if standing is not None:
        _may_touch(act, standing)
    person, created = User.objects.get_or_create(username=name, defaults={"first_name": full_name})
    if not created and full_name and full_name != str(person):
        act.changed("person", person.pk, None, {"name": full_name, "formerly": str(person)})
        person.first_name, person.last_name = full_name, ""
        person.save(update_fields=["first_name", "last_name"])
    password = (secret or fresh_password()) if created or new_password else None
    if password:
        person.set_password(password)
        # Whoever made it knows it, so it must not stay; a demonstration keeps the one it prints.
        person.must_change_password = secret is None
        person.is_active = True
        person.save()
        act.changed("person", person.pk, None, {"name": str(person), "password": True})
    if role is not None:
        granted = give(act.actor, person, role, unit=unit, firm=firm, until=until)
        if not granted.done:
            raise Stopped(*granted.problems)
    return Put(person, password)


@action("people.close", right=RIGHT, zh="停用用户", en="Close an account")
def close(act: Act, name: str) -> None:
    """Leave the account closed: it stays on record and can no longer log in."""
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise Stopped(Problem.of("registry.no-such-person", name=name))
    _may_touch(act, person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    act.changed("person", person.pk, None, {"name": str(person), "active": False})


@action("people.open", right=RIGHT, zh="启用用户", en="Open an account again")
def reopen(act: Act, name: str) -> None:
    """Leave a closed account open again, with the password and the grants it had."""
    person = User.objects.filter(username=name, is_active=False).first()
    if person is None:
        raise Stopped(Problem.of("registry.no-such-person", name=name))
    _may_touch(act, person)
    User.objects.filter(pk=person.pk).update(is_active=True)
    act.changed("person", person.pk, None, {"name": str(person), "active": True})


@action("people.no-factor", right=RIGHT, zh="取消他人的二次验证", en="Take away a second factor")
def without_factor(act: Act, name: str) -> None:
    """Leave a person who lost telephone and recovery codes without a second factor, and logged in nowhere."""
    person = _named(name)
    _may_touch(act, person)
    second_factor.drop(act, person)
    sessions.end_all(person)


@action("sessions.end", right="sessions.end", zh="结束他人会话", en="End somebody's sessions")
def end_sessions(act: Act, name: str) -> int:
    """Leave a person logged in nowhere."""
    person = _named(name)
    within(act, "sessions.end", places_of(person))
    ended = sessions.end_all(person)
    act.changed("session", person.pk, None, {"name": str(person), "ended": ended})
    return ended


def first_people(actor: Actor) -> tuple[Put, ...]:
    """Leave an empty installation with its three administrators; nobody where somebody can log in already."""
    if User.objects.exists():
        return ()
    made = (put(actor, name, role=role).value for name, role in FIRST)
    return tuple(one for one in made if one is not None)
