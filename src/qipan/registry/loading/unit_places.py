"""Where the units of a ledger stand: a move, a closing and a reopening each leave the earlier place as history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.utils import timezone

from qipan.platform.imports.plan import Insert, Plan, Update
from qipan.registry.loading.known import Units
from qipan.registry.loading.unit_rows import UnitRow
from qipan.registry.models import UnitPlace

# A unit whose ledger gives no date is taken to have stood here always.
ALWAYS = date(1978, 1, 1)
SCHEMA = {
    "unit_id": pl.Int64, "parent_id": pl.Int64, "since": pl.Date, "until": pl.Date, "sheet": pl.Int32, "row": pl.Int64,
}  # fmt: skip


@dataclass(slots=True)
class _Last:
    """A unit's last place so far; `first` where it had no other before."""

    place: UnitPlace
    first: bool


class _Places:
    """The places units have, and those a load gives them."""

    def __init__(self, plan: Plan, units: Units) -> None:
        self.plan, self.units, self.today = plan, units, timezone.localdate()
        self.last: dict[int, _Last] = {}
        for place in UnitPlace.objects.order_by("since", "pk"):
            self.last[place.unit_id] = _Last(place, place.unit_id not in self.last)
        # Where each unit stands once the load is written, and until when.
        self.stands = {unit: (one.place.parent_id, one.place.until) for unit, one in self.last.items()}
        self.new: list[dict[str, object]] = []

    def put(self, row: UnitRow, parent: int, since: date) -> None:
        """Give the unit a new place."""
        self.new.append({
            "unit_id": row.key, "parent_id": parent, "since": since, "until": row.closed, **row.place,
        })  # fmt: skip
        self.stands[row.key] = (parent, row.closed)

    def change(self, row: UnitRow, place: UnitPlace, field: str, after: date | int | None) -> None:
        """Change a field of a place that is there."""
        before = place.parent_id if field == "parent" else getattr(place, field)
        kind = pl.Int64 if field == "parent" else pl.Date
        frame = pl.DataFrame([{"id": place.pk, "before": before, "after": after, **row.place}])
        frame = frame.with_columns(pl.col("before", "after").cast(kind))
        subjects = ("after",) if field == "parent" else ()
        self.plan.updates.append(Update(UnitPlace, field, frame, subjects))
        self.stands[row.key] = (after if isinstance(after, int) else place.parent_id, row.closed)

    def show(self, row: UnitRow, before: int, after: int) -> None:
        """Show that the unit stands elsewhere now."""
        names = self.units.names
        self.plan.previews.append(row.shown("parent", names.get(before, ""), names.get(after, "")))


def plan_places(plan: Plan, rows: Sequence[UnitRow], units: Units) -> set[int]:
    """Plan where units stand, and until when; returns the units of which that changes.

    Marks the rows whose date is that of a move or a reopening: the unit's day of founding stays.
    """
    places, changed = _Places(plan, units), set[int]()
    for row in rows:
        if _placed(places, row, _parent(places, row)):
            changed.add(row.key)
    _tell_left_behind(places, rows)
    if places.new:
        plan.inserts.append(Insert(UnitPlace, pl.DataFrame(places.new, schema=SCHEMA), ("unit_id", "parent_id")))
    return changed


def _parent(places: _Places, row: UnitRow) -> int | None:
    if not row.parent:
        return None
    parent = places.units.named(row.parent)
    if parent is None or parent == row.key:
        places.plan.problems.append(row.problem("imports.unknown-parent", row.parent, "parent"))
        return None
    return parent


def _placed(places: _Places, row: UnitRow, parent: int | None) -> bool:
    opened, last = row.given["opened"], places.last.get(row.key)
    if last is None:
        if parent is not None:
            places.put(row, parent, opened or ALWAYS)
        return parent is not None
    if row.reopened:
        row.dated = True
        places.put(row, parent or last.place.parent_id, opened)
        return True
    if parent is None or parent == last.place.parent_id:
        return _dated(places, row, last, opened)
    return _moved(places, row, last.place, parent, opened)


def _dated(places: _Places, row: UnitRow, last: _Last, opened: date | None) -> bool:
    """Plan the days of a place that stays; a founding that was told wrong moves the first place's beginning."""
    place, founded, changed = last.place, row.stored.opened if row.stored else None, False
    if opened is not None and opened == place.since and founded is not None:
        row.dated = opened != founded
    elif opened is not None and last.first and place.since == (founded or ALWAYS) and opened != place.since:
        places.change(row, place, "since", opened)
        changed = True
    if place.until != row.closed:
        places.change(row, place, "until", row.closed)
        changed = True
    return changed


def _moved(places: _Places, row: UnitRow, place: UnitPlace, parent: int, opened: date | None) -> bool:
    """Plan a move on the day the row gives; one that gives no later day than the last is told today."""
    row.dated = opened is not None and opened > place.since
    day = opened if row.dated and opened is not None else max(places.today, place.since)
    places.show(row, place.parent_id, parent)
    if row.closed is not None and day >= row.closed:  # it is no longer there to be moved: the record is corrected
        places.change(row, place, "parent", parent)
        if place.until != row.closed:
            places.change(row, place, "until", row.closed)
            places.stands[row.key] = (parent, row.closed)
        return True
    places.change(row, place, "until", day)
    places.put(row, parent, day)
    return True


def _tell_left_behind(places: _Places, rows: Iterable[UnitRow]) -> None:
    """Say of which closed units others still stand under them."""
    below: dict[int, list[int]] = {}
    for unit, (parent, until) in places.stands.items():
        if until is None or until > places.today:
            below.setdefault(parent, []).append(unit)
    for row in rows:
        if row.closed is not None:
            left = [one for one in below.get(row.key, ()) if _outlasts(places.stands[one][1], row.closed)]
            names = "、".join(places.units.names.get(one, "") for one in left)
            if left:
                places.plan.problems.append(row.problem("imports.left-under-closed", row.name, "until", below=names))


def _outlasts(until: date | None, closed: date) -> bool:
    return until is None or until > closed
