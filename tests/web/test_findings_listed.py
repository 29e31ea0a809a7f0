"""All findings as a list: filters, orders, views, exports and the API, each under the rights of the health page."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import polars as pl
import pytest
from django.test import Client
from django.utils import timezone
from tests.web.api.programs import V1, program
from tests.web.sample import Zone, new_firm

from qipan.domains.health.models import Explanation, Finding, Run
from qipan.platform.definitions import install
from qipan.platform.models import User
from qipan.platform.rights import machine

EAST, WEST = "云州东海食品有限公司", "云州西山电子有限公司"
SLIP = "约为以往的 1,000 倍"
LIST = "/records/findings/"
API = f"{V1}/records/findings"


def client(user: User, language: str = "zh-hans") -> Client:
    made = Client()
    made.force_login(user)
    made.cookies["qipan_language"] = language
    return made


def read(made: Client, path: str) -> str:
    answer = made.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def taken(made: Client, **form: str) -> bytes:
    answer = made.post(f"{LIST}export/", {"which": "all", **form})
    assert answer.status_code == 200, answer.content.decode()[:300]
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


@pytest.fixture
def found(zone: Zone) -> Zone:
    """A firm without a code in each park, a survey slip in the east, and a rest, a fall and a gap of units."""
    assert install(machine("test")).done
    now = timezone.now()
    Run.objects.create(change=1, day=timezone.localdate(), definitions="x", ended=now)
    east, west = new_firm(EAST, zone.east), new_firm(WEST, zone.west)
    kept = Explanation.objects.create(
        code="zone_is_sum_of_parks", subject=zone.zone.pk, thing="retail_sales", unit=zone.zone.pk, share=0.1,
        kind="enclave", reason="飞地", by_name="x",
    )  # fmt: skip

    def add(code: str, subject: int, unit: int, rank: int, **more: object) -> Finding:
        given: dict[str, object] = {"opened": now, "seen": now, **more}
        return Finding.objects.create(code=code, subject=subject, unit=unit, rank=rank, **given)

    for firm in (east, west):
        add("code_absent", firm.pk, firm.unit_id or 0, 2)
    add(
        "firm_unit_slip", east.pk, zone.east.pk, 0, thing="firm_output", period=202610, secret=True,
        value=4_321_000_000, low=1.0, high=2.0, detail='{"times":"1,000"}', ledger="enterprise_months",
    )  # fmt: skip
    add(
        "zone_is_sum_of_parks", zone.zone.pk, zone.zone.pk, 0, thing="retail_sales", period=202610, explanation=kept,
        value=100, low=90.0, detail='{"rest":10,"share":0.1,"parts":2}',
    )  # fmt: skip
    add(
        "figure_missing", zone.west.pk, zone.west.pk, 1, thing="retail_sales", period=202609, assigned=zone.west.pk,
        detail='{"due":"2026-10-18","late":7}', ignored_until=timezone.localdate() + timedelta(days=9),
        ignored_reason="系统升级",
    )  # fmt: skip
    add(
        "cumulative_falls", zone.east.pk, zone.east.pk, 1, thing="fixed_investment", period=202608, closed=now,
        detail='{"was":5,"was_in":202607}', opened=now - timedelta(days=40),
    )  # fmt: skip
    return zone


def listed(user: User, query: str = "") -> list[str]:
    """Return the codes of the checks a person finds by a query."""
    answer = program(user).get(f"{API}?{query}")
    assert answer.status_code == 200, answer.content.decode()
    return [one["values"]["check"] for one in answer.json()["records"]]


CHANNELS: dict[str, Callable[[User], str]] = {
    "page": lambda user: read(client(user), LIST),
    "search": lambda user: read(client(user), f"{LIST}?q=云州"),
    "CSV": lambda user: taken(client(user), format="csv").decode("utf-8-sig"),
    "Parquet": lambda user: str(pl.read_parquet(io.BytesIO(taken(client(user), format="parquet"))).rows()),
    "XLSX": lambda user: str(
        list(openpyxl.load_workbook(io.BytesIO(taken(client(user), format="xlsx"))).worksheets[0].values)
    ),
    "API": lambda user: program(user).get(API).content.decode(),
}


@pytest.mark.parametrize("channel", list(CHANNELS))
def test_each_sees_the_findings_of_their_units_and_statistics_staff_alone_those_of_surveys(found: Zone, channel: str):
    told = {who: CHANNELS[channel](getattr(found, who)) for who in ("economy", "leader", "park")}
    assert {who: SLIP in text for who, text in told.items()} == {"economy": True, "leader": False, "park": False}
    # A program reads a firm by its number.
    firm = Finding.objects.get(code="code_absent", unit=found.west.pk).subject
    west = f'"subject":{firm},' if channel == "API" else WEST
    assert {who: west in text for who, text in told.items()} == {"economy": True, "leader": True, "park": False}


def test_counts_are_those_of_what_one_may_see_and_whoever_may_not_is_refused(found: Zone):
    counts = {who: program(getattr(found, who)).get(API).json()["count"] for who in ("economy", "leader", "park")}
    assert counts == {"economy": 6, "leader": 5, "park": 2}
    assert client(found.system).get(LIST).status_code == 403
    assert program(found.economy, "firms.see").get(API).status_code == 403
    assert client(found.system).post(f"{LIST}export/", {"format": "csv"}).status_code == 403


def test_a_secret_finding_is_no_record_for_who_may_not_see_it(found: Zone):
    secret = Finding.objects.get(secret=True).pk
    assert program(found.economy).get(f"{API}/{secret}").json()["values"]["said"].endswith(SLIP)
    for who in (found.leader, found.park):
        assert program(who).get(f"{API}/{secret}").status_code == 404
        assert client(who).get(f"{LIST}{secret}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("check=code_absent", ["code_absent", "code_absent"]),
        ("severity=error", ["firm_unit_slip", "zone_is_sum_of_parks"]),
        ("severity=warning&severity=error&state=open", ["firm_unit_slip"]),
        ("state=ignored", ["figure_missing"]),
        ("state=explained", ["zone_is_sum_of_parks"]),
        ("state=mended", ["cumulative_falls"]),
        ("state=open", ["firm_unit_slip", "code_absent", "code_absent"]),
        ("state=nonsense", []),
        ("state.empty=1", []),
        ("severity=grave", []),
        ("period=202609", ["figure_missing"]),
        ("period.empty=1", ["code_absent", "code_absent"]),
        ("period.filled=1&severity=warning", ["figure_missing", "cumulative_falls"]),
        ("period=x", []),
        ("thing=retail_sales", ["zone_is_sum_of_parks", "figure_missing"]),
        ("thing.empty=1", ["code_absent", "code_absent"]),
        ("ledger=enterprise_months", ["firm_unit_slip"]),
        ("closed.filled=1", ["cumulative_falls"]),
        ("q=东海", ["firm_unit_slip", "code_absent"]),
        ("q=限上", ["zone_is_sum_of_parks", "figure_missing"]),
        ("q=信用代码", ["code_absent", "code_absent"]),
        ("sort=opened&severity=warning", ["cumulative_falls", "figure_missing"]),
        ("sort=severity&falling=1&state=open", ["code_absent", "code_absent", "firm_unit_slip"]),
    ],
)
def test_the_list_narrows_and_runs_as_it_is_asked(found: Zone, query: str, codes: list[str]):
    assert listed(found.economy, query) == codes


def test_a_unit_narrows_with_everything_below_it_and_so_does_who_is_to_mend(found: Zone):
    assert listed(found.economy, f"unit={found.west.pk}") == ["figure_missing", "code_absent"]
    assert len(listed(found.economy, f"unit={found.zone.pk}")) == 6
    assert listed(found.economy, f"assigned={found.west.pk}") == ["figure_missing"]
    firm = Finding.objects.get(secret=True).subject
    assert listed(found.economy, f"subject={firm}") == ["firm_unit_slip", "code_absent"]
    assert listed(found.leader, f"subject={firm}") == ["code_absent"]


def test_a_row_reads_in_words_of_both_languages_and_opens_the_finding(found: Zone):
    number = Finding.objects.get(code="figure_missing").pk
    chinese = read(client(found.economy), f"{LIST}?check=figure_missing")
    english = read(client(found.economy, "en"), f"{LIST}?check=figure_missing")
    assert f'href="/health/{number}/"' in chinese
    for word in ("提醒", "已忽略", "西园", "2026年9月", "应于 2026-10-18 前报送，已过 7 天"):
        assert word in chinese, word
    for word in ("Warning", "Ignored", "West Park", "2026", "Findings"):
        assert word in english, word
    assert client(found.economy).get(f"{LIST}{number}/").headers["Location"] == f"/health/{number}/"


def test_a_program_reads_words_by_code_and_changes_nothing(found: Zone):
    economy = program(found.economy)
    values = economy.get(f"{API}?check=figure_missing").json()["records"][0]["values"]
    told = {name: values[name] for name in ("severity", "state", "period", "unit", "reason", "figure")}
    assert told == {
        "severity": "warning", "state": "ignored", "period": 202609, "unit": found.west.pk, "reason": "系统升级",
        "figure": None,
    }  # fmt: skip
    number = Finding.objects.get(code="figure_missing").pk
    one = f"{API}/{number}"
    for method, address in ((economy.post, API), (economy.patch, one), (economy.delete, one)):
        answer = method(address, {"values": {}}, content_type="application/json")
        assert (answer.status_code, answer["Allow"]) == (405, "GET")
    paths = economy.get(f"{V1}/openapi.json").json()["paths"]
    assert set(paths["/api/v1/records/findings"]) == set(paths["/api/v1/records/findings/{key}"]) == {"get"}


def test_a_look_that_left_no_line_in_the_trail_makes_the_answer_a_new_one(found: Zone):
    economy = program(found.economy)
    tag = economy.get(API)["ETag"]
    assert economy.get(API, headers={"If-None-Match": tag}).status_code == 304
    Finding.objects.filter(code="code_absent").update(closed=timezone.now())
    Run.objects.create(change=1, day=timezone.localdate(), definitions="x")
    assert economy.get(API, headers={"If-None-Match": tag}).status_code == 200


def test_the_export_holds_what_is_filtered_in_words(found: Zone):
    text = taken(client(found.economy), format="csv", query="state=mended").decode("utf-8-sig")
    head, *rows = text.splitlines()
    assert head.startswith("检查,严重程度,对象,指标或台账,时期,问题,数字,应为,状态,单位")
    assert len(rows) == 1
    assert "已消除" in rows[0]
    assert "东园" in rows[0]


def test_a_view_of_findings_is_kept_like_any_other(found: Zone):
    economy = client(found.economy)
    setup = {"name": "要紧的", "query": "severity=error&state=open", "columns": "check,said"}
    kept = economy.post(f"{LIST}views/", setup)
    page = read(economy, kept.headers["Location"])
    assert "要紧的" in page
    assert "共 1 条" in page


def test_the_pages_lead_to_each_other(found: Zone):
    assert f'href="{LIST}">全部问题</a>' in read(client(found.economy), "/health/")
    assert f'href="{LIST}">All findings</a>' in read(client(found.leader, "en"), "/health/")
    number = Finding.objects.get(code="cumulative_falls").pk
    page = read(client(found.economy), f"/health/{number}/")
    assert f'href="{LIST}">全部问题</a>' in page
    assert 'href="/health/?check=cumulative_falls&amp;show=closed#findings"' in page


def test_a_check_no_pack_has_any_more_is_listed_by_a_dash(found: Zone):
    Finding.objects.filter(code="code_absent").update(code="gone_from_the_packs")
    assert "这项检查已不在定义包里" in read(client(found.economy), f"{LIST}?severity=info")
    assert program(found.economy).get(f"{API}?severity=info").json()["records"][0]["title"] == "—"


def test_a_list_of_findings_needs_few_queries_however_many_there_are(found: Zone):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    economy = client(found.economy)
    read(economy, LIST)
    with CaptureQueriesContext(connection) as few:
        read(economy, LIST)
    now = timezone.now()
    for number in range(40):
        firm = new_firm(f"无码{number}", found.east)
        Finding.objects.create(code="code_absent", subject=firm.pk, rank=2, unit=found.east.pk, opened=now, seen=now)
    with CaptureQueriesContext(connection) as many:
        read(economy, LIST)
    assert len(many) <= len(few) + 1
