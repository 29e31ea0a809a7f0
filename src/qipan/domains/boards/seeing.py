"""Who sees which boards, wall tokens and boundaries; the frames and queries of the desk begin here."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from qipan.domains.boards.models import Board, Boundary, WallToken
from qipan.platform.models import User
from qipan.platform.visible import NOTHING, sees
from qipan.registry.models import Grant
from qipan.registry.queries import scoped
from qipan.registry.rights import in_force_on, reach


def roles_of(user: User) -> frozenset[str]:
    """Return the roles `user` holds anywhere today."""
    held = Grant.objects.filter(in_force_on(timezone.localdate()), user=user)
    return frozenset(held.values_list("role", flat=True))


def _boards(user: User) -> Q:
    """A person's own boards, and those made for a role they hold."""
    if not reach(user).any("board.see"):
        return NOTHING
    return Q(owner=user.pk) | Q(role__in=sorted(roles_of(user)))


def _tokens(user: User) -> Q:
    """The screens a person put up themselves."""
    return Q(by=user.pk) if reach(user).any("wall.manage") else NOTHING


sees(Board, _boards)
sees(WallToken, _tokens)
sees(Boundary, scoped("units.see", "unit"))
