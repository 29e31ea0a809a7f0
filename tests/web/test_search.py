"""The search box's suggestions and the page of results."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.web import sample

from qipan.platform.home import home
from qipan.platform.models import RecentSearch
from qipan.platform.search import complete
from qipan.registry.models import EnterpriseName

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.sample import Zone

NAME = "济宁海富光学科技有限公司"


@pytest.fixture
def desk(zone: Zone, client: Client) -> Client:
    """The economy desk, with some firms in the index."""
    for kind in ("firms", "units", "measures"):
        shutil.rmtree(home().cache / "search" / kind, ignore_errors=True)
    firm = sample.new_firm(NAME, zone.east)
    EnterpriseName.objects.create(enterprise=firm, kind="former", name="前进仪表厂", name_key="前进仪表厂")
    for number in range(12):
        sample.new_firm(f"云州精密{number}号有限公司", zone.west)
    assert complete()
    client.force_login(zone.economy)
    return client


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_every_page_has_the_box(desk: Client):
    for path in ("/firms/", "/units/", "/search/"):
        assert 'id="find"' in text_of(desk, path)
    desk.logout()
    assert 'id="find"' not in text_of(desk, "/log-in/")


def test_results_are_marked_explained_and_lead_to_their_page(desk: Client):
    text = text_of(desk, "/search/?q=jnhf")
    assert "<mark>济宁海富</mark>光学科技有限公司" in text
    assert "拼音首字母" in text
    assert "东园" in text
    link = re.search(r'<li><a href="(/firms/\d+/)"', text)
    assert link is not None
    assert NAME in text_of(desk, link.group(1))


def test_a_former_name_is_shown_as_one(desk: Client):
    text = text_of(desk, "/search/?q=前进仪表")
    assert "曾用名" in text
    assert "<mark>前进仪表</mark>厂" in text


def test_many_results_are_shown_in_part_with_the_way_to_all_of_them(desk: Client):
    text = text_of(desk, "/search/?q=精密")
    assert text.count("<li>") == 8
    assert "看这 12 个结果" in text
    assert text_of(desk, "/search/?q=精密&kind=firms").count("<li>") == 12
    assert "/firms/?q=%E7%B2%BE%E5%AF%86" in text


def test_nouns_are_told_apart(desk: Client):
    text = text_of(desk, "/search/?q=yun")
    assert re.search(r'kind=firms">企业 <span class="count">12</span>', text)
    assert re.search(r'kind=units">组织 <span class="count">\d</span>', text)
    only = text_of(desk, "/search/?q=yun&kind=units")
    assert 'id="kind-units"' in only
    assert 'id="kind-firms"' not in only


def test_nothing_found_says_what_to_try(desk: Client):
    text = text_of(desk, "/search/?q=没有这个东西")
    assert "没有找到“没有这个东西”" in text
    assert "只会找到您权限范围内的内容" in text


def test_an_index_that_is_not_built_yet_is_said_to_be_building(desk: Client):
    shutil.rmtree(home().cache / "search" / "firms" / "sounds")
    assert "拼音索引正在建立" in text_of(desk, "/search/?q=jnhf")
    shutil.rmtree(home().cache / "search" / "firms")
    assert "结果还不完整" in text_of(desk, "/search/?q=精密")
    assert "搜索索引正在建立" in text_of(desk, "/search/suggest/?q=精密")


def test_suggestions_are_few_and_lead_on(desk: Client):
    text = text_of(desk, "/search/suggest/?q=精密")
    assert text.count('role="option"') == 6
    assert 'href="/search/?q=%E7%B2%BE%E5%AF%86"' in text
    assert "没有找到" in text_of(desk, "/search/suggest/?q=没有这个东西")


def test_what_was_looked_for_is_offered_again_until_it_is_forgotten(desk: Client, zone: Zone):
    assert desk.post("/search/remember/", {"text": "精密"}).status_code == 204
    assert "最近搜索" in text_of(desk, "/search/suggest/?q=")
    assert 'href="?q=%E7%B2%BE%E5%AF%86"' in text_of(desk, "/search/")
    assert RecentSearch.objects.get().user == zone.economy.pk
    assert desk.post("/search/forget/").status_code == 302
    assert not RecentSearch.objects.exists()
    assert desk.get("/search/remember/").status_code == 405


def test_a_text_of_any_kind_is_given_back_as_text(desk: Client):
    text = text_of(desk, "/search/?q=<script>alert(1)</script>&kind=<b>")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert text_of(desk, "/search/?q=" + "长" * 3000).count("长") < 1000


def test_who_sees_no_firms_is_shown_none(desk: Client, zone: Zone, client: Client):
    client.force_login(zone.system)
    text = text_of(client, "/search/?q=jnhf")
    assert NAME not in text
    assert "没有找到" in text


def test_a_measures_unit_is_said_in_the_pages_language(desk: Client):
    import loads
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
    assert complete()
    assert "亿元" in text_of(desk, "/search/?q=规上工业总产值")
    desk.cookies["qipan_language"] = "en"
    assert "亿元" not in text_of(desk, "/search/?q=规上工业总产值")


def test_the_page_speaks_english(desk: Client):
    desk.cookies["qipan_language"] = "en"
    text = text_of(desk, "/search/?q=jnhf")
    assert "Initials" in text
    assert "Firms" in text
    assert not re.search(
        r"[\u4e00-\u9fff]",
        re.sub(r"云州高新区|济宁海富|光学科技有限公司|东园|陈统计|中文", "", re.sub("<[^>]+>", "", text)),
    )
