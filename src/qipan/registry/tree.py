"""The tree of units as lists and forms need it: what a person sees, in its order, and what stands below what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.utils import timezone

from qipan.platform.models import User
from qipan.platform.screens import tree as screens
from qipan.platform.screens.tree import Branch, Tree
from qipan.platform.term import language
from qipan.registry import labels
from qipan.registry.models import Enterprise, Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import below, children_kept, reach

KEPT = "_branches"  # where they are kept during a request


def walk(units: Mapping[int, Unit], children: Mapping[int, list[int]]) -> Iterator[tuple[Unit, int]]:
    """Yield the units with their depth, those above before those below, neighbours in their own order."""
    under = {child for parent, group in children.items() if parent in units for child in group}
    seen: set[int] = set()

    def down(key: int, depth: int) -> Iterator[tuple[Unit, int]]:
        if key in seen or key not in units:
            return
        seen.add(key)
        yield units[key], depth
        for child in sorted(children.get(key, ()), key=lambda one: (units[one].sort if one in units else 0, one)):
            yield from down(child, depth + 1)

    for key in units:
        if key not in under:
            yield from down(key, 0)
    for key in units:  # units that stand in a ring stand below each other: shown all the same
        yield from down(key, 0)


def branches(user: User) -> tuple[Branch, ...]:
    """Return the units `user` may see, in the tree's order; asked once per request and kept on the person.

    Closed ones are among them, where they stood last: their firms and figures are still looked for.
    """
    today = timezone.localdate()
    now = (today, language())
    kept = getattr(user, KEPT, None)
    if kept is not None and kept[0] == now:
        return kept[1]
    # Whoever comes from a firm knows the park it stands in, and no other.
    homes = Enterprise.objects.filter(pk__in=reach(user).own("firms.see")).values("unit")
    units = {unit.pk: unit for unit in Unit.objects.filter(Q(pk__in=visible_to(Unit, user)) | Q(pk__in=homes))}
    found = tuple(
        Branch(unit.pk, labels.unit(unit), depth, unit.closed is not None and unit.closed <= today)
        for unit, depth in walk(units, children_kept(today))
    )
    setattr(user, KEPT, (now, found))
    return found


def units_under(units: frozenset[int]) -> frozenset[int]:
    """Return `units` and all that stand below them today, closed ones where they stood last."""
    return below(units, children_kept(timezone.localdate()))


def every_unit() -> frozenset[int]:
    """Return the numbers of all units."""
    return frozenset(Unit.objects.values_list("pk", flat=True))


def connect() -> None:
    """Let lists ask the registry for the tree."""
    screens.tree_is(Tree(branches, units_under, every_unit))
