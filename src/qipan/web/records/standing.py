"""The record an address names, found for who asks; and the addresses of records."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from qipan.platform.screens.declaration import Screen, screen_of
from qipan.platform.visible import decided_models, visible_to
from qipan.web.pages import Request, need


def screen_named(request: Request, code: str) -> Screen:
    """Return the screen of an address; raises Http404 where there is none, Refused without the right to see it."""
    screen = screen_of(code)
    if screen is None or screen.model not in decided_models():
        raise Http404
    need(request, screen.see)
    return screen


def record_named(request: Request, screen: Screen, number: int) -> Any:
    """Return the record of an address; raises Http404 where there is none the person may see."""
    found = visible_to(screen.model, request.user).filter(screen.only, pk=number).first()
    if found is None:
        raise Http404
    return found


def address_of(screen: Screen, key: int) -> str:
    """Return where the page of a record stands."""
    return reverse(screen.page, args=[key]) if screen.page else reverse("web:record", args=[screen.code, key])


def list_address(screen: Screen) -> str:
    """Return where the list of a noun stands."""
    return reverse("web:firms") if screen.code == "firms" else f"/records/{screen.code}/"
