"""A screen's token opens its boards with the sight of who made it, and is dead when it should be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.web import attack_ground as ground
from tests.web.attack_ground import Ground

from qipan.domains.boards import walls
from qipan.domains.boards.models import WallToken
from qipan.platform.models import TrailEntry
from qipan.platform.rights import Refused, person
from qipan.registry.models import Grant


def made(zone: Ground, who: str = "leader", **fields: object) -> walls.Made:
    outcome = walls.make(person(zone.people[who]), "大厅", ["economy"], **fields)  # type: ignore[arg-type]
    assert outcome.value is not None, outcome.problems
    return outcome.value


def test_a_token_is_known_however_it_is_typed_and_only_its_fingerprint_is_kept(zone: Ground):
    one = made(zone)
    assert walls.token_of(one.secret) == one.token
    assert walls.token_of(one.secret.lower().replace("-", " ")) == one.token
    assert walls.token_of("") is walls.token_of("AAAA-AAAA-AAAA-AAAA-AAAA") is None
    plain = one.secret.replace("-", "")
    kept = [str(list(WallToken.objects.values())), str(list(TrailEntry.objects.values()))]
    assert not any(plain in text or one.secret in text for text in kept)


def test_a_token_dies_when_it_is_revoked_or_over_or_its_maker_may_no_longer_see(zone: Ground):
    revoked, over, lost = made(zone), made(zone), made(zone, "park east", unit=ground.unit("东园").pk)
    assert walls.revoke(person(zone.people["leader"]), revoked.token.pk).done
    WallToken.objects.filter(pk=over.token.pk).update(until=timezone.localdate() - timedelta(days=1))
    Grant.objects.filter(user=zone.people["park east"]).delete()
    for one in (revoked, over, lost):
        assert walls.token_of(one.secret) is None
    closed = made(zone, "economy")
    zone.people["economy"].is_active = False
    zone.people["economy"].save()
    assert walls.token_of(closed.secret) is None


def test_nobody_takes_down_the_screen_of_another_or_shows_a_board_they_may_not_open(zone: Ground):
    one = made(zone)
    outcome = walls.revoke(person(zone.people["economy"]), one.token.pk)
    assert [problem.code for problem in outcome.problems] == ["boards.not-yours"]
    for boards in (["b1"], ["no_such"], []):
        refused = walls.make(person(zone.people["leader"]), "大厅", boards)
        assert [problem.code for problem in refused.problems] == ["boards.no-board"]
    with pytest.raises(Refused):
        walls.make(person(zone.people["system"]), "大厅", ["economy"])


def test_a_screen_is_about_a_unit_its_maker_sees_or_about_none(zone: Ground):
    west = ground.unit("西园").pk
    assert made(zone, "park east", unit=west).token.unit is None
    assert made(zone, "park west", unit=west).token.unit == ground.unit("西园")
