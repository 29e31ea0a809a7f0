"""The tree of units."""

from __future__ import annotations

from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import children_on
from qipan.web import labels
from qipan.web.pages import Request, need, page


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in its place in the tree."""

    unit: Unit
    name: str
    other_names: tuple[str, ...]
    depth: int


def _branches(units: dict[int, Unit], children: dict[int, list[int]]) -> list[Branch]:
    under = {child for parent, group in children.items() if parent in units for child in group}
    found: list[Branch] = []
    seen: set[int] = set()

    def walk(key: int, depth: int) -> None:
        if key in seen or key not in units:
            return
        seen.add(key)
        unit = units[key]
        others = tuple(name for name in unit.aliases if name != unit.name)
        found.append(Branch(unit, labels.unit(unit), others, depth))
        for child in sorted(children.get(key, ()), key=lambda one: (units[one].sort if one in units else 0, one)):
            walk(child, depth + 1)

    for key in units:
        if key not in under:
            walk(key, 0)
    return found


@page
def tree(request: Request) -> HttpResponseBase:
    """The zone, its parks, departments and companies, as they stand today."""
    need(request, "units.see")
    units = {unit.pk: unit for unit in visible_to(Unit, request.user)}
    branches = _branches(units, children_on(timezone.localdate()))
    return render(request, "web/units.html", {"branches": branches})
