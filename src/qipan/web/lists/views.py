"""Saved views on the page: the shelf beside the list, keeping one, changing one, choosing columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.engine.problem import Problem
from qipan.platform.models import User
from qipan.platform.rights import may, person, units_of
from qipan.platform.saved.actions import (
    PRIVATE,
    SHARE,
    Setup,
    Sharing,
    change_view,
    choose_columns,
    drop_view,
    keep_view,
)
from qipan.platform.saved.models import SavedView
from qipan.platform.screens import Screen, screen_of
from qipan.platform.screens.tree import Branch, open_branches
from qipan.platform.visible import visible_to
from qipan.web.lists.addresses import list_address
from qipan.web.lists.asked import Asked, screen_or_404
from qipan.web.pages import Request, page
from qipan.web.people.shown import roles_offered

MOST = 60  # views offered beside a list


@dataclass(frozen=True, slots=True)
class Kept:
    """A view beside its list."""

    view: SavedView
    link: str
    here: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Shareable:
    """With whom the person may share: everybody, these units, these roles."""

    everybody: bool
    units: tuple[Branch, ...]
    roles: tuple[tuple[str, str], ...]


def view_address(screen: Screen, view: SavedView) -> str:
    """Return the list as the view sets it up."""
    query = f"{view.query}&view={view.pk}" if view.query else f"view={view.pk}"
    return f"{list_address(screen)}?{query}"


def shelf(request: Request, asked: Asked) -> dict[str, Any]:
    """Return the views beside a list, and with whom a new one can be shared."""
    user = request.user
    found = visible_to(SavedView, user).filter(screen=asked.screen.code).order_by("name", "pk")[:MOST]
    kept = [
        Kept(view, view_address(asked.screen, view), asked.view == view, view.owner_id == user.pk) for view in found
    ]
    return {
        "views": kept,
        "tabs": [one for one in kept if one.view.pinned or one.here],
        "here": next((one for one in kept if one.here), None),
        "sharing": shareable(user),
    }


def shareable(user: User) -> Shareable:
    """Return with whom the person may share a view."""
    if not may(person(user), SHARE):
        return Shareable(False, (), ())
    units = units_of(person(user), SHARE)
    open_ones = tuple(one for one in open_branches(user) if units is None or one.unit in units)
    return Shareable(units is None, open_ones, tuple(roles_offered()))


def on_desk(user: User) -> list[tuple[Screen, SavedView, str]]:
    """Return the views on the person's desk, with their lists."""
    found: list[tuple[Screen, SavedView, str]] = []
    for view in visible_to(SavedView, user).filter(pinned=True).order_by("screen", "name")[:MOST]:
        screen = screen_of(view.screen)
        if screen is not None and may(person(user), screen.see):
            found.append((screen, view, view_address(screen, view)))
    return found


def back_to(request: Request, screen: Screen) -> HttpResponseRedirect:
    """Go back to the list as it was."""
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe and back.startswith("/") else list_address(screen))


def _sharing(request: Request) -> Sharing:
    """Return whom the form shares with: nobody (empty), everybody ("all"), or a unit's number; and a role."""
    whom = request.POST.get("share", "")
    role = request.POST.get("role", "")[:40]
    if whom == "all":
        return Sharing(True, None, role)
    return Sharing(True, int(whom), role) if whom.isdecimal() and len(whom) < 19 else PRIVATE


def _stopped(request: Request, screen: Screen, problems: tuple[Problem, ...]) -> HttpResponseBase:
    context = {"problems": problems, "screen": screen, "back": back_to(request, screen).url}
    return render(request, "web/lists/stopped.html", context, status=409)


@page
@require_POST
def keep(request: Request, code: str) -> HttpResponseBase:
    """Keep the list as it is set up under a name."""
    screen = screen_or_404(request, code)
    setup = Setup(request.POST.get("query", ""), tuple(request.POST.get("columns", "").split(",")))
    pinned = request.POST.get("pinned") == "1"
    name = request.POST.get("name", "")
    outcome = keep_view(person(request.user), screen, name, setup, _sharing(request), pinned=pinned)
    if outcome.value is None:
        return _stopped(request, screen, outcome.problems)
    messages.success(request, _("已保存视图“{name}”。").format(name=outcome.value.name))
    return HttpResponseRedirect(view_address(screen, outcome.value))


@page
@require_POST
def change(request: Request, number: int) -> HttpResponseBase:
    """Rename, update, share, pin or delete a view of one's own."""
    view = get_object_or_404(visible_to(SavedView, request.user), pk=number)
    screen = screen_of(view.screen)
    screen = screen_or_404(request, view.screen) if screen is not None else screen_or_404(request, "")
    actor, do = person(request.user), request.POST.get("do", "")
    if do == "delete":
        outcome: Any = drop_view(actor, number)
    elif do == "update":
        setup = Setup(request.POST.get("query", ""), tuple(filter(None, request.POST.get("columns", "").split(","))))
        outcome = change_view(actor, number, setup=setup)
    else:
        outcome = change_view(
            actor,
            number,
            name=request.POST.get("name", ""),
            sharing=_sharing(request),
            pinned=request.POST.get("pinned") == "1",
        )
    if not outcome.done:
        return _stopped(request, screen, outcome.problems)
    if do == "delete":
        messages.success(request, _("已删除视图“{name}”。").format(name=view.name))
        return HttpResponseRedirect(list_address(screen))
    messages.success(request, _("已更新视图“{name}”。").format(name=outcome.value.name))
    return HttpResponseRedirect(view_address(screen, outcome.value))


@page
@require_POST
def columns(request: Request, code: str) -> HttpResponseBase:
    """Remember which columns the person wants to see, and in which order."""
    screen = screen_or_404(request, code)
    chosen = [] if request.POST.get("do") == "reset" else request.POST.getlist("columns")
    outcome = choose_columns(person(request.user), screen, chosen)
    if not outcome.done:
        return _stopped(request, screen, outcome.problems)
    return back_to(request, screen)
