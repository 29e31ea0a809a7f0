"""The nouns of the desk: boards people make, tokens of screens on the wall, boundaries of units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from qipan.registry.models import Unit


class Board(models.Model):
    """A board somebody made (看板): theirs alone, the first page of a role, or open to whoever has its link.

    `tiles` is text as `packs.layouts` reads it. What a board shows is asked for whoever looks at it: sharing a board
    shares its layout, never a figure.
    """

    if TYPE_CHECKING:
        owner_id: int | None

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    tiles = models.TextField()
    seconds = models.IntegerField(default=30)  # how long a wall shows it before it turns to the next
    role = models.CharField(max_length=40, blank=True)  # the role whose first board it is
    link = models.CharField(max_length=43, null=True, unique=True)  # noqa: DJ001 - unique, and most have none
    copied_from = models.CharField(max_length=64, blank=True)
    changed = models.DateTimeField(default=timezone.now)
    changed_by = models.CharField(max_length=150)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "board"
        indexes = (
            models.Index(fields=("owner", "name", "id"), name="board_by_owner"),
            models.Index(fields=("role", "name", "id"), name="board_by_role"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What the board is called in an address; a pack's board is called by its code."""
        return f"b{self.pk}"


class WallToken(models.Model):
    """What a screen on the wall logs in with (大屏口令): it shows some boards of one unit, and opens nothing else.

    The screen sees what the person who made the token sees; once that person loses the right, it is dark. Only a
    fingerprint of the token is kept.
    """

    if TYPE_CHECKING:
        by_id: int
        unit_id: int | None

    name = models.CharField(max_length=100)  # where the screen hangs
    boards = models.JSONField(default=list)  # keys of boards, shown in turn
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    until = models.DateField(null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        db_table = "wall_token"

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """The boundary of a unit (边界), in WGS-84, with the datum in which it came and the file it came from."""

    if TYPE_CHECKING:
        unit_id: int

    unit = models.OneToOneField(Unit, primary_key=True, on_delete=models.CASCADE, related_name="boundary")
    geometry = models.TextField()  # GeoJSON
    datum = models.CharField(max_length=10)
    area = models.FloatField()  # km²
    longitude = models.FloatField()  # a place inside, for the name
    latitude = models.FloatField()
    file = models.CharField(max_length=300)
    loaded = models.DateTimeField(default=timezone.now)
    loaded_by = models.CharField(max_length=150)

    class Meta:
        db_table = "unit_boundary"

    def __str__(self) -> str:
        return str(self.unit)
