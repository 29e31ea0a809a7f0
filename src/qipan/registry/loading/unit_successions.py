"""In which units the closed ones of a ledger go on: merged into one, split into several, or turned into another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from qipan.platform.imports.plan import Insert, Plan, Update
from qipan.registry.loading.known import Units
from qipan.registry.loading.unit_rows import UnitRow
from qipan.registry.models import UnitSuccession

COLUMN = "successors"
SCHEMA = {
    "former_id": pl.Int64, "later_id": pl.Int64, "day": pl.Date, "stands": pl.Boolean, "sheet": pl.Int32,
    "row": pl.Int64,
}  # fmt: skip
Chain = dict[int, set[int]]  # unit → those in which it goes on


def plan_successions(plan: Plan, rows: Sequence[UnitRow], units: Units) -> set[int]:
    """Plan in which units closed ones go on; returns the units of which that changes.

    A row that names some replaces what was known; one that names none leaves it, and one that opens the unit again
    ends it.
    """
    kept: dict[int, dict[int, UnitSuccession]] = {}
    for one in UnitSuccession.objects.order_by("later__sort", "later__code"):
        kept.setdefault(one.former_id, {})[one.later_id] = one
    chain: Chain = {unit: {key for key, one in into.items() if one.stands} for unit, into in kept.items()}
    for row in rows:
        if row.successors or row.closed is None:
            chain.pop(row.key, None)
    changed: set[int] = set()
    new: list[dict[str, Any]] = []
    for row in rows:
        into = kept.get(row.key, {})
        held = [key for key, one in into.items() if one.stands]
        wanted = _wanted(plan, row, held, units, chain)
        written = _write(plan, row, into, wanted, new)
        if set(wanted) != set(held):
            old, after = ("、".join(units.names.get(key, "") for key in keys) for keys in (held, wanted))
            plan.previews.append(row.shown(COLUMN, old, after))
        if written:
            changed.add(row.key)
    if new:
        plan.inserts.append(Insert(UnitSuccession, pl.DataFrame(new, schema=SCHEMA), ("former_id", "later_id")))
    return changed


def _wanted(plan: Plan, row: UnitRow, held: list[int], units: Units, chain: Chain) -> list[int]:
    """Return the units in which the row's goes on; what is wrong with those it names is a problem each."""
    if row.closed is None:
        if row.successors:
            plan.problems.append(row.problem("imports.successor-of-open", row.name, COLUMN))
        return []
    if not row.successors:
        return held
    found: list[int] = []
    unsure: list[int] = []
    for name in row.successors:
        later = units.named(name)
        code = _wrong(row, later, chain)
        if later is None or code:
            plan.problems.append(row.problem(code, name, COLUMN, unit=row.name))
            unsure = held  # what a name that cannot be taken may have stood for is not taken away
        elif later not in found:
            found.append(later)
            chain.setdefault(row.key, set()).add(later)
    chain.setdefault(row.key, set()).update(unsure)
    return [*unsure, *(key for key in found if key not in unsure)]


def _wrong(row: UnitRow, later: int | None, chain: Chain) -> str:
    if later is None:
        return "imports.unknown-successor"
    if later == row.key:
        return "imports.successor-itself"
    return "imports.successor-ring" if _reaches(chain, later, row.key) else ""


def _reaches(chain: Mapping[int, set[int]], start: int, end: int) -> bool:
    """Tell whether `start` goes on, through any number of others, in `end`."""
    seen, waiting = {start}, [start]
    while waiting:
        for later in chain.get(waiting.pop(), ()):
            if later == end:
                return True
            if later not in seen:
                seen.add(later)
                waiting.append(later)
    return False


def _write(
    plan: Plan, row: UnitRow, into: Mapping[int, UnitSuccession], wanted: Sequence[int], new: list[dict[str, Any]]
) -> bool:
    """Plan the rows; a succession that no longer holds stays, with `stands` off."""
    written = False
    for later, one in into.items():
        for field, before, after in (("stands", one.stands, later in wanted), ("day", one.day, _day(row, one, wanted))):
            if before != after:
                frame = pl.DataFrame([{"id": one.pk, "before": before, "after": after, **row.place}])
                plan.updates.append(Update(UnitSuccession, field, frame, ()))
                written = True
    for later in wanted:
        if later not in into:
            pair = {"former_id": row.key, "later_id": later, "day": row.closed, "stands": True}
            new.append({**pair, **row.place})
            written = True
    return written


def _day(row: UnitRow, one: UnitSuccession, wanted: Sequence[int]) -> date:
    return row.closed if row.closed is not None and one.later_id in wanted else one.day
