"""The pages of lists: what they show, offer and refuse, within the reader's scope."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.web.sample import Zone, new_firm

from qipan.platform import jobs
from qipan.platform.models import Job, TrailEntry
from qipan.platform.saved.models import ChosenColumns, SavedView
from qipan.platform.screens import screens
from qipan.registry.models import Enterprise, Qualification


@pytest.fixture
def firms(zone: Zone) -> Zone:
    """Sixty firms in two parks and in none."""
    for number in range(60):
        new_firm(
            f"企业{number:02}",
            (zone.east, zone.west, None)[number % 3],
            registered=date(2000 + number % 20, 1, 1),
            city="济宁" if number % 2 else "",
            phone="13812345678",
        )
    return zone


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'class="name"><a href="[^"]*">([^<]*)</a>', page)


def test_every_list_opens_for_whoever_may_see_it_and_for_nobody_else(firms: Zone, client: Client):
    from qipan.platform.rights import may, person

    for role in ("leader", "economy", "park", "system"):
        user = getattr(firms, role)
        client.force_login(user)
        for screen in screens():
            status = client.get(f"/records/{screen.code}/").status_code
            assert status == (200 if may(person(user), screen.see) else 403), (role, screen.code)
    assert client.get("/records/nothing/").status_code == 404


def test_pages_are_walked_and_sorted_by_links(firms: Zone, client: Client):
    client.force_login(firms.leader)
    first = text(client, "/firms/?sort=registered&falling=1")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = text(client, following[1].replace("&amp;", "&"))
    assert len(titles(first)) == 50
    assert len(titles(second)) == 10
    assert 'rel="prev"' in second
    assert 'aria-sort="descending"' in first


def test_what_is_set_stands_as_a_chip_and_can_be_taken_away(firms: Zone, client: Client):
    client.force_login(firms.leader)
    page = text(client, f"/firms/?park={firms.east.pk}&registered.from=2010-01-01")
    assert "共 10 条" in page
    chips = re.findall(r'<span class="chip on">(.*?)</span>', page, re.DOTALL)
    assert [re.sub(r"<[^>]+>", " ", chip).split()[:3] for chip in chips] == [
        ["园区", "东园", "×"], ["成立日期", "不早于", "2010-01-01"],
    ]  # fmt: skip
    assert '/firms/?registered.from=2010-01-01" aria-label="去掉条件“园区”"' in page


def test_nonsense_in_an_address_is_told_and_filters_nothing(firms: Zone, client: Client):
    client.force_login(firms.leader)
    page = text(client, "/firms/?registered.from=gestern&nothing=1")
    assert "看不懂“成立日期”的“gestern”" in page
    assert "不能按“nothing”筛选" in page
    assert "共 60 条" in page


def test_titles_stand_as_chips_and_what_names_hold_is_text(firms: Zone, client: Client):
    firm = Enterprise.objects.order_by("name")[0]
    Enterprise.objects.filter(pk=firm.pk).update(name="<b>粗</b>公司")
    for kind in ("hightech", "specialised"):
        Qualification.objects.get_or_create(enterprise=firm, kind=kind)
    client.force_login(firms.leader)
    page = text(client, "/firms/?name.has=粗")
    assert '<span class="chip">高新技术企业</span> <span class="chip">' in page
    assert "&lt;b&gt;粗&lt;/b&gt;公司</a>" in page


def test_an_empty_list_says_what_to_do(zone: Zone, client: Client):
    client.force_login(zone.leader)
    assert 'class="button main" href="/load/"' not in text(client, "/firms/"), "a leader loads nothing"
    assert "清除筛选" in text(client, "/firms/?city=x")
    assert "加载高企" in text(client, "/records/qualifications/")
    client.force_login(zone.economy)
    assert 'class="button main" href="/load/"' in text(client, "/firms/")


def test_a_list_needs_few_queries_however_long_it_is(firms: Zone, client: Client, django_assert_max_num_queries: Any):
    client.force_login(firms.leader)
    client.get("/firms/")
    with django_assert_max_num_queries(16):
        client.get("/firms/?sort=name")


def test_chosen_columns_are_shown_in_their_order_for_that_person(firms: Zone, client: Client):
    client.force_login(firms.leader)
    client.post("/records/firms/columns/", {"columns": ["city", "name", "phone"], "back": "/firms/?city=济宁"})
    page = text(client, "/firms/")
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<↑↓]+)', page)
    assert [head.strip() for head in heads] == ["城市", "名称", "电话"]
    assert "138****5678" in page
    assert "13812345678" not in page
    client.post("/records/firms/columns/", {"do": "reset"})
    assert not ChosenColumns.objects.exists()


def test_a_view_is_kept_opened_updated_and_deleted(firms: Zone, client: Client):
    client.force_login(firms.leader)
    given = {"name": "东园", "query": f"park={firms.east.pk}", "columns": "name,city", "share": "all", "pinned": "1"}
    answer = client.post("/records/firms/views/", given)
    view = SavedView.objects.get()
    assert answer["Location"] == f"/firms/?park={firms.east.pk}&view={view.pk}"
    page = text(client, answer["Location"])
    assert "共 20 条" in page
    assert 'aria-current="page">东园</a>' in page
    client.force_login(firms.economy)
    assert ">东园</a>" in text(client, "/firms/"), "a pinned view that is shared is a tab for others too"
    assert ">东园</a>" in text(client, "/records/")
    assert client.post(f"/lists/views/{view.pk}/", {"do": "delete"}).status_code == 409
    client.force_login(firms.leader)
    client.post(f"/lists/views/{view.pk}/", {"do": "update", "query": "city=济宁", "columns": "name"})
    assert "共 30 条" in text(client, f"/firms/?view={view.pk}")
    client.post(f"/lists/views/{view.pk}/", {"do": "delete"})
    assert not SavedView.objects.exists()


def test_somebody_elses_private_view_cannot_be_opened_or_guessed(firms: Zone, client: Client):
    view = SavedView.objects.create(screen="firms", name="秘密计划", query="city=济宁", owner=firms.leader)
    client.force_login(firms.economy)
    page = text(client, f"/firms/?view={view.pk}")
    assert "秘密计划" not in page
    assert "共 60 条" in page
    assert client.post(f"/lists/views/{view.pk}/", {"do": "delete"}).status_code == 404


def test_many_are_changed_after_a_preview_that_shows_old_and_new(firms: Zone, client: Client):
    client.force_login(firms.economy)
    chosen = [str(key) for key in Enterprise.objects.order_by("pk").values_list("pk", flat=True)[:4]]
    form = {"chosen": chosen, "back": "/firms/?city=x"}
    assert "批量修改 4 条" in client.post("/records/firms/many/change/", form).content.decode()
    asked = {**form, "step": "preview", "do_city": "set", "set_city": "济宁"}
    page = client.post("/records/firms/many/change/", asked).content.decode()
    assert "将修改 2 条" in page
    assert "<ins>济宁</ins>" in page
    assert Enterprise.objects.filter(city="济宁").count() == 30, "nothing is changed before"
    stale = client.post("/records/firms/many/change/", {**asked, "step": "do", "seen": "4-3"}).content.decode()
    assert "列表在您预览之后有变动" in stale
    done = client.post("/records/firms/many/change/", {**asked, "step": "do", "seen": "4-2"}).content.decode()
    assert "<dt>已修改</dt><dd>2</dd>" in done
    assert Enterprise.objects.filter(city="济宁").count() == 32


def test_a_wrong_value_is_told_beside_its_field_and_nothing_typed_is_lost(firms: Zone, client: Client):
    client.force_login(firms.economy)
    form = {"all": "1", "step": "preview", "do_registered": "set", "set_registered": "明天", "do_city": "set",
            "set_city": "曲阜"}  # fmt: skip
    answer = client.post("/records/firms/many/change/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="wrong-registered"' in page
    assert 'value="明天"' in page
    assert 'value="曲阜"' in page


def test_what_points_at_another_record_is_searched_for_while_many_are_changed(firms: Zone, client: Client):
    chosen = [Qualification.objects.create(enterprise=one, kind="hightech").pk for one in Enterprise.objects.all()[:2]]
    client.force_login(firms.economy)
    form = {"chosen": [str(key) for key in chosen]}
    page = client.post("/records/qualifications/many/change/", form).content.decode()
    assert 'hx-get="/records/qualifications/offer/firm/"' in page
    offered = text(client, "/records/qualifications/offer/firm/?set_firm=企业07")
    assert re.findall(r'<option value="([^"]+)">', offered) == ["企业07"]
    asked = {**form, "step": "preview", "do_firm": "set", "set_firm": "企业07"}
    assert "<ins>企业07</ins>" in client.post("/records/qualifications/many/change/", asked).content.decode()
    client.post("/records/qualifications/many/change/", {**asked, "step": "do", "seen": "2-2"})
    assert set(Qualification.objects.values_list("enterprise__name", flat=True)) <= {"企业07", "企业00", "企业01"}
    assert Qualification.objects.filter(enterprise__name="企业07").exists()


def test_only_records_one_sees_are_offered_and_those_of_one_name_by_their_code(firms: Zone, client: Client):
    for code, park in (("91370100000000001X", firms.east), ("91370100000000002X", firms.east), (None, firms.west)):
        new_firm("同名公司", park, uscc=code)
    client.force_login(firms.park)
    offered = text(client, "/records/qualifications/offer/firm/?set_firm=同名")
    assert re.findall(r'<option value="([^"]+)">([^<]*)<', offered) == [
        ("91370100000000001X", "同名公司"), ("91370100000000002X", "同名公司"),
    ]  # fmt: skip
    client.force_login(firms.system)
    assert client.get("/records/qualifications/offer/firm/?set_firm=同名").status_code == 403


def test_more_than_a_page_can_wait_for_is_a_job_with_a_result(
    firms: Zone, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("qipan.web.lists.many.HERE", 10)
    client.force_login(firms.economy)
    form = {"all": "1", "city": "济", "step": "do", "do_city": "set", "set_city": "曲阜", "seen": "30-30"}
    answer = client.post("/records/firms/many/change/", form)
    job = Job.objects.get()
    assert answer["Location"] == f"/lists/jobs/{job.pk}/"
    assert "正在排队" in text(client, f"/lists/jobs/{job.pk}/")
    jobs.run.call(job.pk)
    assert "<dt>已修改</dt><dd>30</dd>" in text(client, f"/lists/jobs/{job.pk}/")
    client.force_login(firms.leader)
    assert client.get(f"/lists/jobs/{job.pk}/").status_code == 404, "somebody else's work"


def test_a_waiting_job_is_stopped_at_once(firms: Zone, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("qipan.web.lists.taking.EXPORTED_HERE", 10)
    client.force_login(firms.leader)
    client.post("/records/firms/export/", {"format": "xlsx"})
    job = Job.objects.get()
    client.post(f"/lists/jobs/{job.pk}/cancel/")
    jobs.run.call(job.pk)
    assert "已停止" in text(client, f"/lists/jobs/{job.pk}/")


def test_a_long_export_is_written_by_a_job_and_fetched_by_who_asked(
    firms: Zone, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("qipan.web.lists.taking.EXPORTED_HERE", 10)
    client.force_login(firms.park)
    client.post("/records/firms/export/", {"format": "csv", "query": "sort=registered", "which": "shown"})
    job = Job.objects.get()
    jobs.run.call(job.pk)
    assert "已导出 20 条" in text(client, f"/lists/jobs/{job.pk}/")
    content = b"".join(client.get(f"/lists/jobs/{job.pk}/file/").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert len(content.splitlines()) == 21
    entry = TrailEntry.objects.get(action="list.export")
    assert entry.after == {"name": "企业", "rows": 20, "format": "csv", "query": "sort=registered"}
    client.force_login(firms.leader)
    assert client.get(f"/lists/jobs/{job.pk}/file/").status_code == 404


def test_what_hangs_on_them_is_listed_before_many_are_removed(firms: Zone, client: Client):
    firm = Enterprise.objects.get(name="企业00")
    Qualification.objects.create(enterprise=firm, kind="hightech")
    client.force_login(firms.economy)
    page = client.post("/records/firms/many/remove/", {"chosen": str(firm.pk)}).content.decode()
    assert "资质 <strong>1</strong>" in page
    done = client.post(
        "/records/firms/many/remove/", {"chosen": str(firm.pk), "step": "do", "seen": "1", "reason": "重复"}
    )
    assert "<dt>已删除</dt><dd>1</dd>" in done.content.decode()
    assert not Enterprise.objects.filter(pk=firm.pk).exists()
    assert not Qualification.objects.exists()


@pytest.mark.parametrize("path", ["change", "remove"])
def test_who_may_only_see_is_offered_no_change_and_refused_one(firms: Zone, client: Client, path: str):
    client.force_login(firms.leader)
    page = text(client, "/firms/")
    assert 'name="chosen"' not in page
    answer = client.post(f"/records/firms/many/{path}/", {"all": "1", "step": "do", "seen": "60"})
    assert answer.status_code == 403
    assert Enterprise.objects.count() == 60


def test_records_are_offered_to_a_filter_as_one_types_and_only_those_one_sees(firms: Zone, client: Client):
    client.force_login(firms.park)
    offered = text(client, "/records/qualifications/offered/firm/?text=企业0")
    assert "企业00" in offered
    assert "企业01" not in offered
    subjects = text(client, "/records/facts/offered/subject/?text=园")
    assert "东园" in subjects
    assert "西园" not in subjects
    assert client.get("/records/firms/offered/name/?text=x").status_code == 404


def test_a_list_goes_back_only_to_a_page_of_ours(firms: Zone, client: Client):
    client.force_login(firms.leader)
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert client.post("/records/firms/columns/", {"columns": "name", "back": back})["Location"] == "/firms/"
