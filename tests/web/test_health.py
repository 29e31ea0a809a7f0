"""The page of data health: what each person sees, and what they can do right there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.sample import Zone, new_firm

from qipan.domains.health.models import DailyCount, Finding, Run
from qipan.platform.definitions import install
from qipan.platform.models import Job, TrailEntry
from qipan.platform.rights import machine


def client(user: object, language: str = "zh-hans") -> Client:
    made = Client()
    made.force_login(user)  # type: ignore[arg-type]
    made.cookies["qipan_language"] = language
    return made


def read(made: Client, path: str) -> str:
    answer = made.get(path)
    assert answer.status_code == 200, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()  # type: ignore[arg-type]


@pytest.fixture
def found(zone: Zone) -> Zone:
    """The zone after a look that found a firm without a code in the east, one in the west, and a survey slip."""
    assert install(machine("test")).done
    now = timezone.now()
    Run.objects.create(change=1, day=timezone.localdate(), definitions="x", ended=now)
    east, west = new_firm("云州东海食品有限公司", zone.east), new_firm("云州西山电子有限公司", zone.west)
    for firm in (east, west):
        Finding.objects.create(code="code_absent", subject=firm.pk, rank=2, unit=firm.unit_id, opened=now, seen=now)
    Finding.objects.create(
        code="firm_unit_slip", subject=east.pk, thing="firm_output", period=202610, rank=0, unit=zone.east.pk,
        secret=True, value=4_321_000_000, low=1.0, high=2.0, detail='{"times":"1,000"}', opened=now, seen=now,
    )  # fmt: skip
    return zone


def test_who_has_never_looked_is_told_that_it_happens_by_itself(zone: Zone):
    assert install(machine("test")).done
    assert "还没有体检过" in read(client(zone.economy), "/health/")


def test_where_nothing_is_wrong_the_page_says_so(zone: Zone):
    assert install(machine("test")).done
    Run.objects.create(change=1, day=timezone.localdate(), definitions="x", ended=timezone.now())
    text = read(client(zone.leader), "/health/")
    assert "一个问题也没有" in text
    assert "Not a single finding" in read(client(zone.leader, "en"), "/health/")


def test_each_person_sees_the_findings_of_their_units_and_statistics_staff_alone_those_of_surveys(found: Zone):
    east, west, slip = "云州东海食品有限公司", "云州西山电子有限公司", "约为以往的 1,000 倍"
    seen = {
        who: {text for text in (east, west, slip) if text in read(client(getattr(found, who)), "/health/")}
        for who in ("economy", "leader", "park")
    }
    assert seen == {"economy": {east, west, slip}, "leader": {east, west}, "park": {east}}
    assert client(found.system).get("/health/").status_code == 403


def test_the_secret_finding_is_not_there_for_who_may_not_see_it(found: Zone):
    number = Finding.objects.get(secret=True).pk
    assert client(found.economy).get(f"/health/{number}/").status_code == 200
    for who in (found.leader, found.park):
        assert client(who).get(f"/health/{number}/").status_code == 404


def test_the_list_narrows_by_check_severity_unit_and_what_makes_no_sense_filters_nothing(found: Zone):
    economy = client(found.economy)
    assert "2 条" in read(economy, "/health/?check=code_absent")
    assert "1 条" in read(economy, "/health/?severity=error")
    assert "云州西山" not in read(economy, f"/health/?unit={found.east.pk}")
    assert "3 条" in read(economy, "/health/?unit=x&severity=grave&period=x&show=all&at=zzz")
    assert "筛选条件下没有问题" in read(economy, "/health/?period=209901")


def test_findings_are_ignored_together_with_a_reason_until_a_day_and_can_count_again(found: Zone):
    economy = client(found.economy)
    numbers = list(Finding.objects.filter(code="code_absent").values_list("pk", flat=True))
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    refused = economy.post("/health/mend/", {"do": "ignore", "n": numbers, "until": until, "reason": " "})
    assert refused.status_code == 409
    assert "没有写原因" in refused.content.decode()
    asked = {"do": "ignore", "n": numbers, "until": until, "reason": "正在换照", "check": "code_absent"}
    done = economy.post("/health/mend/", asked)
    assert done.headers["Location"] == "/health/?check=code_absent"
    assert "2 条已忽略" in read(economy, "/health/")
    assert f"忽略至 {until}：正在换照" in read(economy, "/health/?show=ignored")
    assert TrailEntry.objects.filter(action="health.ignore", reason="正在换照").count() == 2
    economy.post("/health/mend/", {"do": "heed", "n": numbers})
    assert "2 条" in read(economy, "/health/?check=code_absent")


def test_all_that_is_filtered_is_ignored_at_once_and_nothing_else(found: Zone):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    asked = {"do": "ignore", "all": "1", "check": "code_absent", "until": until, "reason": "x"}
    client(found.economy).post("/health/mend/", asked)
    assert Finding.objects.filter(ignored_until__isnull=False).count() == 2
    assert Finding.objects.get(secret=True).ignored_until is None


def test_a_park_manager_mends_in_their_park_only_and_a_leader_nowhere(found: Zone):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    west = Finding.objects.get(unit=found.west.pk)
    asked = {"do": "ignore", "n": [west.pk], "until": until, "reason": "x"}
    assert client(found.park).post("/health/mend/", asked).status_code == 409
    assert client(found.leader).post("/health/mend/", asked).status_code == 403
    west.refresh_from_db()
    assert west.ignored_until is None
    assert "data-pick-all" not in read(client(found.leader), "/health/")


def test_a_finding_opens_with_why_it_matters_what_to_do_and_the_ways_to_mend_it(found: Zone):
    number = Finding.objects.get(unit=found.west.pk).pk
    text = read(client(found.economy), f"/health/{number}/")
    assert "改名就断了" in text
    assert "打开企业档案" in text
    firm = Finding.objects.get(pk=number).subject
    assert f"/records/firms/{firm}/edit/" in text, "who may change firms mends the record right from here"
    assert f"/records/firms/{firm}/edit/" not in read(client(found.leader), f"/health/{number}/")
    assert "为什么可以不管" in text
    assert "Why it matters" in read(client(found.leader, "en"), f"/health/{number}/")


def test_a_figure_is_mended_by_loading_its_sheet_again(found: Zone):
    number = Finding.objects.get(secret=True).pk
    assert 'href="/load/"' in read(client(found.economy), f"/health/{number}/").split('class="why finding"')[1]


def test_a_look_is_started_once_and_its_progress_is_told(found: Zone):
    economy = client(found.economy)
    for _ in range(2):
        assert economy.post("/health/look/").status_code == 302
    assert Job.objects.count() == 1
    assert "正在体检" in read(economy, "/health/progress/")
    Job.objects.update(state=Job.State.DONE)
    assert economy.get("/health/progress/").headers["HX-Refresh"] == "true"
    assert client(found.leader).post("/health/look/").status_code == 403
    assert economy.get("/health/look/").status_code == 405


def test_the_export_holds_what_is_filtered_and_allowed(found: Zone):
    text = read(client(found.leader), "/health/export.csv?check=code_absent")
    assert text.count("\n") == 3
    assert "企业没有信用代码" in text
    assert "1,000" not in read(client(found.leader), "/health/export.csv")
    assert "1,000" in read(client(found.economy), "/health/export.csv")


def test_a_name_that_is_a_formula_is_exported_as_text(found: Zone):
    firm = new_firm("=cmd|'/c calc'!A1", found.east)
    now = timezone.now()
    Finding.objects.create(code="code_absent", subject=firm.pk, rank=2, unit=found.east.pk, opened=now, seen=now)
    assert ",=cmd" not in read(client(found.economy), "/health/export.csv")


def test_a_check_that_no_pack_has_any_more_shows_as_a_dash_and_does_not_break_the_page(found: Zone):
    Finding.objects.filter(secret=True).update(code="gone_from_the_packs")
    assert "这项检查已不在定义包里" in read(client(found.economy), "/health/?severity=error")


def test_every_kind_of_check_has_its_sentence_in_both_languages(found: Zone):
    details = {
        "figure_missing": '{"due":"2026-11-18","late":7}', "source_stale": '{"last":202609,"behind":1}',
        "zone_is_sum_of_parks": '{"rest":100,"share":0.1,"parts":2}', "cumulative_falls": '{"was":5,"was_in":202609}',
        "unit_slip": '{"times":"10"}', "outlier": '{"now":0.9,"usual":0.1}',
        "firm_unlike_peers": '{"now":0.9,"usual":0.1,"peers":9}', "growth_and_level": '{"growth":9.2,"computed":81.3}',
        "output_power_tax_part": '{"industrial_output.yoy":18.8,"industrial_power.yoy":null,"tax_revenue.yoy":-1}',
        "code_wrong": '{"code":"91370800MA3C0AAAAI","why":"codes.character"}', "code_double": '{"first":1,"count":2}',
        "name_double": '{"first":1,"count":2}', "park_absent": "{}",
        "title_counted_after_end": '{"valid":1,"lapsed":1}',
    }  # fmt: skip
    now, things = timezone.now(), {"source_stale": "monthly_report", "growth_and_level": "trade.yoy"}
    bare = {"output_power_tax_part", "code_wrong", "code_double", "name_double", "park_absent"}
    for code, detail in details.items():
        thing = "" if code in bare else things.get(code, "retail_sales")
        Finding.objects.create(
            code=code, subject=found.zone.pk, thing=thing, period=202610 if thing else 0, rank=0, unit=found.zone.pk,
            value=7, low=5, high=9, detail=detail, opened=now, seen=now,
        )  # fmt: skip
    for language in ("zh-hans", "en"):
        text = read(client(found.economy, language), "/health/?severity=error")
        assert "{" not in text.split("finding-rows")[1].split("<form")[0].replace("htmx", "")
        assert text.count('class="said"') == len(details) + 1


def test_the_trend_is_drawn_once_the_number_has_changed(found: Zone):
    today = timezone.localdate()
    for back, count in ((3, 9), (2, 7), (1, 7)):
        day = today - timedelta(days=back)
        Run.objects.create(change=1, day=day, definitions="x", ended=timezone.now())
        DailyCount.objects.create(code="code_absent", unit=found.east.pk, day=day, open=count)
    assert 'class="spark"' in read(client(found.park), "/health/")
    assert 'class="area"' in read(client(found.park), "/health/")
