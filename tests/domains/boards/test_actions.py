"""Boards people make: saved under a lock, shared by link, made a role's, and nobody changes another's."""

from __future__ import annotations

import pytest
from tests.web.attack_ground import Ground

from qipan.domains.boards import actions, queries
from qipan.domains.boards.models import Board
from qipan.platform.models import TrailEntry
from qipan.platform.rights import Refused, person
from qipan.platform.visible import visible_to

TILES = '[{"code": "a", "kind": "text", "x": 0, "y": 0, "width": 4, "height": 2, "text": {"zh": "甲", "en": "A"}}]'


def made(zone: Ground, who: str = "economy", tiles: str = TILES) -> Board:
    outcome = actions.create(person(zone.people[who]), "我的", tiles)
    assert outcome.value is not None, outcome.problems
    return outcome.value


def codes(outcome: object) -> list[str]:
    return [problem.code for problem in outcome.problems]  # type: ignore[attr-defined]


def test_a_board_is_its_owners_alone(zone: Ground):
    board = made(zone)
    assert queries.sheet_of(zone.people["economy"], board.key) is not None
    for who in ("leader", "park east", "system", "nobody"):
        assert queries.sheet_of(zone.people[who], board.key) is None
        assert not visible_to(Board, zone.people[who]).exists()


def test_nobody_changes_shares_publishes_or_removes_the_board_of_another(zone: Ground):
    board = made(zone, "leader")
    other = person(zone.people["economy"])
    assert codes(actions.change(other, board.pk, 1, name="x", tiles="[]")) == ["boards.not-yours"]
    assert codes(actions.share(other, board.pk, on=True)) == ["boards.not-yours"]
    assert codes(actions.publish(other, board.pk, role="leader")) == ["boards.not-yours"]
    assert codes(actions.remove(other, board.pk)) == ["boards.not-yours"]
    board.refresh_from_db()
    assert (board.version, board.link, board.role) == (1, None, "")


def test_who_may_not_draw_is_refused(zone: Ground):
    with pytest.raises(Refused):
        actions.create(person(zone.people["system"]), "x")
    with pytest.raises(Refused):
        actions.publish(person(zone.people["leader"]), made(zone, "leader").pk, role="leader")


def test_the_second_of_two_who_save_is_told_and_nothing_of_theirs_is_written(zone: Ground):
    board, who = made(zone), person(zone.people["economy"])
    assert actions.change(who, board.pk, 1, name="先", tiles=TILES).done
    late = actions.change(who, board.pk, 1, name="后", tiles="[]")
    assert codes(late) == ["boards.changed-meanwhile"]
    board.refresh_from_db()
    assert (board.name, board.version) == ("先", 2)
    assert actions.change(who, board.pk, 2, name="后", tiles=TILES).done


def test_a_board_with_problems_is_not_saved_and_says_where(zone: Ground):
    bad = TILES.replace('"x": 0', '"x": 11')
    outcome = actions.create(person(zone.people["economy"]), "我的", bad)
    assert [(one.code, one.where.column) for one in outcome.problems] == [("packs.tile-outside", "a.x")]
    assert codes(actions.create(person(zone.people["economy"]), "  ")) == ["boards.nameless"]
    assert not Board.objects.exists()


def test_a_link_opens_the_layout_to_whoever_may_see_boards_until_it_is_closed(zone: Ground):
    board, who = made(zone), person(zone.people["economy"])
    shared = actions.share(who, board.pk, on=True).value
    assert shared is not None
    assert shared.link
    link = shared.link
    assert queries.sheet_by_link(zone.people["park east"], link) is not None
    assert queries.sheet_by_link(zone.people["system"], link) is None
    assert queries.sheet_by_link(zone.people["nobody"], link) is None
    assert actions.share(who, board.pk, on=False).done
    assert queries.sheet_by_link(zone.people["park east"], link) is None
    again = actions.share(who, board.pk, on=True).value
    assert again is not None
    assert again.link != link, "an old link must not come to life again"


def test_a_board_of_a_role_is_everybodys_who_holds_it_and_their_first(zone: Ground):
    board = made(zone)
    assert actions.publish(person(zone.people["economy"]), board.pk, role="park").done
    assert queries.first_board(zone.people["park west"]) == board.key
    assert queries.sheet_of(zone.people["park east"], board.key) is not None
    assert queries.sheet_of(zone.people["leader"], board.key) is None
    assert codes(actions.publish(person(zone.people["economy"]), board.pk, role="king")) == ["boards.unknown-role"]


def test_the_trail_says_who_did_what_to_a_board(zone: Ground):
    board, who = made(zone), person(zone.people["economy"])
    assert actions.change(who, board.pk, 1, name="新名", tiles=TILES).done
    assert actions.remove(who, board.pk).done
    told = TrailEntry.objects.filter(noun="board").order_by("pk")
    assert [entry.action for entry in told] == ["boards.create", "boards.change", "boards.remove"]
    assert told[1].after == {"name": "新名"}
    assert told[1].before == {"name": "我的"}
    assert not Board.objects.exists()
