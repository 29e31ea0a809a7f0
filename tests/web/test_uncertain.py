"""The queue of uncertain firms: what a person sees of each, who may judge, and what a verdict leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.web import sample

from qipan.platform.models import Batch, BatchSheet, StoredFile, TrailEntry
from qipan.registry.models import Enterprise, Uncertain, Verdict
from qipan.web.sentences import event
from qipan.web.uncertain import pieces

if TYPE_CHECKING:
    from django.http import HttpResponse
    from tests.web.sample import Zone

    from qipan.registry.models import Unit

CODE = "91370800MA3C4D5E6X"
NAME = "山东云州宏远机戒制造有限公司"
KNOWN = "山东云州宏远机械制造有限公司"
PARTS = {"brand": "same", "trade": "alike", "place": "same", "form": "same", "branch": "same"}


def new_question(
    zone: Zone, firm: Enterprise, name: str = NAME, unit: Unit | None = None, **fields: object
) -> Uncertain:
    """Return a waiting firm of a batch loaded for `unit`, with one candidate."""
    batch = Batch.objects.create(state="committed", name="走访清单.xlsx", by_name="陈统计", unit=(unit or zone.zone).pk)
    file, _ = StoredFile.objects.get_or_create(sha256="0" * 64, size=1)
    BatchSheet.objects.create(
        batch=batch, number=0, file=file, file_name="走访清单.xlsx", sheet="企业", index=0, ledger="enterprises"
    )
    told = {"subject": firm.pk, "name": firm.name, "score": 0.8, **PARTS}
    given = {"uscc": "", "problem": "resolve.look-alike", "candidates": [told], **fields}
    return Uncertain.objects.create(name=name, name_key=name, batch=batch.pk, sheet=0, row=7, **given)


@pytest.fixture
def known(zone: Zone) -> Enterprise:
    return sample.new_firm(KNOWN, zone.east, uscc=CODE, registered="2015-03-01")


@pytest.fixture
def asked(zone: Zone, known: Enterprise) -> Uncertain:
    return new_question(zone, known)


@pytest.fixture
def desk(zone: Zone, client: Client) -> Client:
    client.force_login(zone.economy)
    return client


def shown(client: Client, path: str = "/firms/uncertain/") -> str:
    return client.get(path).content.decode()


def say(client: Client, asked: Uncertain, firm: object, **more: object) -> HttpResponse:
    return client.post(f"/firms/uncertain/{asked.pk}/", {"firm": firm, **more})


def test_a_waiting_firm_stands_beside_the_firm_it_may_be(desk: Client, asked: Uncertain):
    text = shown(desk)
    for said in ("走访清单.xlsx › 企业 › 第7行", "云州宏远", CODE, "东园", "2015-03-01", "同一家企业", "登记为新企业"):
        assert said in text


def test_the_characters_that_differ_are_marked_in_both_names(desk: Client, asked: Uncertain):
    text = shown(desk)
    assert re.findall(r"<mark>(.+?)</mark>", text) == ["戒", "械"]
    assert "行业用词 · 相近" in text


def test_names_cut_into_pieces_join_to_the_same_names():
    for one, other in ((NAME, KNOWN), ("甲", "乙"), ("甲乙", "甲"), ("同", "同"), ("", "甲")):
        assert "".join(piece.text for piece in pieces(one, other)) == one
    assert [piece.differs for piece in pieces("同", "同")] == [False]


def test_the_verdict_same_firm_is_shown_in_place_and_remembered(desk: Client, asked: Uncertain, known: Enterprise):
    answer = say(desk, asked, known.pk)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#q{asked.pk}")
    text = shown(desk, answer["Location"])
    assert "陈统计 于 " in text
    assert f"即“{KNOWN}”" in text
    assert "下次加载这个文件时照此处理" in text
    assert "登记为新企业" not in text
    assert Verdict.objects.get().enterprise == known
    assert "没有待判定的企业" in shown(desk)


def test_the_verdict_another_firm_registers_it(desk: Client, asked: Uncertain):
    text = shown(desk, say(desk, asked, "own")["Location"])
    assert "另一家企业，已登记为新企业" in text
    assert Enterprise.objects.filter(name=NAME).exists()


def test_the_trail_tells_the_verdict_as_a_sentence(desk: Client, asked: Uncertain, known: Enterprise):
    say(desk, asked, known.pk)
    sentence = event(TrailEntry.objects.get(noun="verdict")).sentence
    assert sentence == f"陈统计：判定文件中的“{NAME}”就是“{KNOWN}”"


def test_a_second_verdict_on_the_same_firm_says_it_is_decided(desk: Client, asked: Uncertain, known: Enterprise):
    say(desk, asked, known.pk)
    answer = say(desk, asked, "own")
    assert answer.status_code == 409
    assert "可能已由他人判定" in answer.content.decode()
    assert Enterprise.objects.count() == 1


def test_only_an_offered_firm_can_be_meant(desk: Client, zone: Zone, asked: Uncertain):
    stranger = sample.new_firm("云州旁观者有限公司", zone.west)
    for said in (stranger.pk, "", "x", "-1", "9" * 30):
        assert say(desk, asked, said).status_code == 409
    assert not Verdict.objects.exists()


def test_a_code_that_is_taken_offers_no_new_firm(desk: Client, zone: Zone, known: Enterprise):
    new_question(zone, known, uscc=CODE, problem="resolve.code-other-name")
    text = shown(desk)
    assert "不能另立一家" in text
    assert "登记为新企业" not in text


def test_a_verdict_is_given_by_post_only(desk: Client, asked: Uncertain):
    assert desk.get(f"/firms/uncertain/{asked.pk}/").status_code == 405


@pytest.mark.parametrize("role", ["leader", "park", "system"])
def test_who_may_not_judge_sees_neither_queue_nor_link(zone: Zone, client: Client, asked: Uncertain, role: str):
    client.force_login(getattr(zone, role))
    assert client.get("/firms/uncertain/").status_code == 403
    assert say(client, asked, "own").status_code == 403
    assert "/firms/uncertain/" not in shown(client, "/firms/")


def test_who_judges_for_one_park_sees_its_loads_and_its_firms_only(zone: Zone, client: Client, known: Enterprise):
    west = sample.new_firm("云州西来机械有限公司", zone.west)
    mine = new_question(zone, known, unit=zone.east)
    mine.candidates.append({"subject": west.pk, "name": west.name, "score": 0.1, **PARTS})
    mine.save()
    other = new_question(zone, known, "别家有限公司", unit=zone.west)
    client.force_login(sample.new_person("east", "economy", zone.east))
    text = shown(client)
    assert "云州宏远" in text
    assert "别家" not in text
    assert "西来" not in text
    assert "另有 1 家候选企业" in text
    assert say(client, other, "own").status_code == 404
    assert say(client, mine, west.pk).status_code == 409


def test_the_list_of_firms_says_how_many_wait(desk: Client, asked: Uncertain):
    assert "待判定 1 家" in shown(desk, "/firms/")


def test_a_batch_shows_its_own_waiting_firms(desk: Client, zone: Zone, known: Enterprise, asked: Uncertain):
    new_question(zone, known, "别家有限公司")
    text = shown(desk, f"/firms/uncertain/?batch={asked.batch}")
    assert "别家" not in text
    assert text.count('class="judging"') == 1
    assert "别家" in shown(desk)


def test_a_long_queue_is_read_page_by_page(desk: Client, zone: Zone, known: Enterprise):
    for number in range(25):
        new_question(zone, known, f"云州{number:02}号企业有限公司")
    first = shown(desk)
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    second = shown(desk, link.group(1))
    assert (first.count('class="judging"'), second.count('class="judging"')) == (20, 5)
    assert "从头看" in second


def test_a_longer_queue_needs_no_more_queries(desk: Client, zone: Zone, known: Enterprise, asked: Uncertain):
    def counted() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked_now:
            shown(desk)
        return len(asked_now)

    shown(desk)
    few = counted()
    for number in range(12):
        new_question(zone, sample.new_firm(f"云州已登记{number}有限公司", zone.east), f"云州{number:02}号企业有限公司")
    assert counted() == few


def test_the_queue_speaks_english(desk: Client, asked: Uncertain):
    desk.cookies["qipan_language"] = "en"
    text = shown(desk)
    assert "The same firm" in text
    assert "row 7" in text
    assert "Trade · alike" in text


def test_a_verdict_is_taken_back_on_the_page_of_what_was_decided(desk: Client, asked: Uncertain, known: Enterprise):
    text = shown(desk, say(desk, asked, known.pk)["Location"])
    verdict = Verdict.objects.get()
    assert f"/firms/decided/?below={verdict.pk}#v{verdict.pk}" in text
    listed = shown(desk, f"/firms/decided/?below={verdict.pk}")
    assert NAME in listed
    assert KNOWN in listed
    answer = desk.post(f"/firms/decided/{verdict.pk}/take-back/", {"reason": "看错了"}, follow=True)
    assert "的判定已撤回" in answer.content.decode()
    assert not Verdict.objects.exists()
    sentence = event(TrailEntry.objects.filter(noun="verdict").latest("pk")).sentence
    assert sentence == f"陈统计：撤回判定，文件中的“{NAME}”不再当作“{KNOWN}”"
    assert "同一家企业" in shown(desk)


def test_verdicts_are_found_by_either_name_and_read_page_by_page(desk: Client, known: Enterprise):
    for number in range(55):
        Verdict.objects.create(name_key=f"云州{number:02}号", enterprise=known, by_name="陈统计")
    first = shown(desk, "/firms/decided/")
    assert first.count("judging verdict") == 50
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    assert shown(desk, "/firms/decided/" + link.group(1)).count("judging verdict") == 5
    assert shown(desk, "/firms/decided/?q=07号").count("judging verdict") == 1
    assert "没有符合的判定" in shown(desk, "/firms/decided/?q=无此名")


def test_a_verdict_on_another_parks_firm_is_neither_shown_nor_taken_back(zone: Zone, client: Client, known: Enterprise):
    verdict = Verdict.objects.create(name_key=NAME, enterprise=known, by_name="陈统计")
    client.force_login(sample.new_person("west", "economy", zone.west))
    assert "还没有判定" in shown(client, "/firms/decided/")
    assert client.post(f"/firms/decided/{verdict.pk}/take-back/").status_code == 404
    client.force_login(zone.leader)
    assert client.get("/firms/decided/").status_code == 403
    assert client.post(f"/firms/decided/{verdict.pk}/take-back/").status_code == 403
    assert Verdict.objects.exists()
