"""The pages of people: accounts by one administrator, grants by another, and a password that is shown once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.sample import Zone, new_firm, new_person

from qipan.platform.access import second_factor
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import person
from qipan.registry.models import Grant
from qipan.registry.rights import reach


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def guard(zone: Zone) -> User:
    return new_person("guard", "security", zone.zone, name="钱安全")


def test_a_new_account_has_a_password_that_is_shown_once_and_must_be_changed(zone: Zone):
    system = _as(zone.system)
    shown = system.post("/people/new/", {"username": "zhou", "full_name": "周来访"}).content.decode()
    found = re.search(r'class="once">([^<]+)<', shown)
    assert found is not None
    new = User.objects.get(username="zhou")
    assert str(new) == "周来访"
    assert found.group(1) not in system.get(f"/people/{new.pk}/").content.decode()
    own = Client()
    own.post("/log-in/", {"username": "zhou", "password": found.group(1)})
    assert own.get("/units/")["Location"] == "/password/"
    assert not reach(new).held, "an account alone may do nothing"
    trail = "".join(f"{entry.after}" for entry in TrailEntry.objects.all())
    assert found.group(1) not in trail


@pytest.mark.parametrize("name", ["", "a b", "leader", "LEADER", "x" * 200, "<b>"])
def test_a_name_that_cannot_be_is_told_beside_the_field(zone: Zone, name: str):
    before = User.objects.count()
    answer = _as(zone.system).post("/people/new/", {"username": name})
    if len(name) > 150:
        assert User.objects.filter(username="x" * 150).exists(), "what is too long is cut as the field does"
        return
    assert "field-error" in answer.content.decode()
    assert User.objects.count() == before


def test_the_security_administrator_grants_and_withdraws_with_reasons(zone: Zone, guard: User):
    visitor = User.objects.create(username="visitor", first_name="周来访")
    page = _as(guard)
    until = timezone.localdate() + timedelta(days=30)
    answer = page.post(
        f"/people/{visitor.pk}/grant/",
        {"role": "clerk", "unit": zone.east.pk, "until": until.isoformat(), "reason": "轮岗"},
    )
    assert answer.status_code == 302
    grant = Grant.objects.get(user=visitor)
    assert grant.until == until + timedelta(days=1), "the day that was typed still counts"
    shown = page.get(f"/people/{visitor.pk}/").content.decode()
    assert "报表员" in shown
    assert f"至 {until.isoformat()}" in shown
    assert page.post(f"/people/{visitor.pk}/withdraw/{grant.pk}/", {"reason": "期满"}).status_code == 302
    assert not reach(User.objects.get(pk=visitor.pk)).held
    assert "已结束" in page.get(f"/people/{visitor.pk}/").content.decode()


def test_what_is_wrong_is_said_and_nothing_that_was_typed_is_lost(zone: Zone, guard: User):
    page = _as(guard)
    wrong = page.post(f"/people/{zone.system.pk}/grant/", {"role": "audit", "reason": "人手不够"})
    text = wrong.content.decode()
    assert wrong.status_code == 409
    assert "不能再任“审计管理员”" in text
    assert "人手不够" in text
    assert '<option value="audit" selected>' in text
    none = page.post(f"/people/{zone.park.pk}/grant/", {"role": "enterprise", "firm": "91370800MA00000000"})
    assert "没有这个统一社会信用代码的企业" in none.content.decode()
    assert Grant.objects.filter(user=zone.park).count() == 1


def test_a_firms_person_is_granted_at_the_firm_by_its_code_and_begins_at_its_page(zone: Zone, guard: User):
    firm = new_firm("东方机械", zone.east, uscc="91370800000000013K")
    visitor = User.objects.create(username="visitor")
    answer = _as(guard).post(f"/people/{visitor.pk}/grant/", {"role": "enterprise", "firm": " 91370800000000013k "})
    assert answer.status_code == 302
    own = _as(User.objects.get(pk=visitor.pk))
    assert own.get("/")["Location"] == f"/firms/{firm.pk}/"
    assert own.get(f"/firms/{firm.pk}/").status_code == 200
    other = new_firm("西岭制药", zone.west)
    assert own.get(f"/firms/{other.pk}/").status_code == 404


def test_a_deputy_is_named_for_a_holiday(zone: Zone, guard: User):
    grant, today = Grant.objects.get(user=zone.park), timezone.localdate()
    given = {"deputy": "leader", "since": today.isoformat(), "until": today.isoformat()}
    assert _as(guard).post(f"/people/{zone.park.pk}/depute/{grant.pk}/", given).status_code == 302
    deputy = Grant.objects.get(user=zone.leader, role="park")
    assert (deputy.stands_for_id, deputy.until) == (grant.pk, today + timedelta(days=1))
    assert "代理 王园长" in _as(guard).get(f"/people/{zone.leader.pk}/").content.decode()
    assert "代理 王园长" in _as(User.objects.get(pk=zone.leader.pk)).get("/account/").content.decode()
    missing = _as(guard).post(f"/people/{zone.park.pk}/depute/{grant.pk}/", {**given, "deputy": "nobody"})
    assert "没有用户“nobody”" in missing.content.decode()


def test_a_grant_is_withdrawn_on_the_page_of_its_own_person_only(zone: Zone, guard: User):
    grant = Grant.objects.get(user=zone.leader)
    assert _as(guard).post(f"/people/{zone.park.pk}/withdraw/{grant.pk}/").status_code == 404
    assert Grant.objects.get(pk=grant.pk).until is None


def test_a_lost_telephone_is_helped_by_the_system_administrator_and_the_trail_says_so(zone: Zone):
    second_factor.set_up(person(zone.leader), zone.leader, b"12345678901234567890")
    assert _as(zone.system).post(f"/people/{zone.leader.pk}/no-factor/").status_code == 302
    assert not second_factor.has_one(zone.leader)
    assert TrailEntry.objects.filter(action="people.no-factor", actor=zone.system.pk).exists()


def test_a_closed_account_is_hidden_until_asked_for_and_opens_again(zone: Zone):
    system = _as(zone.system)
    system.post(f"/people/{zone.park.pk}/close/")
    assert "王园长" not in system.get("/people/").content.decode()
    assert "王园长" in system.get("/people/?closed=1").content.decode()
    assert system.post(f"/people/{zone.park.pk}/open/").status_code == 302
    assert User.objects.get(pk=zone.park.pk).is_active


def test_the_security_administrator_ends_somebodys_sessions(zone: Zone, guard: User):
    browser = Client()
    browser.post("/log-in/", {"username": "leader", "password": "long enough 2026"})
    assert browser.get("/units/").status_code == 200
    _as(guard).post(f"/people/{zone.leader.pk}/end-sessions/")
    assert browser.get("/units/").status_code == 302


def test_nobody_else_meets_the_list_of_people(zone: Zone):
    for user in (zone.leader, zone.economy, zone.park):
        assert _as(user).get("/people/").status_code == 403
        assert _as(user).get(f"/people/{user.pk}/").status_code == 403
    assert "角色由安全管理员授予" in _as(zone.system).get(f"/people/{zone.leader.pk}/").content.decode()


def test_long_lists_go_on(zone: Zone, monkeypatch: pytest.MonkeyPatch):
    from qipan.web.people import pages

    monkeypatch.setattr(pages, "PAGE", 2)
    client, seen, after = _as(zone.system), [], ""
    while True:
        context = client.get("/people/", {"after": after} if after else {}).context
        seen += [row["person"].username for row in context["rows"]]
        after = context["after"]
        if not after:
            break
    assert seen == sorted(User.objects.values_list("username", flat=True))
