"""What people decided about sheets that look alike: which ledger, which column is which; an undo takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from qipan.engine.sheets import Recognition, Remembered
from qipan.engine.sheets.signature import form_of
from qipan.platform.action import Act, action
from qipan.platform.imports.plan import SheetRead
from qipan.platform.imports.undo import undo_settles
from qipan.platform.models import Batch, SheetMemory, TrailEntry

NOUN = "mapping"  # what the trail calls it


def remembered() -> dict[str, Remembered]:
    """Return the mappings people agreed to, by the signature of the source."""
    return {
        memory.signature: Remembered(
            memory.signature, memory.ledger, tuple((head, code or None) for head, code in memory.columns.items())
        )
        for memory in SheetMemory.objects.all()
    }


def mapping_of(recognition: Recognition) -> dict[str, str]:
    """Return heading → column code, as it is remembered ("": left out).

    Headings that look the same next month but stand for different columns are left to be told apart anew.
    """
    meant: dict[str, set[tuple[str | None, str]]] = {}
    for column in recognition.columns:
        meant.setdefault(form_of(column.header), set()).add((column.code, column.part))
    ignored = [column.header for column in recognition.columns if column.part == "ignored" and column.header]
    columns = recognition.remember(ignored).columns
    return {header: code or "" for header, code in columns if header and len(meant[form_of(header)]) == 1}


@action("mapping.remember", right="batch.load", zh="记住表样的读法", en="Remember how a form is read")
def remember(
    act: Act,
    batch: int,
    sheets: Sequence[SheetRead],
    *,
    at_unit: int | None = None,  # noqa: ARG001 - where the right is asked for
) -> int:
    """Leave the mapping of every sheet that was read remembered under its signature; returns how many were taught."""
    act.batch = batch
    known = {memory.signature: (memory.ledger, memory.columns) for memory in SheetMemory.objects.all()}
    taught = 0
    for read in sheets:
        if read.ledger is None or read.extract is None or not read.extract.rows:
            continue
        mark, ledger, columns = read.recognition.signature, read.ledger.code, mapping_of(read.recognition)
        earlier = known.get(mark)
        if earlier == (ledger, columns):
            continue
        SheetMemory.objects.update_or_create(
            signature=mark,
            defaults={"ledger": ledger, "columns": columns, "by_name": act.actor.name, "at": timezone.now()},
        )
        known[mark] = (ledger, columns)
        taught += 1
        said = {"signature": mark, "ledger": ledger, "columns": columns}
        act.changed(NOUN, None, None, {"name": f"{read.book.name} › {read.sheet.name}", **said})
    return taught


def forget(act: Act, batch: Batch) -> None:
    """Take back what `batch` taught: what the last load that still stands taught of the same form holds again."""
    taught = TrailEntry.objects.filter(noun=NOUN, action="mapping.remember")
    others = taught.exclude(batch=batch.pk).exclude(
        batch__in=Batch.objects.filter(state=Batch.State.UNDONE).values("pk")
    )
    for entry in taught.filter(batch=batch.pk):
        mine: dict[str, Any] = entry.after or {}
        last = others.filter(after__signature=mine["signature"]).order_by("-id").first()
        kept: dict[str, Any] | None = last.after if last is not None else None
        memory = SheetMemory.objects.filter(signature=mine["signature"])
        if kept is None:
            memory.delete()
        else:
            memory.update(ledger=kept["ledger"], columns=kept["columns"])
        act.changed(NOUN, None, None, {"name": mine["name"], "ledger": kept["ledger"] if kept else ""})


undo_settles(forget)
