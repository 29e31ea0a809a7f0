"""What became of units: the tree as it stood on a day, and what was opened, merged, split, moved and closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from django.db.models import Q

from qipan.platform.models import User
from qipan.registry.models import Unit, UnitPlace, UnitSuccession
from qipan.registry.queries import visible_to
from qipan.registry.rights import children_on
from qipan.registry.tree import walk

Period = tuple[date, date | None]  # from the first day on, up to before the second


class Kind(StrEnum):
    """What can happen to units."""

    OPENED = "opened"  # 设立
    CLOSED = "closed"  # 撤销
    REOPENED = "reopened"  # 恢复
    FORMED = "formed"  # one, out of several: 由……合并而成
    JOINED = "joined"  # into one that was there already: 并入
    SPLIT = "split"  # 分设为
    BECAME = "became"  # 改设为
    MOVED = "moved"  # under another unit: 改隶


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to `units` on a day; None stands for a unit the reader may not see.

    `others`: what came out of it or went into it; of a move, where the unit stood before and where it stands since.
    """

    day: date
    kind: Kind
    units: tuple[Unit | None, ...]
    others: tuple[Unit | None, ...] = ()

    def tells_of(self, unit: int) -> bool:
        """Tell whether the unit takes part in it, other than as the one a move is about."""
        sides = self.units if self.kind is Kind.MOVED else (*self.units, *self.others)
        return any(one is not None and one.pk == unit for one in sides)


def _stands(period: Period, day: date) -> bool:
    since, until = period
    return since <= day and (until is None or until > day)


def _places(places: Iterable[UnitPlace]) -> dict[int, list[UnitPlace]]:
    """Return each unit's places in the order of time; one that lasted no day is left out."""
    found: dict[int, list[UnitPlace]] = {}
    for place in sorted(places, key=lambda one: (one.since, one.pk)):
        if place.until is None or place.until > place.since:
            found.setdefault(place.unit_id, []).append(place)
    return found


def tree_on(user: User, day: date) -> tuple[tuple[Unit, int], ...]:
    """Return the units `user` may see that were there on that day, in the tree's order, with their depth in it."""
    places = _places(visible_to(UnitPlace, user))

    def there(unit: Unit) -> bool:
        if unit.pk in places:  # a unit may have been closed and opened again
            return any(_stands((place.since, place.until), day) for place in places[unit.pk])
        return _stands((unit.opened or date.min, unit.closed), day)

    units = {unit.pk: unit for unit in visible_to(Unit, user) if there(unit)}
    return tuple(walk(units, children_on(day)))


def changes(user: User) -> tuple[Change, ...]:
    """Return everything that happened to the units `user` may see, the newest first."""
    units = {unit.pk: unit for unit in visible_to(Unit, user)}
    found = list(_successions(_pairs(user), units))
    told = {(one.pk, change.day) for change in found for one in (*change.units, *change.others) if one is not None}
    for unit, places in _places(visible_to(UnitPlace, user)).items():
        if unit in units:
            found += _of_places(units, units[unit], places, told)
    for unit in units.values():
        if unit.opened is not None and (unit.pk, unit.opened) not in told:
            found.append(Change(unit.opened, Kind.OPENED, (unit,)))
        if unit.closed is not None and (unit.pk, unit.closed) not in told:
            found.append(Change(unit.closed, Kind.CLOSED, (unit,)))
    found.sort(key=lambda change: change.day, reverse=True)
    return tuple(found)


def _pairs(user: User) -> list[tuple[int, int, date]]:
    """Return what went on in what and when, of everything a unit of the reader's took part in: the whole of it.

    A park that came out of a splitting is told as one of several, though the reader may see none of the others.
    """
    seen = visible_to(UnitSuccession, user)
    all_of = UnitSuccession.objects.filter(stands=True)
    formers = all_of.filter(later__in=seen.values("later")).values("former")
    rows = all_of.filter(Q(former__in=seen.values("former")) | Q(former__in=formers))
    ordered = rows.order_by("day", "later__sort", "later__code", "former__sort", "former__code")
    return list(ordered.values_list("former_id", "later_id", "day"))


def _successions(pairs: list[tuple[int, int, date]], units: Mapping[int, Unit]) -> Iterator[Change]:
    """Yield what went on in what: each closing told once, as a splitting where one went on in several."""
    laters: dict[tuple[int, date], list[int]] = {}
    for former, later, day in pairs:
        laters.setdefault((former, day), []).append(later)
    formers: dict[tuple[int, date], list[int]] = {}
    for (former, day), into in laters.items():
        if len(into) > 1:
            yield Change(day, Kind.SPLIT, (units.get(former),), tuple(units.get(one) for one in into))
        else:
            formers.setdefault((into[0], day), []).append(former)
    for (later, day), out_of in formers.items():
        new, old = units.get(later), tuple(units.get(one) for one in out_of)
        if new is not None and new.opened != day:
            yield Change(day, Kind.JOINED, old, (new,))
        elif len(old) > 1:
            yield Change(day, Kind.FORMED, (new,), old)
        else:
            yield Change(day, Kind.BECAME, old, (new,))


def _of_places(
    units: Mapping[int, Unit], unit: Unit, places: list[UnitPlace], told: set[tuple[int, date]]
) -> Iterator[Change]:
    """Yield the moves of a unit, and its closings before it was opened again."""
    for before, after in pairwise(places):
        if before.until is not None and before.until < after.since:
            if (unit.pk, before.until) not in told:
                yield Change(before.until, Kind.CLOSED, (unit,))
            yield Change(after.since, Kind.REOPENED, (unit,))
        elif before.parent_id != after.parent_id:
            yield Change(after.since, Kind.MOVED, (unit,), (units.get(before.parent_id), units.get(after.parent_id)))


def later_names(user: User | None = None) -> dict[int, tuple[str, ...]]:
    """Return the names of those in which each closed unit goes on, as far as `user` may see them (None: all)."""
    rows = UnitSuccession.objects.filter(stands=True)
    if user is not None:
        rows = rows.filter(later__in=visible_to(Unit, user).values("pk"))
    found: dict[int, tuple[str, ...]] = {}
    for former, name in rows.order_by("later__sort", "later__code").values_list("former_id", "later__name"):
        found[former] = (*found.get(former, ()), name)
    return found


def beside(user: User, unit: Unit) -> tuple[list[Unit], list[Unit]]:
    """Return the units `unit` came from and those it goes on in, as far as `user` may see them."""
    rows = visible_to(UnitSuccession, user)
    seen = visible_to(Unit, user)
    former, later = rows.filter(later=unit.pk).values("former"), rows.filter(former=unit.pk).values("later")
    return list(seen.filter(pk__in=former)), list(seen.filter(pk__in=later))


def units_under(unit: int, day: date, today: date) -> frozenset[int]:
    """Return the units directly under `unit` whose figures of that day make up its own.

    Those that stood there then; and those of today that came later, whose figures reach back further than they do,
    unless what they came from was there: its figures would count twice.
    """
    places = list(UnitPlace.objects.filter(parent=unit).values_list("unit_id", "since", "until"))
    then = {one for one, since, until in places if _stands((since, until), day)}
    late = {one for one, since, until in places if _stands((since, until), today)} - then
    if late and then:
        formers: dict[int, set[int]] = {}
        for former, later in UnitSuccession.objects.filter(stands=True).values_list("former_id", "later_id"):
            formers.setdefault(later, set()).add(former)
        late = {one for one in late if not _forerunners(one, formers) & then}
    return frozenset(then | late)


def _forerunners(unit: int, formers: Mapping[int, set[int]]) -> set[int]:
    found: set[int] = set()
    waiting = [unit]
    while waiting:
        for former in formers.get(waiting.pop(), ()):
            if former not in found:
                found.add(former)
                waiting.append(former)
    return found
