"""The map: parks on their boundaries and firms in clusters, filtered; nothing but what its reader may see."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from qipan.domains.boards import maps
from qipan.domains.boards.maps import Narrowed
from qipan.engine.geo import Box
from qipan.platform.imports.commit import change_number
from qipan.platform.models import User
from qipan.platform.rights import may, person
from qipan.platform.visible import visible_to
from qipan.registry.models import Unit
from qipan.registry.rights import open_on
from qipan.web import labels
from qipan.web.board_pages import whole
from qipan.web.language import short
from qipan.web.pages import Request, need, page

FIELDS = ("park", "industry", "title", "scale")


def narrowed(asked: QueryDict) -> Narrowed:
    """Read which firms are wanted; what makes no sense narrows nothing."""
    return Narrowed(
        unit=whole(asked.get("park")),
        industry="".join(character for character in asked.get("industry", "")[:8] if character.isalnum()),
        title=asked.get("title", "")[:40],
        above_scale=asked.get("scale") == "yes",
    )


def _box(asked: QueryDict) -> Box | None:
    try:
        west, south, east, north = (float(asked.get(side, "")) for side in ("west", "south", "east", "north"))
    except ValueError:
        return None
    box = Box(west, south, east, north)
    return box if box.sound else None


def _zoom(asked: QueryDict) -> float:
    try:
        zoom = float(asked.get("zoom", "10"))
    except ValueError:
        return 10.0
    return min(max(zoom, 0.0), 22.0) if zoom == zoom else 10.0


def kept(request: HttpRequest, user: User, *parts: Any) -> tuple[str, HttpResponseBase | None]:
    """Return the mark under which an answer holds until a record changes, and the short answer to who has it."""
    text = json.dumps([change_number(), user.pk, short(), request.get_full_path(), *parts], default=str)
    etag = quote_etag(hashlib.sha256(text.encode()).hexdigest()[:24])
    return etag, get_conditional_response(request, etag=etag)


def _marked(answer: HttpResponse, etag: str) -> HttpResponse:
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def ground_for(request: HttpRequest, user: User) -> HttpResponseBase:
    """Answer with the boundaries `user` sees, and the piece of the map to begin with."""
    wanted = narrowed(request.GET)
    etag, short_answer = kept(request, user, "ground", sorted(maps.reach_of(user)))
    if short_answer is not None:
        return short_answer
    features = [
        {
            "type": "Feature",
            "id": one.unit.pk,
            "properties": {
                "unit": one.unit.pk, "name": labels.unit(one.unit), "kind": one.unit.kind, "area": one.area,
                "at": [one.longitude, one.latitude],
            },
            "geometry": json.loads(one.geometry),
        }
        for one in maps.outlines(user)
    ]  # fmt: skip
    answer = {"boundaries": {"type": "FeatureCollection", "features": features}, "extent": maps.extent(user, wanted)}
    return _marked(JsonResponse(answer), etag)


def places_for(request: HttpRequest, user: User) -> HttpResponseBase:
    """Answer with the clusters of a piece of the map, counted over nothing but what `user` may see."""
    box = _box(request.GET)
    if box is None:
        return JsonResponse({"problem": "box"}, status=400)
    etag, short_answer = kept(request, user, "places", sorted(maps.reach_of(user)))
    if short_answer is not None:
        return short_answer
    found = maps.places(user, narrowed(request.GET), box, _zoom(request.GET))
    features = [
        {
            "type": "Feature",
            "properties": {"count": one.count, "firm": one.firm, "name": one.name, "box": list(one.box)},
            "geometry": {"type": "Point", "coordinates": [one.longitude, one.latitude]},
        }
        for one in found.places
    ]
    answer = {
        "places": {"type": "FeatureCollection", "features": features},
        "inside": found.inside, "everywhere": found.everywhere, "placeless": found.placeless,
    }  # fmt: skip
    return _marked(JsonResponse(answer), etag)


@page
def ground(request: Request) -> HttpResponseBase:
    """Boundaries, as JSON."""
    need(request, "units.see")
    return ground_for(request, request.user)


@page
def places(request: Request) -> HttpResponseBase:
    """Clusters of firms, as JSON."""
    need(request, "units.see")
    return places_for(request, request.user)


@page
def firms(request: Request) -> HttpResponseBase:
    """The firms inside a box, as a piece of a page: what a cluster opens that no zoom takes apart."""
    need(request, "firms.see")
    box = _box(request.GET)
    if box is None:
        return HttpResponse(status=400)
    found, count = maps.firms_in(request.user, narrowed(request.GET), box)
    context = {"firms": found, "count": count, "more": count - len(found)}
    return render(request, "web/parts/map_firms.html", context)


@page
def map_page(request: Request) -> HttpResponseBase:
    """Parks and firms on the map, by park, industry and title."""
    need(request, "units.see")
    units = visible_to(Unit, request.user).filter(
        open_on(timezone.localdate()), kind__in=(Unit.Kind.ZONE, Unit.Kind.PARK)
    )
    chosen = {name: request.GET.get(name, "")[:40] for name in FIELDS}
    wanted = narrowed(request.GET)
    sees_firms = may(person(request.user), "firms.see")
    found = maps.firms(request.user, wanted) if sees_firms else None
    context = {
        "parks": [unit for unit in units if unit.kind == Unit.Kind.PARK],
        "titles": labels.qualifications(),
        "industries": labels.industries(),
        "chosen": chosen,
        "query": "&".join(f"{name}={value}" for name, value in _clean(wanted).items()),
        "sees_firms": sees_firms,
        "total": 0 if found is None else found.height,
        "placeless": 0 if found is None else found["longitude"].null_count(),
    }
    return render(request, "web/map.html", context)


def _clean(wanted: Narrowed) -> dict[str, str]:
    from urllib.parse import quote

    given = {
        "park": str(wanted.unit or ""), "industry": wanted.industry, "title": wanted.title,
        "scale": "yes" if wanted.above_scale else "",
    }  # fmt: skip
    return {name: quote(value) for name, value in given.items() if value}
