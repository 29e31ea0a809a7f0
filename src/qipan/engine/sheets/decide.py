"""What one kind of figure means: of which measure, in which unit, for which period."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from qipan.engine.periods import Basis, Kind, Period, Reading, Statement, state
from qipan.engine.sheets.cells.figures import PLACES, factor
from qipan.engine.sheets.facts import SIBLING_UNITS, fact_period
from qipan.engine.sheets.understood import ColumnMatch, Context
from qipan.engine.sheets.vocabulary import Vocabulary

GROWTHS = ("%", "百分点")


@dataclass(frozen=True, slots=True)
class Kindred:
    """What figures of a column have in common with one another as far as their meaning goes."""

    measure: str | None  # base measure code of the row
    sibling: str  # "yoy" where the row itself names a growth
    own: str | None  # unit in the cell
    magnitude: int
    unit: str | None  # unit the row states
    stated: str | None  # period the row states (label, note or period column)
    note: str | None  # bracketed remark in the cell
    basis: int | None  # basis the row states


@dataclass(frozen=True, slots=True)
class Meaning:
    """The answer: where the figures go and by what they are multiplied to be stored; or why they go nowhere."""

    code: str | None = None
    unit: str | None = None
    by: Fraction = Fraction(1)
    period: int | None = None
    basis: int | None = None
    reading: int = Reading.ACTUAL
    problem: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Decides what the figures of one column mean."""

    column: ColumnMatch
    part: str
    unit: str | None  # what the column's declaration assumes
    reading: int
    context: Context
    vocabulary: Vocabulary
    year: int | None
    beside: bool = False  # a month's column beside one for the year to date

    def decide(self, one: Kindred) -> Meaning:
        """Return what figures of this kind mean."""
        measure = self.column.measure or one.measure or self.context.measure
        if measure is None or measure not in self.vocabulary.by_code:
            return Meaning(problem="sheets.unknown-measure")
        code, unit, problem = self._code(measure, one)
        if problem is not None or code is None:
            return Meaning(problem=problem)
        sibling = code.partition(".")[2]
        spec = self.vocabulary.by_code[measure]
        if self.beside and spec.basis == "stock" and self.part != "target":
            return Meaning(problem="sheets.stock-in-month")
        units = self.vocabulary.units
        target = SIBLING_UNITS.get(sibling, spec.unit)
        by, written = factor(one.own if unit is None else unit, one.magnitude, self._given(target, one), target, units)
        if by is None:
            return Meaning(problem="sheets.other-unit", expected=target)
        dimension = units.dimension_of(target)
        stored = by * units.units[target].factor * Fraction(10) ** (dimension.places - PLACES)
        reading, period = self._when(one, measure)
        if period is None:
            return Meaning(problem="sheets.figure-without-period")
        return Meaning(code, unit or written, stored, period[0], period[1], reading)

    def _code(self, measure: str, one: Kindred) -> tuple[str | None, str | None, str | None]:
        """Return code of the measure or sibling, the unit that settles it, and a problem."""
        spec = self.vocabulary.by_code[measure]
        rate = self.vocabulary.units.units[spec.unit].dimension in ("percent", "pp", "permille")
        if self.part in ("rank", "places"):
            return f"{measure}.{self.part}", None, None
        if self.part in ("yoy", "city_yoy") and not (self.reading == Reading.TARGET and one.sibling):
            return self._growth(measure, one, rate=rate)
        row_unit = one.own or one.unit
        growth = one.sibling == "yoy" or (not rate and row_unit in GROWTHS)
        if growth:
            if one.own == "百分点" and not rate:
                return None, None, "sheets.points-not-growth"
            return f"{measure}.yoy", one.own or "%", None
        return (measure if not one.sibling else f"{measure}.{one.sibling}"), None, None

    def _growth(self, measure: str, one: Kindred, *, rate: bool) -> tuple[str | None, str | None, str | None]:
        if one.sibling == "yoy" or (one.own == "百分点" and not rate):
            return None, None, "sheets.points-not-growth"
        if (one.own is not None and one.own not in GROWTHS) or one.magnitude != 1:
            return None, None, "sheets.bad-number"
        return f"{measure}.yoy", "百分点" if rate else "%", None

    def _given(self, target: str, one: Kindred) -> str | None:
        """Return the unit that holds where the cell names none: the row's, the column's, the sheet's, if alike."""
        units = self.vocabulary.units
        if one.unit is not None and one.unit in units.units and self.part not in ("yoy", "city_yoy", "rank", "places"):
            if one.unit in GROWTHS and target in GROWTHS:
                return target
            return one.unit
        for unit in (self.column.unit, self.context.unit, self.unit):
            if (
                unit is not None
                and unit in units.units
                and units.units[unit].dimension == units.units[target].dimension
            ):
                return unit
        return None

    def _when(self, one: Kindred, measure: str) -> tuple[int, tuple[int, int] | None]:
        """Return reading and (period, basis); targets hold for a year."""
        spec = self.vocabulary.by_code[measure]
        own = self._stated(one)
        if self.part == "target" or self.reading == Reading.TARGET:
            year = self._target_year(own)
            return Reading.TARGET, None if year is None else (Period.year_of(year).code, Basis.CUMULATIVE)
        reading = Reading.EXPECTED if self.part == "expected" else self.reading
        basis = one.basis if one.basis is not None else self.column.basis
        heading = None if self.column.stated is None else state(self.column.stated)
        period = None if heading is None else heading.period(self.year)
        if own is not None and (period is None or own.year is not None or not _sharper(heading, own)):
            said = own.period(self.year)
            if said is not None:
                basis = own.basis if own.basis is not None and self.column.basis != Basis.SINGLE else basis
                period = said
        if period is None and heading is None and self.context.period is not None:
            period = Period(self.context.period)
            basis = basis if basis is not None else self.context.basis
        if self.part == "expected" and self.year is not None:
            period, basis = Period.year_of(self.year), Basis.CUMULATIVE
        if period is None:
            return reading, None
        if basis == Basis.SINGLE and period.kind not in (Kind.MONTH, Kind.QUARTER, Kind.RANGE):
            basis = None
        return reading, fact_period(period, basis, spec)

    def _stated(self, one: Kindred) -> Statement | None:
        for text in (one.note, one.stated):
            stated = state(text) if text else None
            if stated is not None:
                return stated
        return None

    def _target_year(self, own: Statement | None) -> int | None:
        if own is not None and own.year is not None:
            return own.year
        if self.column.period is not None:
            return Period(self.column.period).year
        return self.year


def _sharper(heading: Statement | None, own: Statement) -> bool:
    """Tell whether the heading says more exactly when than the row does (a month column under a row for a year)."""
    return heading is not None and own.whole_year and not heading.whole_year
