"""Who is logged in where: each log-in is noted, a person may end the others, and there are only so many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from qipan.platform.access.addresses import address_of
from qipan.platform.models import SignIn, User

AGENT = 300


@dataclass(frozen=True, slots=True)
class Open:
    """A session that is open: since when, from where, in which browser, and whether it is the one that asks."""

    number: int
    since: datetime
    address: str
    agent: str
    here: bool


def _key(request: HttpRequest) -> str:
    return request.session.session_key or ""


def note_sign_in(*, request: HttpRequest | None = None, user: User, **_signal: object) -> None:
    """Record a log-in, and end the oldest sessions of a person who has too many."""
    if request is None:
        SignIn.objects.create(user=user.pk)
        return
    if not request.session.session_key:
        request.session.create()
    SignIn.objects.create(
        user=user.pk, session=_key(request), address=address_of(request),
        agent=request.META.get("HTTP_USER_AGENT", "")[:AGENT],
    )  # fmt: skip
    surplus = _open(user)[settings.SESSIONS_AT_ONCE :]
    _end(one.session for one in surplus if one.session != _key(request))


def follow(old: str, request: HttpRequest) -> None:
    """Leave the note of a log-in with the session's new key; a changed password gives it one."""
    SignIn.objects.filter(session=old).update(session=_key(request))


def _open(user: User) -> list[SignIn]:
    """Return the log-ins of the person whose sessions still stand, newest first."""
    noted = SignIn.objects.filter(user=user.pk).exclude(session="").order_by("-pk")[:200]
    found = {one.session: one for one in reversed(list(noted))}
    alive = Session.objects.filter(session_key__in=list(found), expire_date__gt=timezone.now())
    keys = set(alive.values_list("session_key", flat=True))
    return sorted((one for key, one in found.items() if key in keys), key=lambda one: -one.pk)


def open_sessions(user: User, request: HttpRequest | None = None) -> tuple[Open, ...]:
    """Return the sessions in which the person is logged in, newest first."""
    here = _key(request) if request is not None else ""
    return tuple(Open(one.pk, one.at, one.address or "", one.agent or "", one.session == here) for one in _open(user))


def _end(keys: Iterable[str | None]) -> int:
    return Session.objects.filter(session_key__in=[key for key in keys if key]).delete()[0]


def end_others(user: User, request: HttpRequest) -> int:
    """End every session of the person but the one that asks; returns how many were."""
    here = _key(request)
    return _end(one.session for one in _open(user) if one.session != here)


def end_one(user: User, number: int) -> int:
    """End one session of the person."""
    return _end(one.session for one in _open(user) if one.pk == number)


def end_all(user: User) -> int:
    """End every session of the person."""
    return _end(one.session for one in _open(user))
