"""Pages may do nothing but what we wrote, and every refusal is a designed page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from tests.web.sample import Zone

import qipan.web

TEMPLATES = sorted((Path(qipan.web.__file__).parent / "templates").rglob("*.html"))
PAGES = ("/", "/firms/", "/batches/", "/units/", "/measures/")


def test_every_answer_carries_the_strict_policy(board: Zone, client: Client):
    client.force_login(board.leader)
    for path in (*PAGES, "/nothing-here/"):
        policy = client.get(path)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style(template: Path):
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_chinese_outside_a_translation(template: Path):
    text = template.read_text(encoding="utf-8")
    text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}|\{%.*?%\}|\{#.*?#\}", "", text, flags=re.S)
    text = text.replace("中文", "")  # the name of a language stands in that language
    assert not re.findall(r"[\u4e00-\u9fff]+", text)


def test_an_unknown_address_is_answered_by_our_page(board: Zone, client: Client):
    client.force_login(board.leader)
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


def test_a_refused_right_has_its_own_page_and_its_own_fragment(board: Zone, client: Client):
    client.force_login(board.system)
    page = client.get("/firms/")
    assert page.status_code == 403
    assert "没有权限" in page.content.decode()
    fragment = client.get("/firms/", headers={"HX-Request": "true"})
    assert fragment.status_code == 403
    assert "<html" not in fragment.content.decode()


def test_a_fault_of_ours_shows_no_trace(board: Zone, client: Client, monkeypatch: pytest.MonkeyPatch):
    from qipan.domains.economy import queries

    def break_down(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(queries, "leader_page", break_down)
    client.force_login(board.leader)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "系统出错" in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_by_our_page(board: Zone):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/log-in/", {"username": "leader", "password": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_static_files_are_addressed_by_their_content():
    address = staticfiles_storage.url("css/ground.css")
    assert re.fullmatch(r"/static/css/ground\.css\?v=[0-9a-f]{10}", address)
    with pytest.raises(ValueError, match="no static file"):
        staticfiles_storage.url("css/missing.css")


def test_pages_carry_the_libraries_they_use():
    for name in ("vendor/htmx.min.js", "vendor/echarts.min.js"):
        found = finders.find(name)
        assert found is not None
        assert Path(str(found)).stat().st_size > 10_000


def test_a_generated_zone_says_so_on_every_page(board: Zone, client: Client):
    from qipan.platform.models import InstalledPack

    InstalledPack.objects.create(code="demo", version="1", hash="", generated=True)
    client.force_login(board.leader)
    for path in (*PAGES, "/nothing-here/"):
        assert "演示数据" in client.get(path).content.decode(), path


def _taken(client: Client, path: str) -> Any:
    """Return the answer to taking a list along: lists are asked for by a form, the others by a link."""
    return client.post(path, {"format": "csv"}) if path.startswith("/records/") else client.get(path)


@pytest.mark.parametrize("path", ["/records/firms/export/", "/trail/export.csv", "/health/export.csv"])
def test_nobody_takes_everything_along_again_and_again(zone: Zone, client: Client, path: str):
    from qipan.platform import limits

    client.force_login(zone.economy)
    for _ in range(limits.EXPORT.tries):
        limits.wait("export", str(zone.economy.pk), limits.EXPORT)
    answer = _taken(client, path)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert "请稍后再试" in answer.content.decode()
    other = Client()
    other.force_login(zone.leader)
    assert _taken(other, path).status_code == 200
