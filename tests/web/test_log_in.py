"""Logging in: words for every way it can fail, a lock-out, a first password of one's own."""

from __future__ import annotations

from django.test import Client
from tests.web.sample import PASSWORD, Zone

from qipan.platform.models import TrailEntry, User


def _enter(client: Client, password: str = PASSWORD, username: str = "leader"):
    return client.post("/log-in/", {"username": username, "password": password})


def test_whoever_is_not_logged_in_is_led_to_the_log_in_page_and_back(zone: Zone, client: Client):
    answer = client.get("/firms/?sort=park")
    assert answer["Location"] == "/log-in/?next=/firms/%3Fsort%3Dpark"


def test_a_fragment_asked_for_without_log_in_moves_the_whole_page(zone: Zone, client: Client):
    answer = client.get("/why/1-m-202610-0-1-0-value/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/log-in/"


def test_a_wrong_password_says_so_without_telling_whether_the_account_exists(zone: Zone, client: Client):
    known = _enter(client, "wrong").content.decode()
    unknown = _enter(client, "wrong", "nobody").content.decode()
    assert "用户名或密码不正确" in known
    assert "用户名或密码不正确" in unknown


def test_five_wrong_passwords_lock_the_account_here_for_a_while(zone: Zone, client: Client):
    for _ in range(4):
        assert _enter(client, "wrong").status_code == 200
    assert _enter(client, "wrong").status_code == 429
    answer = _enter(client)
    assert answer.status_code == 429
    assert "暂停登录 15 分钟" in answer.content.decode()
    assert _enter(client, username="economy").status_code == 302


def test_logging_in_takes_the_language_of_the_account_along(zone: Zone, client: Client):
    User.objects.filter(pk=zone.system.pk).update(language="en")
    _enter(client, username="system")
    assert '<html lang="en">' in client.get("/units/").content.decode()


def test_a_password_others_know_is_changed_first_and_the_trail_says_so(zone: Zone, client: Client):
    User.objects.filter(pk=zone.leader.pk).update(must_change_password=True)
    client.force_login(zone.leader)
    assert client.get("/firms/")["Location"] == "/password/"
    weak = client.post("/password/", {"new_password1": "12345", "new_password2": "12345"})
    assert "field-error" in weak.content.decode()
    good = client.post("/password/", {"new_password1": "words of mine 9", "new_password2": "words of mine 9"})
    assert good.status_code == 302
    assert client.get("/firms/").status_code == 200
    entry = TrailEntry.objects.get(action="person.password")
    assert "words" not in str(entry.after)


def test_logging_out_takes_a_form(zone: Zone, client: Client):
    client.force_login(zone.leader)
    assert client.get("/log-out/").status_code == 405
    client.post("/log-out/")
    assert client.get("/firms/").status_code == 302


def test_the_language_leads_back_only_to_our_own_pages(zone: Zone, client: Client):
    answer = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert answer.cookies["qipan_language"].value == "en"
    assert client.post("/language/", {"language": "xx", "next": "/units/"})["Location"] == "/units/"


def test_a_browser_that_prefers_english_is_answered_in_english(zone: Zone, client: Client):
    english = client.get("/log-in/", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"})
    assert english["Content-Language"] == "en"
    french = client.get("/log-in/", headers={"Accept-Language": "fr"})
    assert french["Content-Language"] == "zh-Hans"
