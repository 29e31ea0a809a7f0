"""What the checks found, what people said about it, and how much of it there was day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

ERROR, WARNING, INFO = 0, 1, 2
RANKS = {"error": ERROR, "warning": WARNING, "info": INFO}


class Explanation(models.Model):
    """Why a sum does not add up (余数说明): it holds until the rest's share of the whole has changed."""

    class Kind(models.TextChoices):
        ENCLAVE = "enclave"  # 飞地
        HEADQUARTERS = "headquarters"  # 总部
        UNASSIGNED = "unassigned"  # 未分园区
        SCOPE = "scope"  # 口径不同
        OTHER = "other"

    code = models.CharField(max_length=64)  # the check's
    subject = models.BigIntegerField()
    thing = models.CharField(max_length=100)
    unit = models.BigIntegerField(null=True)
    share = models.FloatField()  # of the whole, when it was explained
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.TextField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "health_explanation"
        constraints = (models.UniqueConstraint(fields=("code", "subject", "thing"), name="health_explained_once"),)


class Finding(models.Model):
    """One thing a check found (体检问题): of which subject, about which figure and period, since when.

    It closes by itself when the check no longer finds it. Subjects and units are numbers without foreign keys: a load
    that is undone takes its records away, and the next run closes what was found in them.
    """

    if TYPE_CHECKING:
        id: int
        explanation_id: int | None

    code = models.CharField(max_length=64)  # the check's
    subject = models.BigIntegerField()
    thing = models.CharField(max_length=100, blank=True)  # a measure, an indicator, a ledger; empty: the record
    period = models.BigIntegerField(default=0)  # 0: of no period
    rank = models.SmallIntegerField()  # 0 error, 1 warning, 2 info
    unit = models.BigIntegerField(null=True)  # where the right to see it is asked for
    secret = models.BooleanField(default=False)  # of a single firm's survey figures: statistics staff only
    value = models.BigIntegerField(null=True)  # scaled as facts are
    low = models.FloatField(null=True)  # what was expected, in the same scale
    high = models.FloatField(null=True)
    detail = models.TextField(default="{}")  # JSON: what the sentence says besides
    weight = models.FloatField(default=1.0)
    fact = models.BigIntegerField(null=True)
    ledger = models.CharField(max_length=64, blank=True)  # which the figure came in
    opened = models.DateTimeField()
    seen = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    ignored_until = models.DateField(null=True)  # the first day on which it counts again
    ignored_reason = models.TextField(blank=True)
    ignored_by = models.CharField(max_length=150, blank=True)
    explanation = models.ForeignKey(Explanation, null=True, on_delete=models.SET_NULL)
    assigned = models.BigIntegerField(null=True)  # the unit that is to mend it

    class Meta:
        db_table = "health_finding"
        constraints = (
            models.UniqueConstraint(fields=("code", "subject", "thing", "period"), name="health_finding_once"),
        )
        indexes = (
            models.Index(
                fields=("rank", "code", "-weight", "id"), name="health_finding_open", condition=Q(closed__isnull=True)
            ),
            models.Index(fields=("unit", "rank"), name="health_finding_unit", condition=Q(closed__isnull=True)),
            models.Index(fields=("subject",), name="health_finding_subject"),
            # The list of all findings, those that closed among them.
            models.Index(fields=("rank", "id"), name="health_finding_by_rank"),
            models.Index(fields=("unit", "rank", "id"), name="health_finding_by_unit"),
            models.Index(fields=("period", "id"), name="health_finding_by_period"),
            models.Index(fields=("opened", "id"), name="health_finding_by_opened"),
        )


class DailyCount(models.Model):
    """How many findings of a check were open in a unit at the end of a day; what is not listed was none."""

    code = models.CharField(max_length=64)  # the check's
    unit = models.BigIntegerField(default=0)  # 0: of no unit
    secret = models.BooleanField(default=False)
    day = models.DateField()
    open = models.IntegerField()
    beyond = models.IntegerField(default=0)  # found besides, and not kept one by one

    class Meta:
        db_table = "health_daily_count"
        constraints = (models.UniqueConstraint(fields=("day", "code", "unit", "secret"), name="health_count_once"),)


class Run(models.Model):
    """One look at everything: when, at which change of the records, how long it took."""

    started = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    change = models.BigIntegerField()  # the change number it looked at
    day = models.DateField(db_index=True)
    definitions = models.CharField(max_length=64)  # the packs' digest

    class Meta:
        db_table = "health_run"
