"""Compares two states of packs: what is new, gone, renamed or changed, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qipan.packs.model import Pack, as_dict
from qipan.packs.resolve import Resolved


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a thing before and after."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a thing between two states; `formerly` is its old code where it was renamed."""

    kind: Literal["added", "removed", "changed", "renamed"]
    thing: str  # measure, indicator, ledger, board, rule, health, role, table, calendar, field
    code: str
    fields: tuple[FieldChange, ...] = ()
    formerly: str = ""


def diff(old: Pack | Resolved | None, new: Pack | Resolved) -> list[Change]:
    """Return the changes that lead from `old` (null: nothing) to `new`, in the order in which things are declared.

    Rules and indicators are compared version by version (by the day they begin). Identity is the code; a rename is
    recognised by `formerly`.
    """
    before, after = ({} if old is None else _things(old)), _things(new)
    changes: list[Change] = []
    renamed: set[tuple[str, str, str]] = set()
    for key, thing in after.items():
        kind, code, version = key
        former = next((one for one in getattr(thing, "formerly", ()) if (kind, one, version) in before), None)
        earlier = before.get(key)
        if earlier is None and former is not None:
            renamed.add((kind, former, version))
            fields = _fields(before[(kind, former, version)], thing)
            changes.append(Change("renamed", kind, code, fields, former))
        elif earlier is None:
            changes.append(Change("added", kind, code))
        elif earlier != thing:
            changes.append(Change("changed", kind, code, _fields(earlier, thing)))
    gone = [key for key in before if key not in after and key not in renamed]
    return [*changes, *(Change("removed", kind, code) for kind, code, _ in gone)]


def _fields(old: Any, new: Any) -> tuple[FieldChange, ...]:
    """Return the fields that differ; a ledger's engine spec counts as its own fields."""
    before, after = _flat(old), _flat(new)
    return tuple(
        FieldChange(name, before.get(name), value) for name, value in after.items() if before.get(name) != value
    )


def _flat(thing: Any) -> Mapping[str, object]:
    fields = dict(as_dict(thing))
    spec = fields.pop("spec", None)
    return {**fields, **as_dict(spec)} if spec is not None else fields


def _things(packs: Pack | Resolved) -> dict[tuple[str, str, str], Any]:
    if isinstance(packs, Resolved):
        lists: Mapping[str, Any] = {
            "measure": [measure for measure in packs.measures.values() if not measure.sibling],
            "indicator": [
                one for name, found in packs.versions.items() if name.startswith("indicator:") for one in found
            ],
            "ledger": packs.ledgers.values(),
            "board": packs.boards.values(),
            "rule": [one for name, found in packs.versions.items() if name.startswith("rule:") for one in found],
            "health": packs.health.values(),
            "role": packs.roles.values(),
            "table": packs.tables.values(),
            "calendar": packs.calendars.values(),
            "field": packs.fields.values(),
        }
    else:
        lists = {
            "measure": packs.measures,
            "indicator": packs.indicators,
            "ledger": packs.ledgers,
            "board": packs.boards,
            "rule": packs.rules,
            "health": packs.health,
            "role": packs.roles,
            "table": packs.tables,
            "calendar": packs.calendars,
            "field": packs.fields,
        }
    return {
        (kind, getattr(thing, "key", thing.code), str(thing.valid_from) if kind in {"rule", "indicator"} else ""): thing
        for kind, found in lists.items()
        for thing in found
    }
