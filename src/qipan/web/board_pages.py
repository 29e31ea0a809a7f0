"""Boards: the list of them, one board for a unit and a period, one that somebody shared by link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.domains.boards import actions, queries
from qipan.domains.boards.shapes import Page, Sheet
from qipan.packs.layouts import write_tiles
from qipan.platform.action import Outcome
from qipan.platform.rights import may, person
from qipan.registry.roles import roles
from qipan.web import errors
from qipan.web.board_tiles import chart_words, tiles_of
from qipan.web.pages import Request, need, page
from qipan.web.people.shown import role_name


def whole(text: str | None) -> int | None:
    """Return the whole number in `text`; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def sheet(request: Request, board: str) -> Sheet:
    """Return the board of an address; raises Http404 where the person may not open it."""
    need(request, "board.see")
    found = queries.sheet_of(request.user, board)
    if found is None:
        raise Http404(_("没有找到"))
    return found


def filled(request: Request, found: Sheet) -> Page | None:
    """Return the board filled for the unit and period in the address."""
    unit, period = whole(request.GET.get("unit")), whole(request.GET.get("period"))
    return queries.page(request.user, found, unit=unit, period=period)


def map_addresses() -> Mapping[str, str]:
    """Return where the maps of a board ask for what they show."""
    return {"map_ground": reverse("web:map-ground"), "map_places": reverse("web:map-places")}


def _roles() -> list[str]:
    """Return the roles whose people may open boards."""
    return [code for code, role in roles(timezone.localdate()).items() if "board.see" in role.all_rights()]


@page
def board_list(request: Request) -> HttpResponseBase:
    """The boards a person may open: of their role, of the packs, their own."""
    need(request, "board.see")
    actor = person(request.user)
    first = queries.first_board(request.user)
    given = [*map(queries.from_record, queries.given_boards(request.user)), *queries.pack_sheets()]
    given.sort(key=lambda one: one.key != first)
    context = {
        "first": first,
        "given": given,
        "own": [(one, role_name(one.role) if one.role else "") for one in queries.own_boards(request.user)],
        "may_draw": may(actor, "boards.edit"),
        "may_publish": may(actor, "boards.publish"),
        "roles": [(code, role_name(code)) for code in _roles()],
    }
    return render(request, "web/boards.html", context)


def _shown(request: Request, found: Sheet, *, by_link: bool = False) -> HttpResponse:
    board = filled(request, found)
    if board is None:
        if request.GET.get("unit") or request.GET.get("period"):
            raise Http404(_("没有找到"))
        context = {"may_load": may(person(request.user), "batch.load"), "granted": True}
        return render(request, "web/leader_empty.html", context)
    tiles = tiles_of(board)
    actor, mine = person(request.user), found.number > 0 and found.owner == request.user.pk
    share = reverse("web:board-shared", args=[found.link]) if found.link and mine else ""
    context: dict[str, Any] = {
        "board": board,
        "tiles": tiles,
        "charts": [chart for tile in tiles for chart in tile.charts],
        "chart_words": chart_words(tiles),
        "mine": mine,
        "key": not by_link or queries.sheet_of(request.user, found.key) is not None,
        "may_draw": may(actor, "boards.edit"),
        "may_share": may(actor, "boards.share"),
        "may_wall": may(actor, "wall.manage"),
        "share_address": request.build_absolute_uri(share) if share else "",
        "picture_name": f"{found.name}-{board.unit.name}-{board.period}".replace("/", "-"),
        **map_addresses(),
    }
    return render(request, "web/board.html", context)


@page
def board(request: Request, board: str) -> HttpResponseBase:
    """One board for a unit and a period."""
    return _shown(request, sheet(request, board))


@page
def shared(request: Request, link: str) -> HttpResponseBase:
    """A board opened by its link: the layout is the owner's, the figures are what the reader may see."""
    need(request, "board.see")
    found = queries.sheet_by_link(request.user, link)
    if found is None:
        raise Http404(_("没有找到"))
    return _shown(request, found, by_link=True)


def _answer(request: Request, outcome: Outcome[Any], address: str) -> HttpResponse:
    return redirect(address) if outcome.done else errors.problems(request, outcome.problems)


@require_POST
@page
def new(request: Request) -> HttpResponseBase:
    """Make an empty board and open it for editing."""
    outcome = actions.create(person(request.user), request.POST.get("name", ""))
    made = outcome.value
    return _answer(request, outcome, reverse("web:board-edit", args=[made.key]) if made is not None else "")


@require_POST
@page
def copy(request: Request, board: str) -> HttpResponseBase:
    """Make a copy of a board and open it for editing."""
    found = sheet(request, board)
    name = _("{name}（副本）").format(name=found.name)[:100]
    outcome = actions.create(
        person(request.user), name, write_tiles(found.tiles), copied_from=found.key, seconds=found.seconds
    )
    made = outcome.value
    return _answer(request, outcome, reverse("web:board-edit", args=[made.key]) if made is not None else "")


@require_POST
@page
def share(request: Request, board: str) -> HttpResponseBase:
    """Open a board by link, or close it."""
    found = sheet(request, board)
    outcome = actions.share(person(request.user), found.number, on=request.POST.get("on") == "1")
    return _answer(request, outcome, reverse("web:board", args=[found.key]))


@require_POST
@page
def publish(request: Request, board: str) -> HttpResponseBase:
    """Make a board the first of a role, or take it back."""
    found = sheet(request, board)
    outcome = actions.publish(person(request.user), found.number, role=request.POST.get("role", "")[:40])
    return _answer(request, outcome, reverse("web:boards"))


@require_POST
@page
def remove(request: Request, board: str) -> HttpResponseBase:
    """Remove a board of one's own."""
    found = sheet(request, board)
    return _answer(request, actions.remove(person(request.user), found.number), reverse("web:boards"))
