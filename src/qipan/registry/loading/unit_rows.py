"""Rows of the ledger of units as they are planned: what each says, and how a change of it is shown beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from qipan.engine.sheets.spec import LedgerSpec
from qipan.platform.imports.plan import PREVIEW_SCHEMA, Plan, SheetRead, problem_rows
from qipan.registry.models import Unit

KINDS: Mapping[str, str] = {
    "城市": "city", "高新区": "zone", "园区": "park", "部门": "department", "平台公司": "company", "行政区": "district",
}  # fmt: skip
FIELDS = ("name", "name_en", "kind", "aliases", "sort", "opened", "closed")
BETWEEN = re.compile(r"[、,，;；\n]")


@dataclass(slots=True)
class UnitRow:
    """One row: what it gives of the unit's fields, where it says the unit stands, and in which others it goes on.

    `key` is the unit's number, provisional for a new one. `dated`: the date given is that of a move or of a reopening,
    and no other day of founding.
    """

    code: str
    given: Mapping[str, Any]
    parent: str
    successors: tuple[str, ...]
    sheet: int
    row: int
    stored: Unit | None = None
    key: int = 0
    dated: bool = field(default=False)

    @property
    def name(self) -> str:
        """The unit's name, as the row gives it."""
        return str(self.given["name"])

    @property
    def reopened(self) -> bool:
        """Whether the row opens a closed unit again: it begins no earlier than it ended, and does not end again."""
        closed, opened = self.stored.closed if self.stored else None, self.given["opened"]
        return closed is not None and self.given["closed"] is None and opened is not None and opened >= closed

    @property
    def closed(self) -> date | None:
        """The day on which the unit is closed once the row is written; an empty cell leaves what is known."""
        if self.reopened:
            return None
        return self.given["closed"] or (self.stored.closed if self.stored else None)

    @property
    def place(self) -> dict[str, int]:
        """Where the row stands."""
        return {"sheet": self.sheet, "row": self.row}

    def problem(self, code: str, value: str, column: str, **params: str) -> pl.DataFrame:
        """Return a problem of the row."""
        frame = pl.DataFrame([{**self.place, "value": value, **params}])
        return problem_rows(code, frame, field=column, params={name: name for name in params} or None)

    def shown(self, field_name: str, old: str, new: str, *, kind: str = "changed") -> pl.DataFrame:
        """Return a change of the unit as a person is shown it."""
        label = self.stored.name if self.stored is not None else self.name
        values = {"old": old, "new": new, "old_en": old, "new_en": new, **self.place}
        key = self.stored.pk if self.stored is not None else None
        named = {"noun": "unit", "kind": kind, "label": label, "label_en": label, "field": field_name, "key": key}
        row = {**named, **values}
        return pl.DataFrame([row], schema=PREVIEW_SCHEMA)


def by_field(ledger: LedgerSpec, noun: str) -> dict[str, str]:
    """Return field → column code for the columns of `ledger` that write fields of `noun`."""
    return {
        column.writes.removeprefix(f"{noun}."): column.code
        for column in ledger.columns
        if column.writes.startswith(f"{noun}.")
    }


def unit_rows(reads: Sequence[SheetRead]) -> Iterator[UnitRow]:
    """Yield the rows of the sheets."""
    for read in reads:
        if read.extract is None or read.ledger is None:
            continue
        fields = by_field(read.ledger, "unit")
        records = read.extract.records
        for record in records.iter_rows(named=True):
            said = {name: record[code] for name, code in fields.items() if code in records.columns}
            yield UnitRow(
                str(said["code"]), _clean(said), str(said.get("parent") or ""), _names(said.get("successors")),
                read.number, record["row"],
            )  # fmt: skip


def _names(text: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in BETWEEN.split(str(text or "")) if part.strip()))


def _clean(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the unit's fields; None where the row says nothing of one, which leaves it as it is."""
    found = {name: said.get(name) for name in FIELDS}
    found["kind"] = KINDS.get(str(said.get("kind")), said.get("kind"))
    if found["aliases"] is not None:
        found["aliases"] = list(_names(found["aliases"]))
    return found


def once(rows: Iterator[UnitRow], plan: Plan) -> tuple[list[UnitRow], int]:
    """Return the rows with the first of each unit only, and how many that leaves out; each is a problem."""
    kept: dict[str, UnitRow] = {}
    left = 0
    for row in rows:
        if kept.setdefault(row.code, row) is not row:
            plan.problems.append(row.problem("imports.repeated-firm", row.name, "code"))
            left += 1
    return list(kept.values()), left
