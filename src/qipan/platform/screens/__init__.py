"""Screens: a noun declares once what it is; list, page, form, import, bulk change, export and API follow from it."""

from qipan.platform.screens import changing  # noqa: F401 - registers the Actions of what is declared
from qipan.platform.screens.declaration import (
    Column,
    Kind,
    Related,
    Screen,
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
    "Section",
    "Through",
    "columns_also",
    "columns_of",
    "declare",
    "screen_of",
    "screens",
]
