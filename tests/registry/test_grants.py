"""Granting: administrators stay three people, nobody grants to themselves, deputies change nothing about either."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.web.sample import Zone, new_firm, new_person, new_zone

from qipan.platform.action import Outcome
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import Actor, machine, person
from qipan.registry import grants, people
from qipan.registry.loading.returns import lock
from qipan.registry.models import Grant, Return
from qipan.registry.rights import reach

TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=10)


@pytest.fixture
def zone(db: None) -> Zone:
    return new_zone()


@pytest.fixture
def guard(zone: Zone) -> Actor:
    """Who grants roles of the whole zone."""
    return person(new_person("guard", "security", zone.zone))


def codes(outcome: Outcome[object]) -> list[str]:
    return [problem.code for problem in outcome.problems]


@pytest.mark.parametrize(("held", "wanted"), [("system", "security"), ("security", "audit"), ("audit", "system")])
def test_two_administrators_are_never_one_person(zone: Zone, guard: Actor, held: str, wanted: str):
    keeper = new_person("keeper", held, zone.zone)
    assert codes(grants.give(guard, keeper, wanted)) == ["registry.roles-apart"]
    # Not in another part of the zone, not from the command line, not later while the first still holds.
    assert codes(grants.give(guard, keeper, wanted, unit=zone.east.pk)) == ["registry.roles-apart"]
    assert codes(grants.give(machine("x"), keeper, wanted, since=LATER)) == ["registry.roles-apart"]
    Grant.objects.filter(user=keeper).update(until=LATER)
    assert codes(grants.give(guard, keeper, wanted, since=LATER - timedelta(days=1))) == ["registry.roles-apart"]
    assert grants.give(guard, keeper, wanted, since=LATER).done


def test_two_administrators_are_not_one_person_through_a_deputy_either(zone: Zone, guard: Actor):
    system = Grant.objects.get(user=zone.system)
    auditor = new_person("auditor", "audit", zone.zone)
    assert codes(grants.depute(guard, system.pk, auditor, since=TODAY, until=LATER)) == ["registry.roles-apart"]
    deputy = User.objects.create(username="deputy")
    assert grants.depute(guard, system.pk, deputy, since=TODAY, until=LATER).done
    assert codes(grants.give(guard, deputy, "audit")) == ["registry.roles-apart"]


def test_nobody_grants_to_themselves_also_not_as_a_deputy(zone: Zone, guard: Actor):
    assert guard.user is not None
    assert codes(grants.give(guard, guard.user, "leader")) == ["registry.grant-to-oneself"]
    leader = Grant.objects.get(user=zone.leader)
    outcome = grants.depute(guard, leader.pk, guard.user, since=TODAY, until=LATER)
    assert codes(outcome) == ["registry.grant-to-oneself"]


def test_a_deputy_has_no_deputy_and_nobody_is_their_own(zone: Zone, guard: Actor):
    park = Grant.objects.get(user=zone.park)
    standing = grants.depute(guard, park.pk, zone.leader, since=TODAY, until=LATER).value
    assert standing is not None
    again = grants.depute(guard, standing.pk, zone.economy, since=TODAY, until=LATER)
    assert codes(again) == ["registry.deputy-of-a-deputy"]
    assert codes(grants.depute(guard, park.pk, zone.park, since=TODAY, until=LATER)) == ["registry.deputy-of-a-deputy"]


def test_the_trail_says_for_whom_a_deputy_acted(zone: Zone, guard: Actor):
    economy = Grant.objects.get(user=zone.economy)
    assert grants.depute(guard, economy.pk, zone.park, since=TODAY, until=LATER).done
    Return.objects.create(unit=zone.west, ledger="l", period=202610)
    assert lock(person(User.objects.get(pk=zone.park.pk)), 202610).value == 1
    entry = TrailEntry.objects.get(action="returns.lock")
    assert (entry.actor_name, entry.acting_for) == ("王园长", "陈统计")


def test_a_role_is_granted_where_its_scope_says(zone: Zone, guard: Actor):
    firm = new_firm("甲", zone.east)
    assert codes(grants.give(guard, zone.leader, "enterprise")) == ["registry.role-at-firm"]
    assert codes(grants.give(guard, zone.leader, "economy", firm=firm.pk)) == ["registry.role-at-unit"]
    assert codes(grants.give(guard, zone.leader, "no_such")) == ["registry.no-such-role"]
    assert codes(grants.give(guard, zone.leader, "clerk", since=TODAY, until=TODAY)) == ["registry.grant-dates"]
    visitor = User.objects.create(username="visitor")
    assert grants.give(guard, visitor, "enterprise", firm=firm.pk).done
    assert reach(visitor).own("firms.see") == {firm.pk}


def test_a_grant_given_twice_stands_once_and_ends_when_withdrawn(zone: Zone, guard: Actor):
    clerk = User.objects.create(username="clerk")
    first = grants.give(guard, clerk, "clerk", unit=zone.east.pk).value
    assert grants.give(guard, clerk, "clerk", unit=zone.east.pk).value == first
    assert first is not None
    assert reach(User.objects.get(pk=clerk.pk)).any("batch.load")
    assert grants.withdraw(guard, first.pk, reason="调离").done
    assert not reach(User.objects.get(pk=clerk.pk)).any("batch.load")
    assert codes(grants.withdraw(guard, first.pk)) == ["registry.no-such-grant"]
    assert TrailEntry.objects.get(action="grants.withdraw").reason == "调离"


@pytest.mark.parametrize("act", ["password", "close"])
def test_an_administrator_cannot_take_over_the_account_of_another(zone: Zone, guard: Actor, act: str):
    keeper = person(zone.system)
    acts = {
        "password": lambda: people.put(keeper, "guard", new_password=True),
        "close": lambda: people.close(keeper, "guard"),
    }
    assert codes(acts[act]()) == ["registry.other-administrator"]
    assert people.put(machine("operator"), "guard", new_password=True).done


def test_an_empty_installation_begins_with_three_administrators(db: None):
    made = people.first_people(machine("x"))
    assert [one.user.username for one in made] == ["admin", "security", "audit"]
    assert all(one.password and one.user.must_change_password for one in made)
    assert list(Grant.objects.order_by("pk").values_list("role", "unit")) == [
        ("system", None),
        ("security", None),
        ("audit", None),
    ]
    assert people.first_people(machine("x")) == ()


def test_a_future_grant_gives_nothing_before_its_day(zone: Zone, guard: Actor):
    clerk = User.objects.create(username="clerk")
    assert grants.give(guard, clerk, "clerk", unit=zone.east.pk, since=LATER).done
    assert not reach(clerk).held
    assert date.today() < LATER
