"""The page of a record, its history, and watching it."""

from __future__ import annotations

from datetime import datetime

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.views.decorators.http import require_GET, require_POST

from qipan.platform.records.history import history
from qipan.platform.records.telling import watch as watch_record
from qipan.platform.records.unmasking import unmask as unmask_record
from qipan.platform.rights import person
from qipan.platform.screens.declaration import columns_of
from qipan.web import errors
from qipan.web.pages import Request, is_fragment, page
from qipan.web.records import shape
from qipan.web.records.standing import address_of, record_named, screen_named
from qipan.web.records.told import tell


@page
@require_GET
def record(request: Request, code: str, number: int) -> HttpResponseBase:
    """Everything about one record: sections, what points at it, files, notes, history."""
    screen = screen_named(request, code)
    found = record_named(request, screen, number)
    if screen.page:
        return redirect(address_of(screen, number))
    return render(request, "web/record.html", shape.context(screen, found, request.user))


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and not is_naive(found) else None


@page
@require_GET
def happenings(request: Request, code: str, number: int) -> HttpResponseBase:
    """A page of the record's history, as sentences."""
    screen = screen_named(request, code)
    found = record_named(request, screen, number)
    told = history(request.user, screen, found, before=_moment(request.GET.get("before", "")))
    context = {
        "screen": screen,
        "record": found,
        "happenings": [tell(screen, one, request.user, found) for one in told.happenings],
        "earlier": told.earlier.isoformat() if told.earlier else "",
        "first": "before" not in request.GET,
    }
    template = "web/parts/record_history.html" if is_fragment(request) else "web/record_history.html"
    return render(request, template, {**context, "title": shape.name_of(found), "address": address_of(screen, number)})


@page
@require_POST
def watch(request: Request, code: str, number: int) -> HttpResponseBase:
    """Begin or end watching the record."""
    screen = screen_named(request, code)
    found = record_named(request, screen, number)
    outcome = watch_record(person(request.user), screen, number, on=request.POST.get("on") == "1")
    if not outcome.done:
        return errors.problems(request, outcome.problems)
    if is_fragment(request):
        context = {"screen": screen, "record": found, "doing": shape.doing(screen, found, request.user)}
        return render(request, "web/parts/record_watch.html", context)
    return redirect(address_of(screen, number))


@page
@require_POST
def unmask(request: Request, code: str, number: int) -> HttpResponseBase:
    """Show what is masked, once, to whoever has the right and says why."""
    screen = screen_named(request, code)
    found = record_named(request, screen, number)
    reason = request.POST.get("reason", "")[:500]
    outcome = unmask_record(person(request.user), screen, number, reason=reason)
    columns = {column.code: str(column.names) for column in columns_of(screen)}
    opened = [(columns[name], text) for name, text in (outcome.value or {}).items() if text]
    context = {
        "screen": screen,
        "record": found,
        "opened": opened,
        "unmask_problems": outcome.problems,
        "reason": "" if outcome.done else reason,
        "title": shape.name_of(found),
        "address": address_of(screen, number),
    }
    template = "web/parts/record_unmask.html" if is_fragment(request) else "web/record_unmask.html"
    return render(request, template, context)
