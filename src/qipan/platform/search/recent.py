"""What a person looked for lately: offered again to them alone."""

from __future__ import annotations

from django.utils import timezone

from qipan.platform.models import RecentSearch, User
from qipan.platform.visible import visible_to

KEPT = 10


def remember(user: User, text: str) -> None:
    """Leave `text` first among what `user` looked for; the oldest goes."""
    tidy = " ".join(text.split())[:100]
    if not tidy:
        return
    RecentSearch.objects.update_or_create(user=user.pk, text=tidy, defaults={"at": timezone.now()})
    mine = RecentSearch.objects.filter(user=user.pk).order_by("-at", "-pk")
    RecentSearch.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[KEPT:])).delete()


def recent(user: User) -> list[str]:
    """Return what `user` looked for lately, the last first."""
    return list(visible_to(RecentSearch, user).order_by("-at", "-pk").values_list("text", flat=True)[:KEPT])


def forget(user: User) -> None:
    """Leave nothing of what `user` looked for."""
    RecentSearch.objects.filter(user=user.pk).delete()
