"""What people decided about sheets that look alike: which ledger, which column is which; an undo takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from qipan.engine.sheets import ColumnMatch, Recognition, Remembered
from qipan.engine.sheets.columns import CHOSEN, KEPT
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
            memory.signature,
            memory.ledger,
            tuple((head, code or None) for head, code in memory.columns.items()),
            tuple(memory.units.items()),
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
    kept = [(one.header, KEPT) for one in recognition.columns if _settled(one) and not one.code and not one.part]
    return {header: code or "" for header, code in (*columns, *kept) if header and len(meant[form_of(header)]) == 1}


def _settled(column: ColumnMatch) -> bool:
    return column.reason.code in (CHOSEN, "sheets.reason-remembered")


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
    known = {memory.signature: (memory.ledger, memory.columns, memory.units) for memory in SheetMemory.objects.all()}
    taught = 0
    for read in sheets:
        if read.ledger is None or read.extract is None or not read.extract.rows:
            continue
        mark, ledger, columns = read.recognition.signature, read.ledger.code, mapping_of(read.recognition)
        units = {**known.get(mark, ("", {}, {}))[2], **dict(read.units)}
        if known.get(mark) == (ledger, columns, units):
            continue
        name = f"{read.book.name} › {read.sheet.name}"
        said = {"ledger": ledger, "columns": columns, "units": units}
        SheetMemory.objects.update_or_create(
            signature=mark,
            defaults={**said, "name": name[:300], "by_name": act.actor.name, "at": timezone.now()},
        )
        known[mark] = (ledger, columns, units)
        taught += 1
        act.changed(NOUN, None, None, {"name": name, "signature": mark, **said})
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
            memory.update(ledger=kept["ledger"], columns=kept["columns"], units=kept.get("units", {}))
        act.changed(NOUN, None, None, {"name": mine["name"], "ledger": kept["ledger"] if kept else ""})


@action("mapping.forget", right="batch.load", zh="忘掉表样的读法", en="Forget how a form is read")
def drop(act: Act, number: int) -> None:
    """Leave the form `number` unknown: the next sheet of it is asked about again."""
    memory = SheetMemory.objects.filter(pk=number).first()
    if memory is not None:
        act.changed(NOUN, None, {"ledger": memory.ledger}, {"name": memory.name, "ledger": ""})
        memory.delete()


undo_settles(forget)
