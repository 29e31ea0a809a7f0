"""What a load keeps while a person still decides about it, and what of it is said once for all."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ImportDraft(models.Model):
    """A load on its way (导入草稿): the files, what its owner has decided, and how far it is.

    It lies among the daily work: nothing here is a record of the zone until it is committed.
    """

    class State(models.TextChoices):
        READING = "reading"
        ASKING = "asking"  # read; something waits for an answer
        READY = "ready"
        COMMITTING = "committing"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    owner = models.BigIntegerField(db_index=True)  # a person; no foreign key, as they lie in the other database
    owner_name = models.CharField(max_length=150)
    unit = models.BigIntegerField(null=True, db_index=True)  # for whom it is loaded; null: the zone
    name = models.CharField(max_length=300, blank=True)  # what was given: a file's or folder's name
    files = models.JSONField(default=list)  # name, sha256, size
    decisions = models.JSONField(default=dict)  # place of a sheet → what was decided about it
    verdicts = models.JSONField(default=list)  # name, name_key, uscc, firm (null: a firm of its own)
    state = models.CharField(max_length=12, choices=State.choices, default=State.READING)
    revision = models.IntegerField(default=0)  # counts decisions
    checked = models.IntegerField(default=-1)  # the revision that was last read and compared
    job = models.BigIntegerField(null=True)
    batch = models.BigIntegerField(null=True)
    problems = models.JSONField(default=list)  # what stopped it: code, params
    created = models.DateTimeField(default=timezone.now)
    touched = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "platform"
        db_table = "import_draft"
        indexes = (models.Index(fields=("owner", "-touched"), name="import_draft_of_owner"),)

    def __str__(self) -> str:
        return self.name


class ValueMemory(models.Model):
    """A value that is always read as another in one column of one form (以后都这样处理)."""

    signature = models.CharField(max_length=64)
    heading = models.CharField(max_length=300)  # without what changes from month to month
    was = models.CharField(max_length=300)
    now = models.CharField(max_length=300, blank=True)  # empty: as if nothing stood there
    form = models.CharField(max_length=300, blank=True)  # the file and sheet it was said about
    by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "platform"
        db_table = "value_memory"
        constraints = (models.UniqueConstraint(fields=("signature", "heading", "was"), name="value_memory_once"),)

    def __str__(self) -> str:
        return f"{self.was} → {self.now}"
