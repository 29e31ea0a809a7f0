"""What a person decided about the sheets of a load, in the one form in which it is stored and applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qipan.engine.sheets import Amendments, Context, Wanted
from qipan.engine.sheets.amendments import Edit, Mapped
from qipan.engine.sheets.book import Book, Sheet


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one sheet; whatever is empty was left to the sheet itself."""

    left_out: bool = False
    ledger: str | None = None
    columns: Mapping[int, str] = field(default_factory=dict[int, str])  # see engine.sheets.columns.chosen
    units: Mapping[int, str] = field(default_factory=dict[int, str])
    period: int | None = None
    unit: str | None = None
    scope: str | None = None
    changes: Amendments = field(default_factory=Amendments)

    @property
    def taught(self) -> bool:
        """Whether somebody said how the form is read, so that it is to be remembered."""
        return bool(self.ledger or self.columns or self.units)

    @property
    def context(self) -> Context | None:
        """What holds for the whole sheet whatever it says itself."""
        if self.period is None and self.unit is None and self.scope is None:
            return None
        return Context(period=self.period, unit=self.unit, scope=self.scope)

    @property
    def wanted(self) -> Wanted:
        """What was said of single columns."""
        return Wanted(self.columns, self.units)

    def as_json(self) -> dict[str, Any]:
        """Return the decision as it is stored; what says nothing is left out."""
        changes = self.changes
        found: dict[str, Any] = {
            "left_out": self.left_out,
            "ledger": self.ledger,
            "columns": {str(index): code for index, code in self.columns.items()},
            "units": {str(index): unit for index, unit in self.units.items()},
            "period": self.period,
            "unit": self.unit,
            "scope": self.scope,
            **changes_json(changes),
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Decision:
        """Return the decision `as_json` gave."""
        return cls(
            left_out=bool(stored.get("left_out")),
            ledger=stored.get("ledger"),
            columns={int(index): str(code) for index, code in stored.get("columns", {}).items()},
            units={int(index): str(unit) for index, unit in stored.get("units", {}).items()},
            period=stored.get("period"),
            unit=stored.get("unit"),
            scope=stored.get("scope"),
            changes=changes_of(stored),
        )

    def edited(self, edit: Edit) -> Decision:
        """Return the decision with one cell changed; an edit back to what the file says takes the change away."""
        kept = [one for one in self.changes.edits if (one.row, one.column) != (edit.row, edit.column)]
        if edit.now.strip() != edit.was.strip():
            kept.append(edit)
        return replace(self, changes=replace(self.changes, edits=tuple(kept)))

    def mapped(self, mapped: Mapped) -> Decision:
        """Return the decision with one value of a column changed throughout."""
        kept = [one for one in self.changes.maps if (one.column, one.was) != (mapped.column, mapped.was)]
        if mapped.now.strip() != mapped.was.strip():
            kept.append(mapped)
        return replace(self, changes=replace(self.changes, maps=tuple(kept)))

    def skipping(self, rows: tuple[int, ...], *, back: bool = False) -> Decision:
        """Return the decision with rows left out, or (`back`) taken in again."""
        skipped = set(self.changes.skipped)
        skipped = skipped - set(rows) if back else skipped | set(rows)
        return replace(self, changes=replace(self.changes, skipped=tuple(sorted(skipped))))


Decisions = Mapping[str, Decision]


def place_of(book: Book, sheet: Sheet) -> str:
    """Return how a sheet is known as long as its file is the same: by content and position."""
    return f"{book.sha256[:16]}-{sheet.index}"


def changes_json(changes: Amendments) -> dict[str, Any]:
    """Return changes to a sheet as they are stored."""
    return {
        "edits": [{"row": e.row, "column": e.column, "was": e.was, "now": e.now, "by": e.by} for e in changes.edits],
        "maps": [
            {
                "column": one.column, "was": one.was, "now": one.now, "by": one.by, "always": one.always,
                "remembered": one.remembered,
            }
            for one in changes.maps
        ],
        "skipped": list(changes.skipped),
    }  # fmt: skip


def changes_of(stored: Mapping[str, Any]) -> Amendments:
    """Return the changes `changes_json` gave."""
    return Amendments(
        tuple(Edit(**one) for one in stored.get("edits", ())),
        tuple(Mapped(**one) for one in stored.get("maps", ())),
        tuple(stored.get("skipped", ())),
    )
