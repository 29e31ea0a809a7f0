"""The leader's page shows what the economy desk says, in both languages, for those who may see it."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test import Client
from tests.web.sample import Zone


@pytest.fixture
def client_of_leader(board: Zone, client: Client) -> Client:
    client.force_login(board.leader)
    return client


def test_every_card_shows_its_status_as_word_and_shape(client_of_leader: Client):
    text = client_of_leader.get("/").content.decode()
    assert text.count('class="card ') == 16
    assert "滞后" in text
    assert "#shape-square" in text


def test_every_known_figure_opens_to_its_source(client_of_leader: Client):
    text = client_of_leader.get("/").content.decode()
    assert text.count("data-why") > 150


def test_the_page_speaks_english_to_who_asked_for_it(client_of_leader: Client):
    client_of_leader.cookies["qipan_language"] = "en"
    text = client_of_leader.get("/").content.decode()
    assert '<html lang="en">' in text
    assert "16 measures: 10 on pace" in text


def test_the_page_needs_few_queries(client_of_leader: Client, django_assert_max_num_queries):
    client_of_leader.get("/")
    # Two of them are the head's: the session's row and the count of unread notices.
    with django_assert_max_num_queries(8 if "work" in connections else 11):
        client_of_leader.get("/")


def test_a_drawer_shows_formula_inputs_and_the_cell(client_of_leader: Client):
    answer = client_of_leader.get("/why/1-industrial_output-202610-0-1-0-value/", headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "<html" not in text
    assert "本期累计 ÷ 全年目标" in text
    assert "10月月报.xlsx" in text
    assert 'class="this"' in text
    assert "&lt;b&gt;x&lt;/b&gt;" in text


def test_a_link_that_is_no_address_is_not_found(client_of_leader: Client):
    assert client_of_leader.get("/why/nonsense/").status_code == 404
    assert client_of_leader.get("/why/1-x-1-9-1-0-value/").status_code == 404


def test_a_system_administrator_sees_no_board(board: Zone, client: Client):
    client.force_login(board.system)
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/units/"


def test_who_has_no_grant_is_told_what_to_do(board: Zone, client: Client):
    board.leader.grants.all().delete()
    client.force_login(board.leader)
    assert "您的账号还没有授权" in client.get("/").content.decode()
