"""Which loads brought figures of a record, as far as a person may see the figures."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from qipan.platform.models import User
from qipan.platform.records.history import figures_come_from
from qipan.platform.visible import visible_to
from qipan.registry.models import Fact


def figures_of(user: User, key: int) -> Mapping[int, int]:
    """Return batch → number of figures about subject `key` that the person may see."""
    rows = visible_to(Fact, user).filter(subject=key).values_list("batch").annotate(count=Count("pk")).order_by()
    return {batch: count for batch, count in rows if batch is not None}


def connect() -> None:
    """Answer the platform."""
    figures_come_from(figures_of)
