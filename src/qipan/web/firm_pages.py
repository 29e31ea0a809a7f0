"""The portrait of a firm (一企一档): its page, the part that takes longer, and the brief on one sheet of paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qipan.registry.models import Enterprise
from qipan.registry.queries import visible_to
from qipan.registry.screens import FIRMS
from qipan.registry.standings import least_peers
from qipan.web.firm_brief import DOCX, brief_of, document
from qipan.web.firm_charts import charts
from qipan.web.firm_file import firm_file
from qipan.web.firm_moves import moves
from qipan.web.pages import Request, is_fragment, need, page
from qipan.web.records import shape

# What the portrait shows in its own way.
ELSEWHERE = ("name", "title", "qualifications", "facts")


def _firm(request: Request, number: int) -> Enterprise:
    need(request, "firms.see")
    return get_object_or_404(visible_to(Enterprise, request.user).select_related("unit"), pk=number)


@page
@require_GET
def firm(request: Request, number: int) -> HttpResponseBase:
    """Everything the zone holds about one firm."""
    found = _firm(request, number)
    further = [(reverse("web:firm-brief", args=[number]), _("一页简报"))]
    context: dict[str, Any] = {
        **shape.context(FIRMS, found, request.user, leave=ELSEWHERE),
        "firm": found,
        "file": firm_file(request.user, found),
        "further": further,
    }
    return render(request, "web/firm.html", context)


@page
@require_GET
def portrait(request: Request, number: int) -> HttpResponseBase:
    """Figures over the years beside the peers', and the parks the firm moved through: what takes a moment longer."""
    found, today = _firm(request, number), timezone.localdate()
    context = {
        "firm": found,
        "charts": charts(request.user, found, today),
        "least": least_peers(today),
        "moves": moves(request.user, found),
    }
    template = "web/parts/firm_portrait.html" if is_fragment(request) else "web/firm_portrait.html"
    return render(request, template, context)


@page
@require_GET
def brief(request: Request, number: int) -> HttpResponseBase:
    """The brief, laid out for one sheet of A4."""
    found = _firm(request, number)
    context = {"firm": found, "brief": brief_of(request.user, found, timezone.localdate())}
    return render(request, "web/firm_brief.html", context)


@page
@require_GET
def brief_docx(request: Request, number: int) -> HttpResponseBase:
    """The brief as a document to be edited."""
    found = _firm(request, number)
    content = document(brief_of(request.user, found, timezone.localdate()))
    response = HttpResponse(content, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="qipan-firm-{number}.docx"'
    return response
