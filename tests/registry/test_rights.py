"""Generated for every model × role: nobody meets a record outside their scope, and the leaked record is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from tests.registry.rights_ground import attached, closed_park, figures, findings, new_ground
from tests.web.sample import Zone, boards_of_others, new_firm, new_unit

from qipan.platform import rights as platform_rights
from qipan.platform.action import VERBS
from qipan.platform.models import BatchSheet, StoredFile, TrailEntry, User
from qipan.platform.rights import RIGHTS
from qipan.platform.screens.declaration import screens
from qipan.registry.models import (
    Enterprise,
    EnterpriseName,
    Grant,
    Qualification,
    Return,
    Scope,
    Uncertain,
    Unit,
    UnitPlace,
    Verdict,
)
from qipan.registry.queries import decided_models, visible_to
from qipan.registry.rights import OWN, acting_for, decide, reach
from qipan.registry.roles import roles

# Models nobody lists to people: the machine's own.
INNER = {"Subject", "TrailSeal", "CommitLease", "Job", "SecondFactor", "RecoveryCode", "CodeTry"}
TODAY = timezone.localdate()
KNOWN = roles(TODAY)
ALL = frozenset(KNOWN)
ADMINISTRATORS = frozenset({"system", "security", "audit"})
# Who is granted at a part of the zone only: the park manager and the clerk at the east park, a firm's person at a firm.
OWN_FIRM = frozenset({"enterprise"})
EAST_ONLY = frozenset({"park", "clerk"})
UNITS = ALL - OWN_FIRM
FIGURES = ALL - ADMINISTRATORS - OWN_FIRM
WHOLE = FIGURES - EAST_ONLY
TRAIL = frozenset(code for code, role in KNOWN.items() if "trail.see" in role.all_rights())
HEALTH = frozenset(code for code, role in KNOWN.items() if "health.see" in role.all_rights())
WRITERS = frozenset(code for code, role in KNOWN.items() if "notes.write" in role.all_rights())
# What is made below → the roles that see it.
EXPECTED: dict[str, frozenset[str]] = {
    "unit of the east": UNITS,
    "unit of the west": UNITS - EAST_ONLY,
    "city": UNITS,
    "place of the west": UNITS - EAST_ONLY,
    "closed park of the west": UNITS - EAST_ONLY,
    "place of the closed park": UNITS - EAST_ONLY,
    "what the closed park goes on in": UNITS - EAST_ONLY,
    "what a park of the west gave to the east": UNITS,
    "what no longer holds of the east": frozenset(),
    "firm of the east": FIGURES | OWN_FIRM,
    "firm of the west": WHOLE,
    "firm of no park": WHOLE,
    "former name in the west": WHOLE,
    "former name in the east": FIGURES | OWN_FIRM,
    "title in the east": FIGURES | OWN_FIRM,
    "title in the west": WHOLE,
    "verdict in the west": frozenset({"economy"}),
    "firm of the west nobody could tell": frozenset({"economy"}),
    "measure": ALL,
    "scope": ALL,
    "figure of the city": FIGURES,
    "figure of the zone": WHOLE,
    "figure of the east": FIGURES,
    "figure of the west": WHOLE,
    "record of a firm in the east": FIGURES | OWN_FIRM,
    "record of a firm in the west": WHOLE,
    "survey of a firm in the east": frozenset({"economy"}),
    "survey of a firm in the west": frozenset({"economy"}),
    "return of the west": WHOLE,
    "batch of the east": FIGURES,
    "batch of the west": WHOLE,
    "batch of nobody": WHOLE,
    "sheet of the west": WHOLE,
    "file of the west": WHOLE,
    "finding in the east": HEALTH,
    "finding in the west": HEALTH & WHOLE,
    "finding of no unit": HEALTH & WHOLE,
    "finding in a survey in the east": frozenset({"economy"}),
    "finding in a survey in the west": frozenset({"economy"}),
    "count of a survey in the east": frozenset({"economy"}),
    "count of the west": HEALTH & WHOLE,
    "explanation in the west": HEALTH & WHOLE,
    "look": HEALTH,
    "what was said of a finding in the west": (TRAIL & WHOLE) | {"audit"},
    "what was said of a survey finding in the east": frozenset({"economy", "audit"}),
    "trail of a firm in the west": (TRAIL & WHOLE) | {"audit"},
    "trail of a firm in the east": TRAIL | {"audit"},
    "trail of a person": frozenset({"audit"}),
    "grant of the park manager": frozenset({"security", "audit", "park"}),
    "the park manager": ADMINISTRATORS | {"park"},
    "board of another, shared by link": frozenset(),
    "board of another, for parks": frozenset({"park"}),
    "screen of another": frozenset(),
    "note at the east firm": WRITERS & FIGURES,
    "note at the west firm": WRITERS & WHOLE,
    "attachment at the east firm": WRITERS & FIGURES,
    "attachment at the west firm": WRITERS & WHOLE,
    "watch of the park manager in the west": frozenset(),
    "notice of the park manager about the west": frozenset(),
    "watch of the leader": frozenset(),
    "watch of the park manager in the east": frozenset({"park"}),
    "notice of the leader": frozenset(),
    "notice of the park manager about the east": frozenset({"park"}),
    "boundary of the east": UNITS,
    "boundary of the west": UNITS - EAST_ONLY,
}


@pytest.fixture
def made(db: None) -> tuple[Zone, dict[str, Model]]:
    """A zone with a record of every kind in each part of it."""
    on = new_ground()
    zone, east, west, batches, measure = on.zone, on.east, on.west, on.batches, on.measure
    file = StoredFile.objects.create(sha256="0" * 64, size=1)
    sheet = BatchSheet.objects.create(batch=batches["west"], number=0, file=file, file_name="f", sheet="s", index=0)
    records: dict[str, Model] = {
        "unit of the east": zone.east,
        "unit of the west": zone.west,
        "city": zone.city,
        "place of the west": UnitPlace.objects.get(unit=zone.west),
        **closed_park(zone),
        "firm of the east": east,
        "firm of the west": west,
        "firm of no park": new_firm("无园", None),
        "former name in the west": EnterpriseName.objects.create(
            enterprise=west, kind="former", name="旧", name_key="旧"
        ),
        "former name in the east": EnterpriseName.objects.create(
            enterprise=east, kind="former", name="旧东", name_key="旧东"
        ),
        "title in the east": Qualification.objects.create(enterprise=east, kind="hightech"),
        "title in the west": Qualification.objects.create(enterprise=west, kind="hightech"),
        "verdict in the west": Verdict.objects.create(name_key="西", enterprise=west, by_name="x"),
        "firm of the west nobody could tell": Uncertain.objects.create(
            name="西", name_key="西", problem="p", batch=batches["west"].pk, sheet=0, row=1
        ),
        "measure": measure,
        "scope": Scope.objects.create(id=0, text=""),
        **figures(on),
        "return of the west": Return.objects.create(unit=zone.west, ledger="l", period=202610),
        "batch of the east": batches["east"],
        "batch of the west": batches["west"],
        "batch of nobody": batches["none"],
        "sheet of the west": sheet,
        "file of the west": file,
        "trail of a firm in the west": TrailEntry.objects.create(
            actor_name="x", action="a", noun="enterprise", subject=west.pk
        ),
        "trail of a firm in the east": TrailEntry.objects.create(
            actor_name="x", action="a", noun="enterprise", subject=east.pk
        ),
        "trail of a person": TrailEntry.objects.create(actor_name="x", action="a", noun="person", subject=zone.park.pk),
        **findings(on),
        "grant of the park manager": Grant.objects.filter(user=zone.park).get(),
        "the park manager": zone.park,
        **boards_of_others(zone),
        **attached(on, file),
    }
    return zone, records


def holder(zone: Zone, role: str) -> User:
    """Return somebody who holds `role` and nothing else: the sample's person, else a new one."""
    if role == "park":
        return zone.park
    user = User.objects.create(username=f"holder of {role}")
    place: dict[str, object] = {"unit": zone.east if role in EAST_ONLY else zone.zone}
    if KNOWN[role].scope == "enterprise":
        place = {"firm": Enterprise.objects.get(name="东方")}
    Grant.objects.create(user=user, role=role, since=date(2018, 1, 1), **place)
    return user


@pytest.mark.parametrize("role", sorted(ALL))
def test_every_record_is_seen_by_exactly_the_roles_it_is_meant_for(made: tuple[Zone, dict[str, Model]], role: str):
    zone, records = made
    user = holder(zone, role)
    seen = {name for name, one in records.items() if visible_to(type(one), user).filter(pk=one.pk).exists()}
    meant = {name for name, roles in EXPECTED.items() if role in roles}
    assert set(records) == set(EXPECTED)
    assert not seen - meant, f"{role} sees: {sorted(seen - meant)}"
    assert not meant - seen, f"{role} misses: {sorted(meant - seen)}"


@pytest.mark.parametrize("role", sorted(ALL))
def test_a_list_shows_nothing_but_what_is_visible_one_by_one(made: tuple[Zone, dict[str, Model]], role: str):
    zone, records = made
    user = holder(zone, role)
    for model in {type(one) for one in records.values()}:
        listed = set(visible_to(model, user).values_list("pk", flat=True))
        every = model._default_manager.values_list("pk", flat=True)
        single = {pk for pk in every if visible_to(model, user).filter(pk=pk).exists()}
        assert listed == single, f"{role} is listed {model.__name__} {listed - single}"
        assert visible_to(model, user).count() == len(listed), f"{model.__name__} counts a record twice"


def test_who_has_no_grant_sees_nothing_of_any_model(made: tuple[Zone, dict[str, Model]]):
    stranger = User.objects.create(username="stranger")
    for model in decided_models():
        leaked = visible_to(model, stranger).exclude(pk=stranger.pk if model is User else -1)
        assert list(leaked) == [], f"{model.__name__} leaks"


def test_somebody_decided_about_every_model_of_platform_and_registry():
    apps_of_people = ("platform", "registry", "health", "boards")
    models = {model for app in apps_of_people for model in apps.get_app_config(app).get_models()}
    undecided = {model.__name__ for model in models - decided_models()} - INNER
    assert undecided == set()


def test_every_right_an_action_asks_for_belongs_to_a_role():
    known = OWN.union(*(role.all_rights() for role in KNOWN.values()))
    assert {verb.right for verb in VERBS.values()} - known == set()
    asked = {right for screen in screens() for right in (screen.see, screen.edit, screen.remove) if right}
    assert asked - known == set()
    assert {column.secret for screen in screens() for column in screen.columns if column.secret} - known == set()


def test_rights_roles_and_their_names_hold_together():
    listed = frozenset().union(*(role.all_rights() for role in KNOWN.values()))
    assert listed - RIGHTS.keys() == set(), "a role lists a right nobody named"
    assert RIGHTS.keys() - listed == set(), "a right is named that no role lists"
    assert all(term.zh and term.en for term in RIGHTS.values())


def test_a_right_holds_below_its_unit_and_nowhere_else(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    assert decide(zone.park, "batch.load", zone.east.pk)
    assert not decide(zone.park, "batch.load", zone.west.pk)
    assert not decide(zone.park, "batch.load", zone.zone.pk)
    assert decide(zone.economy, "batch.load", zone.east.pk)


def test_a_grant_that_ended_or_has_not_begun_gives_nothing(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    today = timezone.localdate()
    Grant.objects.filter(user=zone.leader).update(until=today)
    assert not reach(User.objects.get(pk=zone.leader.pk)).units
    Grant.objects.filter(user=zone.leader).update(since=today + timedelta(days=1), until=None)
    assert not reach(User.objects.get(pk=zone.leader.pk)).units


def test_a_park_that_moved_under_another_unit_moves_out_of_scope(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    district = new_unit("d", "某区", "district", zone.city)
    inner = new_unit("inner", "东园一期", "park", zone.east)
    manager = User.objects.get(pk=zone.park.pk)
    assert inner in visible_to(Unit, manager)
    UnitPlace.objects.filter(unit=inner).update(until=date(2020, 1, 1))
    UnitPlace.objects.create(unit=inner, parent=district, since=date(2020, 1, 1))
    assert inner not in visible_to(Unit, User.objects.get(pk=zone.park.pk))


def test_a_closed_account_has_no_rights(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    zone.leader.is_active = False
    zone.leader.save()
    user = User.objects.get(pk=zone.leader.pk)
    assert not platform_rights.may(platform_rights.person(user), "board.see")
    assert not visible_to(Enterprise, user).exists()


def test_units_that_stand_in_a_ring_do_not_hang_the_question(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    UnitPlace.objects.create(unit=zone.zone, parent=zone.east, since=date(2019, 1, 1), until=date(2019, 2, 1))
    UnitPlace.objects.filter(unit=zone.zone, parent=zone.city).update(parent=zone.east)
    assert decide(User.objects.get(pk=zone.park.pk), "board.see", zone.west.pk)


def test_the_scope_of_a_request_costs_two_queries(
    made: tuple[Zone, dict[str, Model]], django_assert_num_queries: Callable[..., object]
):
    zone, _records = made
    user = User.objects.get(pk=zone.park.pk)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        for right in ("board.see", "firms.see", "batch.undo"):
            decide(user, right, None)


def test_an_administrator_of_the_installation_needs_no_unit_and_reaches_all(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    keeper = User.objects.create(username="keeper")
    Grant.objects.create(user=keeper, role="system", unit=None, since=date(2018, 1, 1))
    assert decide(keeper, "people.manage", zone.west.pk)
    stranger = User.objects.create(username="stranger")
    Grant.objects.create(user=stranger, role="leader", unit=None, since=date(2018, 1, 1))
    assert not reach(stranger).any("board.see"), "figures need a unit"


def test_a_role_granted_where_it_cannot_hold_gives_nothing(made: tuple[Zone, dict[str, Model]]):
    zone, records = made
    for role, place in (("enterprise", {"unit": zone.zone}), ("economy", {"firm": records["firm of the east"]})):
        user = User.objects.create(username=f"wrong {role}")
        Grant.objects.create(user=user, role=role, since=date(2018, 1, 1), **place)
        assert not reach(user).held, role


def test_a_deputys_right_ends_with_the_one_they_stand_for(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    grant = Grant.objects.get(user=zone.park)
    deputy = User.objects.create(username="deputy")
    Grant.objects.create(user=deputy, role="park", unit=zone.east, since=TODAY, until=None, stands_for=grant)
    assert decide(User.objects.get(pk=deputy.pk), "batch.load", zone.east.pk)
    assert acting_for(User.objects.get(pk=deputy.pk), "batch.load", zone.east.pk) == "王园长"
    User.objects.filter(pk=zone.park.pk).update(is_active=False)
    assert not decide(User.objects.get(pk=deputy.pk), "batch.load", zone.east.pk)
    User.objects.filter(pk=zone.park.pk).update(is_active=True)
    Grant.objects.filter(pk=grant.pk).update(until=TODAY)
    assert not decide(User.objects.get(pk=deputy.pk), "batch.load", zone.east.pk)


def test_a_deputys_own_right_is_not_used_in_anothers_name(made: tuple[Zone, dict[str, Model]]):
    zone, _records = made
    grant = Grant.objects.get(user=zone.park)
    Grant.objects.create(user=zone.economy, role="park", unit=zone.east, since=TODAY, stands_for=grant)
    economy = User.objects.get(pk=zone.economy.pk)
    assert acting_for(economy, "batch.load", zone.east.pk) == ""
