"""The dictionary of measures: what every figure means and who publishes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from qipan.registry.models import Measure
from qipan.registry.queries import visible_to
from qipan.web import labels
from qipan.web.language import short
from qipan.web.pages import Request, need, page


@dataclass(frozen=True, slots=True)
class Entry:
    """One measure as the dictionary shows it."""

    code: str
    name: str
    unit: str
    measure: Measure
    definition: str
    scope: str
    publisher: str
    source: str
    due: str


@dataclass(slots=True)
class Theme:
    """The measures of one theme."""

    name: str
    entries: list[Entry] = field(default_factory=list)


def _said(spec: dict[str, Any], name: str) -> str:
    given = spec.get(name)
    return str(given.get(short(), "")) if isinstance(given, dict) else ""


def _source(spec: dict[str, Any]) -> str:
    given = spec.get("source") or {}
    words = {"memory": _("凭经验，待核实"), "practice": _("工作惯例")}
    return " ".join(filter(None, (given.get("doc"), given.get("clause"), words.get(given.get("status", ""), ""))))


def _due(measure: Measure) -> str:
    if measure.publication_day is None:
        return ""
    if measure.publication_lag:
        lag, day = measure.publication_lag + 1, measure.publication_day
        return _("期末后第 {lag} 个月 {day} 日").format(lag=lag, day=day)
    return _("次月 {day} 日").format(day=measure.publication_day)


def entry(measure: Measure) -> Entry:
    """Return the measure as the dictionary shows it."""
    spec = measure.spec
    return Entry(
        measure.code,
        measure.names.get(short()) or measure.names.get("zh", ""),
        labels.unit_of_measure(measure.unit),
        measure,
        _said(spec, "definition"),
        _said(spec, "scope"),
        _said(spec, "publisher"),
        _source(spec),
        _due(measure),
    )


@page
def measures(request: Request) -> HttpResponseBase:
    """All measures by theme, found by name."""
    need(request, "definitions.see")
    asked = request.GET.get("q", "").strip()[:60]
    themes: dict[str, Theme] = {}
    for one in visible_to(Measure, request.user).filter(of__isnull=True, retired=False).order_by("id"):
        texts = (*one.names.values(), *one.spec.get("aliases", ()))
        if asked and not any(asked.casefold() in text.casefold() for text in texts):
            continue
        name = labels.theme(str(one.spec.get("theme", "")))
        themes.setdefault(name, Theme(name)).entries.append(entry(one))
    return render(request, "web/measures.html", {"themes": list(themes.values()), "q": asked})


@page
def measure(request: Request, code: str) -> HttpResponseBase:
    """One measure, whole."""
    need(request, "definitions.see")
    found = get_object_or_404(visible_to(Measure, request.user), code=code)
    return render(request, "web/measure.html", {"entry": entry(found)})
