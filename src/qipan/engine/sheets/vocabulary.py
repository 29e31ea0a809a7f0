"""The words by which sheets name measures and units, prepared once for many sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qipan.engine.measures import MeasureSpec
from qipan.engine.units import UnitTable


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Measures by every name they go by, and the table of units."""

    measures: tuple[MeasureSpec, ...]
    units: UnitTable

    @classmethod
    def of(cls, measures: Iterable[MeasureSpec], units: UnitTable) -> Vocabulary:
        """Return the vocabulary of these measures and units."""
        return cls(tuple(measures), units)
