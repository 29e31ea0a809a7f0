"""What people keep of a list: a view under a name, and the columns they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SavedView(models.Model):
    """A list as somebody set it up (视图): filters, order and columns under a name.

    Private, or shared: with everybody, or those of a unit, of a role, or of a role at a unit.
    """

    if TYPE_CHECKING:
        owner_id: int

    screen = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)  # as it stands in the list's address
    columns = models.JSONField(default=list)  # codes in their order; empty: as the person has them
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False)
    unit = models.BigIntegerField(null=True)  # shared with those of this unit only; the registry's Unit
    role = models.CharField(max_length=40, blank=True)  # shared with those of this role only
    pinned = models.BooleanField(default=False)  # a tab of the list, and on the desk of whoever sees it
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "saved_view"
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("owner", "screen", "name"), name="view_named_once"),
            models.CheckConstraint(
                condition=Q(shared=True) | Q(unit__isnull=True, role=""), name="view_private_or_shared"
            ),
        )
        indexes = (models.Index(fields=("screen", "shared"), name="view_by_screen"),)

    def __str__(self) -> str:
        return self.name


class ChosenColumns(models.Model):
    """The columns of a list a person wants to see, in their order."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    screen = models.CharField(max_length=64)
    columns = models.JSONField(default=list)

    class Meta:
        db_table = "chosen_columns"
        constraints = (models.UniqueConstraint(fields=("owner", "screen"), name="columns_chosen_once"),)
