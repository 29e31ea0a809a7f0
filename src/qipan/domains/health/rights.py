"""Who sees what was found: where they hold `health.see`; of single firms' survey figures, statistics staff only."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from qipan.domains.health.models import DailyCount, Explanation, Finding, Run
from qipan.platform.models import User
from qipan.platform.storage.among import among
from qipan.platform.visible import EVERYTHING, sees
from qipan.registry.disclosed import closed_to
from qipan.registry.models import Fact
from qipan.registry.queries import held, in_scope, scoped

SEE, SETTLE = "health.see", "health.settle"


def _open_to(user: User) -> Q:
    seen, surveyed = in_scope(user, SEE, "unit"), in_scope(user, "survey.see", "unit")
    if surveyed == EVERYTHING:  # an empty condition says nothing beside another
        return seen
    return seen & (Q(secret=False) | surveyed)


def _findings(user: User) -> Q:
    """Leave out what was found in figures that are closed to the person: it says what they are."""
    seen, shut = _open_to(user), closed_to(user)
    if not shut:
        return seen
    figure = Fact.objects.filter(
        pk__in=among(sorted(shut)), subject=OuterRef("subject"), period=OuterRef("period"),
        measure__code=OuterRef("thing"),
    )  # fmt: skip
    return seen & ~Q(Exists(figure))


def connect() -> None:
    """Decide about every model of the desk."""
    sees(Finding, _findings)
    sees(DailyCount, _open_to)
    sees(Explanation, scoped(SEE, "unit"))
    sees(Run, held(SEE))
