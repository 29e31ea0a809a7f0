"""The table of units: which dimension a unit belongs to, and by what exact factor it becomes the base unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

INT64 = 2**63 - 1
EXACT = Context(prec=34)
DECORATION = re.compile(r"^(?:计量单位|金额单位|货币单位|单位)[::]?|[\s::。,,、;;]+$")
BRACKETS = re.compile(r"^[(\[【〔<]|[)\]】〕>]$")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A kind of quantity: its base unit and the decimal places kept in storage."""

    code: str
    base: str
    places: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: `factor` of its base units make one of it."""

    code: str  # the Chinese unit, e.g. 亿元
    dimension: str
    factor: Fraction
    en: str = ""
    aliases: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Return unit text in half width, without spaces, brackets, and the words that introduce it."""
    known = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    for short, full in (("km2", "平方公里"), ("hm2", "公顷"), ("m2", "平方米"), ("m3", "立方米")):
        known = known.replace(short, full)
    before = ""
    while before != known:
        before, known = known, BRACKETS.sub("", DECORATION.sub("", known))
    return known.lower()


@dataclass(frozen=True, slots=True, eq=False)
class UnitTable:
    """All units known, given as data; conversions are exact. A table equals only itself, so it can be a cache's key."""

    units: Mapping[str, Unit]
    dimensions: Mapping[str, Dimension]
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    # unit → by what a stored integer is multiplied and divided to stand in it; filled as units are met.
    _ratios: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict[str, tuple[Decimal, Decimal]], repr=False)

    @classmethod
    def of(cls, units: Iterable[Unit], dimensions: Iterable[Dimension]) -> UnitTable:
        """Return the table; raises ValueError where a unit's dimension is unknown or one name means two units."""
        by_code = {unit.code: unit for unit in units}
        kinds = {dimension.code: dimension for dimension in dimensions}
        names: dict[str, str] = {}
        for unit in by_code.values():
            if unit.dimension not in kinds:
                raise ValueError(f"unit {unit.code}: no dimension {unit.dimension}")
            for name in (unit.code, unit.en, *unit.aliases):
                if name and names.setdefault(plain(name), unit.code) != unit.code and name != unit.en:
                    raise ValueError(f"{name} names both {unit.code} and {names[plain(name)]}")
        for unit in by_code.values():
            names[plain(unit.code)] = unit.code
        return cls(by_code, kinds, names)

    def find(self, text: str | None) -> Unit | None:
        """Return the unit that `text` names ("单位:万元", "(亿元)", "㎡"), or None."""
        if not text:
            return None
        code = self.names.get(plain(text))
        return None if code is None else self.units[code]

    def dimension_of(self, unit: str) -> Dimension:
        """Return the dimension of a unit; raises KeyError for a unit nobody knows."""
        return self.dimensions[self.units[unit].dimension]

    def ratio(self, unit: str, other: str) -> Fraction | None:
        """Return how many `other` make one `unit`; None where they measure different things."""
        one, two = self.units[unit], self.units[other]
        return one.factor / two.factor if one.dimension == two.dimension else None

    def convert(self, value: Decimal, unit: str, other: str) -> Decimal:
        """Return `value` in `other`, exact to 34 digits; raises ValueError where the two measure different things."""
        ratio = self.ratio(unit, other)
        if ratio is None:
            raise ValueError(f"{unit} does not convert to {other}")
        with localcontext(prec=34):
            return value * ratio.numerator / ratio.denominator

    def to_scaled(self, value: Decimal, unit: str) -> int:
        """Return `value` as the integer that is stored: in the base unit, times 10**places, half away from zero.

        Raises OverflowError beyond a signed 64-bit integer.
        """
        scaled = Fraction(value) * self.units[unit].factor * 10 ** self.dimension_of(unit).places
        whole = round_half_up(scaled)
        if abs(whole) > INT64:
            raise OverflowError(f"{value} {unit} does not fit the store")
        return whole

    def from_scaled(self, stored: int, unit: str) -> Decimal:
        """Return a stored integer in `unit`, exact to 34 digits."""
        if unit not in self._ratios:
            ratio = 1 / (10 ** self.dimension_of(unit).places * self.units[unit].factor)
            self._ratios[unit] = Decimal(ratio.numerator), Decimal(ratio.denominator)
        times, parts = self._ratios[unit]
        return EXACT.divide(EXACT.multiply(Decimal(stored), times), parts)


def round_half_up(value: Fraction) -> int:
    """Return the nearest integer, halves away from zero (the rounding of Chinese statistics, 四舍五入)."""
    whole, rest = divmod(abs(value.numerator) * 2 + value.denominator, value.denominator * 2)
    del rest
    return whole if value >= 0 else -whole


def quantized(value: Decimal, places: int) -> Decimal:
    """Return `value` with exactly `places` decimals, halves away from zero."""
    with localcontext(prec=60):
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
