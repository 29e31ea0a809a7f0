"""Single sign-on against a real provider on this machine: who comes back is let in, and no lie of any kind is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from django.test import Client
from tests.web import oidc_provider
from tests.web.oidc_provider import Provider
from tests.web.sample import PASSWORD, Zone

from qipan.platform.access import oidc
from qipan.platform.models import User


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    found, server = oidc_provider.start()
    oidc.forget()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT = found.issuer, oidc_provider.CLIENT
    settings.OIDC_SECRET = oidc_provider.SECRET
    yield found
    server.shutdown()
    server.server_close()
    oidc.forget()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_asked: Any) -> None:
        return None


def _at_the_provider(address: str) -> str:
    """Let the provider log its user in; return the path it sends the browser back to."""
    try:
        build_opener(_Stay()).open(address, timeout=10)
    except HTTPError as answer:
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"
    raise AssertionError("the provider sent nobody back")


def _enter(client: Client, next_page: str = "") -> Any:
    there = client.get("/log-in/sso/", {"next": next_page} if next_page else {})["Location"]
    return client.get(_at_the_provider(there))


def test_whom_the_provider_names_is_let_in_and_led_on(zone: Zone, client: Client, provider: Provider):
    answer = _enter(client, "/firms/?sort=park")
    assert answer["Location"] == "/firms/?sort=park"
    assert client.get("/firms/").status_code == 200
    assert "/token" in provider.seen
    assert "/keys" in provider.seen, "the signature is checked although the token came directly"


def test_the_log_in_page_offers_it_only_where_there_is_a_provider(zone: Zone, client: Client, settings: Any):
    assert "/log-in/sso/" not in client.get("/log-in/").content.decode()
    assert client.get("/log-in/sso/").status_code == 404
    settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_NAME = "https://sso.example", "qipan", "政务统一认证"
    assert "政务统一认证" in client.get("/log-in/").content.decode()


def test_a_first_password_nobody_uses_is_not_asked_for(zone: Zone, client: Client, provider: Provider):
    User.objects.filter(pk=zone.leader.pk).update(must_change_password=True)
    _enter(client)
    assert client.get("/firms/").status_code == 200
    own = Client()
    own.post("/log-in/", {"username": "leader", "password": PASSWORD})
    assert own.get("/firms/")["Location"] == "/password/"


@pytest.mark.parametrize("user", ["nobody-here", "LEADER", "leader ' OR 1=1"])
def test_who_has_no_account_here_gets_none(zone: Zone, client: Client, provider: Provider, user: str):
    provider.user = user
    before = User.objects.count()
    assert _enter(client).status_code == 403
    assert client.get("/firms/").status_code == 302
    assert User.objects.count() == before


def test_a_closed_account_stays_closed(zone: Zone, client: Client, provider: Provider):
    User.objects.filter(pk=zone.leader.pk).update(is_active=False)
    assert _enter(client).status_code == 403


LIES: dict[str, dict[str, Any]] = {
    "a nonce of another request": {"lie": {"nonce": "x"}},
    "no nonce": {"lie": {"nonce": None}},
    "for another client": {"lie": {"aud": "another"}},
    "for several, not made out to us": {"lie": {"aud": ["qipan", "another"]}},
    "of another issuer": {"lie": {"iss": "https://evil.example"}},
    "long expired": {"lie": {"exp": 1, "iat": 0}},
    "without an end": {"lie": {"exp": None}},
    "without a name": {"lie": {"preferred_username": None}},
    "a name that is no text": {"lie": {"preferred_username": ["leader"]}},
    "signed with another key": {"forge": True},
    "not signed": {"algorithm": "none"},
    "signed with the public key as a password": {"algorithm": "HS256"},
}


@pytest.mark.parametrize("lie", list(LIES))
def test_a_token_that_lies_lets_nobody_in(zone: Zone, client: Client, provider: Provider, lie: str):
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    answer = _enter(client)
    assert answer.status_code == 403
    assert "没有通过核对" in answer.content.decode()
    assert client.get("/firms/").status_code == 302


def test_an_answer_brought_to_another_browser_lets_nobody_in(zone: Zone, client: Client, provider: Provider):
    there = client.get("/log-in/sso/")["Location"]
    back = _at_the_provider(there)
    thief = Client()
    assert thief.get(back).status_code == 403, "who never asked"
    thief.get("/log-in/sso/")
    assert thief.get(back).status_code == 403, "who asked something else"
    assert thief.get("/firms/").status_code == 302


def test_an_answer_works_once(zone: Zone, client: Client, provider: Provider):
    back = _at_the_provider(client.get("/log-in/sso/")["Location"])
    client.get(back)
    client.post("/log-out/")
    assert client.get(back).status_code == 403


def test_a_provider_that_calls_itself_otherwise_or_leads_elsewhere_is_not_asked(zone, client, provider: Provider):
    provider.says = {"issuer": "https://evil.example"}
    assert client.get("/log-in/sso/").status_code == 403
    provider.says = {"authorization_endpoint": "javascript:alert(1)"}
    assert client.get("/log-in/sso/").status_code == 403
    assert "暂时没有回应" in client.get("/log-in/sso/").content.decode()


def test_a_provider_over_tls_cannot_send_people_over_plain_lines():
    with pytest.raises(oidc.Unidentified):
        oidc._ours("https://sso.example", "http://sso.example/authorise")


@pytest.mark.parametrize("next_page", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"])
def test_it_never_leads_elsewhere(zone: Zone, client: Client, provider: Provider, next_page: str):
    assert _enter(client, next_page)["Location"] == "/"


def test_every_log_in_asks_anew(zone: Zone, client: Client, provider: Provider):
    asked = [parse_qs(urlsplit(client.get("/log-in/sso/")["Location"]).query) for _ in range(2)]
    for secret in ("state", "nonce", "code_challenge"):
        assert asked[0][secret] != asked[1][secret]
        assert len(asked[0][secret][0]) >= 40
