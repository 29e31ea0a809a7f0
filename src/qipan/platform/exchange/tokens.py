"""Tokens: made once and shown once, looked up by fingerprint, taken away."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.exchange.models import Token, Use
from qipan.platform.models import User
from qipan.platform.rights import Narrowing, Refused, may, narrow

OTHERS = "tokens.manage"  # the right over everybody's
BEGINS = "qipan_"
SHOWN = len(BEGINS) + 4
NOTED_EVERY = timedelta(minutes=1)
LENGTH = 100  # no token of ours is longer


@dataclass(frozen=True, slots=True)
class Made:
    """A new token and its text, which nobody can read again."""

    token: Token
    text: str


def fingerprint(text: str) -> str:
    """Return what is kept of a token; it is random and long, so one hash is enough."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@action("tokens.create", right="tokens.own", zh="新建令牌", en="Make a token")
def create(act: Act, name: str, rights: Sequence[str], *, unit: int | None, days: int) -> Made:
    """Leave the person with a token for some of their rights; nobody can give away what they do not have."""
    user, longest = act.actor.user, settings.TOKEN_DAYS
    if user is None:
        raise Refused("tokens.own")
    name = name.strip()
    problems = []
    if not name or len(name) > 80:
        problems.append(Problem.of("exchange.name-needed", longest=80))
    if not rights:
        problems.append(Problem.of("exchange.no-right-chosen"))
    if not 1 <= days <= longest:
        problems.append(Problem.of("exchange.days-out-of-range", longest=longest))
    problems += [Problem.of("exchange.right-not-yours", right=one) for one in rights if not may(act.actor, one, unit)]
    if problems:
        raise Stopped(*problems)
    text = BEGINS + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user, name=name, rights=sorted(set(rights)), unit=unit, hint=text[:SHOWN], hash=fingerprint(text),
        expires=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    act.changed("token", None, None, {"name": name, "rights": token.rights, "unit": unit, "days": days})
    return Made(token, text)


@action("tokens.revoke", right="tokens.own", zh="吊销令牌", en="Revoke a token")
def revoke(act: Act, number: int) -> Token:
    """Leave a token of one's own without effect."""
    user = act.actor.user
    return _ended(act, Token.objects.filter(pk=number, user=user.pk if user else None).first())


@action("tokens.withdraw", right=OTHERS, zh="收回他人的令牌", en="Revoke somebody's token")
def withdraw(act: Act, number: int) -> Token:
    """Leave anybody's token without effect."""
    return _ended(act, Token.objects.filter(pk=number).first())


def _ended(act: Act, token: Token | None) -> Token:
    if token is None or token.revoked is not None:
        raise Stopped(Problem.of("exchange.no-such-token"))
    token.revoked = timezone.now()
    token.save(update_fields=["revoked"])
    act.changed("token", None, {"name": token.name, "revoked": False}, {"name": token.name, "revoked": True})
    return token


def narrowed(token: Token) -> User:
    """Return the token's person with no more rights than the token carries."""
    user = token.user
    narrow(user, Narrowing(frozenset(map(str, token.rights)), token.unit))
    return user


def bearer(text: str) -> Token | None:
    """Return the token whose text this is and which opens something today, its person narrowed to it; else None."""
    if not text.startswith(BEGINS) or len(text) > LENGTH:
        return None
    return _open(Token.objects.select_related("user").filter(hash=fingerprint(text)).first())


def numbered(number: int) -> Token | None:
    """Return the token of that number as `bearer` does; for a job that goes on with what a request began."""
    return _open(Token.objects.select_related("user").filter(pk=number).first())


def _open(token: Token | None) -> Token | None:
    if token is None or not token.valid:
        return None
    if not token.user.is_active or token.user.must_change_password:
        return None
    narrowed(token)
    return token


def note_use(token: Token, address: str) -> None:
    """Keep when and from where a token was used, at most once a minute."""
    now = timezone.now()
    last = Use.objects.filter(pk=token.pk).first()
    if last is None or now - last.at > NOTED_EVERY:
        Use.objects.update_or_create(pk=token.pk, defaults={"at": now, "address": address[:45]})
