"""The tree of units as it stood on any day, and what changed in it over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.registry.unit_history import changes, tree_on
from qipan.web import labels
from qipan.web.pages import Request, need, page
from qipan.web.unit_words import told

DEEPEST = 5  # a tree deeper than that is set in no further
SHOWN = 300  # changes


@dataclass(frozen=True, slots=True)
class Line:
    """A unit in its place in the tree; `gone`: it was there on the day shown and is no longer."""

    unit: Unit
    name: str
    other_names: tuple[str, ...]
    depth: int
    gone: bool


def _line(unit: Unit, depth: int, today: date) -> Line:
    others = tuple(name for name in unit.aliases if name != unit.name)
    gone = unit.closed is not None and unit.closed <= today
    return Line(unit, labels.unit(unit), others, min(depth, DEEPEST), gone)


def day_in(text: str) -> date | None:
    """Return the day that `text` names as pages write it (2021-06-30); None for anything else."""
    try:
        return parse_date(text.strip())
    except ValueError:  # written so, and no day: 2021-02-30
        return None


@page
@require_GET
def tree(request: Request) -> HttpResponseBase:
    """The zone, its parks, departments and companies, as they stood on the day of the address, else today."""
    need(request, "units.see")
    today, given = timezone.localdate(), request.GET.get("on", "")[:40]
    asked = day_in(given)
    day = asked or today
    lines = [_line(unit, depth, today) for unit, depth in tree_on(request.user, day)]
    context: dict[str, Any] = {
        "lines": lines,
        "day": day,
        "today": today,
        "no_day": given if given.strip() and asked is None else "",
        "told": [told(change, today) for change in changes(request.user)[:SHOWN]],
        "any": bool(lines) or visible_to(Unit, request.user).exists(),
    }
    return render(request, "web/units.html", context)
