"""Where lists and records are found."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from qipan.platform.screens import Screen

# Lists that have an address of their own.
OWN = {"firms": "web:firms"}


def list_address(screen: Screen) -> str:
    """Return the address of the list."""
    return reverse(OWN[screen.code]) if screen.code in OWN else reverse("web:records", args=[screen.code])


def record_address(screen: Screen, key: int) -> str:
    """Return the address of a record's page; empty where it has none."""
    try:
        return reverse(screen.page, args=[key]) if screen.page else reverse("web:record", args=[screen.code, key])
    except NoReverseMatch:  # a zone's own desk named a page that is not there
        return ""


def new_address(screen: Screen) -> str:
    """Return where a new record is written; empty where there is no such page."""
    try:
        return reverse("web:record-new", args=[screen.code])
    except NoReverseMatch:
        return ""
