"""Webhooks against a real server: every event once, in order, signed, retried, and never more than one may see."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.platform.exchange.receiver import Receiver, listening
from tests.web.sample import Zone, new_firm, new_person, new_zone

from qipan.platform import lease
from qipan.platform.exchange import events, sending, webhooks
from qipan.platform.exchange.models import Delivery, Position, Webhook
from qipan.platform.exchange.signing import secret_of
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import Refused, person
from qipan.registry.models import Enterprise


@pytest.fixture
def zone(db: None, settings: Any) -> Zone:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    return new_zone()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


def new_webhook(user: User, receiver: Receiver, **fields: Any) -> Webhook:
    """Return a webhook of `user` that was told of its own making already."""
    outcome = webhooks.create(person(user), "OA", receiver.address, **{"unit": None, **fields})
    assert outcome.value is not None, outcome.problems
    return outcome.value


def happened(firm: Enterprise, action: str = "batch.commit", noun: str = "enterprise") -> TrailEntry:
    return TrailEntry.objects.create(
        actor_name="陈统计", action=action, noun=noun, subject=firm.pk, after={"name": "x"}
    )


def test_an_event_says_who_did_what_to_which_record_and_none_of_the_values(zone: Zone, receiver: Receiver):
    hook = new_webhook(zone.economy, receiver)
    firm = new_firm("云州精密机械有限公司", zone.east)
    entry = happened(firm)
    assert events.deliver() == 1
    (event,) = receiver.events()
    assert (event["event"], event["action"], event["record"]) == (entry.pk, "batch.commit", firm.pk)
    assert (event["unit"], event["who"], event["name"]["en"]) == (zone.east.pk, "陈统计", "Commit a load")
    assert "after" not in event
    headers, body = receiver.got[0]
    timestamp = headers["Qipan-Timestamp"]
    wanted = hmac.new(secret_of(hook).encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Qipan-Signature"] == f"v1={wanted}"
    assert Delivery.objects.get().state == "done"


def test_every_event_arrives_once_and_in_order_also_where_the_other_side_fails_between(zone: Zone, receiver: Receiver):
    new_webhook(zone.economy, receiver)
    firm = new_firm("云州精密机械有限公司", zone.east)
    wanted = [happened(firm).pk for _ in range(events.AT_ONCE + 20)]
    receiver.status = 503
    assert events.deliver() == 0
    delivery = Delivery.objects.get()
    assert (delivery.tries, delivery.status, delivery.problem) == (1, 503, "exchange.answer-refused")
    assert delivery.next_try > timezone.now() + timedelta(seconds=30)
    assert events.deliver() == 0
    assert len(receiver.got) == 1, "it waits before it tries again"
    receiver.status = 204
    receiver.got.clear()
    Delivery.objects.update(next_try=timezone.now())
    wanted.append(happened(firm).pk)
    while events.deliver():
        pass
    assert [event["event"] for event in receiver.events()] == wanted


def test_one_is_told_only_of_what_one_sees_and_of_what_one_asked_for(zone: Zone, receiver: Receiver):
    east, west = new_firm("东", zone.east), new_firm("西", zone.west)
    new_webhook(zone.economy, receiver, unit=zone.east.pk)
    happened(east), happened(west)
    TrailEntry.objects.create(actor_name="x", action="people.put", noun="person", subject=zone.park.pk)
    events.deliver()
    assert [event["record"] for event in receiver.events()] == [east.pk]
    Webhook.objects.all().delete()
    receiver.got.clear()
    new_webhook(zone.economy, receiver, actions=["batch.undo"], nouns=["enterprise"])
    happened(east, "batch.undo"), happened(east), happened(east, "batch.undo", "batch")
    events.deliver()
    assert [event["action"] for event in receiver.events()] == ["batch.undo"]


def test_a_closed_account_is_told_nothing(zone: Zone, receiver: Receiver):
    new_webhook(zone.economy, receiver)
    User.objects.filter(pk=zone.economy.pk).update(is_active=False)
    happened(new_firm("东", zone.east))
    assert events.deliver() == 0
    assert receiver.got == []


def test_after_days_of_failure_a_webhook_stops_and_goes_on_where_it_stopped(zone: Zone, receiver: Receiver):
    hook = new_webhook(zone.economy, receiver)
    entry = happened(new_firm("东", zone.east))
    receiver.status = 500
    events.deliver()
    Delivery.objects.update(made=timezone.now() - events.GIVEN_UP_AFTER * 2, next_try=timezone.now())
    events.deliver()
    hook.refresh_from_db()
    assert (hook.active, hook.stopped_by_failure) == (False, True)
    assert Delivery.objects.get().state == "given-up"
    assert TrailEntry.objects.filter(action="webhooks.stop").exists()
    receiver.status = 200
    receiver.got.clear()
    assert webhooks.switch(person(zone.economy), hook.pk, on=True).done
    events.deliver()
    assert receiver.events()[0]["event"] == entry.pk
    webhooks.switch(person(zone.economy), hook.pk, on=False)
    happened(new_firm("南", zone.east))
    receiver.got.clear()
    webhooks.switch(person(zone.economy), hook.pk, on=True, skip=True)
    events.deliver()
    assert all(event["noun"] != "enterprise" for event in receiver.events())


def test_nobody_is_led_elsewhere_by_a_redirect(zone: Zone, receiver: Receiver):
    new_webhook(zone.economy, receiver)
    happened(new_firm("东", zone.east))
    with listening() as other:
        receiver.status, receiver.location = 307, other.address
        assert events.deliver() == 0
        assert other.got == []


def test_the_address_is_checked_again_before_every_delivery(zone: Zone, receiver: Receiver, settings: Any):
    new_webhook(zone.economy, receiver)
    happened(new_firm("东", zone.east))
    settings.WEBHOOK_HOSTS = []
    assert events.deliver() == 0
    assert receiver.got == []
    assert Delivery.objects.get().problem == "exchange.host-not-allowed"


def test_who_answers_by_drops_holds_nobody_up(zone: Zone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "LONGEST", 0.5)
    monkeypatch.setattr(sending, "PATIENCE", 20.0)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        receiver = Receiver(server.getsockname()[1])
        hook = new_webhook(zone.economy, receiver)
        happened(new_firm("东", zone.east))
        done = threading.Event()

        def drip() -> None:
            link, _ = server.accept()
            with link:
                link.sendall(b"HTTP/1.1 200 OK\r\n")
                done.wait(30)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        assert events.deliver() == 0
        done.set()
        thread.join()
    assert Delivery.objects.get(webhook=hook.pk).problem == "exchange.no-answer"


def test_the_secret_of_an_address_stays_out_of_the_trail(zone: Zone, receiver: Receiver):
    hook = new_webhook(zone.economy, receiver)
    webhooks.renew(person(zone.economy), hook.pk)
    trail = json.dumps([[one.before, one.after] for one in TrailEntry.objects.all()])
    assert "s3cret" not in trail
    assert secret_of(hook) not in trail


def test_a_webhook_for_a_unit_needs_the_right_there_and_another_owner_is_refused(zone: Zone, receiver: Receiver):
    with pytest.raises(Refused):
        new_webhook(zone.leader, receiver)
    hook = new_webhook(zone.economy, receiver)
    guardian = person(new_person("guardian", "security", zone.zone))
    assert not webhooks.switch(guardian, hook.pk + 100, on=False).done
    assert webhooks.switch(guardian, hook.pk, on=False).done
    Webhook.objects.update(user=zone.leader)
    assert not webhooks.remove(person(zone.economy), hook.pk).done


def test_old_deliveries_are_forgotten_and_what_was_told_is_not_told_again(zone: Zone, receiver: Receiver):
    new_webhook(zone.economy, receiver)
    happened(new_firm("东", zone.east))
    events.deliver()
    Delivery.objects.update(ended=timezone.now() - events.KEPT_FOR * 2)
    assert events.forget_old() == 1
    assert Position.objects.exists()
    assert events.deliver() == 0


@pytest.mark.postgres
def test_an_event_waits_while_an_earlier_change_may_still_appear(db: None):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one transaction at a time")
    other = connection.copy()
    try:
        with other.cursor() as cursor:  # an Action in the middle: it holds a number that is not committed yet
            cursor.execute("BEGIN")
            cursor.execute(f"SELECT pg_advisory_xact_lock_shared({lease.LOCK})")
            assert lease.settled_change() is None
            cursor.execute("ROLLBACK")
        assert lease.settled_change() is not None
    finally:
        other.close()
