"""Sealing the trail: blocks of entries under hashes that each include the one before, so that a changed row shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from django.db import transaction

from qipan.platform.models import TrailEntry, TrailSeal

BLOCK = 5_000


def _digest(previous: str, entries: Iterable[TrailEntry]) -> str:
    block = hashlib.sha256(previous.encode())
    for entry in entries:
        row = [
            entry.pk, entry.at.isoformat(), entry.actor, entry.actor_name, entry.action, entry.noun, entry.subject,
            entry.before, entry.after, entry.reason, entry.batch,
        ]  # fmt: skip
        block.update(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode())
    return block.hexdigest()


def seal() -> int:
    """Seal what is not sealed yet; returns how many entries were."""
    sealed = 0
    while True:
        with transaction.atomic():
            last = TrailSeal.objects.order_by("-last").first()
            start, previous = (last.last, last.hash) if last else (0, "")
            entries = list(TrailEntry.objects.filter(id__gt=start).order_by("id")[:BLOCK])
            if not entries:
                return sealed
            TrailSeal.objects.create(
                first=entries[0].pk, last=entries[-1].pk, hash=_digest(previous, entries), previous=previous
            )
            sealed += len(entries)


def broken() -> TrailSeal | None:
    """Return the first seal that does not hold any more; None where the trail is as it was written."""
    previous = ""
    for block in TrailSeal.objects.order_by("last"):
        entries = TrailEntry.objects.filter(id__gte=block.first, id__lte=block.last).order_by("id")
        if block.previous != previous or block.hash != _digest(previous, entries.iterator()):
            return block
        previous = block.hash
    return None
