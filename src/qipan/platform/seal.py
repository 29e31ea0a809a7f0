"""Sealing the trail: blocks of entries under hashes that each include the one before, so that a changed row shows.

A block keeps a digest of each of its entries as well: verifying names the row and not only the block it stands in.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from qipan.platform import lease
from qipan.platform.models import TrailEntry, TrailSeal

BLOCK = 5_000
# How long sealing waits for running Actions: an entry is sealed only when none with a lower number can still come.
PATIENCE = 2.0
_ROW = struct.Struct(">Q16s")  # the number of an entry and the beginning of its digest


class Wrong(StrEnum):
    """What is wrong with a row of the trail, or with the seals themselves."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SEAL = "seal"  # a block's own list or its place in the chain was altered
    HEAD = "head"  # a hash that was noted down earlier is no block's any more


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written; `entry` is None where a whole block is meant."""

    wrong: Wrong
    block: int
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying came to: how many entries and blocks were looked at, what is wrong, the newest hash."""

    entries: int
    blocks: int
    unsealed: int
    head: str
    faults: tuple[Fault, ...]


def _fields(entry: TrailEntry) -> list[object]:
    row: list[object] = [
        entry.pk, entry.at.isoformat(), entry.actor, entry.actor_name, entry.action, entry.noun, entry.subject,
        entry.before, entry.after, entry.reason, entry.batch,
    ]  # fmt: skip
    return [*row, entry.acting_for] if entry.acting_for is not None else row


def _json(entry: TrailEntry) -> bytes:
    return json.dumps(_fields(entry), ensure_ascii=False, sort_keys=True, default=str).encode()


def _rows(entries: Iterable[TrailEntry]) -> bytes:
    return b"".join(_ROW.pack(entry.pk, hashlib.sha256(_json(entry)).digest()[:16]) for entry in entries)


def _chained(previous: str, rows: bytes) -> str:
    return hashlib.sha256(previous.encode() + rows).hexdigest()


def _whole(previous: str, entries: Iterable[TrailEntry]) -> str:
    """Return the hash of a block as it was made before blocks kept their rows."""
    block = hashlib.sha256(previous.encode())
    for entry in entries:
        block.update(_json(entry))
    return block.hexdigest()


def seal() -> int:
    """Seal what is not sealed yet; returns how many entries were.

    Raises OperationalError where running Actions or a load do not let it in; the next round will do.
    """
    sealed = 0
    while True:
        with transaction.atomic():
            lease.enter(alone=True, patience=PATIENCE)
            last = TrailSeal.objects.order_by("-last").first()
            start, previous = (last.last, last.hash) if last else (0, "")
            entries = list(TrailEntry.objects.filter(id__gt=start).order_by("id")[:BLOCK])
            if not entries:
                return sealed
            rows = _rows(entries)
            TrailSeal.objects.create(
                first=entries[0].pk, last=entries[-1].pk, hash=_chained(previous, rows), previous=previous, rows=rows
            )
            sealed += len(entries)


def _between(after: int, last: int) -> Iterator[TrailEntry]:
    return TrailEntry.objects.filter(id__gt=after, id__lte=last).order_by("id").iterator(chunk_size=BLOCK)


def _row_faults(block: TrailSeal, after: int) -> Iterator[Fault]:
    """Yield what differs between the rows of a block and what it kept of them."""
    kept = dict(_ROW.iter_unpack(bytes(block.rows or b"")))
    for entry in _between(after, block.last):
        digest = kept.pop(entry.pk, None)
        if digest is None:
            yield Fault(Wrong.INSERTED, block.pk, entry.pk)
        elif digest != hashlib.sha256(_json(entry)).digest()[:16]:
            yield Fault(Wrong.CHANGED, block.pk, entry.pk)
    yield from (Fault(Wrong.REMOVED, block.pk, gone) for gone in kept)


def _block_faults(block: TrailSeal, after: int, previous: str) -> Iterator[Fault]:
    if block.rows is None:
        if block.previous != previous or block.hash != _whole(previous, _between(after, block.last)):
            yield Fault(Wrong.SEAL, block.pk)
        return
    if block.previous != previous or block.hash != _chained(previous, bytes(block.rows)):
        yield Fault(Wrong.SEAL, block.pk)
    yield from _row_faults(block, after)


def verify(*, head: str = "") -> Verified:
    """Return whether the trail is as it was written, every row that is not by its number.

    `head` is a hash noted down earlier, outside: who could rewrite the whole chain could not know it.
    """
    faults: list[Fault] = []
    previous, after, blocks, known = "", 0, 0, not head
    for block in TrailSeal.objects.order_by("last").iterator(chunk_size=20):
        faults += _block_faults(block, after, previous)
        previous, after, blocks = block.hash, block.last, blocks + 1
        known = known or block.hash == head
    if not known:
        faults.append(Fault(Wrong.HEAD, 0))
    entries = TrailEntry.objects.filter(id__lte=after).count()
    unsealed = TrailEntry.objects.filter(id__gt=after).count()
    return Verified(entries, blocks, unsealed, previous, tuple(faults))


def copied() -> Iterator[str]:
    """Yield the trail with its seals as lines of JSON, so that a copy elsewhere can be verified without this program.

    An entry's digest is the SHA-256 of its `row` as printed here, without spaces added or keys moved.
    """
    after = 0
    for block in TrailSeal.objects.order_by("last").iterator(chunk_size=20):
        for entry in _between(after, block.last):
            yield '{"entry": ' + _json(entry).decode() + "}"
        told = {"first": block.first, "last": block.last, "hash": block.hash, "previous": block.previous}
        yield json.dumps({"seal": {**told, "rows": bytes(block.rows or b"").hex()}})
        after = block.last
    for entry in TrailEntry.objects.filter(id__gt=after).order_by("id").iterator(chunk_size=BLOCK):
        yield '{"entry": ' + _json(entry).decode() + "}"
