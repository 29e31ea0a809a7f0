"""A board is found by its name, by whoever may open it, until it is gone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.domains.boards.test_actions import made

from qipan.domains.boards import actions
from qipan.domains.boards.searching import BOARDS
from qipan.platform.home import home
from qipan.platform.rights import person
from qipan.platform.search import catch_up, matches

if TYPE_CHECKING:
    from tests.web.attack_ground import Ground


def test_a_board_is_found_by_its_owner_under_its_newest_name_until_it_is_gone(zone: Ground):
    shutil.rmtree(home().cache / "search" / BOARDS.code, ignore_errors=True)
    board = made(zone)
    assert catch_up()

    def found(who: str, text: str) -> list[str]:
        return [match.shown.name for match in matches(zone.people[who], BOARDS, text).matches]

    assert found("economy", "我的") == found("economy", "wode") == ["我的"]
    assert found("leader", "我的") == []
    assert actions.remove(person(zone.people["economy"]), board.pk).done
    assert catch_up()
    assert found("economy", "我的") == []
