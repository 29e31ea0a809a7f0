"""The zone's and its parks' figures by month, from firms where firms make them, else from authored yearly levels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.parameters import YEARS, Parameters, SeriesSpec
from qipan.demo.roster import Firm
from qipan.demo.timeline import MONTHS_A_YEAR, apportion, cumulate, increments

FIGURES: dict[str, pl.DataType] = {
    "unit": pl.String(),  # code of zone or park
    "measure": pl.String(),  # Chinese name, as in the ledgers
    "month": pl.Int32(),
    "single": pl.Int64(),  # this month (02: January and February where January has none); null: a stock
    "total": pl.Int64(),  # since the year began; the stock
    "base": pl.Int64(),  # a year before, as this year's form states it; null: none
    "growth": pl.Float64(),  # percent of the year to date, one decimal; null: no comparable base
    "growth_kind": pl.String(),  # official | same_scope | computed
    "quantity": pl.String(),  # what one counts: 千元 万元 万美元 百千瓦时 家 户 个
}
MONTHS = increments(YEARS[0], YEARS[-1])
# Measures whose January is published by itself, and January's share of 1-2月.
JANUARY: dict[str, float] = {
    "工业用电量": 0.535,
    "一般公共预算收入": 0.62,
    "税收收入": 0.63,
    "进出口总额": 0.56,
    "出口总额": 0.57,
    "实际使用外资": 0.5,
    "省外到位资金": 0.5,
}
QUARTERLY = frozenset({"地区生产总值"})
_FROM_FIRMS = (
    ("规上工业总产值", "工业", "output", "same_scope", "千元"),
    ("规上工业营业收入", "工业", "revenue", "same_scope", "千元"),
    ("规上工业利润总额", "工业", "profit", "same_scope", "千元"),
    ("工业用电量", "工业", "electricity", "computed", "百千瓦时"),
    ("规上服务业营业收入", "服务业", "revenue", "same_scope", "千元"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's series of one measure over MONTHS: single values and their year-to-date growth."""

    unit: str
    measure: str
    singles: tuple[int, ...]
    bases: tuple[int | None, ...]
    growth: tuple[float | None, ...]
    kind: str
    quantity: str


def rounded(value: float, places: int = 1) -> float:
    """Return the value as printed: half away from zero, so that 0.25 is 0.3."""
    scale = 10**places
    return math.floor(abs(value) * scale + 0.5) / scale * (1 if value >= 0 else -1)


def growth_of(now: int, before: int | None) -> float | None:
    """Return growth in percent, one decimal; null where there is no comparable base."""
    return rounded((now / before - 1) * 100) if before and before > 0 else None


def line(unit: str, measure: str, singles: Sequence[int], kind: str, quantity: str, add: Sequence[float] = ()) -> Line:
    """Return a series whose growth follows from its levels, plus `add` 百分点 by year where official growth differs."""
    sums = cumulate(MONTHS, singles)
    bases = [None if at < MONTHS_A_YEAR else sums[at - MONTHS_A_YEAR] for at in range(len(sums))]
    growth = [growth_of(now, before) for now, before in zip(sums, bases, strict=True)]
    if add:
        growth = [
            None if value is None else rounded(value + add[month // 100 - YEARS[0]])
            for value, month in zip(growth, MONTHS, strict=True)
        ]
    return Line(unit, measure, tuple(singles), tuple(bases), tuple(growth), kind, quantity)


def from_firms(parameters: Parameters, months: pl.DataFrame, firms: Sequence[Firm]) -> list[Line]:
    """Return the measures that are sums of the firms in the sample, for every park and the zone."""
    who = pl.DataFrame(
        {"firm": [firm.id for firm in firms], "park": [firm.park for firm in firms], "kind": [f.kind for f in firms]},
        schema={"firm": pl.Int32, "park": pl.String, "kind": pl.String},
    )
    joined = months.filter(pl.col("reported")).join(who, on="firm")
    lines: list[Line] = []
    for measure, kind, column, growth_kind, quantity in _FROM_FIRMS:
        sums = [pl.col(column).sum().alias("single"), pl.col(f"{column}_sum").sum().alias("total")]
        # The form states a year before only for firms that were there; the others have nothing to compare with.
        base = pl.col(f"{column}_base").sum().alias("base")
        mine = joined.filter(pl.col("kind") == kind)
        by_park = mine.group_by("park", "month").agg(*sums, base)
        whole = mine.group_by("month").agg(*sums, base).select(pl.lit(parameters.zone.code).alias("park"), pl.all())
        units = [parameters.zone.code, *(park.code for park in parameters.parks)]
        for frame in (by_park.select("park", "month", "single", "total", "base"), whole):
            for unit in units:
                rows = {row[1]: row[2:] for row in frame.filter(pl.col("park") == unit).rows()}
                if rows:
                    found = [rows.get(month, (0, 0, 0)) for month in MONTHS]
                    growth = tuple(growth_of(row[1], row[2]) for row in found)
                    bases = tuple(row[2] or None for row in found)
                    singles = tuple(row[0] for row in found)
                    lines.append(Line(unit, measure, singles, bases, growth, growth_kind, quantity))
    return lines


def added_value(parameters: Parameters, output: Sequence[Line]) -> list[Line]:
    """Return 规上工业增加值: a fixed share of output in level; growth official, at comparable prices.

    The zone's growth moves around the year's official figure as output moves; a park's differs from the zone's as
    its output does, so that the parks explain the zone.
    """
    official = parameters.official["规上工业增加值"]
    zone = next(line for line in output if line.unit == parameters.zone.code)
    last = {year: zone.growth[(year - YEARS[0]) * MONTHS_A_YEAR + 10] or 0.0 for year in YEARS}
    lines: list[Line] = []
    for made in output:
        singles = [value * parameters.totals.added_value_rate // 100 for value in made.singles]
        growth: list[float | None] = []
        for month, own, whole in zip(MONTHS, made.growth, zone.growth, strict=True):
            year = month // 100
            if own is None or whole is None or year not in official:
                growth.append(None)
                continue
            moving = official[year] + 0.6 * (whole - last[year])
            growth.append(rounded(moving + (own - whole)))
        bases: tuple[int | None, ...] = (None,) * len(singles)
        lines.append(Line(made.unit, "规上工业增加值", tuple(singles), bases, tuple(growth), "official", "千元"))
    return lines


def _months_of(spec: SeriesSpec, parameters: Parameters, random: Random) -> list[int]:
    """Return the zone's single values before any writedown; every year adds up to its level."""
    scale = 1 if spec.report_unit == spec.unit else 10_000
    season = parameters.seasons[spec.season]
    found: list[int] = []
    for level in spec.levels:
        shares = [share * math.exp(random.gauss(0, 0.035)) for share in season]
        found += apportion(round(level * scale), shares)
    return found


def _split(spec: SeriesSpec, singles: Sequence[int], parameters: Parameters, random: Random) -> list[list[int]]:
    """Return the parks' single values: shares that drift as the parks grow, month by month adding up to the zone."""
    rule = parameters.events.parting
    weights = [park.shares[spec.split] for park in parameters.parks]
    parks: list[list[int]] = [[] for _ in weights]
    for at, month in enumerate(MONTHS):
        year = month // 100 - YEARS[0]
        if at % MONTHS_A_YEAR == 0 and year:
            drifts = [park.drift[year] for park in parameters.parks]
            weights = [weight * (1 + drift / 100) for weight, drift in zip(weights, drifts, strict=True)]
        noisy = [weight * math.exp(random.gauss(0, 0.08)) for weight in weights]
        for seat, park in enumerate(parameters.parks):
            if park.code == rule.park and month >= rule.start and spec.split == "财政":
                noisy[seat] *= (1 + rule.tax / 100) ** (month % 100)
        for seat, value in enumerate(apportion(singles[at], noisy)):
            parks[seat].append(value)
    return parks


def from_levels(parameters: Parameters, seed: int) -> list[Line]:
    """Return the measures that other offices report: authored levels, split among parks, with their writedowns."""
    lines: list[Line] = []
    for spec in parameters.series:
        random = stream(seed, f"series:{spec.measure}")
        singles = _months_of(spec, parameters, random)
        add = [0.0] * len(YEARS)
        for entry in parameters.events.scope_breaks:
            if entry.measure == spec.measure:
                add[entry.year - YEARS[0]] = entry.points
        if spec.measure in parameters.official:
            lines.append(_official(spec, parameters, singles, random))
            continue
        parks = _split(spec, singles, parameters, random) if spec.split else []
        for entry in parameters.events.writedowns:
            if entry.measure == spec.measure:
                at = MONTHS.index(entry.month)
                amount = round(entry.amount * 10_000)
                singles[at] += amount
                seat = next(seat for seat, park in enumerate(parameters.parks) if park.code == entry.unit)
                parks[seat][at] += amount
        lines.append(line(parameters.zone.code, spec.measure, singles, spec.growth, spec.unit, add))
        for park, values in zip(parameters.parks, parks, strict=False):
            lines.append(line(park.code, spec.measure, values, spec.growth, spec.unit, add))
    return lines


def _official(spec: SeriesSpec, parameters: Parameters, singles: Sequence[int], random: Random) -> Line:
    """Return a quarterly series whose growth is published, not computed: it ends each year at the year's figure."""
    yearly = parameters.official[spec.measure]
    growth: list[float | None] = []
    for month in MONTHS:
        quarter = month % 100 // 3
        value = yearly.get(month // 100)
        wave = random.choice((-0.3, -0.2, 0.1, 0.2, 0.3)) if quarter < 4 else 0.0
        growth.append(None if value is None or month % 100 % 3 else rounded(value + wave))
    bases: tuple[int | None, ...] = (None,) * len(singles)
    return Line(parameters.zone.code, spec.measure, tuple(singles), bases, tuple(growth), "official", spec.unit)


def _januaries(lines: Sequence[Line], zone: str) -> dict[tuple[str, str, int], int]:
    """Return January of every measure that publishes it, by unit and February; the zone's is the sum of its parks'."""
    found: dict[tuple[str, str, int], int] = {}
    sums: dict[tuple[str, int], int] = {}
    for entry in sorted(lines, key=lambda entry: entry.unit == zone):
        share = JANUARY.get(entry.measure, 0.0)
        for month, single in zip(MONTHS, entry.singles, strict=True):
            if not share or month % 100 != 2:
                continue
            key, first = (entry.measure, month), round(single * share)
            if entry.unit == zone:
                first = sums.get(key, first)
            else:
                sums[key] = sums.get(key, 0) + first
            found[entry.unit, entry.measure, month] = first
    return found


def flow_frame(lines: Sequence[Line], zone: str) -> pl.DataFrame:
    """Return flows as FIGURES, January standing by itself where it is published."""
    rows: list[tuple[str, str, int, int | None, int, int | None, float | None, str, str]] = []
    januaries = _januaries(lines, zone)
    for entry in lines:
        head, ends = (entry.unit, entry.measure), (entry.kind, entry.quantity)
        sums = cumulate(MONTHS, entry.singles)
        for month, single, total, base, growth in zip(
            MONTHS, entry.singles, sums, entry.bases, entry.growth, strict=True
        ):
            if entry.measure in QUARTERLY and month % 100 % 3:
                continue
            first = januaries.get((*head, month))
            if first is not None:
                before = januaries.get((*head, month - 100))
                rows.append((*head, month - 1, first, first, before, growth_of(first, before), *ends))
                single -= first
            rows.append((*head, month, single, total, base, growth, *ends))
    return pl.DataFrame(rows, schema=FIGURES, orient="row")
