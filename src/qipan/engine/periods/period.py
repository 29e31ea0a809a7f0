"""The period as a type: a month, quarter, half, year or range of months, held as one integer that sorts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, Self

RANGE = 10**6
QUARTER, HALF, YEAR = 12, 16, 19
NAMES_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Kind(StrEnum):
    """What sort of period it is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    RANGE = "range"


class Basis:
    """How a figure relates to its period (small integers, as stored)."""

    SINGLE = 0
    CUMULATIVE = 1  # from January to the period's month
    STOCK = 2  # at the end of the period


class Reading:
    """What kind of statement a figure is (数值性质; small integers, as stored)."""

    ACTUAL = 0
    TARGET = 1
    EXPECTED = 2


BASES = {"single": Basis.SINGLE, "cumulative": Basis.CUMULATIVE, "stock": Basis.STOCK}
READINGS = {"actual": Reading.ACTUAL, "target": Reading.TARGET, "expected": Reading.EXPECTED}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period by its code: YYYYMM, YYYY13–16 a quarter, YYYY17–18 a half, YYYY19 a year, two months for a range.

    Raises ValueError for a code that is no period, so that a Period that exists is a real one.
    """

    code: int

    def __post_init__(self) -> None:
        """Refuse codes that are no period."""
        if self.code >= RANGE:
            first, last = divmod(self.code, RANGE)
            if not (_is_month(first) and _is_month(last) and first < last):
                raise ValueError(f"{self.code} is no range of months")
        elif not (1900 <= self.code // 100 <= 2199 and 1 <= self.code % 100 <= YEAR):
            raise ValueError(f"{self.code} is no period")

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """Return a month."""
        if not 1 <= month <= 12:
            raise ValueError(f"{month} is no month")
        return cls(year * 100 + month)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Self:
        """Return a quarter."""
        if not 1 <= quarter <= 4:
            raise ValueError(f"{quarter} is no quarter")
        return cls(year * 100 + QUARTER + quarter)

    @classmethod
    def half(cls, year: int, half: int) -> Self:
        """Return a half year."""
        if half not in (1, 2):
            raise ValueError(f"{half} is no half")
        return cls(year * 100 + HALF + half)

    @classmethod
    def year_of(cls, year: int) -> Self:
        """Return a whole year."""
        return cls(year * 100 + YEAR)

    @classmethod
    def span(cls, first: int, last: int) -> Self:
        """Return the months from `first` to `last` (both YYYYMM) as the simplest period that says so."""
        if first == last:
            return cls(first)
        year, start, end = first // 100, first % 100, last % 100
        if year == last // 100:
            length = end - start + 1
            if length == 12:
                return cls.year_of(year)
            if length == 6 and start in (1, 7):
                return cls.half(year, 1 if start == 1 else 2)
            if length == 3 and start % 3 == 1:
                return cls.quarter(year, end // 3)
        return cls(first * RANGE + last)

    @classmethod
    def range(cls, first: int, last: int) -> Self:
        """Return the months from `first` to `last` as a range, even where a quarter or year would say the same."""
        return cls(first * RANGE + last)

    @property
    def kind(self) -> Kind:
        """The sort of period."""
        if self.code >= RANGE:
            return Kind.RANGE
        part = self.code % 100
        if part <= QUARTER:
            return Kind.MONTH
        if part <= HALF:
            return Kind.QUARTER
        return Kind.HALF if part < YEAR else Kind.YEAR

    @property
    def first(self) -> int:
        """The first month, YYYYMM."""
        if self.code >= RANGE:
            return self.code // RANGE
        year, part = divmod(self.code, 100)
        starts = {Kind.MONTH: part, Kind.QUARTER: (part - QUARTER) * 3 - 2, Kind.HALF: (part - HALF) * 6 - 5}
        return year * 100 + starts.get(self.kind, 1)

    @property
    def last(self) -> int:
        """The last month, YYYYMM."""
        if self.code >= RANGE:
            return self.code % RANGE
        year, part = divmod(self.code, 100)
        ends = {Kind.MONTH: part, Kind.QUARTER: (part - QUARTER) * 3, Kind.HALF: (part - HALF) * 6}
        return year * 100 + ends.get(self.kind, 12)

    @property
    def end(self) -> date:
        """Its last day."""
        year, month = divmod(self.last, 100)
        return date(year, month, monthrange(year, month)[1])

    @property
    def year(self) -> int:
        """The year in which it ends."""
        return self.last // 100

    @property
    def from_january(self) -> bool:
        """Whether it runs from January of its year: then a cumulative figure of its last month says the same."""
        return self.first == self.year * 100 + 1

    def months(self) -> tuple[int, ...]:
        """Return its months, YYYYMM, in order."""
        start, end = _number(self.first), _number(self.last)
        return tuple(_code(number) for number in range(start, end + 1))

    def shift(self, steps: int) -> Period:
        """Return the period `steps` of its own length later (earlier where negative)."""
        length = _number(self.last) - _number(self.first) + 1
        first, last = (_code(_number(month) + steps * length) for month in (self.first, self.last))
        if self.kind is Kind.RANGE:
            return Period.range(first, last)
        return Period(last) if self.kind is Kind.MONTH else Period.span(first, last)

    def same_last_year(self) -> Period:
        """Return the same period a year earlier (上年同期)."""
        if self.kind is Kind.RANGE:
            return Period.range(self.first - 100, self.last - 100)
        return Period(self.code - 100)

    def to(self, other: Period) -> tuple[Period, ...]:
        """Return the periods of this length from this one to `other`, both included."""
        found: list[Period] = []
        at = self
        while at.last <= other.last:
            found.append(at)
            at = at.shift(1)
        return tuple(found)

    def text(self, language: Literal["zh", "en"] = "zh", *, basis: int | None = None) -> str:
        """Return the period as people write it; a cumulative month reads 2026年1—10月."""
        year, part = divmod(self.last, 100)
        runs = self.kind is Kind.MONTH or (self.from_january and self.kind is not Kind.YEAR)
        if basis == Basis.CUMULATIVE and runs and part > 1:
            return f"{year}年1—{part}月" if language == "zh" else f"Jan–{NAMES_EN[part - 1]} {year}"
        return self._chinese() if language == "zh" else self._english()

    def _chinese(self) -> str:
        year, part = divmod(self.code % RANGE if self.kind is Kind.RANGE else self.code, 100)
        match self.kind:
            case Kind.MONTH:
                return f"{year}年{part}月"
            case Kind.QUARTER:
                return f"{year}年{'一二三四'[part - QUARTER - 1]}季度"
            case Kind.HALF:
                return f"{year}年{'上下'[part - HALF - 1]}半年"
            case Kind.YEAR:
                return f"{year}年"
            case Kind.RANGE:
                start, month = divmod(self.first, 100)
                return f"{start}年{month}—{part}月" if start == year else f"{start}年{month}月—{year}年{part}月"

    def _english(self) -> str:
        year, part = divmod(self.code % RANGE if self.kind is Kind.RANGE else self.code, 100)
        match self.kind:
            case Kind.MONTH:
                return f"{NAMES_EN[part - 1]} {year}"
            case Kind.QUARTER:
                return f"Q{part - QUARTER} {year}"
            case Kind.HALF:
                return f"H{part - HALF} {year}"
            case Kind.YEAR:
                return str(year)
            case Kind.RANGE:
                start, month = divmod(self.first, 100)
                begin = NAMES_EN[month - 1] if start == year else f"{NAMES_EN[month - 1]} {start}"
                return f"{begin}–{NAMES_EN[part - 1]} {year}"


def _is_month(code: int) -> bool:
    return 1900 <= code // 100 <= 2199 and 1 <= code % 100 <= 12


def _number(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1


def _code(number: int) -> int:
    return number // 12 * 100 + number % 12 + 1
