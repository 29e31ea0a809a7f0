"""The list of firms: filters, orders, pages both ways, export; each within the reader's scope."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.test import Client
from tests.web.sample import Zone, new_firm

from qipan.registry.firm_list import Cursor, FirmFilter, firm_page, firm_rows
from qipan.registry.models import Enterprise, EnterpriseName, Fact, Measure, Qualification, Scope


@pytest.fixture
def firms(zone: Zone) -> Zone:
    """Thirty firms: in two parks and in none, some of unknown age."""
    for number in range(30):
        new_firm(
            f"企业{number:02}",
            (zone.east, zone.west, None)[number % 3],
            registered=None if number % 5 == 0 else date(2000 + number, 1, 1),
            industry="3911" if number % 2 else "5100",
            above_scale=number % 4 == 0,
            uscc=f"9137010000000000{number:02}",
        )
    return zone


@pytest.mark.parametrize("sort", ["name", "registered", "park"])
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("who", ["leader", "park"])
def test_pages_walked_forth_and_back_show_every_firm_once_in_order(firms: Zone, sort: str, falling: bool, who: str):
    user = getattr(firms, who)
    whole = [firm.pk for firm in firm_rows(user, FirmFilter(), sort=sort, falling=falling)]
    page = firm_page(user, FirmFilter(), sort=sort, falling=falling, limit=7)
    pages = [page]
    while page.following:
        page = firm_page(user, FirmFilter(), sort=sort, falling=falling, at=page.following, limit=7)
        pages.append(page)
    assert [firm.pk for page in pages for firm in page.firms] == whole
    assert len(whole) == (30 if who == "leader" else 10)
    for earlier in reversed(pages[:-1]):
        assert page.preceding is not None
        page = firm_page(user, FirmFilter(), sort=sort, falling=falling, at=page.preceding, limit=7)
        assert page.firms == earlier.firms
    assert page.preceding is None


def test_unknown_dates_stand_last_whichever_way_the_list_runs(firms: Zone):
    for falling in (False, True):
        rows = list(firm_rows(firms.leader, FirmFilter(), sort="registered", falling=falling))
        assert [row.registered is None for row in rows] == [False] * 24 + [True] * 6


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (FirmFilter(industry="39"), 15),
        (FirmFilter(industry="3911"), 15),
        (FirmFilter(industry="3"), 15),
        (FirmFilter(above_scale=True), 8),
        (FirmFilter(above_scale=False), 22),
        (FirmFilter(since=date(2010, 1, 1), until=date(2014, 12, 31)), 4),
        (FirmFilter(text="业07"), 1),
        (FirmFilter(text="91370100000000000"), 10),
        (FirmFilter(city="无此城"), 0),
    ],
)
def test_filters_leave_what_they_say(firms: Zone, wanted: FirmFilter, count: int):
    assert firm_page(firms.leader, wanted).count == count


def test_a_firm_is_found_by_a_former_name_and_by_its_title(firms: Zone):
    firm = Enterprise.objects.get(name="企业03")
    EnterpriseName.objects.create(enterprise=firm, kind="former", name="旧云机械", name_key="云机械")
    Qualification.objects.create(enterprise=firm, kind="hightech")
    assert [one.pk for one in firm_page(firms.leader, FirmFilter(text="旧云")).firms] == [firm.pk]
    assert [one.pk for one in firm_page(firms.leader, FirmFilter(qualification="hightech")).firms] == [firm.pk]


def test_a_title_that_has_run_out_is_no_longer_held(firms: Zone, client: Client):
    firm = Enterprise.objects.get(name="企业03")
    Qualification.objects.create(enterprise=firm, kind="hightech", since=date(2020, 1, 1), until=date(2023, 1, 1))
    assert firm_page(firms.leader, FirmFilter(qualification="hightech")).count == 0
    client.force_login(firms.leader)
    assert "已过期" in client.get(f"/firms/{firm.pk}/").content.decode()


def test_a_token_somebody_made_up_shows_the_first_page():
    for token in ("x", "!!!", "W10", "e30", Cursor(0, ()).token()[:-2]):
        cursor = Cursor.read(token)
        assert cursor is None or isinstance(cursor.stretch, int)


def test_the_list_needs_few_queries_however_long_it_is(firms: Zone, client: Client, django_assert_max_num_queries):
    client.force_login(firms.leader)
    client.get("/firms/")
    with django_assert_max_num_queries(10):
        assert client.get("/firms/?sort=name").status_code == 200


def test_a_park_manager_gets_no_firm_of_another_park_by_any_road(firms: Zone, client: Client):
    other = Enterprise.objects.get(name="企业01")
    client.force_login(firms.park)
    assert client.get(f"/firms/{other.pk}/").status_code == 404
    assert "企业01" not in client.get("/firms/").content.decode()
    assert "企业01" not in client.get("/firms/?q=企业01").content.decode().replace('value="企业01"', "")
    exported = b"".join(client.get("/firms/export.csv").streaming_content).decode("utf-8-sig")
    assert "企业01" not in exported
    assert len(exported.splitlines()) == 11


def test_an_export_cannot_run_in_a_spreadsheet(zone: Zone, client: Client):
    new_firm("=HYPERLINK(1)", zone.east, address="+86,\nnext", phone="13812345678")
    client.force_login(zone.leader)
    text = b"".join(client.get("/firms/export.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][0] == "'=HYPERLINK(1)"
    assert "13812345678" not in text


def test_a_firm_page_masks_the_phone_and_hides_survey_figures_from_a_leader(zone: Zone, client: Client):
    firm = new_firm("某厂", zone.east, phone="13812345678", capital=500_000_000)
    common = {"unit": "亿元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}
    names = {"zh": "产值", "en": "Output"}
    Scope.objects.create(id=0, text="")
    measure = Measure.objects.create(code="firm_output", names=names, pack="p", version="1", **common)
    Fact.objects.create(
        subject=firm.subject, measure=measure, period=202610, basis=1, value=123_456_000_000, batch=1, origin=1
    )
    client.force_login(zone.leader)
    seen = client.get(f"/firms/{firm.pk}/").content.decode()
    assert "138****5678" in seen
    assert "13812345678" not in seen
    assert "只向统计人员开放" in seen
    client.force_login(zone.economy)
    assert "12.3" in client.get(f"/firms/{firm.pk}/").content.decode()


def test_an_empty_list_says_what_to_do(zone: Zone, client: Client):
    client.force_login(zone.leader)
    assert "qipan load" in client.get("/firms/").content.decode()
    assert "清除筛选" in client.get("/firms/?city=x").content.decode()
