"""Screens on the wall: entered with a token, they show its boards in turn and ask again whether anything changed."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.domains.boards import maps, queries, walls
from qipan.domains.boards.models import WallToken
from qipan.domains.boards.shapes import Page, Sheet
from qipan.platform.definitions import resolved
from qipan.platform.imports.commit import change_number
from qipan.platform.models import Batch, User
from qipan.platform.rights import may, person
from qipan.platform.visible import visible_to
from qipan.web import errors
from qipan.web.board_pages import sheet, whole
from qipan.web.board_tiles import wall_pages
from qipan.web.language import short
from qipan.web.map_pages import ground_for, places_for
from qipan.web.pages import Request, need, page

COOKIE = "qipan_wall"
PATH = "/wall/"
YEAR = 365 * 24 * 3600
ASK_EVERY = 20  # seconds
View = Callable[..., HttpResponseBase]


class Screen:
    """Who looks: a screen with its token, or a person who tries how a board will look."""

    def __init__(self, user: User, token: WallToken | None) -> None:
        self.user = user
        self.token = token

    def boards(self, own: str) -> list[str]:
        """Return the keys of the boards shown in turn."""
        return list(self.token.boards) if self.token is not None else [own]

    @property
    def unit(self) -> int | None:
        """The unit the screen is about; None: the highest its maker sees."""
        return None if self.token is None else self.token.unit_id


def _screen(request: HttpRequest, board: str) -> Screen | None:
    token = walls.token_of(request.COOKIES.get(COOKIE, ""))
    if token is not None and board in token.boards:
        return Screen(token.by, token)
    user: Any = request.user
    return Screen(user, None) if isinstance(user, User) and may(person(user), "board.see") else None


def on_screen(view: View) -> View:
    """Let `view` be seen by a screen whose token holds; any other is asked for its token."""

    @functools.wraps(view)
    def shown(request: HttpRequest, board: str) -> HttpResponseBase:
        screen = _screen(request, board)
        if screen is None:
            # A screen that is asking again is told that it is over; one that starts is sent to the door.
            return HttpResponse(status=401) if request.headers.get("X-Wall") else redirect("web:wall-enter")
        return view(request, screen, board)

    return shown


def enter(request: HttpRequest) -> HttpResponseBase:
    """The door of a screen: its token is typed once, and kept by the browser for these pages alone."""
    if request.method != "POST":
        return render(request, "web/wall_enter.html", {"wrong": False})
    secret = request.POST.get("token", "")[:100]
    token = walls.token_of(secret)
    if token is None or not token.boards:
        return render(request, "web/wall_enter.html", {"wrong": True}, status=403)
    answer = redirect("web:wall", token.boards[0])
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(COOKIE, secret, max_age=YEAR, path=PATH, httponly=True, samesite="Strict", secure=secure)
    return answer


def _sheet(screen: Screen, board: str) -> Sheet:
    found = queries.sheet_of(screen.user, board) if board in screen.boards(board) else None
    if found is None:
        raise Http404(_("没有找到"))
    return found


def _mark(screen: Screen, found: Sheet, unit: int | None, period: int | None) -> str:
    """Return what changes as soon as anything on the screen can have changed."""
    parts = [
        change_number(), found.key, found.version, unit, period, short(), screen.user.pk,
        sorted(maps.reach_of(screen.user)), resolved().digest, str(timezone.localdate()),
    ]  # fmt: skip
    return quote_etag(hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24])


def _context(screen: Screen, found: Sheet, board: Page | None) -> dict[str, Any]:
    keys = screen.boards(found.key)
    following = keys[(keys.index(found.key) + 1) % len(keys)]
    loaded = Batch.objects.filter(state=Batch.State.COMMITTED).order_by("-id").values_list("ended", flat=True).first()
    return {
        "sheet": found,
        "board": board,
        "pages": wall_pages(board) if board is not None else [],
        "plain": True,
        "following": reverse("web:wall-content", args=[following]),
        "loaded": loaded,
        "map_ground": reverse("web:wall-ground", args=[found.key]),
        "map_places": reverse("web:wall-places", args=[found.key]),
    }


@on_screen
def wall(request: HttpRequest, screen: Screen, board: str) -> HttpResponseBase:
    """The screen itself: dark, 16:9, no mouse needed."""
    found = _sheet(screen, board)
    query = request.META.get("QUERY_STRING", "") if screen.token is None else ""
    content = reverse("web:wall-content", args=[found.key])
    context = {"sheet": found, "content": f"{content}?{query}" if query else content, "every": ASK_EVERY}
    return render(request, "web/wall.html", context)


@on_screen
def content(request: HttpRequest, screen: Screen, board: str) -> HttpResponseBase:
    """What a screen shows of a board; 304 while nothing changed."""
    found = _sheet(screen, board)
    own = screen.token is None
    unit = whole(request.GET.get("unit")) if own else screen.unit
    period = whole(request.GET.get("period")) if own else None
    etag = _mark(screen, found, unit, period)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    shown = queries.page(screen.user, found, unit=unit, period=period)
    answer = render(request, "web/parts/wall_content.html", _context(screen, found, shown))
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


@on_screen
def ground(request: HttpRequest, screen: Screen, board: str) -> HttpResponseBase:
    """The boundaries of a screen's map."""
    _sheet(screen, board)
    return ground_for(request, screen.user)


@on_screen
def places(request: HttpRequest, screen: Screen, board: str) -> HttpResponseBase:
    """The clusters of a screen's map."""
    _sheet(screen, board)
    return places_for(request, screen.user)


def _tokens(request: Request, board: str) -> list[WallToken]:
    found = visible_to(WallToken, request.user).select_related("unit").order_by("-made")
    return [token for token in found if board in token.boards]


def _walls(request: Request, found: Sheet, *, secret: str = "", status: int = 200) -> HttpResponse:
    context = {
        "sheet": found,
        "tokens": _tokens(request, found.key),
        "units": queries.units_for(request.user),
        "others": [one for one in queries.openable(request.user) if one.key != found.key],
        "secret": secret,
        "door": request.build_absolute_uri(reverse("web:wall-enter")),
    }
    return render(request, "web/board_walls.html", context, status=status)


@page
def manage(request: Request, board: str) -> HttpResponseBase:
    """The screens that show a board: put one up, take one down."""
    need(request, "wall.manage")
    return _walls(request, sheet(request, board))


@require_POST
@page
def make(request: Request, board: str) -> HttpResponseBase:
    """Put up a screen; its token is shown this once."""
    found = sheet(request, board)
    until = request.POST.get("until", "")
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        last = None
    boards = [found.key, *request.POST.getlist("others")]
    outcome = walls.make(
        person(request.user), request.POST.get("name", ""), boards, unit=whole(request.POST.get("unit")), until=last
    )
    if outcome.value is None:
        return errors.problems(request, outcome.problems)
    return _walls(request, found, secret=outcome.value.secret)


@require_POST
@page
def revoke(request: Request, board: str, number: int) -> HttpResponseBase:
    """Take down a screen."""
    found = sheet(request, board)
    outcome = walls.revoke(person(request.user), number)
    if not outcome.done:
        return errors.problems(request, outcome.problems)
    return redirect("web:board-walls", found.key)
