"""Finding a noun by what a person calls it."""

from __future__ import annotations

from qipan.registry.models import Unit


def unit_named(text: str) -> Unit | None:
    """Return the unit whose code, name or alias is `text`."""
    from qipan.registry.loading.known import units

    found = units().named(text)
    return Unit.objects.filter(pk=found).first() if found is not None else None
