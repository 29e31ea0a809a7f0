"""Nouns every room needs: people, the trail, files, jobs, batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from qipan.platform.imports.records import ImportDraft, ValueMemory  # noqa: F401 - tables of the platform too


class User(AbstractUser):
    """A person who works with Qipan."""

    language = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class SignIn(models.Model):
    """That somebody logged in: kept among the daily work, so that a long load never blocks a log-in."""

    user = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    session = models.CharField(max_length=40, blank=True, default="", db_index=True)
    address = models.CharField(max_length=45, blank=True, default="")
    agent = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        db_table = "sign_in"


class RecentSearch(models.Model):
    """What somebody looked for, to be offered again to them alone; daily work, no record of the zone."""

    user = models.BigIntegerField()
    text = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "recent_search"
        constraints = (models.UniqueConstraint(fields=("user", "text"), name="recent_search_once"),)


class SecondFactor(models.Model):
    """What makes the codes of a person's authenticator, locked with the installation's key."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="second_factor")
    secret = models.CharField(max_length=200)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "second_factor"


class RecoveryCode(models.Model):
    """A code for the day the telephone is lost; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "recovery_code"
        constraints = (models.UniqueConstraint(fields=("user", "digest"), name="recovery_code_once"),)


class CodeTry(models.Model):
    """That a code was tried: a right one works once, wrong ones are counted. Daily work, like the log-in itself."""

    user = models.BigIntegerField()
    code = models.CharField(max_length=64, blank=True)
    right = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "code_try"
        indexes = (models.Index(fields=("user", "at"), name="code_try_by_user"),)
        constraints = (
            models.UniqueConstraint(fields=("user", "code"), condition=models.Q(right=True), name="code_works_once"),
        )


class TrailEntry(models.Model):
    """One change as it happened (留痕): who did what to which record, before and after.

    Written in the transaction of the change and never altered: the database refuses UPDATE and DELETE. The highest id
    is the change number that caches compare themselves with.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    actor = models.BigIntegerField(null=True)  # no foreign key: a person may go, the trail stays
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=80)
    noun = models.CharField(max_length=40, blank=True)
    subject = models.BigIntegerField(null=True, db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    # Whose right it was where a deputy acted; null and not empty, so that older rows keep the seal they have.
    acting_for = models.CharField(max_length=150, null=True)  # noqa: DJ001
    batch = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        db_table = "trail_entry"
        indexes = (
            models.Index(fields=("action", "id"), name="trail_by_action"),
            models.Index(fields=("at", "id"), name="trail_by_time"),
        )


class TrailSeal(models.Model):
    """A block of trail entries under a hash that includes the block before it."""

    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    rows = models.BinaryField(null=True)  # a digest of each entry; null in blocks sealed before they were kept
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "trail_seal"


class StoredFile(models.Model):
    """A file as it came in, kept under its own fingerprint."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "stored_file"


class InstalledPack(models.Model):
    """A definition pack as it was installed: which version, with what content."""

    code = models.CharField(max_length=64, unique=True)
    version = models.CharField(max_length=40)
    hash = models.CharField(max_length=64)
    names = models.JSONField(default=dict)
    generated = models.BooleanField(default=False)  # a demonstration zone: every page says so
    installed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "installed_pack"


class Batch(models.Model):
    """One load of files (批次): it can be opened, traced from every cell, and undone as a whole."""

    class State(models.TextChoices):
        CHECKED = "checked"  # read and checked, nothing written
        COMMITTED = "committed"
        UNDONE = "undone"
        REFUSED = "refused"
        FAILED = "failed"

    class Kind(models.TextChoices):
        LOAD = "load"
        UNDO = "undo"

    if TYPE_CHECKING:
        undoes_id: int | None

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LOAD)
    state = models.CharField(max_length=12, choices=State.choices)
    name = models.CharField(max_length=300)  # what the person gave: a file's or folder's name
    unit = models.BigIntegerField(null=True, db_index=True)  # for whom it was loaded; the registry's Unit
    by = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150)
    started = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    read = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    same = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    conflicts = models.BigIntegerField(default=0)
    problem_counts = models.JSONField(default=dict)  # code → number
    problems_file = models.CharField(max_length=64, blank=True)  # fingerprint of the stored problem frame
    changes_file = models.CharField(max_length=64, blank=True)  # fingerprint of the stored change set
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    draft = models.BigIntegerField(null=True, unique=True)  # the draft it was committed from, at most once

    class Meta:
        db_table = "batch"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class BatchSheet(models.Model):
    """One sheet of a batch: what it was taken for, and why."""

    if TYPE_CHECKING:
        batch_id: int
        file_id: int

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="sheets")
    number = models.IntegerField()  # facts point at (batch, number, row, column)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    file_name = models.CharField(max_length=500)
    member = models.CharField(max_length=500, blank=True)  # path inside a ZIP
    sheet = models.CharField(max_length=200)
    index = models.IntegerField()
    ledger = models.CharField(max_length=64, blank=True)
    confidence = models.FloatField(default=0)
    columns = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    period = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(default=0)
    signature = models.CharField(max_length=64, blank=True, db_index=True)  # the same for last month's form
    changes = models.JSONField(default=dict)  # what people changed before it was read: edits, maps, skipped

    class Meta:
        db_table = "batch_sheet"
        constraints = (models.UniqueConstraint(fields=("batch", "number"), name="batch_sheet_number"),)


class SheetMemory(models.Model):
    """What a person decided about sheets that look alike: which ledger, which column is which."""

    signature = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=300, blank=True)  # the file and sheet it was last said about
    ledger = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)  # heading → column code ("" = leave out, "+" = kept beside the record)
    units = models.JSONField(default=dict)  # heading → unit its figures are in
    by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "sheet_memory"


class CommitLease(models.Model):
    """That a load is being committed: other Actions wait in bounds or answer so, instead of running into the lock."""

    only = models.IntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=300)
    process = models.IntegerField()
    since = models.DateTimeField(default=timezone.now)
    beat = models.DateTimeField(default=timezone.now)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)

    class Meta:
        db_table = "commit_lease"


class Job(models.Model):
    """Work that takes longer than a page: progress, cancel, result."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    by = models.BigIntegerField(null=True)
    step = models.CharField(max_length=80, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(null=True)
    cancel_asked = models.BooleanField(default=False)
    tries = models.IntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    host = models.CharField(max_length=120, blank=True)  # where it runs, and in which process
    process = models.IntegerField(null=True)

    class Meta:
        db_table = "job"

    def tell(self, step: str, done: int, total: int) -> dict[str, Any]:
        """Return and keep where the work stands."""
        now = timezone.now()
        Job.objects.filter(pk=self.pk).update(step=step, done=done, total=total, beat=now)
        return {"step": step, "done": done, "total": total}
