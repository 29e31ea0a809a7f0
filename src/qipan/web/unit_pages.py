"""The page of a unit: where it stands, what became of it, its firms, and of a park or the zone its own board."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qipan.domains.boards import queries
from qipan.platform.models import User
from qipan.platform.rights import may, person
from qipan.registry.firm_frames import seen_firms
from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import children_on, parents_kept
from qipan.registry.screens import FIRMS, UNITS
from qipan.registry.unit_history import beside, changes
from qipan.web.board_pages import map_addresses, whole
from qipan.web.board_tiles import chart_words, tiles_of
from qipan.web.lists.addresses import list_address
from qipan.web.pages import Request, need, page
from qipan.web.records import shape
from qipan.web.records.standing import record_named
from qipan.web.unit_words import link, links, told

# The board of a pack that stands on the page of a unit of this kind.
BOARDS: Mapping[str, str] = {Unit.Kind.ZONE: "economy", Unit.Kind.PARK: "park"}
# What the page shows in its own way.
ELSEWHERE = ("name", "parent", "firms")


@page
@require_GET
def unit(request: Request, number: int) -> HttpResponseBase:
    """Everything about one unit."""
    need(request, UNITS.see)
    found: Unit = record_named(request, UNITS, number)
    today = timezone.localdate()
    former, later = beside(request.user, found)
    context: dict[str, Any] = {
        **shape.context(UNITS, found, request.user, leave=ELSEWHERE),
        "unit": found,
        "other_names": [name for name in found.aliases if name != found.name],
        "gone": found.closed is not None and found.closed <= today,
        "above": _above(request.user, found),
        "below": links(list(_below(request.user, found))),
        "former": links(former),
        "later": links(later),
        "told": [told(one, today) for one in changes(request.user) if one.tells_of(found.pk)],
        "firms": _firms(request.user, found),
        **_board(request, found),
    }
    return render(request, "web/unit.html", context)


def _above(user: User, unit: Unit) -> list[str]:
    """Return the units over it from the top down, as far as the person sees them; of a closed one, as it stood last."""
    parents = parents_kept(timezone.localdate())
    chain: list[int] = []
    step = parents.get(unit.pk)
    while step is not None and step not in chain and step != unit.pk:
        chain.append(step)
        step = parents.get(step)
    seen = visible_to(Unit, user).in_bulk(chain)
    return [link(seen[key]) for key in reversed(chain) if key in seen]


def _below(user: User, unit: Unit) -> list[Unit]:
    under = children_on(timezone.localdate()).get(unit.pk, ())
    return list(visible_to(Unit, user).filter(pk__in=under))


def _firms(user: User, unit: Unit) -> tuple[int, str] | None:
    """Return how many firms it and the units below it hold, and the list of them; None where the person sees none."""
    if not may(person(user), FIRMS.see):
        return None
    return seen_firms(user, unit.pk).height, f"{list_address(FIRMS)}?{urlencode({'park': unit.pk})}"


def _board(request: Request, unit: Unit) -> dict[str, Any]:
    """Return the unit's board, filled for the period of the address, and the ways to it; nothing where it has none."""
    key = BOARDS.get(unit.kind, "")
    sheet = queries.sheet_of(request.user, key) if key else None
    if sheet is None:
        return {}
    board = queries.page(request.user, sheet, unit=unit.pk, period=whole(request.GET.get("period")))
    if board is None:
        return {"boardless": True}
    tiles = tiles_of(board)
    query = urlencode({"unit": unit.pk, "period": board.period})
    further = [(f"{reverse('web:board', args=[key])}?{query}", _("打开看板"))]
    if unit.kind == Unit.Kind.PARK:
        further.append((f"{reverse('web:map')}?{urlencode({'park': unit.pk})}", _("在地图上看")))
    return {
        "board": board,
        "tiles": tiles,
        "charts": [chart for tile in tiles for chart in tile.charts],
        "chart_words": chart_words(tiles),
        "further": further,
        **map_addresses(),
    }
