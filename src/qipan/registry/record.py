"""The form of a noun that a desk keeps: a subject with unit, code and name of its own; one table serves a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from qipan.registry.models import Subject, Unit


class Record(models.Model):
    """A record a desk keeps; its primary key is its subject, so that facts, files, notes and the trail attach to it.

    A desk's model gives `NUMBER`, the number of its noun among subjects (10 and above; below are the registry's), and
    adds its own fields. `batch`, `sheet` and `row` say where it first came from, `version` counts its changes.
    """

    if TYPE_CHECKING:
        subject_id: int
        unit_id: int | None

    NUMBER: ClassVar[int]

    subject = models.OneToOneField(
        Subject, primary_key=True, on_delete=models.PROTECT, db_column="id", related_name="+"
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=300)
    extra = models.JSONField(null=True)
    batch = models.BigIntegerField(null=True)
    sheet = models.IntegerField(null=True)
    row = models.BigIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True
        indexes = (
            models.Index(fields=("unit", "name", "subject"), name="%(class)s_by_unit"),
            models.Index(fields=("name", "subject"), name="%(class)s_by_name"),
        )

    def __str__(self) -> str:
        return self.name
