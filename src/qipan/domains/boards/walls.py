"""Screens on the wall: a token that shows chosen boards, kept as a fingerprint, made and revoked by Actions."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from qipan.domains.boards.models import WallToken
from qipan.domains.boards.queries import sheet_of
from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.registry.models import Unit
from qipan.registry.queries import units_with_figures
from qipan.registry.rights import reach

# Letters and digits nobody mistakes for each other: somebody types them with a remote control.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, LENGTH = 5, 4  # 31^20 tokens: nobody guesses one


@dataclass(frozen=True, slots=True)
class Made:
    """A new token and what it says; it is shown once."""

    token: WallToken
    secret: str


def digest_of(secret: str) -> str:
    """Return the fingerprint of a token as typed: case, blanks and dashes do not matter."""
    plain = "".join(character for character in secret.upper() if character in LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()


def _fresh() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS))


@action("wall.make", right="wall.manage", zh="开通大屏", en="Put up a wall screen")
def make(act: Act, name: str, boards: Sequence[str], *, unit: int | None = None, until: date | None = None) -> Made:
    """Leave a token for a screen that shows `boards` of `unit`, with the sight of the person who makes it."""
    plain = " ".join(name.split())[:100]
    if not plain or act.actor.user is None:
        raise Stopped(Problem.of("boards.nameless"))
    for key in boards:
        if sheet_of(act.actor.user, key) is None:
            raise Stopped(Problem.of("boards.no-board", board=key[:64]))
    if not boards:
        raise Stopped(Problem.of("boards.no-board", board=""))
    place = units_with_figures(act.actor.user).filter(pk=unit).first() if unit is not None else None
    secret = _fresh()
    token = WallToken.objects.create(
        name=plain, boards=list(boards)[:20], unit=place, digest=digest_of(secret), by=act.actor.user, until=until
    )
    after = {"name": plain, "boards": token.boards, "unit": str(place) if isinstance(place, Unit) else None}
    act.changed("wall", token.pk, None, after)
    return Made(token, secret)


@action("wall.revoke", right="wall.manage", zh="停用大屏", en="Take down a wall screen")
def revoke(act: Act, key: int) -> WallToken:
    """Leave the token dead: the screen is dark at its next question."""
    found = WallToken.objects.select_for_update().filter(pk=key)
    if act.actor.user is not None:
        found = found.filter(by=act.actor.user)
    token = found.first()
    if token is None:
        raise Stopped(Problem.of("boards.not-yours"))
    if token.revoked is None:
        token.revoked = timezone.now()
        token.save(update_fields=["revoked"])
        act.changed("wall", token.pk, {"name": token.name, "revoked": False}, {"name": token.name, "revoked": True})
    return token


def token_of(secret: str) -> WallToken | None:
    """Return the living token typed as `secret`, of a person who may still see boards; None for anything else."""
    if not secret:
        return None
    dated = Q(until__isnull=True) | Q(until__gte=timezone.localdate())
    found = WallToken.objects.filter(dated, digest=digest_of(secret), revoked__isnull=True, by__is_active=True)
    token = found.select_related("by", "unit").first()
    return token if token is not None and reach(token.by).any("wall.manage") else None
