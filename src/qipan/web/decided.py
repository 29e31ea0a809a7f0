"""The verdicts that hold: what was said of which name, by whom, and the way to take one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.platform.rights import person
from qipan.registry.models import Uncertain, Verdict
from qipan.registry.queries import visible_to
from qipan.registry.verdicts import RIGHT, registering, withdraw
from qipan.web import errors
from qipan.web.pages import Request, need, page

PAGE = 50
LONGEST = 100  # characters of a search


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict as the page shows it."""

    verdict: Verdict
    name: str  # as the file wrote it, where that is still known
    own: bool  # the firm was registered by it


def _shown(request: Request, verdicts: Sequence[Verdict]) -> list[Decided]:
    keys = {verdict.name_key for verdict in verdicts}
    written = visible_to(Uncertain, request.user).filter(name_key__in=keys).values_list("name_key", "uscc", "name")
    names = {(key, uscc): name for key, uscc, name in written}
    own = registering(verdicts)
    return [Decided(one, names.get((one.name_key, one.uscc), one.name_key), one.pk in own) for one in verdicts]


@page
def decided(request: Request) -> HttpResponseBase:
    """The verdicts the person may give and take back, the newest first."""
    need(request, RIGHT)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    below = request.GET.get("below", "")
    rows = visible_to(Verdict, request.user).select_related("enterprise").order_by("-pk")
    if text:
        rows = rows.filter(name_key__icontains=text) | rows.filter(enterprise__name__icontains=text)
    if below.isdecimal() and len(below) < 16:
        rows = rows.filter(pk__lte=int(below))
    found = list(rows[: PAGE + 1])
    following = {"q": text, "below": found[PAGE].pk} if len(found) > PAGE else {}
    context = {
        "decided": _shown(request, found[:PAGE]),
        "text": text,
        "next": "?" + urlencode({name: value for name, value in following.items() if value}) if following else "",
    }
    return render(request, "web/decided.html", context)


@page
def take_back(request: Request, number: int) -> HttpResponseBase:
    """Take one verdict back and show those that still hold."""
    return _take_back(request, number)


@require_POST
def _take_back(request: Request, number: int) -> HttpResponseBase:
    need(request, RIGHT)
    verdict = get_object_or_404(visible_to(Verdict, request.user), pk=number)
    reason = request.POST.get("reason", "").strip()[:500]
    outcome = withdraw(person(request.user), verdict.pk, reason=reason)
    if not outcome.done:
        return errors.problems(request, outcome.problems)
    messages.success(request, _("对“{name}”的判定已撤回；有待判定的行会重新列出。").format(name=outcome.value))
    return redirect(reverse("web:firms-decided"))
