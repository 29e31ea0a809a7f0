"""Reads of the economy desk: the leader's page, and why a number is what it is."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from qipan.domains.economy import leader
from qipan.domains.economy.cross import cross_checks
from qipan.domains.economy.shapes import Address, LeaderPage, Text, Why
from qipan.domains.economy.standing import Desk, basis_of, end_of
from qipan.domains.economy.why import why_derived, why_stored
from qipan.platform.definitions import resolved
from qipan.platform.models import User
from qipan.registry.disclosed import facts_seen
from qipan.registry.frames import ACTUAL
from qipan.registry.models import Fact, Unit
from qipan.registry.queries import units_with_figures, visible_to
from qipan.registry.unit_history import units_under

SHOWN_PERIODS = 36
BOARD = "leader"
LARGEST = 2**63 - 1  # what a column of whole numbers holds


def desk(user: User | None = None) -> Desk:
    """Return what the desk reads from, as it stands now and as far as `user` may see it (None: as everybody may)."""
    return Desk(facts_seen(user), resolved(), timezone.localdate())


def months_with_figures(at: Desk, unit: int) -> list[int]:
    """Return the months for which the unit's board has anything to show, newest first.

    What the city or a park reported earlier does not open a month in which the unit itself has nothing yet.
    """
    found: set[int] = set()
    for card in at.resolved.boards[BOARD].cards:
        measure = at.resolved.measures.get(card.measure)
        if measure is not None:
            line = at.facts.line(unit, measure.code, ACTUAL, basis_of(measure))
            found.update(period for period, fact in line.items() if fact.value is not None)
    return sorted((period for period in found if period < 10**6 and 1 <= period % 100 <= 12), reverse=True)


def leader_page(user: User, period: int | None = None, unit: int | None = None) -> LeaderPage | None:
    """Return the page of a unit the person may see (the highest where none is named); None where there is none."""
    units = list(units_with_figures(user).order_by("sort", "code"))
    at = _chosen(units, unit)
    if at is None:
        return None
    now = desk(user)
    periods = months_with_figures(now, at.pk)
    if not periods:
        return None
    chosen = period if period in periods else periods[0]
    below = units_under(at.pk, end_of(chosen), now.today)
    parks = [one for one in units if one.kind == Unit.Kind.PARK and one.pk in below]
    city = Unit.objects.filter(kind=Unit.Kind.CITY).values_list("pk", flat=True).first()
    board = now.resolved.boards[BOARD]
    page = leader.page(now, board, at, city, parks, chosen, periods[:SHOWN_PERIODS])
    return replace(page, cross=cross_checks(now, [at, *parks], chosen))


def _chosen(units: list[Unit], wanted: int | None) -> Unit | None:
    if wanted is not None:
        boards = (Unit.Kind.ZONE, Unit.Kind.PARK)  # a city's or a department's board would be empty
        return next((unit for unit in units if unit.pk == wanted and unit.kind in boards), None)
    there = [unit for unit in units if unit.closed is None or unit.closed > timezone.localdate()]
    for kind in (Unit.Kind.ZONE, Unit.Kind.PARK):
        for unit in there:
            if unit.kind == kind:
                return unit
    return there[0] if there else None


def why(user: User, address: Address) -> Why | None:
    """Return everything behind a figure the person may see; None for one that is not there or not theirs to see."""
    if max(address.subject, address.period, address.scope) > LARGEST:
        return None
    now = desk(user)
    if address.what in ("value", "growth"):
        fact = (
            visible_to(Fact, user)
            .filter(
                subject=address.subject, measure__code=address.measure, period=address.period, reading=address.reading,
                superseded_by__isnull=True,
            )
            .select_related("measure", "scope", "subject__unit", "subject__enterprise")
            .order_by("scope")
        )  # fmt: skip
        found = fact.filter(basis=address.basis).first() or fact.first()
        if found is not None:
            return why_stored(now, found, _name(found), address, user)
        if address.what == "value":
            return None
    if not (1900 <= address.period // 100 <= 2199 and 1 <= address.period % 100 <= 12):
        return None  # only months are worked out from others
    unit = units_with_figures(user).filter(pk=address.subject).first()
    return None if unit is None else why_derived(now, address, unit)


def _name(fact: Fact) -> Text:
    noun = getattr(fact.subject, "unit", None) or fact.subject.enterprise
    return Text(noun.name, getattr(noun, "name_en", "") or noun.name)
