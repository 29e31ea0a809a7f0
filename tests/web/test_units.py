"""The pages of units: the tree of any day, what changed in it, and the page of one unit with its board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from tests.web import attack_ground
from tests.web.attack_ground import Ground
from tests.web.sample import Zone, new_firm, new_person, new_unit

from qipan.domains.economy import queries
from qipan.platform.models import User
from qipan.platform.rights import person
from qipan.platform.screens.changing import change
from qipan.registry import firm_frames, frames
from qipan.registry.models import Grant, Unit, UnitPlace, UnitSuccession
from qipan.registry.screens import UNITS

DAY = date(2020, 1, 1)


def closed(code: str, name: str, zone: Zone, *later: Unit, en: str = "", on: date = DAY) -> Unit:
    """Return a park that was closed on a day and goes on in `later`."""
    unit = new_unit(code, name, "park", zone.zone, en=en)
    Unit.objects.filter(pk=unit.pk).update(closed=on, opened=date(2018, 1, 1))
    UnitPlace.objects.filter(unit=unit).update(until=on)
    for one in later:
        UnitSuccession.objects.create(former=unit, later=one, day=on)
    return Unit.objects.get(pk=unit.pk)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing kept in memory of another test's firms and figures."""
    firm_frames.forget()
    yield
    firm_frames.forget()


@pytest.fixture
def history(zone: Zone) -> Zone:
    """Two parks merged into the east one, which was new then, and one split into the west and another."""
    Unit.objects.filter(pk=zone.east.pk).update(opened=DAY)
    UnitPlace.objects.filter(unit=zone.east).update(since=DAY)
    for code, name, en in (("a", "甲园", "Park A"), ("b", "乙园", "Park B")):
        closed(code, name, zone, zone.east, en=en)
    south = new_unit("south", "南园", "park", zone.zone, en="South Park")
    closed("c", "丙园", zone, zone.west, south, en="Park C", on=date(2021, 6, 1))
    return zone


def opened(client: Client, path: str, language: str = "zh") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return answer.content.decode()


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def names(html: str) -> list[str]:
    return re.findall(r'class="name"><a[^>]*>([^<]+)', html)


def test_the_tree_shows_the_units_of_the_day_asked_for(history: Zone, client: Client):
    client.force_login(history.leader)
    assert names(opened(client, "/units/")) == ["云州市", "云州高新区", "南园", "东园", "西园"]
    then = opened(client, "/units/?on=2019-06-30")
    assert names(then) == ["云州市", "云州高新区", "甲园", "乙园", "南园", "丙园", "西园"]
    assert 'value="2019-06-30"' in then
    assert then.count("已撤并") == 3
    assert names(opened(client, "/units/?on=2019-12-31")) != names(opened(client, "/units/?on=2020-01-01"))
    assert names(opened(client, "/units/?on=1950-01-01")) == ["云州市"]


@pytest.mark.parametrize("wrong", ["x", "2021-02-30", "9999999", "2021-6-31"])
def test_a_day_that_is_none_is_said_and_today_is_shown(history: Zone, client: Client, wrong: str):
    client.force_login(history.leader)
    text = opened(client, f"/units/?on={wrong}")
    assert f"“{wrong}”不是日期" in text
    assert names(text) == ["云州市", "云州高新区", "南园", "东园", "西园"]
    assert 'class="bell"' in text, "what was typed is taken for nothing else on the page"
    assert "is not a date" in opened(client, f"/units/?on={wrong}", "en")
    assert "<script>" not in opened(client, "/units/?on=<script>")


def test_the_changes_are_sentences_the_newest_first_in_both_languages(history: Zone, client: Client):
    client.force_login(history.leader)
    told = plain(opened(client, "/units/").split('id="changes"')[1])
    assert "东园由甲园、乙园合并而成" in told
    assert "丙园分设为南园、西园" in told
    assert told.index("丙园分设为") < told.index("合并而成")
    assert "东园设立" not in told, "it is told once"
    told = plain(opened(client, "/units/", "en").split('id="changes"')[1])
    assert "East Park was formed out of Park A, Park B" in told
    assert "Park C was split into South Park, West Park" in told


def test_joining_turning_into_moving_closing_and_opening_again_are_told(zone: Zone, client: Client):
    closed("a", "甲园", zone, zone.east)
    new = new_unit("n", "新园", "park", zone.zone)
    Unit.objects.filter(pk=new.pk).update(opened=DAY)
    closed("b", "乙园", zone, new)
    closed("c", "丙园", zone)
    UnitPlace.objects.filter(unit=zone.west).update(until=DAY)
    UnitPlace.objects.create(unit=zone.west, parent=zone.east, since=DAY)
    again = new_unit("r", "丁园", "park", zone.zone)
    UnitPlace.objects.filter(unit=again).update(until=DAY)
    UnitPlace.objects.create(unit=again, parent=zone.zone, since=DAY + timedelta(days=9))
    client.force_login(zone.leader)
    told = plain(opened(client, "/units/").split('id="changes"')[1])
    for sentence in (
        "甲园并入东园", "乙园改设为新园", "丙园撤销", "西园由云州高新区改隶东园", "丁园恢复设立", "丁园撤销",
    ):  # fmt: skip
        assert sentence in told, sentence


def test_who_sees_one_park_reads_of_no_other(history: Zone, client: Client):
    client.force_login(history.park)
    text = opened(client, "/units/")
    assert names(text) == ["云州市", "东园"]
    assert "东园由2 个您无权查看的单位合并而成" in plain(text)
    for name in ("甲园", "乙园", "丙园", "西园", "南园"):
        assert name not in opened(client, "/units/?on=2019-06-30"), name
        assert name not in opened(client, f"/units/{history.east.pk}/"), name
    assert "2 units you may not see" in plain(opened(client, "/units/", "en"))
    assert client.get(f"/units/{history.west.pk}/").status_code == 404
    west = new_person("west", "park", history.west)
    client.force_login(west)
    assert "1 个您无权查看的单位分设为西园、1 个您无权查看的单位" in plain(opened(client, "/units/"))


def test_a_closed_park_keeps_its_page_and_says_in_what_it_goes_on(history: Zone, client: Client):
    client.force_login(history.leader)
    former = Unit.objects.get(code="a")
    text = opened(client, f"/units/{former.pk}/")
    assert "2020-01-01 撤销" in text
    assert "现由东园接续" in plain(text)
    assert f'href="/units/{history.east.pk}/"' in text
    assert "撤销前隶属" in text
    assert "甲园" in opened(client, f"/units/{history.east.pk}/")
    assert client.get(f"/records/units/{former.pk}/")["Location"] == f"/units/{former.pk}/"
    assert "It goes on in East Park" in plain(opened(client, f"/units/{former.pk}/", "en"))


def test_the_page_of_a_unit_counts_its_firms_and_leads_to_them(history: Zone, client: Client):
    new_firm("甲厂", history.east)
    new_firm("乙厂", history.west)
    new_firm("老厂", Unit.objects.get(code="a"))
    for who, unit, count in (
        (history.leader, history.east, 1), (history.leader, history.zone, 3), (history.park, history.east, 1),
    ):  # fmt: skip
        client.force_login(who)
        text = opened(client, f"/units/{unit.pk}/")
        assert f'<a href="/firms/?park={unit.pk}">{count} 家' in text
        listed = opened(client, f"/firms/?park={unit.pk}")
        assert sum(name in listed for name in ("甲厂", "乙厂", "老厂")) == count
    client.force_login(history.system)
    assert "/firms/?park=" not in opened(client, f"/units/{history.east.pk}/"), "who sees no firms"


def test_a_closed_park_is_offered_nowhere_for_anything_new_and_still_looked_for(history: Zone, client: Client):
    client.force_login(history.economy)
    assert "甲园" not in opened(client, "/load/")
    assert "甲园" not in opened(client, "/map/")
    firm = new_firm("甲厂", history.east)
    form = opened(client, f"/records/firms/{firm.pk}/edit/")
    assert "西园" in form
    assert "甲园" not in form
    assert "甲园（已撤销）" in opened(client, "/firms/")


def test_closing_and_opening_a_park_by_hand_moves_its_place_and_ends_what_it_goes_on_in(zone: Zone):
    officer = person(zone.economy)
    assert change(officer, UNITS, zone.east.pk, None, {"closed": "2020-01-01"}).done
    assert UnitPlace.objects.get(unit=zone.east).until == DAY
    UnitSuccession.objects.create(former=zone.east, later=zone.west, day=DAY)
    assert change(officer, UNITS, zone.east.pk, None, {"closed": "2020-02-01"}).done
    assert UnitSuccession.objects.get().day == UnitPlace.objects.get(unit=zone.east).until == date(2020, 2, 1)
    assert change(officer, UNITS, zone.east.pk, None, {"closed": ""}).done
    assert UnitPlace.objects.get(unit=zone.east).until is None
    assert not UnitSuccession.objects.get().stands
    wrong = change(officer, UNITS, zone.east.pk, None, {"opened": "2020-01-02", "closed": "2020-01-01"})
    assert [one.code for one in wrong.problems] == ["registry.unit-dates"]


def test_nobody_without_the_right_opens_the_pages(zone: Zone, client: Client):
    assert client.get("/units/").status_code == 302
    client.force_login(User.objects.create(username="stranger"))
    assert client.get("/units/").status_code == 403
    assert client.get(f"/units/{zone.east.pk}/").status_code == 403


def test_without_units_the_page_says_what_to_do(db: None, client: Client):
    keeper = User.objects.create(username="keeper")
    Grant.objects.create(user=keeper, role="system", unit=None, since=DAY)
    client.force_login(keeper)
    assert "还没有单位" in opened(client, "/units/")
    assert "qipan load" in opened(client, "/units/", "en")


def test_a_park_and_the_zone_have_their_own_board_on_their_page(ground: Ground):
    east, zone = attack_ground.unit("东园"), attack_ground.unit("云州高新区")
    client = ground.client("leader")
    text = opened(client, f"/units/{east.pk}/")
    assert "园区看板" in text
    assert f"/why/{east.pk}-industrial_output-202610-0-1-0-value/" in text
    assert f"/boards/park/?unit={east.pk}&amp;period=202610" in text
    assert f"/map/?park={east.pk}" in text
    earlier = opened(client, f"/units/{east.pk}/?period=202609")
    assert f"/why/{east.pk}-industrial_output-202609-0-1-0-value/" in earlier
    assert "经济运行" in opened(client, f"/units/{zone.pk}/")
    assert "A park" in opened(client, f"/units/{east.pk}/", "en")
    # Who may see no figures is shown the unit without a board.
    assert "园区看板" not in opened(ground.client("system"), f"/units/{east.pk}/")
    assert ground.client("park west").get(f"/units/{east.pk}/").status_code == 404


def test_names_of_parks_on_boards_and_on_the_leaders_page_lead_to_their_pages(ground: Ground):
    east = attack_ground.unit("东园")
    client = ground.client("leader")
    for path in ("/", "/boards/parks/", "/firms/"):
        assert f'href="/units/{east.pk}/"' in opened(client, path), path


def test_a_closed_park_is_none_of_the_zones_today_and_stands_in_the_months_of_its_time(ground: Ground):
    east, client = attack_ground.unit("东园"), ground.client("leader")
    Unit.objects.filter(pk=east.pk).update(closed=date(2026, 10, 1))
    UnitPlace.objects.filter(unit=east).update(until=date(2026, 10, 1))
    frames._kept.clear()
    firm_frames.forget()

    def parks(period: int) -> list[str]:
        page = queries.leader_page(ground.people["leader"], period=period)
        assert page is not None
        return [row.name.zh for row in page.parks if not (row.total or row.residual)]

    assert parks(202610) == ["西园"]
    assert parks(202609) == ["东园", "西园"]
    assert "东园" not in opened(client, "/boards/parks/")
    text = opened(client, f"/units/{east.pk}/")
    assert "已撤销的单位没有当前看板" in text
    assert "规上工业总产值" in text, "its figures are still read"
