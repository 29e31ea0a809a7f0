"""Views are kept, shared and dropped by whom they belong to; a person's columns are their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qipan.platform.action import Outcome
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import Actor, Refused, machine, person
from qipan.platform.saved.actions import Setup, Sharing, change_view, choose_columns, drop_view, keep_view
from qipan.platform.saved.models import ChosenColumns, SavedView
from qipan.platform.screens import Screen, screen_of
from qipan.platform.visible import visible_to

if TYPE_CHECKING:
    from tests.web.sample import Zone

SETUP = Setup("industry=39&sort=registered", ("name", "park", "nothing", "park"))


@pytest.fixture
def zone(db: None) -> Zone:
    """A city, a zone of two parks and one person of every role."""
    from tests.web import sample

    return sample.new_zone()


def firms() -> Screen:
    screen = screen_of("firms")
    assert screen is not None
    return screen


def keep(user: User, name: str = "电子", sharing: Sharing | None = None) -> Outcome[SavedView]:
    return keep_view(person(user), firms(), name, SETUP, sharing or Sharing())


def codes(outcome: Outcome[object]) -> list[str]:
    return [problem.code for problem in outcome.problems]


def readers(view: SavedView, zone: Zone) -> set[str]:
    people = {name: getattr(zone, name) for name in ("leader", "economy", "park", "system")}
    return {name for name, user in people.items() if visible_to(SavedView, user).filter(pk=view.pk).exists()}


def test_a_view_keeps_conditions_order_and_known_columns(zone: Zone):
    view = keep(zone.leader).value
    assert view is not None
    assert (view.query, view.columns, view.shared) == ("industry=39&sort=registered", ["name", "park"], False)
    entry = TrailEntry.objects.get(action="view.keep")
    assert entry.after["name"] == "电子"


def test_a_private_view_is_its_owners_alone(zone: Zone):
    view = keep(zone.leader).value
    assert view is not None
    assert readers(view, zone) == {"leader"}


@pytest.mark.parametrize(
    ("unit", "role", "seen"),
    [
        (None, "", {"leader", "economy", "park", "system"}),
        ("east", "", {"leader", "economy", "park", "system"}),
        ("west", "", {"leader", "economy", "system"}),
        (None, "park", {"leader", "park"}),
        ("west", "park", {"leader"}),
    ],
)
def test_a_shared_view_is_seen_by_whom_it_is_shared_with(zone: Zone, unit: str | None, role: str, seen: set[str]):
    at = getattr(zone, unit).pk if unit else None
    view = keep(zone.leader, sharing=Sharing(True, at, role)).value
    assert view is not None
    assert readers(view, zone) == seen


def test_who_has_no_grant_sees_no_shared_view(zone: Zone):
    keep(zone.leader, sharing=Sharing(True))
    assert not visible_to(SavedView, User.objects.create(username="stranger")).exists()


def test_nobody_shares_beyond_their_units(zone: Zone):
    assert codes(keep(zone.park, sharing=Sharing(True))) == ["saved.not-shared-there"]
    assert codes(keep(zone.park, sharing=Sharing(True, zone.west.pk))) == ["saved.not-shared-there"]
    assert keep(zone.park, sharing=Sharing(True, zone.east.pk)).done


def test_a_name_is_needed_and_taken_once(zone: Zone):
    assert codes(keep(zone.leader, "  ")) == ["saved.no-name"]
    keep(zone.leader)
    assert codes(keep(zone.leader)) == ["saved.name-taken"]
    assert keep(zone.economy).done, "another person may use the name"


def test_only_its_owner_changes_or_drops_a_view(zone: Zone):
    view = keep(zone.leader, sharing=Sharing(True)).value
    assert view is not None
    for outcome in (change_view(person(zone.economy), view.pk, name="x"), drop_view(person(zone.economy), view.pk)):
        assert codes(outcome) == ["saved.no-such-view"]
    changed = change_view(person(zone.leader), view.pk, name="电子信息", sharing=Sharing(), pinned=True).value
    assert changed is not None
    assert (changed.name, changed.shared, changed.pinned, changed.query) == ("电子信息", False, True, view.query)
    assert drop_view(person(zone.leader), view.pk).done
    assert not SavedView.objects.exists()


def test_views_of_one_person_have_a_bound(zone: Zone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("qipan.platform.saved.actions.MOST", 1)
    keep(zone.leader)
    assert codes(keep(zone.leader, "另一个")) == ["saved.too-many"]


def test_the_machine_keeps_no_views(zone: Zone):
    actor: Actor = machine("x")
    with pytest.raises(Refused):
        keep_view(actor, firms(), "x", SETUP)


def test_chosen_columns_are_remembered_in_their_order_and_forgotten_on_demand(zone: Zone):
    actor = person(zone.leader)
    assert choose_columns(actor, firms(), ["city", "name", "city", "none"]).value == ("city", "name")
    assert ChosenColumns.objects.get(owner=zone.leader).columns == ["city", "name"]
    assert not visible_to(ChosenColumns, zone.economy).exists()
    choose_columns(actor, firms(), [])
    assert not ChosenColumns.objects.exists()
    assert not TrailEntry.objects.filter(action="view.columns").exists()
