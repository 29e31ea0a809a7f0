"""The trail as a page: who reads which lines of it, as sentences, and what of a record's values stays closed."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.sample import Zone, new_firm, new_person

from qipan.platform import seal
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import person
from qipan.registry import grants, people


@pytest.fixture
def told(zone: Zone) -> Zone:
    """A zone in which firms of both parks were changed, somebody was granted a role, and a deputy acted."""
    for unit, name, phone in ((zone.east, "东方机械", "13911112222"), (zone.west, "西岭制药", "13933334444")):
        firm = new_firm(name, unit)
        TrailEntry.objects.create(
            actor_name="陈统计", action="firms.change", noun="enterprise", subject=firm.pk, acting_for="王园长",
            before={"phone": phone, "address": f"{name}老路1号"}, after={"phone": "1", "address": f"{name}新路2号"},
        )  # fmt: skip
    guard = new_person("guard", "security", zone.zone, name="钱安全")
    new_person("audit", "audit", zone.zone, name="孙审计")
    visitor = User.objects.create(username="visitor", first_name="周来访")
    assert grants.give(person(guard), visitor, "clerk", unit=zone.east.pk, reason="轮岗").done
    assert people.close(person(zone.system), "visitor").done
    return zone


def _page(who: User, query: str = "", path: str = "/trail/") -> str:
    client = Client()
    client.force_login(who)
    answer = client.get(path + query)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
    return body.decode()


def test_it_reads_as_sentences_with_the_one_who_was_stood_for(told: Zone):
    text = _page(told.economy)
    assert "陈统计（代王园长）" in text
    assert "东方机械老路1号" in text
    assert "13911112222" not in text, "a telephone is asked for on the record, with a reason"


def test_a_park_reads_its_own_lines_only(told: Zone):
    text = _page(told.park)
    assert "东方机械" in text
    assert "西岭" not in text
    assert "周来访" not in text, "what was done to people is no record of a unit"


def test_a_leader_reads_that_a_telephone_changed_and_not_from_what_to_what(told: Zone):
    text = _page(told.leader)
    assert "东方机械老路1号" in text
    assert "13911112222" not in text
    assert "•••" in text


def test_the_audit_administrator_reads_every_line_and_no_value_of_records(told: Zone):
    text = _page(User.objects.get(username="audit"))
    assert "钱安全：授予角色，周来访任报表员（东园，自" in text
    assert "原因：轮岗" in text
    assert "停用用户，人员“周来访”" in text
    for secret in ("老路1号", "13911112222", "13933334444"):
        assert secret not in text


@pytest.mark.parametrize("who", ["system"])
def test_who_has_no_right_to_it_is_turned_away(told: Zone, who: str):
    client = Client()
    client.force_login(getattr(told, who))
    for path in ("/trail/", "/trail/export.csv"):
        assert client.get(path).status_code == 403
    assert client.post("/trail/verify/").status_code == 403


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("?about=东方", "东方机械老路", "西岭"),
        ("?noun=grant", "轮岗", "东方机械"),
        ("?act=people.close", "停用用户", "轮岗"),
        ("?who=钱安全", "轮岗", "东方机械"),
        ("?who=王园长", "陈统计（代王园长）", "轮岗"),
        ("?until=2020-01-01", "没有您能看到的留痕", "轮岗"),
        ("?since=nonsense", "看不懂的没有用来筛选", "没有您能看到的留痕"),
    ],
)
def test_filters_narrow_it(told: Zone, query: str, there: str, absent: str):
    reader = User.objects.get(username="audit") if "东方" not in query else told.economy
    text = _page(reader, query)
    text = text[text.index('role="search"') :].split("</select>")[-1] if "<select" in text else text
    assert there in text
    assert absent not in text


def test_the_export_holds_what_the_page_shows_and_starts_no_formula(told: Zone):
    TrailEntry.objects.create(actor_name="=cmd()", action="x", noun="enterprise", subject=told.east.pk)
    text = _page(told.leader, path="/trail/export.csv")
    assert "东方机械老路1号" in text
    assert "13911112222" not in text
    assert "\n=" not in text
    assert ",=cmd" not in text
    assert "周来访" not in text


def test_pages_follow_one_another_without_gap_or_repeat(told: Zone, monkeypatch: pytest.MonkeyPatch):
    from qipan.web import trail

    monkeypatch.setattr(trail, "PAGE", 2)
    auditor = User.objects.get(username="audit")
    client, seen, link = Client(), [], "/trail/"
    client.force_login(auditor)
    while link:
        context = client.get(link).context
        seen += [(row.at, row.sentence) for row in context["rows"]]
        link = f"/trail/{context['older']}" if context["older"] else ""
    assert len(seen) == len(set(seen)) == TrailEntry.objects.count()


def test_the_audit_administrator_verifies_the_seals_on_the_page(told: Zone):
    seal.seal()
    client = Client()
    client.force_login(User.objects.get(username="audit"))
    assert "留痕完好" in client.post("/trail/verify/").content.decode()
    from tests.platform.test_seal import behind

    behind("UPDATE trail_entry SET actor_name = %s WHERE id = %s", "别人", TrailEntry.objects.earliest("pk").pk)
    answer = client.post("/trail/verify/").content.decode()
    assert f"第 {TrailEntry.objects.earliest('pk').pk} 条被改动" in answer
