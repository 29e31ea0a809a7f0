"""Who manages part of a zone acts on that part only, also by an act that names a record elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.web.sample import Zone, new_firm, new_person, new_zone

from qipan.platform.models import Batch, User
from qipan.platform.rights import Refused, person
from qipan.registry import grants, people
from qipan.registry.loading.returns import lock
from qipan.registry.models import Grant, Return, Uncertain
from qipan.registry.verdicts import judge


@pytest.fixture
def zone(db: None) -> Zone:
    return new_zone()


@pytest.fixture
def keeper(zone: Zone) -> User:
    """Who manages the people of the east park."""
    return new_person("keeper", "system", zone.east)


def test_a_parks_administrator_gives_rights_in_the_park_only(zone: Zone):
    guard = person(new_person("guard", "security", zone.east))
    clerk = User.objects.create(username="clerk")
    assert grants.give(guard, clerk, "clerk", unit=zone.east.pk).done
    for unit in (zone.west.pk, zone.zone.pk, zone.city.pk, None):
        with pytest.raises(Refused):
            grants.give(guard, clerk, "economy", unit=unit)
    with pytest.raises(Refused):
        grants.give(guard, clerk, "enterprise", firm=new_firm("远", zone.west).pk)
    assert set(Grant.objects.filter(user=clerk).values_list("unit", flat=True)) == {zone.east.pk}


def test_who_keeps_accounts_grants_nothing_and_who_grants_keeps_no_accounts(zone: Zone):
    with pytest.raises(Refused):
        people.put(person(zone.system), "newcomer", role="leader")
    assert not User.objects.filter(username="newcomer").exists(), "the whole Action is undone"
    guard = person(new_person("guard", "security", zone.zone))
    with pytest.raises(Refused):
        people.put(guard, "newcomer")


ACTS: dict[str, Callable[..., Any]] = {
    "a new password": lambda actor, name: people.put(actor, name, new_password=True),
    "a closed account": people.close,
}


@pytest.mark.parametrize("act", list(ACTS))
def test_a_parks_administrator_takes_over_nobody_of_the_zone(zone: Zone, keeper: User, act: str):
    before = zone.leader.password
    with pytest.raises(Refused):
        ACTS[act](person(keeper), "leader")
    leader = User.objects.get(pk=zone.leader.pk)
    assert (leader.password, leader.is_active) == (before, True)


def test_the_zones_administrator_manages_everybody(zone: Zone):
    assert people.put(person(zone.system), "park", new_password=True).done
    assert people.close(person(zone.system), "park").done


def test_a_parks_statistician_locks_the_park_only(zone: Zone):
    clerk = new_person("clerk", "economy", zone.east)
    for unit in (zone.east, zone.west):
        Return.objects.create(unit=unit, ledger="l", period=202610)
    assert lock(person(clerk), 202610).value == 1
    assert list(Return.objects.filter(status="locked").values_list("unit", flat=True)) == [zone.east.pk]
    assert not lock(person(clerk), 202610, units=[zone.west.pk]).done


def test_a_verdict_cannot_point_at_a_firm_elsewhere(zone: Zone):
    clerk = new_person("clerk", "economy", zone.east)
    batch = Batch.objects.create(state="committed", name="b", unit=zone.east.pk, by_name="x")
    asked = Uncertain.objects.create(name="甲", name_key="甲", problem="p", batch=batch.pk, sheet=0, row=1)
    far, near = new_firm("远", zone.west), new_firm("近", zone.east)
    assert not judge(person(clerk), asked.pk, same_as=far.pk).done
    assert judge(person(clerk), asked.pk, same_as=near.pk).done
