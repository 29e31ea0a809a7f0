"""Who sees what was found: where they hold `health.see`; of single firms' survey figures, statistics staff only."""

from __future__ import annotations

from django.db.models import Q

from qipan.domains.health.models import DailyCount, Explanation, Finding, Run
from qipan.platform.models import User
from qipan.platform.visible import EVERYTHING, sees
from qipan.registry.queries import held, in_scope, scoped

SEE, SETTLE = "health.see", "health.settle"


def _open_to(user: User) -> Q:
    seen, surveyed = in_scope(user, SEE, "unit"), in_scope(user, "survey.see", "unit")
    if surveyed == EVERYTHING:  # an empty condition says nothing beside another
        return seen
    return seen & (Q(secret=False) | surveyed)


def connect() -> None:
    """Decide about every model of the desk."""
    sees(Finding, _open_to)
    sees(DailyCount, _open_to)
    sees(Explanation, scoped(SEE, "unit"))
    sees(Run, held(SEE))
