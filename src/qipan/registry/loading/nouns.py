"""The nouns of desks that ledgers can be about: the screens whose model is a `Record`."""

from __future__ import annotations

from qipan.platform.screens.declaration import Screen, screens
from qipan.registry.record import Record


def record_screens() -> dict[str, Screen]:
    """Return noun → screen for every noun a desk keeps as records."""
    return {screen.called: screen for screen in screens() if issubclass(screen.model, Record)}


def record_nouns() -> frozenset[str]:
    """Return the nouns desks keep as records."""
    return frozenset(record_screens())
