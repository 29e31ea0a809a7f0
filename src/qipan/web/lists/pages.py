"""The list of any declared noun, the directory of all lists, and what a filter of records offers while one types."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from qipan.domains.economy.shapes import Address
from qipan.platform.rights import may, person
from qipan.platform.screens import Column, Screen, columns_of, screen_of, screens
from qipan.platform.screens.cells import called
from qipan.platform.screens.exporting import Format
from qipan.platform.screens.listing import every_record, list_page, totals
from qipan.platform.screens.wanted import Wanted, pairs_of
from qipan.registry.models import Fact
from qipan.registry.queries import visible_to
from qipan.web import addresses
from qipan.web.lists import views
from qipan.web.lists.addresses import list_address, new_address
from qipan.web.lists.asked import asked, other_columns, screen_or_404
from qipan.web.lists.panel import chips, controls
from qipan.web.lists.table import headings, rows, totals_row
from qipan.web.pages import Request, need, page
from qipan.web.uncertain import waiting_count

OFFERED = 10


@dataclass(frozen=True, slots=True)
class Doing:
    """What the person may do with the records of a list."""

    change: bool
    remove: bool
    take: bool
    new: str

    @property
    def some(self) -> bool:
        """Whether records are chosen for anything."""
        return self.change or self.remove


def doing(request: Request, screen: Screen) -> Doing:
    """Return what the person may do here."""
    actor = person(request.user)
    change = bool(screen.edit) and any(column.edit for column in columns_of(screen)) and may(actor, screen.edit)
    return Doing(
        change=change,
        remove=bool(screen.remove) and may(actor, screen.remove),
        take=may(actor, screen.export or screen.see),
        new=new_address(screen) if change else "",
    )


def _list(request: Request, screen: Screen) -> HttpResponseBase:
    wanted = asked(request, screen)
    found = list_page(request.user, screen, wanted.wanted, at=wanted.at, columns=wanted.columns, whole=False)
    adding = [column for column in wanted.columns if column.total]
    sums = {} if found.more_than_counted else totals(request.user, screen, wanted.wanted, adding)
    context = {
        "asked": wanted,
        "screen": screen,
        "address": list_address(screen),
        "page": found,
        "rows": rows(wanted, found, request.user),
        "headings": headings(wanted),
        "totals": totals_row(wanted, sums, request.user) if sums else [],
        "not_added": bool(adding) and found.more_than_counted,
        "chips": chips(wanted, request.user),
        "controls": controls(wanted, request.user),
        "pairs": pairs_of(screen, wanted.wanted),
        "next": wanted.link(at=found.following) if found.following else "",
        "previous": wanted.link(at=found.preceding) if found.preceding else "",
        "unfiltered": wanted.link(Wanted(sort=wanted.wanted.sort, falling=wanted.wanted.falling), view=False),
        "first": wanted.link(),
        "bare": wanted.link(view=False),
        "others": other_columns(wanted),
        "doing": doing(request, screen),
        "formats": tuple(Format),
        "waiting": waiting_count(request.user) if screen.code == "firms" else 0,
        **views.shelf(request, wanted),
    }
    return render(request, "web/lists/list.html", context)


@page
def record_list(request: Request, code: str) -> HttpResponseBase:
    """The list of a noun: search, filter, sort, page both ways."""
    return _list(request, screen_or_404(request, code))


@page
def firm_list(request: Request) -> HttpResponseBase:
    """The firms of the zone."""
    return _list(request, screen_or_404(request, "firms"))


@page
def directory(request: Request) -> HttpResponseBase:
    """Every list the person may open, and the views on their desk."""
    actor = person(request.user)
    open_ones = [(one, list_address(one)) for one in screens() if may(actor, one.see)]
    if not open_ones:
        need(request, "records.see")
    context = {"lists": open_ones, "pinned": views.on_desk(request.user)}
    return render(request, "web/lists/directory.html", context)


def _offered(request: Request, column: Column, text: str) -> list[tuple[int, str]]:
    if column.offered is not None:
        return list(column.offered(request.user, text))
    target = screen_of(column.to)
    if target is None or not may(person(request.user), target.see):
        return []
    if not text:
        found = list(every_record(request.user, target).order_by("-pk")[:OFFERED])
    else:
        found = list(list_page(request.user, target, Wanted(text), limit=OFFERED, whole=False).records)
    names = called(target, [one.pk for one in found], request.user)
    return [(one.pk, names[one.pk]) for one in found if one.pk in names]


@page
def offered(request: Request, code: str, column: str) -> HttpResponseBase:
    """Records a filter can be set to, found by what was typed."""
    screen = screen_or_404(request, code)
    wanted = screen.column(column)
    if wanted is None or not wanted.filtered or (wanted.offered is None and not wanted.to):
        raise Http404
    text = " ".join(request.GET.get("text", "").split())[:100]
    return render(request, "web/lists/offered.html", {"column": wanted, "found": _offered(request, wanted, text)})


@page
def fact(request: Request, number: int) -> HttpResponseBase:
    """Where a figure came from."""
    need(request, "figures.see")
    found = get_object_or_404(visible_to(Fact, request.user).select_related("measure"), pk=number)
    at = Address(found.subject_id, found.measure.code, found.period, found.reading, found.basis, found.scope_id)
    return redirect(addresses.why(at))
