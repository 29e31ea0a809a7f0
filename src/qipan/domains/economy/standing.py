"""Where one measure of one unit stands at a period: value, growth, target, pace, gap, need; each can be asked why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from qipan.domains.economy.numbers import stored_value
from qipan.packs import Measure, Resolved
from qipan.packs.decide import Decision, ReadRule, decide, read_rule
from qipan.registry.frames import ACTUAL, BASES, CUMULATIVE, TARGET, Series, Stored, UnitFacts

SEASONS = 3  # years behind the seasonal pace
WHOLE_YEAR = 19  # the part of a period's code that says: the year


# Rules are read once per state of the definitions: (digest, code, month) → the rule, ready to decide.
_rules: dict[tuple[str, str, date], ReadRule | None] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """What the economy desk reads from: the units' figures, the definitions, and the day."""

    facts: UnitFacts
    resolved: Resolved
    today: date

    def rule(self, code: str, period: int, values: Mapping[str, object], *, trace: bool = False) -> Decision | None:
        """Return what the rule `code` in force at the period's end gives for `values`; None where no pack has it."""
        key = (self.resolved.digest, code, end_of(period))
        if key not in _rules:
            found = self.resolved.rule(code, key[2])
            _rules[key] = None if found is None else read_rule(found)
        read = _rules[key]
        return None if read is None else decide(read, values, today=self.today, trace=trace)


def end_of(period: int) -> date:
    """Return a day near the end of a month (of the year, for a year): the day whose rules hold for it."""
    year, month = divmod(period, 100)
    return date(year, min(max(month, 1), 12), 28)


@dataclass(frozen=True, eq=False)
class Standing:
    """One measure of one unit at a period; every number is in the measure's display unit, unknown is None.

    What the rules make of it is worked out where it is asked for: a table of parks shows value and growth alone.
    """

    desk: Desk
    unit: int
    measure: Measure
    period: int  # its own: the newest not after the one asked for, of the same year
    basis: int
    stored: Stored | None
    value: Decimal | None
    growth: Decimal | None
    growth_stored: Stored | None
    growth_kind: str | None

    @property
    def month(self) -> int:
        """The month of the year it has reached."""
        return self.period % 100 if self.period % 100 <= 12 else 12

    @cached_property
    def level_target(self) -> Decimal | None:
        """The level to be reached in the year."""
        return _target(self.desk, self.unit, self.measure.code, self.period)

    @cached_property
    def growth_target(self) -> Decimal | None:
        """The growth to be reached in the year."""
        return _target(self.desk, self.unit, f"{self.measure.code}.yoy", self.period)

    @cached_property
    def seasonal(self) -> Decimal | None:
        """The mean share of the year reached by this month in the last three years."""
        if self.basis != CUMULATIVE:
            return None
        return seasonal_pace(self.desk, self.unit, self.measure.code, self.period)

    @cached_property
    def progress(self) -> Decimal | None:
        """The share of the year's target that is reached."""
        return self._by("progress") if self.level_target is not None else None

    @cached_property
    def pace(self) -> Decimal | None:
        """The share of the year that has passed."""
        return self._by("linear_pace") if self.basis == CUMULATIVE else None

    @cached_property
    def needed(self) -> Decimal | None:
        """What each month left must bring (还需月均)."""
        known = self.basis == CUMULATIVE and None not in (self.level_target, self.value)
        return self._by("needed_per_month") if known else None

    @cached_property
    def needed_growth(self) -> Decimal | None:
        """The growth the rest of the year needs."""
        if self.growth_target is None:
            return None
        share = last_share(self.desk, self.unit, self.measure.code, self.period % 100, self.period // 100 - 1)
        return self._by("needed_growth", 上年占比=share)

    @cached_property
    def growth_gap(self) -> Decimal | None:
        """Growth less the growth to be reached, in percentage points."""
        return self._by("growth_gap") if self.growth_target is not None else None

    def _by(self, rule: str, **more: Decimal | None) -> Decimal | None:
        """Return the number a rule of the packs gives for what is known here."""
        numbers = {
            "累计": self.value, "全年目标": self.level_target, "月份": self.period % 100, "增速": self.growth,
            "目标增速": self.growth_target, **more,
        }  # fmt: skip
        decision = self.desk.rule(rule, self.period, numbers)
        return decision.value if decision is not None and isinstance(decision.value, Decimal) else None


def basis_of(measure: Measure) -> int:
    """Return the basis in which a measure is shown."""
    return BASES[measure.basis]


def newest(line: Series, period: int) -> int | None:
    """Return the newest period of `line` with a value, not after `period` and in its year."""
    months = [p for p, f in line.items() if f.value is not None and period // 100 * 100 < p <= period]
    return max(months, default=None)


def last_share(desk: Desk, unit: int, code: str, month: int, year: int) -> Decimal | None:
    """Return the share of `year` that was reached by `month`, in percent; None where the year is not known whole."""
    line = desk.facts.line(unit, code, ACTUAL, CUMULATIVE)
    whole, part = line.get(year * 100 + 12) or line.get(year * 100 + WHOLE_YEAR), line.get(year * 100 + month)
    if whole is None or part is None or not whole.value or part.value is None:
        return None
    if whole.scope != part.scope:
        return None  # a 口径 that changed within the year has no share
    return Decimal(part.value) * 100 / Decimal(whole.value)


def seasonal_pace(desk: Desk, unit: int, code: str, period: int) -> Decimal | None:
    """Return the mean share of the year reached by this month in the last three years; None where one is missing."""
    year, month = divmod(period, 100)
    shares = [last_share(desk, unit, code, month, year - back) for back in range(1, SEASONS + 1)]
    known = [share for share in shares if share is not None]
    return sum(known, Decimal()) / SEASONS if len(known) == SEASONS else None


def computed_growth(desk: Desk, unit: int, measure: Measure, period: int, basis: int) -> Decimal | None:
    """Return growth against the year before from the levels; None without a comparable positive base.

    A share (%) does not grow by percent of itself: its growth is the difference, in 百分点.
    """
    line = desk.facts.line(unit, measure.code, ACTUAL, basis)
    now, then = line.get(period), line.get(period - 100)
    if now is None or then is None or now.value is None or then.value is None:
        return None
    if now.scope != then.scope:
        return None  # a scope break is not growth
    if measure.unit == "%":
        values = (stored_value(desk.resolved, measure.code, one) for one in (now.value, then.value))
        after, before = values
        return None if after is None or before is None else after - before
    if then.value <= 0:
        return None
    return (Decimal(now.value) - then.value) * 100 / Decimal(then.value)


def standing(desk: Desk, unit: int, code: str, period: int) -> Standing | None:
    """Return where `code` stands for `unit` at `period`; None for a measure no pack defines."""
    measure = desk.resolved.measures.get(code)
    if measure is None:
        return None
    basis = basis_of(measure)
    line = desk.facts.line(unit, code, ACTUAL, basis)
    growth_line = desk.facts.line(unit, f"{code}.yoy", ACTUAL, basis)
    own = newest(line, period) or newest(growth_line, period) or period
    stored = line.get(own)
    value = stored_value(desk.resolved, code, stored.value if stored else None)
    growth, growth_stored, kind = _growth(desk, unit, measure, own, basis)
    return Standing(desk, unit, measure, own, basis, stored, value, growth, growth_stored, kind)


def _growth(
    desk: Desk, unit: int, measure: Measure, period: int, basis: int
) -> tuple[Decimal | None, Stored | None, str | None]:
    """Return growth as it was reported; computed from levels only where the measure says it may be."""
    if measure.growth == "none":
        return None, None, None
    code = f"{measure.code}.yoy"
    stored = desk.facts.get(unit, code, period, ACTUAL, basis)
    if stored is not None and stored.value is not None:
        return stored_value(desk.resolved, code, stored.value), stored, measure.growth
    if measure.growth != "computed":
        return None, None, None
    value = computed_growth(desk, unit, measure, period, basis)
    return value, None, "computed" if value is not None else None


def _target(desk: Desk, unit: int, code: str, period: int) -> Decimal | None:
    stored = target_fact(desk, unit, code, period // 100 * 100 + WHOLE_YEAR)
    return stored_value(desk.resolved, code, stored.value if stored else None)


def target_fact(desk: Desk, unit: int, code: str, year: int) -> Stored | None:
    """Return the target of a year, whichever basis its ledger gave it."""
    for basis in (CUMULATIVE, 2, 0):
        stored = desk.facts.get(unit, code, year, TARGET, basis)
        if stored is not None:
            return stored
    return None
