"""Notes, files, watches and notices: each points at a record by the code of its screen and its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from qipan.platform.models import StoredFile

SCREEN_LENGTH = 64


class Note(models.Model):
    """What somebody wrote about a record (备注、批示); who is mentioned in it gets a notice."""

    screen = models.CharField(max_length=SCREEN_LENGTH)
    record = models.BigIntegerField()
    text = models.TextField()
    by = models.BigIntegerField(null=True)  # no foreign key: a person may go, the note stays
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "note"
        indexes = (models.Index(fields=("screen", "record", "id"), name="note_of_record"),)

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A file at a record (附件): kept once under its fingerprint, called what it was called when it came."""

    if TYPE_CHECKING:
        file_id: int

    screen = models.CharField(max_length=SCREEN_LENGTH)
    record = models.BigIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    by = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "attachment"
        indexes = (models.Index(fields=("screen", "record", "id"), name="attachment_of_record"),)

    def __str__(self) -> str:
        return self.name


class Watch(models.Model):
    """That a person wants to hear of changes to a record (关注)."""

    if TYPE_CHECKING:
        user_id: int

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    screen = models.CharField(max_length=SCREEN_LENGTH)
    record = models.BigIntegerField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "watch"
        constraints = (models.UniqueConstraint(fields=("screen", "record", "user"), name="watched_once"),)


class Notice(models.Model):
    """What a person is told (通知): mentioned in a note, or something happened to a record they watch."""

    class Kind(models.TextChoices):
        MENTION = "mention"
        CHANGED = "changed"
        BROUGHT = "brought"  # a load brought new records that point at it
        NOTE = "note"
        FILE = "file"

    if TYPE_CHECKING:
        user_id: int

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    screen = models.CharField(max_length=SCREEN_LENGTH)
    record = models.BigIntegerField()
    by_name = models.CharField(max_length=150)
    # Codes of the changed columns, their values are read where one may; of the screens of what was brought.
    fields = models.JSONField(default=list)
    batch = models.BigIntegerField(null=True)  # the load that changed it
    at = models.DateTimeField(default=timezone.now)
    read = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice"
        indexes = (
            models.Index(fields=("user", "id"), name="notice_of_person"),
            models.Index(fields=("user",), name="notice_unread", condition=models.Q(read__isnull=True)),
        )
