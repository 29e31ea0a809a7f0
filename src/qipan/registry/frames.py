"""The figures of units as boards read them: kept in memory under the change number, read again when it moved."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from qipan.platform.imports.commit import change_number
from qipan.platform.models import BatchSheet
from qipan.registry.models import Fact, Measure, Return, Unit

ACTUAL, TARGET, EXPECTED = 0, 1, 2
SINGLE, CUMULATIVE, STOCK = 0, 1, 2
BASES = {"single": SINGLE, "cumulative": CUMULATIVE, "stock": STOCK}


# What stands for the text of a figure that is closed to the reader; its value is unknown to them.
CLOSED = "＊"


class Stored(NamedTuple):
    """A current fact: its id, the scaled value, what the file printed, its 口径."""

    id: int
    value: int | None
    text: str
    scope: int


Series = dict[int, Stored]


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """All current facts whose subject is a unit: (subject, measure, reading, basis) → period → fact.

    Where a period has several 口径 the measure's own (0) is shown; `others` counts what stands beside it.
    """

    change: int
    series: Mapping[tuple[int, str, int, int], Series] = field(repr=False)
    # unit → what `locked` gives; filled as units are met, shared by all who see a part of the series.
    locks: dict[int, frozenset[tuple[str, int]]] = field(
        default_factory=dict[int, frozenset[tuple[str, int]]], repr=False
    )

    def get(self, subject: int, measure: str, period: int, reading: int, basis: int) -> Stored | None:
        """Return the fact, or None."""
        return self.series.get((subject, measure, reading, basis), {}).get(period)

    def line(self, subject: int, measure: str, reading: int, basis: int) -> Series:
        """Return all periods of a series."""
        return self.series.get((subject, measure, reading, basis), {})

    def periods(self, measure: str) -> Iterator[int]:
        """Yield every period for which any unit has an actual figure of `measure`."""
        for (_, code, reading, _), series in self.series.items():
            if code == measure and reading == ACTUAL:
                yield from series

    def locked(self, unit: int) -> frozenset[tuple[str, int]]:
        """Return (measure, period) of the unit's figures that stand in a locked return."""
        if unit not in self.locks:
            self.locks[unit] = _locked(unit)
        return self.locks[unit]


_lock = threading.Lock()
_kept: list[UnitFacts] = []


def unit_facts() -> UnitFacts:
    """Return the units' figures as they stand now."""
    change = change_number()
    kept = _kept[0] if _kept else None
    if kept is not None and kept.change == change:
        return kept
    with _lock:
        kept = _kept[0] if _kept else None
        if kept is None or kept.change != change:
            kept = _read(change)
            _kept[:] = [kept]
    return kept


def _read(change: int) -> UnitFacts:
    codes = dict(Measure.objects.values_list("id", "code"))
    units = list(Unit.objects.values_list("pk", flat=True))
    rows = Fact.objects.filter(subject__in=units, superseded_by__isnull=True).values_list(
        "subject_id", "measure_id", "reading", "basis", "period", "id", "value", "text", "scope_id"
    )
    series: dict[tuple[int, str, int, int], Series] = {}
    for subject, measure, reading, basis, period, key, value, text, scope in rows.iterator(chunk_size=20_000):
        line = series.setdefault((subject, codes[measure], reading, basis), {})
        standing = line.get(period)
        if standing is None or scope < standing.scope:
            line[period] = Stored(key, value, text, scope)
    return UnitFacts(change, series)


def _locked(unit: int) -> frozenset[tuple[str, int]]:
    closed = Return.objects.filter(status__in=("locked", "published"), unit=unit)
    returns = set(closed.values_list("ledger", "period"))
    if not returns:
        return frozenset()
    sheets = BatchSheet.objects.values_list("batch_id", "number", "ledger")
    ledgers = {(batch, number): ledger for batch, number, ledger in sheets}
    periods = {period for _, period in returns}
    rows = Fact.objects.filter(subject=unit, superseded_by__isnull=True, period__in=periods, reading=ACTUAL)
    return frozenset(
        (code, period)
        for code, period, batch, sheet in rows.values_list("measure__code", "period", "batch", "sheet")
        if (ledgers.get((batch, sheet), ""), period) in returns
    )
