"""What webhooks are told: the trail is read behind the last event each was told of, so that nothing is lost or doubled.

An event is an entry of the trail; its number is the entry's and only grows. It says who did what to which record, and
none of the values: the other side reads those with its own token and its own rights.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from qipan.platform import lease
from qipan.platform.action import VERBS
from qipan.platform.exchange import sending, webhooks
from qipan.platform.exchange.models import Delivery, Position, Webhook
from qipan.platform.models import TrailEntry
from qipan.platform.rights import Narrowing, machine, narrow
from qipan.platform.screens import screens
from qipan.platform.visible import visible_to

AT_ONCE = 100  # events of one delivery
# After each failure one waits longer; the last holds for all that follow.
WAITS = (60, 300, 1_800, 7_200, 21_600)  # seconds
GIVEN_UP_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=30)

_units: list[Callable[[Sequence[int]], Mapping[int, int]]] = []


def placed_by(units: Callable[[Sequence[int]], Mapping[int, int]]) -> None:
    """Let `units(subjects)` say to which unit each subject belongs; called once, by the registry."""
    _units[:] = [units]


def _event(entry: TrailEntry, places: Mapping[int, int], addresses: Mapping[str, str]) -> dict[str, object]:
    verb = VERBS.get(entry.action)
    record = addresses.get(entry.noun)
    return {
        "event": entry.pk,
        "at": entry.at.isoformat(),
        "action": entry.action,
        "name": dict(verb.names) if verb else {},
        "noun": entry.noun,
        "record": entry.subject,
        "address": f"/api/v1/records/{record}/{entry.subject}" if record and entry.subject else None,
        "unit": places.get(entry.subject or 0),
        "batch": entry.batch,
        "who": entry.actor_name,
    }


def prepare(webhook: Webhook) -> Delivery | None:
    """Return the next delivery of the webhook, made where something happened that it is to be told of."""
    waiting = Delivery.objects.filter(webhook=webhook.pk, state=Delivery.State.WAITING).first()
    if waiting is not None:
        return waiting
    position = Position.objects.filter(pk=webhook.pk).first()
    behind = position.event if position else webhook.since
    until = lease.settled_change()
    if until is None or until <= behind:
        return None
    narrow(webhook.user, Narrowing(None, webhook.unit))
    seen = visible_to(TrailEntry, webhook.user).filter(pk__gt=behind, pk__lte=until)
    if webhook.actions:
        seen = seen.filter(action__in=webhook.actions)
    if webhook.nouns:
        seen = seen.filter(noun__in=webhook.nouns)
    entries = list(seen.order_by("pk")[:AT_ONCE]) if webhook.user.is_active else []
    if not entries:
        Position.objects.update_or_create(webhook=webhook.pk, defaults={"event": until})
        return None
    subjects = [entry.subject for entry in entries if entry.subject is not None]
    places = _units[0](subjects) if _units else {}
    addresses = {screen.called: screen.code for screen in screens()}
    events = [_event(entry, places, addresses) for entry in entries]
    body = json.dumps({"webhook": webhook.pk, "events": events}, ensure_ascii=False)
    return Delivery.objects.create(
        webhook=webhook.pk, first=entries[0].pk, last=entries[-1].pk, events=len(entries), body=body
    )


def attempt(webhook: Webhook, delivery: Delivery) -> bool:
    """Send the delivery once and keep how it went; returns whether it arrived."""
    sent = sending.send(webhook, delivery)
    now = timezone.now()
    delivery.tries += 1
    delivery.status = sent.status
    delivery.problem = "" if sent.arrived else sent.problem.code if sent.problem else "exchange.answer-refused"
    if sent.arrived:
        delivery.state, delivery.ended, delivery.body = Delivery.State.DONE, now, ""
    else:
        wait = WAITS[min(delivery.tries, len(WAITS)) - 1]
        delivery.next_try = now + timedelta(seconds=wait)
        # Where a load is being committed the webhook cannot be stopped yet: the next failure does.
        if now - delivery.made > GIVEN_UP_AFTER and webhooks.stop(machine("worker"), webhook.pk).done:
            delivery.state, delivery.ended = Delivery.State.GIVEN_UP, now
    delivery.save()
    if sent.arrived:
        Position.objects.update_or_create(webhook=webhook.pk, defaults={"event": delivery.last})
    return sent.arrived


def deliver() -> int:
    """Send what is due, once to each webhook; a duty of the worker. Returns how many deliveries arrived."""
    arrived = 0
    for webhook in Webhook.objects.filter(active=True).select_related("user"):
        delivery = prepare(webhook)
        if delivery is not None and delivery.next_try <= timezone.now():
            arrived += attempt(webhook, delivery)
    return arrived


def forget_old() -> int:
    """Drop deliveries that ended long ago; returns how many."""
    ended = Delivery.objects.filter(ended__lt=timezone.now() - KEPT_FOR)
    return ended.delete()[0]
