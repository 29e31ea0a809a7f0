"""To which unit a record belongs, for those who are told of events and know only its subject."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import apps
from django.db.models import Model

from qipan.platform.exchange import events
from qipan.registry.models import Enterprise, Unit
from qipan.registry.record import Record


def units_of(subjects: Sequence[int]) -> dict[int, int]:
    """Return the unit of each subject that has one; a unit is its own."""
    wanted = list(dict.fromkeys(subjects))
    found = {pk: pk for pk in Unit.objects.filter(pk__in=wanted).values_list("pk", flat=True)}
    kept: list[type[Model]] = [Enterprise, *(model for model in apps.get_models() if issubclass(model, Record))]
    for model in kept:
        placed = model._default_manager.filter(pk__in=wanted, unit__isnull=False)
        found.update(placed.values_list("pk", "unit"))
    return found


def connect() -> None:
    """Let events be placed by the registry."""
    events.placed_by(units_of)
