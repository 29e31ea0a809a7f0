"""The page of one firm; the list of firms is a list like any other."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from qipan.registry.models import Enterprise
from qipan.registry.queries import visible_to
from qipan.web.firm_file import firm_file
from qipan.web.pages import Request, need, page


@page
def firm(request: Request, number: int) -> HttpResponseBase:
    """Everything the zone holds about one firm."""
    need(request, "firms.see")
    found = get_object_or_404(visible_to(Enterprise, request.user).select_related("unit"), pk=number)
    return render(request, "web/firm.html", {"firm": found, "file": firm_file(request.user, found)})
