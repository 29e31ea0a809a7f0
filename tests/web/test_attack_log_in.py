"""Attacks on the way in: whose password, whose address, whose session, and where a log-in leads."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, override_settings
from tests.web.sample import PASSWORD, Zone

from qipan.platform.access.addresses import address_of
from qipan.platform.models import User

NEW = "quite other words 7"


def _enter(client: Client, password: str = PASSWORD, username: str = "leader", **more: str):
    return client.post("/log-in/", {"username": username, "password": password, **more})


@pytest.mark.parametrize("next_page", ["//evil.example", "https:evil", "/\\evil.example", "javascript:alert(1)"])
def test_a_log_in_never_leads_elsewhere(zone: Zone, client: Client, next_page: str):
    assert _enter(client, next=next_page)["Location"] == "/"
    assert client.get("/log-in/", {"next": next_page})["Location"] == "/"


@pytest.mark.parametrize(
    "back", ["//evil.example", "https:///evil.example", "/\\evil", "javascript:alert(1)", "web:leader", "abc", ""]
)
def test_the_language_switch_leads_to_our_pages_whatever_is_typed(zone: Zone, client: Client, back: str):
    assert client.post("/language/", {"language": "en", "next": back})["Location"] == "/"


def test_the_language_switch_cannot_write_a_header(zone: Zone, client: Client):
    answer = client.post("/language/", {"language": "en", "next": "/x\r\nSet-Cookie: a=b"})
    assert "\n" not in answer["Location"]
    assert "a" not in answer.cookies


def test_a_session_known_before_the_log_in_is_worth_nothing_after_it(zone: Zone, client: Client):
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    _enter(client)
    assert client.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = str(before)
    assert thief.get("/units/").status_code == 302


def test_a_closed_account_is_out_at_once(zone: Zone, client: Client):
    _enter(client)
    assert client.get("/units/").status_code == 200
    User.objects.filter(pk=zone.leader.pk).update(is_active=False)
    assert client.get("/units/").status_code == 302
    shut = _enter(client).content.decode()
    unknown = _enter(Client(), username="nobody-at-all").content.decode()
    said = "用户名或密码不正确"
    assert said in shut
    assert said in unknown


@pytest.mark.parametrize("spelling", ["ｌｅａｄｅｒ", " leader ", "leader"])
def test_another_spelling_of_a_name_does_not_win_more_tries(zone: Zone, client: Client, spelling: str):
    for _ in range(4):
        _enter(client, "wrong")
    assert _enter(client, "wrong", spelling).status_code == 429
    assert _enter(client).status_code == 429


def test_an_invented_address_does_not_win_more_tries(zone: Zone, client: Client):
    for number in range(4):
        client.post(
            "/log-in/", {"username": "leader", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
    answer = client.post("/log-in/", {"username": "leader", "password": "x"}, headers={"X-Forwarded-For": "10.9.9.9"})
    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "192.0.2.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (2, "1.1.1.1", "192.0.2.1"),
        (1, "nonsense", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_the_visitors_address_is_what_our_own_proxy_wrote(proxies: int, forwarded: str, address: str):
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}
    with override_settings(PROXIES=proxies):
        assert address_of(request) == address


def test_an_open_screen_is_not_enough_to_change_the_password(zone: Zone, client: Client):
    client.force_login(zone.leader)
    new = {"new_password1": NEW, "new_password2": NEW}
    assert client.post("/password/", new).status_code == 200
    assert client.post("/password/", {**new, "old_password": "a guess"}).status_code == 200
    assert User.objects.get(pk=zone.leader.pk).check_password(PASSWORD)
    assert client.post("/password/", {**new, "old_password": PASSWORD}).status_code == 302
    assert User.objects.get(pk=zone.leader.pk).check_password(NEW)


def test_the_password_others_know_cannot_be_chosen_again(zone: Zone, client: Client):
    User.objects.filter(pk=zone.leader.pk).update(must_change_password=True)
    client.force_login(zone.leader)
    answer = client.post("/password/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert "新密码不能与原来的相同" in answer.content.decode()
    assert client.get("/firms/")["Location"] == "/password/"


def test_a_changed_password_ends_the_other_sessions(zone: Zone, client: Client):
    other = Client()
    _enter(client)
    _enter(other)
    client.post("/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert client.get("/units/").status_code == 200
    assert other.get("/units/").status_code == 302


def test_no_password_is_kept_with_a_failed_log_in(zone: Zone, client: Client):
    from axes.models import AccessAttempt

    _enter(client, "my secret words 1")
    for attempt in AccessAttempt.objects.all():
        assert "my secret words" not in f"{attempt.post_data}{attempt.get_data}{attempt.path_info}"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(zone: Zone, client: Client):
    _enter(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_AGE <= 24 * 3600
