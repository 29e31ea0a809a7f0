"""Every declared noun by the API: list, read, create, change, remove, change many, and what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.api.programs import V1, program
from tests.web.attack_ground import EAST_FIRM, WEST_FIRM, Ground, unit

import loads
from qipan.platform.models import TrailEntry, User
from qipan.platform.screens import screens
from qipan.registry.models import Enterprise, Grant, Qualification

FIRMS = f"{V1}/records/firms"
JSON = "application/json"


@pytest.fixture
def economy(ground: Ground) -> Client:
    return program(ground.people["economy"])


def sent(method: Callable[..., Any], address: str, body: object, **headers: str) -> Any:
    return method(
        address, body, content_type=JSON, headers={name.replace("_", "-"): one for name, one in headers.items()}
    )


def test_a_list_answers_with_columns_by_code_and_takes_the_pages_conditions(economy: Client):
    page = economy.get(FIRMS).json()
    assert (page["count"], page["more"], page["next"]) == (2, False, None)
    assert {one["title"] for one in page["records"]} == {EAST_FIRM, WEST_FIRM}
    one = economy.get(FIRMS, {"park": unit("东园").pk}).json()["records"]
    assert [record["title"] for record in one] == [EAST_FIRM]
    assert one[0]["values"]["uscc"] == loads.code_of(1)
    assert one[0]["values"]["park"] == unit("东园").pk
    assert economy.get(FIRMS, {"q": "西岭"}).json()["count"] == 1
    falling = economy.get(FIRMS, {"sort": "name", "falling": "1"}).json()["records"]
    assert [record["title"] for record in falling] == sorted((EAST_FIRM, WEST_FIRM), reverse=True)


def test_pages_follow_each_other_both_ways(economy: Client):
    first = economy.get(FIRMS, {"limit": 1}).json()
    second = economy.get(first["next"]).json()
    assert second["next"] is None
    assert first["records"][0]["id"] != second["records"][0]["id"]
    assert economy.get(second["previous"]).json()["records"] == first["records"]


def test_a_condition_that_makes_no_sense_is_an_error_and_never_left_out(economy: Client):
    answer = economy.get(FIRMS, {"park": "somewhere", "nothing": "1", "limit": "9999"})
    assert answer.status_code == 422
    assert {one["code"] for one in answer.json()["problems"]} == {"screens.wrong-value", "screens.unknown-filter"}
    assert economy.get(FIRMS, {"limit": "9999"}).status_code == 422


def test_each_sees_through_the_api_what_they_see_on_pages(ground: Ground):
    park = program(ground.people["park east"])
    assert [one["title"] for one in park.get(FIRMS).json()["records"]] == [EAST_FIRM]
    assert park.get(f"{FIRMS}/{ground.west.pk}").status_code == 404
    assert park.get(f"{FIRMS}/{ground.west.pk}/history").status_code == 404
    assert program(ground.people["economy"], "figures.see").get(FIRMS).status_code == 403
    bound = program(ground.people["economy"], "firms.see", unit=unit("西园").pk)
    assert [one["title"] for one in bound.get(FIRMS).json()["records"]] == [WEST_FIRM]


def test_contacts_are_masked_without_their_right_in_lists_records_and_history(ground: Ground, economy: Client):
    key, phone = ground.east.pk, "13812345678"
    change = {"values": {"phone": phone}, "version": Enterprise.objects.get(pk=key).version}
    assert sent(economy.patch, f"{FIRMS}/{key}", change).status_code == 200
    assert economy.get(f"{FIRMS}/{key}").json()["values"]["phone"] == phone
    masked = program(ground.people["economy"], "firms.see", "figures.see", "trail.see")
    for address in (FIRMS, f"{FIRMS}/{key}", f"{FIRMS}/{key}/history"):
        text = masked.get(address).content.decode()
        assert phone not in text, address
        assert "138****5678" in text, address
    assert phone in economy.get(f"{FIRMS}/{key}/history").content.decode()


def test_a_record_is_made_changed_and_removed_and_the_trail_says_who(economy: Client):
    values = {"name": "云州新设光电有限公司", "park": unit("东园").pk, "capital": 1200.5, "registered": "2026-03-01"}
    made = sent(economy.post, FIRMS, {"values": values, "reason": "新设"})
    assert made.status_code == 201, made.content.decode()
    address, record = made["Location"], made.json()
    assert {name: record["values"][name] for name in values} == values
    read = economy.get(address)
    assert read.json() == record
    changed = sent(economy.patch, address, {"values": {"status": "存续"}}, If_Match=read["ETag"])
    assert (changed.status_code, changed.json()["version"]) == (200, record["version"] + 1)
    assert changed["ETag"] != read["ETag"]
    events = economy.get(f"{address}/history").json()["events"]
    assert [event["action"] for event in events] == ["firms.change", "firms.create"]
    assert {"field": "status", "before": "", "after": "存续"} in events[0]["changes"]
    assert TrailEntry.objects.filter(action="firms.create").get().reason == "新设"
    gone = economy.delete(address, headers={"If-Match": changed["ETag"]})
    assert gone.status_code == 204
    assert economy.get(address).status_code == 404


def test_history_says_in_whose_place_a_deputy_acted_to_programs_and_on_the_page(ground: Ground, economy: Client):
    stood_for = ground.people["economy"]
    User.objects.filter(pk=stood_for.pk).update(last_name="陈统计")
    grant = Grant.objects.get(user=stood_for)
    deputy = User.objects.create(username="deputy", last_name="孙代理")
    Grant.objects.create(user=deputy, role="economy", unit=grant.unit, since=grant.since, stands_for=grant)
    address = f"{FIRMS}/{ground.east.pk}"
    assert sent(program(deputy).patch, address, {"values": {"status": "停业"}}, If_Match="*").status_code == 200
    assert sent(economy.patch, address, {"values": {"status": "存续"}}, If_Match="*").status_code == 200
    own, in_place = economy.get(f"{address}/history").json()["events"][:2]
    assert (in_place["who"], in_place["acting_for"]) == ("孙代理", "陈统计")
    assert own["acting_for"] is None
    page = Client()
    page.force_login(stood_for)
    happenings = f"/records/firms/{ground.east.pk}/history/"
    assert "孙代理（代陈统计）：" in page.get(happenings).content.decode()
    page.cookies["qipan_language"] = "en"
    assert "孙代理 (for 陈统计)" in page.get(happenings).content.decode()


def test_who_changes_what_another_changed_meanwhile_is_told_and_writes_nothing(ground: Ground, economy: Client):
    address = f"{FIRMS}/{ground.east.pk}"
    tag = economy.get(address)["ETag"]
    assert sent(economy.patch, address, {"values": {"status": "停业"}}, If_Match=tag).status_code == 200
    late = sent(economy.patch, address, {"values": {"status": "注销"}}, If_Match=tag)
    assert (late.status_code, late.json()["code"]) == (412, "screens.changed-meanwhile")
    assert late.json()["current"]["values"]["status"] == "停业"
    assert [one["field"] for one in late.json()["problems"]] == [None, "status"]
    by_body = sent(economy.patch, address, {"values": {"status": "注销"}, "version": 0})
    assert by_body.status_code == 409
    assert sent(economy.patch, address, {"values": {"status": "注销"}}).status_code == 428
    assert sent(economy.patch, address, {"values": {}}, If_Match='"of another"').status_code == 412
    assert Enterprise.objects.get(pk=ground.east.pk).status == "停业"
    assert sent(economy.patch, address, {"values": {"status": "注销"}}, If_Match="*").status_code == 200
    assert economy.delete(address, headers={"If-Match": tag}).status_code == 412


def test_all_that_is_wrong_with_values_is_said_at_its_column(economy: Client):
    answer = sent(economy.post, FIRMS, {"values": {"registered": "soon", "capital": "much", "above_scale": "perhaps"}})
    assert answer.status_code == 422
    said = {one["field"]: one["code"] for one in answer.json()["problems"]}
    assert said == {
        "registered": "screens.want-date",
        "capital": "screens.want-number",
        "above_scale": "screens.want-boolean",
        "name": "screens.missing",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ("{}", 422),
        ('{"values": []}', 422),
        ('{"values": {"name": ["x"]}}', 422),
        ('{"values": {"name": "a\\u0000b"}}', 422),
        ('{"values": {"name": "\\ud800"}}', 422),
        ('{"values": {}, "else": 1}', 422),
        ('{"values": {"capital": 1e999, "name": "x"}}', 422),
        ('{"values": {"capital": NaN, "name": "x"}}', 400),
        ('{"values": {"park": 99999999999999999999999, "name": "x"}}', 422),
        ('{"values": {"name": "x", "reason": "y"}}', 422),
        ("[" * 100_000, 400),
    ],
)
def test_a_body_that_does_not_do_is_a_problem_and_no_fault(economy: Client, body: str, status: int):
    answer = economy.post(FIRMS, body, content_type=JSON)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    assert economy.post(FIRMS, body, content_type="text/plain").status_code == 415


def test_nobody_writes_beyond_their_rights_or_their_tokens(ground: Ground, economy: Client):
    values = {"values": {"name": "云州越界有限公司", "park": unit("西园").pk}}
    park = program(ground.people["park east"])
    for client in (park, program(ground.people["leader"])):
        assert sent(client.post, FIRMS, values).status_code in {403, 422}
    reader = program(ground.people["economy"], "firms.see")
    assert sent(reader.post, FIRMS, values).status_code == 403
    assert sent(reader.patch, f"{FIRMS}/{ground.east.pk}", {"values": {"status": "x"}}, If_Match="*").status_code == 403
    bound = program(ground.people["economy"], "firms.see", "firms.edit", "units.see", unit=unit("东园").pk)
    assert sent(bound.post, FIRMS, values).status_code == 422
    assert not Enterprise.objects.filter(name="云州越界有限公司").exists()


def test_many_records_are_changed_and_each_refusal_is_told(ground: Ground, economy: Client):
    ids = [ground.east.pk, ground.west.pk, 10**15]
    done = sent(economy.post, f"{FIRMS}/bulk", {"ids": ids, "values": {"status": "停业"}, "reason": "核对"}).json()
    assert done["done"] == 2
    assert [(one["id"], one["problems"][0]["code"]) for one in done["refused"]] == [(10**15, "screens.no-such-record")]
    assert set(Enterprise.objects.values_list("status", flat=True)) == {"停业"}
    park = program(ground.people["park east"])
    done = sent(park.post, f"{FIRMS}/bulk", {"ids": ids, "values": {"status": "注销"}}).json()
    assert done["done"] == 1
    for wrong in ({"ids": [], "values": {}}, {"ids": ["x"], "values": {}}, {"ids": [1] * 201, "values": {}}):
        assert sent(economy.post, f"{FIRMS}/bulk", wrong).status_code == 422


def test_what_hangs_on_a_record_stands_in_the_way_of_removing_it(ground: Ground, economy: Client):
    Qualification.objects.create(enterprise=ground.east, kind="hightech")
    answer = economy.delete(f"{FIRMS}/{ground.east.pk}", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "screens.hanging")


def test_a_noun_that_is_not_changed_here_says_what_its_address_takes(economy: Client, ground: Ground):
    answer = sent(economy.post, f"{V1}/records/batches", {"values": {}})
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer.json()["code"] == "api.wrong-method"
    one = sent(economy.patch, f"{V1}/records/batches/{ground.own.pk}", {"values": {}})
    assert (one.status_code, one["Allow"]) == (405, "GET")


def test_a_record_that_did_not_change_is_not_sent_again(ground: Ground, economy: Client):
    address = f"{FIRMS}/{ground.east.pk}"
    tag = economy.get(address)["ETag"]
    assert economy.get(address, headers={"If-None-Match": tag}).status_code == 304
    Enterprise.objects.filter(pk=ground.east.pk).update(status="停业")
    assert economy.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert economy.get(FIRMS, headers={"If-None-Match": economy.get(FIRMS)["ETag"]}).status_code == 304


def test_every_declared_noun_is_listed_and_described(ground: Ground, economy: Client):
    document = economy.get(f"{V1}/openapi.json").json()
    for screen in screens():
        address = f"{V1}/records/{screen.code}"
        page = economy.get(address, {"limit": 3})
        if page.status_code == 403:
            continue
        assert page.status_code == 200, page.content.decode()
        schema = document["components"]["schemas"][screen.code]
        for record in page.json()["records"]:
            assert set(record["values"]) == set(schema["properties"]["values"]["properties"])
        assert address in document["paths"]
        assert f"{address}/{{key}}/history" in document["paths"]
