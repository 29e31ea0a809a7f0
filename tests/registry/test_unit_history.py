"""Whose figures make up a unit's on a day, and what the closing of a unit leaves to whom."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from tests.web.sample import Zone, new_unit, new_zone

from qipan.platform.models import User
from qipan.registry.models import Unit, UnitPlace, UnitSuccession
from qipan.registry.queries import visible_to
from qipan.registry.rights import decide, reach
from qipan.registry.tree import branches, units_under
from qipan.registry.unit_history import changes, tree_on
from qipan.registry.unit_history import units_under as whose

TODAY, DAY = date(2026, 11, 20), date(2024, 1, 1)


@pytest.fixture
def zone(db: None) -> Zone:
    return new_zone()


def since(unit: Unit, day: date) -> Unit:
    UnitPlace.objects.filter(unit=unit).update(since=day)
    return unit


def ended(zone: Zone, code: str, *later: Unit, day: date = DAY) -> Unit:
    unit = new_unit(code, code, "park", zone.zone)
    Unit.objects.filter(pk=unit.pk).update(closed=day)
    UnitPlace.objects.filter(unit=unit).update(until=day)
    for one in later:
        UnitSuccession.objects.create(former=unit, later=one, day=day)
    return unit


def test_a_month_is_made_up_of_the_parks_of_its_time(zone: Zone):
    old = ended(zone, "old", since(zone.east, DAY))
    assert whose(zone.zone.pk, date(2023, 12, 28), TODAY) == {old.pk, zone.west.pk}
    assert whose(zone.zone.pk, date(2024, 1, 28), TODAY) == {zone.east.pk, zone.west.pk}


def test_a_park_without_forerunner_is_counted_as_far_back_as_its_figures_reach(zone: Zone):
    since(zone.east, DAY)
    assert whose(zone.zone.pk, date(2023, 12, 28), TODAY) == {zone.east.pk, zone.west.pk}


def test_a_forerunner_of_a_forerunner_is_counted_in_its_own_time_alone(zone: Zone):
    middle = ended(zone, "middle", since(zone.east, DAY))
    since(middle, date(2020, 1, 1))
    first = ended(zone, "first", middle, day=date(2020, 1, 1))
    assert whose(zone.zone.pk, date(2019, 6, 28), TODAY) == {first.pk, zone.west.pk}
    assert whose(zone.zone.pk, date(2022, 6, 28), TODAY) == {middle.pk, zone.west.pk}


def test_who_had_rights_over_a_closed_unit_keeps_them(zone: Zone):
    inner = new_unit("inner", "东园一期", "park", zone.east)
    Unit.objects.filter(pk=inner.pk).update(closed=DAY)
    UnitPlace.objects.filter(unit=inner).update(until=DAY)
    manager = User.objects.get(pk=zone.park.pk)
    assert decide(manager, "batch.undo", inner.pk)
    assert inner in visible_to(Unit, manager)
    assert inner.pk in units_under(frozenset({zone.east.pk}))
    assert [(one.name, one.closed) for one in branches(manager)] == [
        ("云州市", False), ("东园", False), ("东园一期", True),
    ]  # fmt: skip
    assert inner.pk in reach(zone.leader).at("figures.see")


def test_a_unit_that_moved_away_before_it_was_closed_is_not_kept_by_where_it_stood(zone: Zone):
    inner = new_unit("inner", "一期", "park", zone.east)
    UnitPlace.objects.filter(unit=inner).update(until=date(2020, 1, 1))
    UnitPlace.objects.create(unit=inner, parent=zone.west, since=date(2020, 1, 1), until=DAY)
    Unit.objects.filter(pk=inner.pk).update(closed=DAY)
    assert not decide(User.objects.get(pk=zone.park.pk), "board.see", inner.pk)


def test_units_in_a_ring_neither_hang_the_tree_nor_the_changes(zone: Zone):
    UnitPlace.objects.filter(unit=zone.zone).update(parent=zone.east)
    UnitSuccession.objects.create(former=zone.east, later=zone.west, day=DAY)
    UnitSuccession.objects.create(former=zone.west, later=zone.east, day=DAY)
    assert {unit.pk for unit, _depth in tree_on(zone.leader, TODAY)} >= {zone.zone.pk, zone.east.pk}
    assert len(changes(zone.leader)) == 2
    assert whose(zone.zone.pk, date(2010, 1, 1), TODAY) == {zone.west.pk, zone.east.pk}


def test_a_place_that_lasted_no_day_is_no_move(zone: Zone):
    UnitPlace.objects.filter(unit=zone.east).update(until=DAY)
    UnitPlace.objects.create(unit=zone.east, parent=zone.west, since=DAY, until=DAY)
    UnitPlace.objects.create(unit=zone.east, parent=zone.zone, since=DAY)
    assert changes(zone.leader) == ()


def test_places_of_units_closed_before_there_were_successions_end_on_their_closing_day(zone: Zone):
    Unit.objects.filter(pk=zone.east.pk).update(closed=DAY)
    Unit.objects.filter(pk=zone.west.pk).update(closed=date(2001, 1, 1))  # before it began: left to a person
    import_module("qipan.registry.migrations.0007_unit_succession").end_places(apps, None)
    assert UnitPlace.objects.get(unit=zone.east).until == DAY
    assert UnitPlace.objects.get(unit=zone.west).until is None
    assert UnitPlace.objects.get(unit=zone.zone).until is None
