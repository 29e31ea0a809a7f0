"""The pages on which people let programs in."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.web.attack_ground import Ground, person

from qipan.platform.exchange.models import Delivery, Token, Webhook


def guardian() -> Client:
    """Return the browser of a security administrator, who watches over everybody's tokens and webhooks."""
    client = Client()
    client.force_login(person("guardian", ("security", "云州高新区")))
    return client


def test_a_new_tokens_text_is_shown_once_and_opens_what_was_ticked(ground: Ground):
    client = ground.client("economy")
    form = {"name": "数据大屏", "right": ["figures.see", "definitions.see"], "days": "30", "unit": ""}
    shown = client.post("/tokens/", form).content.decode()
    (text,) = re.findall(r'value="(qipan_[^"]+)"', shown)
    assert client.get("/tokens/").content.decode().count(text) == 0
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).json()
    assert (me["token"], me["rights"]) == ("数据大屏", ["definitions.see", "figures.see"])


def test_what_is_wrong_with_a_form_is_said_and_what_was_filled_in_stays(ground: Ground):
    client = ground.client("leader")
    answer = client.post("/tokens/", {"name": "大屏", "right": ["survey.see", "figures.see"], "days": "9999"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "有效期应为" in text
    assert 'value="大屏"' in text
    assert 'value="figures.see" checked' in text
    assert not Token.objects.exists()


def test_one_sees_and_revokes_ones_own_tokens_and_an_administrator_everybodys(ground: Ground):
    ground.client("economy").post("/tokens/", {"name": "甲系统", "right": ["figures.see"], "days": "30"})
    number = Token.objects.get().pk
    leader, guard = ground.client("leader"), guardian()
    assert "甲系统" not in leader.get("/tokens/").content.decode()
    assert leader.post(f"/tokens/{number}/revoke/").status_code == 409
    assert "甲系统" in guard.get("/tokens/").content.decode()
    assert guard.post(f"/tokens/{number}/revoke/").status_code == 302
    assert not Token.objects.get().valid


def test_a_webhook_goes_only_where_the_operator_allows(ground: Ground, settings: object):
    client = ground.client("economy")
    assert "QIPAN_WEBHOOK_HOSTS" in client.get("/webhooks/").content.decode()
    settings.WEBHOOK_HOSTS = ["127.0.0.0/8"]  # type: ignore[attr-defined]
    form = {"name": "OA", "address": "http://10.0.0.1/hook", "unit": ""}
    assert client.post("/webhooks/", form).status_code == 409
    made = client.post("/webhooks/", {**form, "address": "http://127.0.0.1:9/hook"})
    assert re.search(r'value="[0-9a-f]{64}"', made.content.decode())
    number = Webhook.objects.get().pk
    assert not re.search(r'value="[0-9a-f]{64}"', client.get(f"/webhooks/{number}/").content.decode())
    assert ground.client("leader").get("/webhooks/").status_code == 403


def test_a_webhook_is_switched_renewed_and_removed_by_its_owner_and_by_nobody_else(ground: Ground, settings: object):
    settings.WEBHOOK_HOSTS = ["127.0.0.0/8"]  # type: ignore[attr-defined]
    client = ground.client("economy")
    client.post("/webhooks/", {"name": "OA", "address": "http://127.0.0.1:9/hook", "unit": ""})
    number = Webhook.objects.get().pk
    Delivery.objects.create(webhook=number, first=1, last=2, events=2, body="{}", tries=1, problem="exchange.no-answer")
    assert "重试中" in client.get(f"/webhooks/{number}/").content.decode()
    client.post(f"/webhooks/{number}/", {"do": "off"})
    assert not Webhook.objects.get().active
    client.post(f"/webhooks/{number}/", {"do": "on"})
    assert Webhook.objects.get().active
    before = Webhook.objects.get().salt
    assert re.search(r'value="[0-9a-f]{64}"', client.post(f"/webhooks/{number}/", {"do": "renew"}).content.decode())
    assert Webhook.objects.get().salt != before
    Webhook.objects.update(user=ground.people["leader"])
    assert client.post(f"/webhooks/{number}/", {"do": "remove"}).status_code == 404
    assert guardian().post(f"/webhooks/{number}/", {"do": "remove"}).status_code == 302
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "查询数据"), ("en", "Ask for figures")])
def test_the_reference_lists_every_address_in_the_readers_language(ground: Ground, language: str, words: str):
    client = ground.client("leader")
    client.cookies["qipan_language"] = language
    text = client.get("/api/").content.decode()
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in text
    assert words in text
    assert " · " not in text.split("<main", 1)[1]
