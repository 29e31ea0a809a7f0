"""Requests typed by hand: wrong numbers, tampered links, zero characters, names made to harm, bodies too large."""

from __future__ import annotations

import base64
import csv
import io
import json

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from tests.web.sample import Zone, new_firm

LONG = "9" * 30
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


TAMPERED = [
    _cursor(0, 1, "x", "y"), _cursor(0, 1, "x", 10**30), _cursor(0, 1, 5, 5), _cursor(0, 1, True, False),
    _cursor(0, 1, "\ud800", 1), _cursor(0, 1, "a\0", 1), _cursor(-1, 1, "x", 1), _cursor(10**40, 0, "x", 1),
    _cursor(1, 1, "z"), _cursor(1, 0, "x", "y"), _cursor(0, 1, "9999999-01-01", 3), _cursor(0, 1, "20200101", 3),
    _cursor({}, 1), _cursor(), "!!!", "%F0%9F", "W" * 5000,
]  # fmt: skip
ADDRESSES = [
    f"/firms/{LONG}/", f"/batches/{LONG}/", f"/batches/1/files/{LONG}/", f"/firms/uncertain/{LONG}/",
    f"/why/{'9' * 5000}-gdp-202609-0-1-0-value/", f"/why/{10**18}-gdp-202609-0-1-0-value/",
    "/why/-1-gdp-202609-0-1-0-value/", "/why/1-gdp-202609-0-1-0-__class__/", "/why/1/", "/why/%00/", "/measures/%00/",
    f"/measures/{'x' * 5000}/", "/measures/?q=%00", "/?period=abc", f"/?period={LONG}", "/?unit=-1", "/?period=0",
    "/?unit=999999999999999", "/batches/?before=x", f"/batches/?before={LONG}", "/firms/?q=%00", "/firms/?q=_",
    "/firms/?q=%E2%80%94", "/firms/?q=*", "/firms/?q=%ED%A0%80", "/firms/?sort=;drop%20table&falling=x",
    "/firms/?park=%D9%A3", f"/firms/?park={LONG}", "/firms/?registered.from=9999-99-99", "/firms/?industry=%25%27",
    "/static/../settings.py", "/static/%2e%2e/%2e%2e/settings.py", "/%2e%2e/etc/passwd",
    "/firms/uncertain/?batch=x&at=-1&judged=" + LONG,
]  # fmt: skip

# Of lists: conditions, orders, places and records that cannot be.
LISTS = [
    "/firms/?registered.from=0001-01-01&registered.to=9999-12-31", "/firms/?capital.from=999999999999999",
    "/firms/?title=%27)%3B--", "/firms/?name.op=empty", "/firms/?name.regex=(", f"/firms/?view={LONG}",
    "/firms/?view=-1", "/firms/?unit__name=x", "/firms/?park=999999999999999", "/firms/?q=" + "x" * 5000,
    "/firms/?longitude.to=1e999", "/records/facts/?period=abc&period=99999999999999999999", "/records/nothing/",
    "/records/facts/?subject=1&measure=x", "/records/batches/?started.from=9999-12-31&started.to=9999-12-31",
    "/records/trail/?action=%25", "/records/firms/%00/", "/records/batches/?started=0001-01-01",
    "/records/firms/offered/name/?text=x", "/records/facts/offered/subject/?text=%25", f"/lists/jobs/{LONG}/",
    f"/facts/{LONG}/", "/records/uncertain/?decided.empty=1&row.from=-1",
]  # fmt: skip


def _exported(client: Client) -> str:
    answer = client.post("/records/firms/export/", {"format": "csv", "which": "all"})
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]


@pytest.fixture
def economist(zone: Zone, client: Client) -> Client:
    new_firm("东方甲", zone.east)
    client.force_login(zone.economy)
    client.raise_request_exception = False
    return client


def test_a_tampered_cursor_begins_the_list_anew(economist: Client):
    for sort in ("name", "registered", "park"):
        for token in TAMPERED:
            assert economist.get(f"/firms/?sort={sort}&at={token}").status_code in {200, 400}, (sort, token)


def test_a_typed_address_never_breaks_a_page(economist: Client):
    for address in (*ADDRESSES, *LISTS):
        answer = economist.get(address)
        assert answer.status_code < 500, address


def test_a_zero_character_in_a_form_is_a_wrong_request(zone: Zone):
    client = Client(raise_request_exception=False)
    assert client.post("/log-in/", {"username": "a\0b", "password": "x"}).status_code == 400
    assert client.post("/language/", {"language": "en", "next": "/\0"}).status_code == 400


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(zone: Zone):
    client = Client(raise_request_exception=False)
    large = b"x" * 6_000_000
    assert client.post("/log-in/", large, content_type="application/x-www-form-urlencoded").status_code == 400
    answer = client.post("/log-in/", {"username": "x", "file": io.BytesIO(large)})
    assert answer.status_code == 400
    assert answer["Content-Security-Policy"]
    assert client.post("/log-in/", {f"f{n}": "1" for n in range(6_000)}).status_code == 400
    assert client.generic("POST", "/log-in/", b"", CONTENT_LENGTH="-1").status_code == 400


def test_every_answer_carries_the_headers_also_where_the_name_of_the_machine_is_wrong(zone: Zone, client: Client):
    for answer in (client.get("/log-in/", headers={"host": "evil.example"}), client.get("/log-in/"), client.get("/x/")):
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["Referrer-Policy"] == "same-origin"
    assert client.get("/log-in/", headers={"host": "evil.example"}).status_code == 400


def test_after_logging_out_the_back_button_has_nothing_to_show(zone: Zone, client: Client):
    client.force_login(zone.leader)
    assert "no-store" in client.get("/units/")["Cache-Control"]


def test_names_made_to_harm_are_only_text(zone: Zone, client: Client):
    firm = new_firm(EVIL, zone.east, note=EVIL, address=EVIL, status=EVIL[:20], kind=EVIL, phone="<b>1", scope=EVIL)
    zone.east.name = zone.east.name_en = EVIL
    zone.east.aliases = [EVIL]
    zone.east.save()
    zone.leader.last_name = EVIL[:100]
    zone.leader.save()
    client.force_login(zone.leader)
    for path in (
        "/",
        "/firms/",
        f"/firms/?q={EVIL}",
        f"/firms/{firm.pk}/",
        "/units/",
        "/batches/",
        "/measures/?q=<script>",
    ):
        text = client.get(path).content.decode()
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "<b>1" not in text, path


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1+cmd", "@SUM(1)", "-1-1", "\t=1+1", "＝1+1", "=1\r\n", '甲"公司', "甲,乙\n=2"]
)
def test_an_exported_name_starts_no_formula_and_no_new_row(zone: Zone, client: Client, name: str):
    new_firm(name, zone.east)
    client.force_login(zone.leader)
    rows = list(csv.reader(io.StringIO(_exported(client))))
    assert len(rows) == 2
    assert rows[1][0].lstrip("\t\r\n ")[:1] not in "=+-@＝"


def test_an_export_masks_persons_and_telephones(zone: Zone, client: Client):
    new_firm("甲", zone.east, person="王小明", phone="13800001111", note="备注")
    client.force_login(zone.leader)
    text = _exported(client)
    assert not any(secret in text for secret in ("王小明", "13800001111"))
