"""Webhooks: made, changed, tried, stopped; the Actions of their owners."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.conf import settings

from qipan.engine.problem import Problem
from qipan.platform.action import VERBS, Act, Stopped, action
from qipan.platform.exchange.models import Delivery, Position, Webhook
from qipan.platform.exchange.targets import target
from qipan.platform.exchange.tokens import OTHERS
from qipan.platform.imports.commit import change_number
from qipan.platform.rights import Refused, may, units_of

RIGHT = "webhooks.manage"


def _state(webhook: Webhook) -> dict[str, object]:
    # What follows the path may be a secret of the other side's.
    return {"name": webhook.name, "address": webhook.address.partition("?")[0], "active": webhook.active}


def _own(act: Act, number: int) -> Webhook:
    """Return the webhook `number` where the actor may change it; raises Stopped for any other."""
    found = Webhook.objects.filter(pk=number).first()
    user = act.actor.user
    if found is not None and user is not None and found.user_id != user.pk and not may(act.actor, OTHERS):
        found = None
    if found is None:
        raise Stopped(Problem.of("exchange.no-such-webhook"))
    return found


@action("webhooks.create", right=RIGHT, zh="新建事件推送", en="Make a webhook")
def create(
    act: Act, name: str, address: str, *, actions: Sequence[str] = (), nouns: Sequence[str] = (), unit: int | None
) -> Webhook:
    """Leave a webhook that is told of what happens from now on, as far as its owner may see it."""
    user = act.actor.user
    if user is None:
        raise Refused(RIGHT)
    where = units_of(act.actor, RIGHT)
    if unit is not None and where is not None and unit not in where:
        raise Refused(RIGHT)
    name, address = name.strip(), address.strip()
    problems = []
    if not name or len(name) > 80:
        problems.append(Problem.of("exchange.name-needed", longest=80))
    _, wrong = target(address, settings.WEBHOOK_HOSTS)
    problems += [wrong] if wrong else []
    problems += [Problem.of("exchange.no-such-action", action=one) for one in actions if one not in VERBS]
    if problems:
        raise Stopped(*problems)
    webhook = Webhook.objects.create(
        user=user, name=name, address=address, actions=sorted(set(actions)), nouns=sorted(set(nouns)), unit=unit,
        salt=secrets.token_hex(16), since=change_number(),
    )  # fmt: skip
    act.changed("webhook", None, None, _state(webhook))
    return webhook


@action("webhooks.switch", right=RIGHT, zh="启停事件推送", en="Start or stop a webhook")
def switch(act: Act, number: int, *, on: bool, skip: bool = False) -> Webhook:
    """Leave the webhook on or off.

    Switched on it goes on where it stopped, or with `skip` with what happens from now on.
    """
    webhook = _own(act, number)
    before = _state(webhook)
    webhook.active, webhook.stopped_by_failure = on, False
    webhook.save(update_fields=["active", "stopped_by_failure"])
    open_ones = Delivery.objects.filter(webhook=webhook.pk, state=Delivery.State.WAITING)
    if on and skip:
        open_ones.delete()
        Position.objects.update_or_create(webhook=webhook.pk, defaults={"event": change_number()})
    elif on:  # its patience begins anew: what waits is put together again
        open_ones.delete()
    act.changed("webhook", None, before, _state(webhook))
    return webhook


@action("webhooks.renew", right=RIGHT, zh="更换推送密钥", en="Change a webhook's secret")
def renew(act: Act, number: int) -> Webhook:
    """Leave the webhook with another secret; the old one is good for nothing."""
    webhook = _own(act, number)
    webhook.salt = secrets.token_hex(16)
    webhook.save(update_fields=["salt"])
    act.changed("webhook", None, None, {"name": webhook.name, "secret": "new"})
    return webhook


@action("webhooks.remove", right=RIGHT, zh="删除事件推送", en="Remove a webhook")
def remove(act: Act, number: int) -> None:
    """Leave no such webhook, nor what is kept of its deliveries."""
    webhook = _own(act, number)
    Delivery.objects.filter(webhook=webhook.pk).delete()
    Position.objects.filter(webhook=webhook.pk).delete()
    act.changed("webhook", None, _state(webhook), None)
    webhook.delete()


@action("webhooks.stop", right=RIGHT, zh="因长期失败停用事件推送", en="Stop a webhook that failed for long")
def stop(act: Act, number: int) -> None:
    """Leave the webhook off because nothing arrived for long; its owner switches it on again."""
    webhook = _own(act, number)
    before = _state(webhook)
    webhook.active, webhook.stopped_by_failure = False, True
    webhook.save(update_fields=["active", "stopped_by_failure"])
    act.changed("webhook", None, before, _state(webhook))
