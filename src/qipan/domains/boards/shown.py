"""What tiles can show in this installation."""

from __future__ import annotations

from qipan.packs.layouts import Shown
from qipan.packs.lint import shown
from qipan.platform.definitions import resolved


def shown_now() -> Shown:
    """Return what a board can speak of: measures, indicators and nouns of the definitions in force."""
    return shown(resolved())
