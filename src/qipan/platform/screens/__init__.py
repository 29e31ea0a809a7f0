"""Screens: a noun declares once what it is; list, page, form, import, bulk change, export and API follow from it."""

from qipan.platform.screens import changing, custom  # noqa: F401 - register Actions and a zone's own fields
from qipan.platform.screens.declaration import (
    Column,
    Kind,
    Related,
    Screen,
    Searched,
    Section,
    Through,
    columns_also,
    columns_of,
    declare,
    screen_of,
    screens,
)

__all__ = [
    "Column",
    "Kind",
    "Related",
    "Screen",
    "Searched",
    "Section",
    "Through",
    "columns_also",
    "columns_of",
    "declare",
    "screen_of",
    "screens",
]
