"""The second factor at the log-in, where a role needs it, and the sessions a person has open."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client
from tests.web.sample import PASSWORD, Zone

from qipan.platform import limits
from qipan.platform.access import second_factor, sessions, totp
from qipan.platform.models import SecondFactor, User
from qipan.platform.rights import person
from qipan.registry import rights

SECRET = b"12345678901234567890"


def _code(ahead: int = 0, secret: bytes = SECRET) -> str:
    return totp.code(secret, totp.step_at(time.time()) + ahead)


def _enter(client: Client, username: str = "leader") -> Any:
    return client.post("/log-in/", {"username": username, "password": PASSWORD})


@pytest.fixture
def codes(zone: Zone) -> tuple[str, ...]:
    """The leader's recovery codes."""
    made = second_factor.set_up(person(zone.leader), zone.leader, SECRET).value
    assert made is not None
    return made


EVERYWHERE = ("/", "/firms/", "/records/firms/", "/people/", "/account/", "/password/", "/trail/", "/none/")


def test_a_password_alone_opens_nothing(zone: Zone, client: Client, codes: tuple[str, ...]):
    _enter(client)
    for path in EVERYWHERE:
        assert client.get(path)["Location"] == "/log-in/code/", path
        assert client.get(path, headers={"HX-Request": "true"})["HX-Redirect"] == "/log-in/code/", path
    assert client.get("/api/v1/x").status_code == 401
    assert client.post("/password/", {"new_password1": "a"})["Location"] == "/log-in/code/"


def test_the_right_code_leads_to_where_one_was_going(zone: Zone, client: Client, codes: tuple[str, ...]):
    _enter(client)
    client.get("/firms/?sort=park")
    before = client.session.session_key
    assert "验证码不对" in client.post("/log-in/code/", {"code": "000000"}).content.decode()
    assert client.post("/log-in/code/", {"code": _code()})["Location"] == "/firms/?sort=park"
    assert client.get("/firms/").status_code == 200
    assert client.session.session_key != before, "who knew the half session has nothing of the whole one"


def test_a_code_that_was_looked_over_the_shoulder_is_worth_nothing(zone: Zone, client: Client, codes: tuple[str, ...]):
    _enter(client)
    client.post("/log-in/code/", {"code": _code()})
    thief = Client()
    _enter(thief)
    assert thief.post("/log-in/code/", {"code": _code()}).status_code == 200
    assert thief.get("/firms/")["Location"] == "/log-in/code/"


def test_too_many_wrong_codes_end_the_session_and_pause_all_of_them(zone: Zone, client: Client, codes):
    _enter(client)
    for _ in range(second_factor.WRONG_CODES - 1):
        client.post("/log-in/code/", {"code": "1"})
    assert client.post("/log-in/code/", {"code": "1"}).status_code == 429
    assert client.get("/firms/")["Location"].startswith("/log-in/?")
    again = Client()
    _enter(again)
    assert again.post("/log-in/code/", {"code": codes[0]}).status_code == 429


def _needing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the role need a second factor, as a pack would say."""
    from dataclasses import replace

    known = rights.roles
    monkeypatch.setattr(
        rights,
        "roles",
        lambda day: {**known(day), code: replace(known(day)[code], second_factor=True)},
    )


def test_who_holds_a_role_that_needs_it_sets_it_up_first(zone: Zone, client: Client, monkeypatch: pytest.MonkeyPatch):
    _needing(monkeypatch, "leader")
    _enter(client)
    assert client.get("/firms/")["Location"] == "/account/second-factor/"
    shown = client.get("/account/second-factor/").content.decode()
    assert "<svg" in shown
    assert "<script>" not in shown
    typed = re.search(r'class="secret">([A-Z2-7 ]+)<', shown)
    assert typed is not None
    import base64

    plain = typed.group(1).replace(" ", "")
    secret = base64.b32decode(plain + "=" * (-len(plain) % 8))
    wrong = client.post("/account/second-factor/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    assert not SecondFactor.objects.exists()
    done = client.post("/account/second-factor/", {"code": _code(secret=secret)}).content.decode()
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", done)) == second_factor.RECOVERY_CODES
    assert client.get("/firms/").status_code == 200
    assert _enter(Client()).status_code == 302
    assert client.get("/units/").status_code == 200, "others are free of it"


def test_others_need_none(zone: Zone, client: Client, monkeypatch: pytest.MonkeyPatch):
    _needing(monkeypatch, "leader")
    _enter(client, "economy")
    assert client.get("/firms/").status_code == 200


def test_an_open_screen_is_not_enough_to_give_it_up(zone: Zone, client: Client, codes: tuple[str, ...]):
    _enter(client)
    client.post("/log-in/code/", {"code": _code()})
    client.post("/account/second-factor/", {"code": "000000", "give_up": "1"})
    client.post("/account/second-factor/", {"give_up": "1"})
    assert second_factor.has_one(zone.leader)
    assert client.post("/account/second-factor/", {"code": codes[0], "give_up": "1"})["Location"] == "/account/"
    assert not second_factor.has_one(zone.leader)


def test_setting_it_up_ends_the_sessions_elsewhere(zone: Zone, client: Client):
    other = Client()
    _enter(other)
    _enter(client)
    shown = client.get("/account/second-factor/").content.decode()
    import base64

    plain = re.search(r'class="secret">([A-Z2-7 ]+)<', shown).group(1).replace(" ", "")  # type: ignore[union-attr]
    secret = base64.b32decode(plain + "=" * (-len(plain) % 8))
    client.post("/account/second-factor/", {"code": _code(secret=secret)})
    assert other.get("/firms/").status_code == 302
    assert client.get("/firms/").status_code == 200


def test_a_person_sees_where_they_are_logged_in_and_ends_the_others(zone: Zone, client: Client):
    others = [Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"}) for _ in range(2)]
    for other in others:
        _enter(other)
    _enter(client)
    shown = client.get("/account/").content.decode()
    assert shown.count("Firefox · Windows") == 2
    number = sessions.open_sessions(User.objects.get(pk=zone.leader.pk))[1].number
    client.post("/account/sessions/", {"number": number})
    assert sorted(other.get("/units/").status_code for other in others) == [200, 302]
    client.post("/account/sessions/")
    assert [other.get("/units/").status_code for other in others] == [302, 302]
    assert client.get("/units/").status_code == 200


def test_nobody_ends_somebody_elses_session_by_its_number(zone: Zone, client: Client):
    _enter(client)
    number = sessions.open_sessions(zone.leader)[0].number
    other = Client()
    _enter(other, "economy")
    other.post("/account/sessions/", {"number": number})
    assert client.get("/units/").status_code == 200


def test_beyond_the_limit_the_oldest_session_ends(zone: Zone, settings: Any):
    settings.SESSIONS_AT_ONCE = 2
    clients = [Client() for _ in range(3)]
    for client in clients:
        _enter(client)
    assert [client.get("/units/").status_code for client in clients] == [302, 200, 200]


def test_one_address_cannot_try_endlessly_one_password_at_many_accounts(zone: Zone, client: Client, monkeypatch):
    monkeypatch.setattr(limits, "LOG_IN", limits.Rate(3, 6_000))
    answers = [client.post("/log-in/", {"username": f"user{n}", "password": "Spring2026!"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 1_000
    assert client.get("/log-in/").status_code == 200
