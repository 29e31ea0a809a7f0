"""Search: the box on every page with its suggestions, and the page of all results, noun by noun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qipan.platform.search import Group, How, Match, Place, Shown, pending, search
from qipan.platform.search.recent import forget, recent, remember
from qipan.web.pages import Request, page

LONGEST = 100  # characters of a search
SHOWN = 8  # of a noun, where all nouns are shown
SUGGESTED, SUGGESTED_OF_ONE = 12, 5
LOOKED_AT = 60  # for suggestions, which are asked for with every character
# Why something was found, where it does not show by itself.
REASONS: Mapping[How, Any] = {
    How.CODE: _("代码"),
    How.PINYIN: _("拼音"),
    How.INITIALS: _("拼音首字母"),
    How.SOUND: _("同音字"),
    How.SLIP: _("相近，可能有错字"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a name, and whether it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One result as a page shows it."""

    name: tuple[Piece, ...]
    other: tuple[Piece, ...]  # the name it was found under, where that is not its own
    former: bool
    reason: Any
    note: str
    code: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """The results of one noun."""

    code: str
    names: Any
    hits: tuple[Hit, ...]
    count: int
    more: bool
    all_of_it: str  # the address of all its results; empty where they are here
    listed: str  # the address of its list, searched for the same


def _pieces(name: str, places: Sequence[Place]) -> tuple[Piece, ...]:
    marked = [False] * len(name)
    for place in places:
        marked[place.start : place.end] = [True] * len(marked[place.start : place.end])
    found: list[Piece] = []
    for letter, mark in zip(name, marked, strict=True):
        if found and found[-1].marked == mark:
            found[-1] = Piece(found[-1].text + letter, mark)
        else:
            found.append(Piece(letter, mark))
    return tuple(found)


def _reversed(name: str, place: Sequence[object]) -> str:
    """Return an address by its name; empty where there is none."""
    try:
        return reverse(name, args=place) if name else ""
    except NoReverseMatch:  # a zone's own desk named a page that is not there
        return ""


def address(shown: Shown) -> str:
    """Return where a record's page is; empty for one that has none."""
    return _reversed(shown.page, shown.place)


def _hit(match: Match, *, coded: bool) -> Hit:
    shown, other = match.shown, match.other
    return Hit(
        _pieces(shown.name, () if other else match.places),
        _pieces(other.name, match.places) if other else (),
        bool(other and other.former),
        REASONS.get(match.how, ""),
        shown.note,
        shown.code if coded or match.how is How.CODE else "",
        address(shown),
    )


def _part(group: Group, text: str, chosen: str) -> Part:
    matches = group.matches if chosen else group.matches[:SHOWN]
    kind, more = group.kind, len(matches) < len(group.matches)
    listed = _reversed(kind.listed, kind.listed_place)
    listed += f"?{urlencode({'q': text})}" if listed else ""
    everything = _here(text, kind.code) if more else ""
    return Part(
        kind.code,
        kind.names,
        tuple(_hit(match, coded=kind.coded) for match in matches),
        group.count,
        group.more,
        everything,
        listed,
    )


def _here(text: str, kind: str = "") -> str:
    given = {"q": text, "kind": kind}
    return f"{reverse('web:search')}?{urlencode({name: value for name, value in given.items() if value})}"


def _text(request: Request) -> str:
    return " ".join(request.GET.get("q", "").split())[:LONGEST]


@page
def results(request: Request) -> HttpResponseBase:
    """Everything a text finds among what the person may see; of one noun where it is named."""
    text, chosen = _text(request), request.GET.get("kind", "")[:60]
    groups = search(request.user, text) if text else ()
    known = {group.kind.code for group in groups}
    chosen = chosen if chosen in known else ""
    shown = [group for group in groups if not chosen or group.kind.code == chosen]
    context = {
        "text": text,
        "kinds": [(group.kind.code, group.kind.names, group.count, group.more) for group in groups],
        "chosen": chosen,
        "parts": [_part(group, text, chosen) for group in shown],
        "pending": pending(),
        "recent": recent(request.user) if not text else [],
    }
    return render(request, "web/search.html", context)


@page
def suggest(request: Request) -> HttpResponseBase:
    """What the box offers while somebody types: the best of each noun; what they looked for lately, before that."""
    text = _text(request)
    groups = search(request.user, text, limit=LOOKED_AT) if text else ()
    parts: list[tuple[Any, list[Hit]]] = []
    room = SUGGESTED
    for group in groups:
        best = group.matches[: min(SUGGESTED_OF_ONE, room)]
        if best:
            parts.append((group.kind.names, [_hit(match, coded=group.kind.coded) for match in best]))
            room -= len(best)
    context = {
        "text": text,
        "parts": parts,
        "recent": [] if text else recent(request.user),
        "everything": _here(text) if groups else "",
        "pending": pending(),
    }
    return render(request, "web/parts/suggested.html", context)


@page
def remembered(request: Request) -> HttpResponseBase:
    """Remember what the person looked for, for them alone."""
    return _remembered(request)


@require_POST
def _remembered(request: Request) -> HttpResponseBase:
    remember(request.user, request.POST.get("text", ""))
    return HttpResponse(status=204)


@page
def forgotten(request: Request) -> HttpResponseBase:
    """Forget what the person looked for."""
    return _forgotten(request)


@require_POST
def _forgotten(request: Request) -> HttpResponseBase:
    forget(request.user)
    return redirect("web:search")


pages = [
    path("search/", results, name="search"),
    path("search/suggest/", suggest, name="suggest"),
    path("search/remember/", remembered, name="search-remember"),
    path("search/forget/", forgotten, name="search-forget"),
]
