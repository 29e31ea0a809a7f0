"""The record an address names, found for who asks; and where records stand."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from qipan.platform.screens.declaration import Screen, screen_of
from qipan.platform.visible import decided_models, visible_to
from qipan.web.lists.addresses import list_address
from qipan.web.lists.addresses import record_address as address_of
from qipan.web.pages import Request, need

__all__ = ["address_of", "list_address", "record_named", "screen_named"]


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
