"""Values that are always read as others in a column of a form: said once, applied to every later sheet of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from qipan.engine.sheets import Amendments, Recognition
from qipan.engine.sheets.amendments import Mapped
from qipan.engine.sheets.signature import form_of
from qipan.platform.action import Act, action
from qipan.platform.imports.plan import SheetRead
from qipan.platform.imports.undo import undo_settles
from qipan.platform.models import Batch, TrailEntry, ValueMemory

NOUN = "value_mapping"  # what the trail calls it
LONGEST = 300  # characters of a value that can be remembered

# Signature of a form → heading, what the file says, what is meant.
Known = Mapping[str, Sequence[tuple[str, str, str]]]


def remembered() -> Known:
    """Return what is always read as something else, by the signature of the form."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in ValueMemory.objects.order_by("id"):
        found.setdefault(one.signature, []).append((one.heading, one.was, one.now))
    return found


def recalled(changes: Amendments, recognition: Recognition, known: Known) -> Amendments:
    """Return `changes` with the maps remembered for this form; what was said about this very sheet goes before."""
    said = {(one.column, one.was) for one in changes.maps}
    again = [
        Mapped(column.index, was, now, remembered=True)
        for heading, was, now in known.get(recognition.signature, ())
        for column in recognition.columns
        if form_of(column.header) == heading and (column.index, was) not in said
    ]
    return Amendments(changes.edits, (*changes.maps, *again), changes.skipped) if again else changes


@action("values.remember", right="batch.load", zh="记住值的对应", en="Remember what a value stands for")
def remember(
    act: Act,
    batch: int,
    sheets: Sequence[SheetRead],
    *,
    at_unit: int | None = None,  # noqa: ARG001 - where the right is asked for
) -> int:
    """Leave every value somebody said is always to be read so remembered for its form; returns how many."""
    act.batch = batch
    count = 0
    for read in sheets:
        headings = {column.index: form_of(column.header) for column in read.recognition.columns}
        for one in read.changes.maps:
            heading = headings.get(one.column, "")
            if not one.always or not heading or max(len(heading), len(one.was), len(one.now)) > LONGEST:
                continue
            key = {"signature": read.recognition.signature, "heading": heading, "was": one.was}
            earlier = ValueMemory.objects.filter(**key).values_list("now", flat=True).first()
            if earlier == one.now:
                continue
            form = f"{read.book.name} › {read.sheet.name}"[:LONGEST]
            ValueMemory.objects.update_or_create(
                **key, defaults={"now": one.now, "form": form, "by_name": act.actor.name, "at": timezone.now()}
            )
            said = {"name": f"{one.was} → {one.now}", **key, "now": one.now, "earlier": earlier}
            act.changed(NOUN, None, None, said)
            count += 1
    return count


@action("values.forget", right="batch.load", zh="忘掉值的对应", en="Forget what a value stands for")
def drop(act: Act, number: int) -> None:
    """Leave the value `number` to be read as the file says it again."""
    known = ValueMemory.objects.filter(pk=number).first()
    if known is not None:
        act.changed(NOUN, None, {"now": known.now}, {"name": str(known), "now": known.was})
        known.delete()


def forget(act: Act, batch: Batch) -> None:
    """Take back what `batch` taught: what was held before holds again."""
    for entry in TrailEntry.objects.filter(noun=NOUN, action="values.remember", batch=batch.pk).order_by("-id"):
        said: dict[str, Any] = entry.after or {}
        known = ValueMemory.objects.filter(**{name: said[name] for name in ("signature", "heading", "was")})
        known = known.filter(now=said["now"])  # somebody may have said otherwise since
        if said["earlier"] is None:
            known.delete()
        else:
            known.update(now=said["earlier"])
        act.changed(NOUN, None, None, {"name": said["name"], "now": said["earlier"] or said["was"]})


undo_settles(forget)
