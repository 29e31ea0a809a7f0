"""What the firms that report monthly make, sell, use, pay and employ: the numbers everything else is summed from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.parameters import YEARS, Industry, Parameters, Park
from qipan.demo.roster import Firm
from qipan.demo.timeline import MONTHS_A_YEAR, cumulate, increments

FIRM_MONTHS: dict[str, pl.DataType] = {
    "firm": pl.Int32(),
    "month": pl.Int32(),  # yyyymm of the increment; 02 covers January and February
    "reported": pl.Boolean(),  # the firm was in the sample
    "output": pl.Int64(),  # 产值, 千元; 0 for firms that are not industrial
    "revenue": pl.Int64(),  # 营业收入, 千元
    "electricity": pl.Int64(),  # 用电量, 百千瓦时
    "tax": pl.Int64(),  # 税收, 千元
    "profit": pl.Int64(),  # 利润总额, 千元
    "staff": pl.Int64(),  # 期末从业人员, 人
    "output_sum": pl.Int64(),
    "revenue_sum": pl.Int64(),
    "electricity_sum": pl.Int64(),
    "tax_sum": pl.Int64(),
    "profit_sum": pl.Int64(),
    "output_base": pl.Int64(),  # 上年同期累计 as this year's form states it; null: the firm did not exist
    "revenue_base": pl.Int64(),
    "electricity_base": pl.Int64(),
    "tax_base": pl.Int64(),
    "profit_base": pl.Int64(),
}
_MONTHS = increments(YEARS[0], YEARS[-1])
_SEASON = {"工业": "工业", "批零业": "消费", "住餐业": "消费", "服务业": "服务业"}
_BASED = ("output", "revenue", "electricity", "tax", "profit")
_TAX_MONTHS = (1.25, 0.9, 1.2, 1.0, 0.8, 1.25, 0.75, 0.85, 1.25, 0.8, 0.9)  # provisional income tax falls quarterly
_TEN_MONTHS = slice((2026 - YEARS[0]) * MONTHS_A_YEAR, (2026 - YEARS[0]) * MONTHS_A_YEAR + 9)


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a firm's series depend on besides the firm."""

    parameters: Parameters
    park: Park
    industry: Industry
    season: Sequence[float]


def _path(firm: Firm, setting: _Setting, random: Random) -> list[float]:
    """Return the shape of a firm's activity over all months, in no unit: growth, season, lasting disturbances."""
    growth = setting.parameters.growth
    own = random.gauss(0.0, 1.0 if firm.weight > 14 else 3.0) + (2.0 if firm.weight > 100 else 0.0)
    level, levels = 1.0, list[float]()
    for year, drift in zip(YEARS, setting.park.drift, strict=True):
        level *= 1 + (growth.get(year, 0.0) + drift + own + random.gauss(0.0, 2.5 if firm.weight > 20 else 5.0)) / 100
        levels.append(level)
    path: list[float] = []
    disturbance = 0.0
    for at, month in enumerate(_MONTHS):
        disturbance = 0.55 * disturbance + random.gauss(0.0, 0.02 if firm.weight > 20 else 0.045)
        value = levels[month // 100 - YEARS[0]] * setting.season[at % MONTHS_A_YEAR] * math.exp(disturbance)
        path.append(value)
    return path


def _alive(firm: Firm, parameters: Parameters) -> list[float]:
    """Return 1 where the firm works, 0 before it was built and after it stopped; the plant that moves fades out."""
    moved = parameters.events.moved_plant
    leaving = firm.exit == moved.gone and firm.weight == moved.output
    fading = {moved.stops - 2: 0.7, moved.stops - 1: 0.35}
    built = firm.entry if firm.entry and firm.entry % 100 < 11 else 0
    return [
        0.0 if month < built or (leaving and month >= moved.stops) else fading.get(month, 1.0) if leaving else 1.0
        for month in _MONTHS
    ]


def _parting(firm: Firm, parameters: Parameters) -> tuple[list[float], list[float], list[float]]:
    """Return factors by month on output, electricity and tax: all one except in the park where they part ways."""
    rule = parameters.events.parting
    ones = [1.0] * len(_MONTHS)
    if firm.park != rule.park:
        return ones, ones, ones
    ages = [max(0, month % 100 if month >= rule.start else 0) for month in _MONTHS]
    rates = (rule.output, rule.electricity, rule.tax)
    output, electricity, tax = ([(1 + rate / 100) ** age for age in ages] for rate in rates)
    return output, electricity, tax


def _scale(firm: Firm, path: Sequence[float], season: Sequence[float]) -> float:
    """Return thousands of yuan per unit of path, so that the firm's weight is what it makes in a year.

    A firm of today is measured by 1-10月 2026 (the season's share of the year), one that left by its last full year.
    """
    if firm.exit:
        start = (firm.exit // 100 - 2 - YEARS[0]) * MONTHS_A_YEAR
        return firm.weight * 1e5 / sum(path[start : start + MONTHS_A_YEAR])
    share = sum(season[:9])
    return firm.weight * 1e5 * share / sum(path[_TEN_MONTHS])


@dataclass(frozen=True, slots=True)
class _Flows:
    """A firm's monthly flows, not yet whole numbers."""

    output: list[float]
    revenue: list[float]
    electricity: list[float]
    tax: list[float]
    profit: list[float]
    staff: list[float]


def _flows(firm: Firm, setting: _Setting, random: Random) -> _Flows:
    path = _path(firm, setting, random)
    more_output, more_power, more_tax = _parting(firm, setting.parameters)
    path = [value * factor for value, factor in zip(path, more_output, strict=True)]
    scale = _scale(firm, path, setting.season)
    alive = _alive(firm, setting.parameters)
    made = [value * scale * life for value, life in zip(path, alive, strict=True)]
    industrial = firm.kind == "工业"
    ratio = random.uniform(0.95, 1.05) if industrial else 1.0
    margin = random.gauss(0.062, 0.05)
    rate = setting.industry.tax / 100 * random.lognormvariate(0, 0.2)
    intensity = setting.industry.kwh * random.lognormvariate(0, 0.3) / 1000
    head = random.uniform(60, 160) * (3.2 if firm.weight > 20 else 1.0)  # yearly revenue per person, 万元
    revenue = [value * ratio * math.exp(random.gauss(0, 0.02)) for value in made]
    plain = [value / factor for value, factor in zip(made, more_output, strict=True)]
    power = [
        value * intensity * factor * 0.99 ** (at / MONTHS_A_YEAR) * math.exp(random.gauss(0, 0.025))
        for at, (value, factor) in enumerate(zip(plain, more_power, strict=True))
    ]
    tax = [
        value * rate * factor * _TAX_MONTHS[at % MONTHS_A_YEAR] * math.exp(random.gauss(0, 0.07))
        for at, (value, factor) in enumerate(zip(plain, more_tax, strict=True))
    ]
    profit = [value * (margin + random.gauss(0, 0.015)) for value in revenue]
    year = [sum(revenue[max(0, at - 10) : at + 1]) / min(at + 1, 11) * 11 for at in range(len(revenue))]
    staff = [max(6.0 if value else 0.0, value / 10 / head) for value in year]
    return _Flows(made if industrial else [0.0] * len(made), revenue, power, tax, profit, staff)


def first_report(firm: Firm) -> int:
    """Return the month of a firm's first monthly report: new plants at once, year-end entries from next 1-2月."""
    if not firm.entry:
        return 0
    return firm.entry if firm.entry % 100 < 11 else (firm.entry // 100 + 1) * 100 + 2


def _bases(sums: list[int], factors: Sequence[float]) -> list[int | None]:
    """Return last year's cumulative figure as this year's form states it: some firms restate it."""
    lagged: list[int | None] = [None] * MONTHS_A_YEAR
    lagged += [round(value * factors[at // MONTHS_A_YEAR]) or None for at, value in enumerate(sums[:-MONTHS_A_YEAR])]
    return lagged


def _frame(
    firm: Firm, flows: _Flows, power_scale: float, parameters: Parameters, corrected: int, random: Random
) -> pl.DataFrame:
    """Return a firm's months as FIRM_MONTHS."""
    rule = parameters.events.firm_writedown
    cut = round(rule.amount * 1e5) if corrected == firm.id else 0
    output = [round(value) + cut * (month == rule.month) for value, month in zip(flows.output, _MONTHS, strict=True)]
    whole = {
        "output": output,
        "revenue": [round(value) for value in flows.revenue],
        "electricity": [round(value * power_scale) for value in flows.electricity],
        "tax": [round(value) for value in flows.tax],
        "profit": [round(value) for value in flows.profit],
    }
    sums = {name: cumulate(_MONTHS, values) for name, values in whole.items()}
    restated = [random.gauss(1.0, 0.05) if random.random() < 0.07 else 1.0 for _ in YEARS]
    start = first_report(firm)
    return pl.DataFrame(
        {
            "firm": [firm.id] * len(_MONTHS),
            "month": _MONTHS,
            "reported": [month >= start and (not firm.exit or month < firm.exit) for month in _MONTHS],
            **whole,
            "staff": [round(value) for value in flows.staff],
            **{f"{name}_sum": values for name, values in sums.items()},
            **{f"{name}_base": _bases(sums[name], restated) for name in _BASED},
        },
        schema=FIRM_MONTHS,
    )


def _corrected(parameters: Parameters, firms: Sequence[Firm]) -> int:
    """Return the firm whose output inspectors corrected: the n-th largest of its park."""
    rule = parameters.events.firm_writedown
    made = [firm for firm in firms if firm.kind == "工业" and firm.park == rule.park and not firm.exit]
    return sorted(made, key=lambda firm: -firm.weight)[rule.rank - 1].id


def firm_months(parameters: Parameters, firms: Sequence[Firm], seed: int) -> pl.DataFrame:
    """Return the months of every firm that is or was among 四上, from 2020 to 2026, as FIRM_MONTHS.

    Electricity is scaled once for all industrial firms, so that the zone's use in a year is what it should be.
    """
    parks = {park.code: park for park in parameters.parks}
    industries = {industry.code: industry for industry in parameters.industries}
    reporting = [firm for firm in firms if firm.kind]
    flows: list[_Flows] = []
    for firm in reporting:
        season = parameters.seasons[_SEASON.get(firm.kind, "投资")]
        setting = _Setting(parameters, parks[firm.park], industries[firm.industry], season)
        flows.append(_flows(firm, setting, stream(seed, f"firm:{firm.id}")))
    today = [made for firm, made in zip(reporting, flows, strict=True) if firm.kind == "工业" and not firm.exit]
    used = sum(sum(made.electricity[_TEN_MONTHS]) for made in today)
    target = parameters.totals.electricity * 1e6 * sum(parameters.seasons["工业"][:9])  # 亿千瓦时 in 百千瓦时
    scale = target / used
    corrected = _corrected(parameters, firms)
    return pl.concat(
        _frame(firm, made, scale, parameters, corrected, stream(seed, f"form:{firm.id}"))
        for firm, made in zip(reporting, flows, strict=True)
    )
