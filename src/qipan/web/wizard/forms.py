"""Templates to be filled in, and what is remembered of the forms that come in."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.engine.periods import Period, parse
from qipan.engine.sheets.templates import write_template
from qipan.packs import Ledger
from qipan.platform.definitions import resolved
from qipan.platform.imports import memory, values
from qipan.platform.models import SheetMemory, ValueMemory
from qipan.platform.rights import person
from qipan.registry.models import Unit
from qipan.registry.prefill import filling, may_fill
from qipan.registry.queries import visible_to
from qipan.web import errors, labels
from qipan.web.language import short
from qipan.web.pages import Request, need, page
from qipan.web.wizard.drop import units_for
from qipan.web.wizard.frame import RIGHT

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BACK = 13  # months that can be chosen


def _last_month(today: date) -> Period:
    return Period.month(today.year, today.month).shift(-1)


def _periods(today: date) -> list[tuple[int, str]]:
    """Return the months a template can be made for, the last one first."""
    found = [_last_month(today).shift(-back) for back in range(BACK)]
    return [(one.code, one.text(short())) for one in found]


@page
def templates(request: Request) -> HttpResponse:
    """Every ledger with its template, empty or with what is known filled in."""
    need(request, RIGHT)
    lines = [(one, labels.ledger(one.code), may_fill(one.spec)) for one in resolved().ledgers.values()]
    today = timezone.localdate()
    context = {"ledgers": lines, "units": units_for(request), "periods": _periods(today)}
    return render(request, "web/wizard/templates.html", context)


def _ledger(code: str) -> Ledger:
    known: Mapping[str, Ledger] = resolved().ledgers
    if code not in known:
        raise Http404
    return known[code]


@page
def template(request: Request, code: str) -> HttpResponseBase:
    """One template as a workbook."""
    need(request, RIGHT)
    spec = _ledger(code).spec
    asked = request.GET.get("period", "")
    period = (parse(asked) if asked else None) or _last_month(timezone.localdate())
    wanted = request.GET.get("unit", "")
    units = visible_to(Unit, request.user)
    unit = units.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 16 else None
    filled = request.GET.get("filled") == "1"
    given = filling(request.user, spec, resolved(), period, unit, filled=filled)
    folder = Path(tempfile.mkdtemp(prefix="qipan-"))
    out = folder / "template.xlsx"
    try:
        write_template(out, spec, given, timezone.localdate())
        content = out.open("rb")
    finally:
        out.unlink(missing_ok=True)
        folder.rmdir()
    response = FileResponse(content, content_type=XLSX)
    name = quote(spec.names[0] + _("（模板）"))
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.xlsx"
    return response


@page
def remembered(request: Request) -> HttpResponse:
    """What is remembered of forms and of values in them; each can be forgotten."""
    need(request, RIGHT)
    if request.method == "POST":
        return _forget(request)
    forms = [
        (one, labels.ledger(one.ledger), [(head, _meant(one.ledger, code)) for head, code in one.columns.items()])
        for one in visible_to(SheetMemory, request.user).order_by("-at")[:200]
    ]
    context = {"forms": forms, "values": visible_to(ValueMemory, request.user).order_by("-at")[:500]}
    return render(request, "web/wizard/remembered.html", context)


def _meant(ledger: str, code: str) -> str:
    return {"": _("不读入"), "+": _("作为附加信息保留")}.get(code) or labels.column(ledger, code)


@require_POST
def _forget(request: Request) -> HttpResponse:
    number, kind = request.POST.get("number", ""), request.POST.get("kind", "")
    if number.isdecimal() and len(number) < 16:
        model, drop = (SheetMemory, memory.drop) if kind == "form" else (ValueMemory, values.drop)
        if visible_to(model, request.user).filter(pk=int(number)).exists():
            outcome = drop(person(request.user), int(number))
            if not outcome.done:
                return errors.problems(request, outcome.problems)
    return redirect("web:load-remembered")
