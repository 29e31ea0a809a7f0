"""Figures of made-up units, put together by hand, for the tests of the economy desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qipan.domains.economy.standing import Desk, basis_of
from qipan.packs import Resolved
from qipan.registry.frames import ACTUAL, CUMULATIVE, TARGET, Stored, UnitFacts

CITY, ZONE, EAST, WEST = 1, 2, 3, 4
YEAR = 19
TODAY = date(2026, 11, 20)


@dataclass
class Figures:
    """The figures of some units; `desk()` is a desk that reads them."""

    resolved: Resolved
    today: date = TODAY
    change: int = 1
    _series: dict[tuple[int, str, int, int], dict[int, Stored]] = field(default_factory=dict)

    def _keep(self, key: tuple[int, str, int, int], period: int, value: str | None, scope: int) -> Figures:
        unit = self.resolved.measures[key[1]].unit
        scaled = None if value is None else self.resolved.units.to_scaled(Decimal(value), unit)
        self._series.setdefault(key, {})[period] = Stored(len(self._series), scaled, value or "—", scope)
        return self

    def put(self, code: str, period: int, value: str | None, *, unit: int = ZONE, scope: int = 0) -> Figures:
        """Add an actual figure, in the measure's own unit and basis."""
        basis = basis_of(self.resolved.measures[code])
        return self._keep((unit, code, ACTUAL, basis), period, value, scope)

    def line(self, code: str, values: dict[int, str], *, unit: int = ZONE) -> Figures:
        """Add several periods of one series."""
        for period, value in values.items():
            self.put(code, period, value, unit=unit)
        return self

    def target(self, code: str, year: int, value: str, *, unit: int = ZONE) -> Figures:
        """Add a target of a year."""
        return self._keep((unit, code, TARGET, CUMULATIVE), year * 100 + YEAR, value, 0)

    def desk(self) -> Desk:
        """Return the desk."""
        return Desk(UnitFacts(self.change, self._series), self.resolved, self.today)
