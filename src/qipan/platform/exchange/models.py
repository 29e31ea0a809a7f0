"""What other systems come in with, and what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone


class Token(models.Model):
    """A key with which a program works for a person (令牌): some of their rights, at a unit, until a day.

    Only its fingerprint is kept. It never opens more than the person may do on the day it is used.
    """

    if TYPE_CHECKING:
        user_id: int

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    rights = models.JSONField(default=list)
    unit = models.BigIntegerField(null=True)  # the registry's Unit; null: wherever the person has the rights
    hint = models.CharField(max_length=16)  # its first characters, by which a person knows it again
    hash = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    @property
    def valid(self) -> bool:
        """Whether it opens anything today."""
        return self.revoked is None and self.expires > timezone.now()


class Use(models.Model):
    """When a token was last used, to the minute: kept among the daily work, so that no load stands in the way."""

    token = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        db_table = "token_use"


class Webhook(models.Model):
    """An address of another system that is told what happened here (事件推送), as far as its owner may see it."""

    if TYPE_CHECKING:
        user_id: int

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    actions = models.JSONField(default=list)  # codes of Actions; empty: all
    nouns = models.JSONField(default=list)  # what the trail calls the records; empty: all
    unit = models.BigIntegerField(null=True)  # only what belongs to it or stands below it
    salt = models.CharField(max_length=32)  # its secret comes from this and the installation's own key
    since = models.BigIntegerField(default=0)  # the last event before it was made
    made = models.DateTimeField(default=timezone.now)
    active = models.BooleanField(default=True)
    stopped_by_failure = models.BooleanField(default=False)

    class Meta:
        db_table = "webhook"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """How far a webhook has been told of events."""

    webhook = models.BigIntegerField(primary_key=True)
    event = models.BigIntegerField()

    class Meta:
        db_table = "webhook_position"


class Delivery(models.Model):
    """Some events on their way to a webhook: sent until they arrive, in order, at most one under way for each."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        GIVEN_UP = "given-up"

    webhook = models.BigIntegerField(db_index=True)
    first = models.BigIntegerField()  # numbers of the first and the last event
    last = models.BigIntegerField()
    events = models.IntegerField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.IntegerField(default=0)
    status = models.IntegerField(null=True)  # what the other side answered last
    problem = models.CharField(max_length=80, blank=True)  # code of what went wrong last
    made = models.DateTimeField(default=timezone.now)
    next_try = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_delivery"
        ordering = ("-id",)
        indexes = (models.Index(fields=("state", "next_try"), name="webhook_delivery_due"),)
