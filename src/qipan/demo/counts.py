"""What is counted rather than summed: firms above the thresholds, titles, registrations, projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from qipan.demo.desks import Project
from qipan.demo.economy import FIGURES, growth_of
from qipan.demo.honours import valid_on
from qipan.demo.parameters import YEARS, Parameters
from qipan.demo.roster import Firm
from qipan.demo.timeline import month_end

TITLES = {
    "有效高新技术企业数": "高新技术企业",
    "科技型中小企业数": "科技型中小企业",
    "专精特新中小企业数": "专精特新中小企业",
    "专精特新小巨人企业数": "专精特新“小巨人”企业",
    "上市公司数": "上市公司",
}
# Counts whose growth is a figure people state; the others are told as entries and exits.
_COMPARED = frozenset(
    {"规上工业企业数", "有效高新技术企业数", "科技型中小企业数", "在册企业数", "新登记企业数", "注销企业数"}
)
_MONTHS = tuple(year * 100 + month for year in YEARS for month in range(1, 13))
_Row = tuple[str, str, int, int | None, int, int | None, float | None, str, str]
# Share of the year's planned starts that have happened by the end of each month.
_STARTED = (0.0, 0.08, 0.34, 0.42, 0.5, 0.64, 0.7, 0.75, 0.84, 0.88, 0.92, 0.97)


def in_sample(firm: Firm, month: int) -> bool:
    """Tell whether the firm stood in the register of 四上 at the end of the month."""
    return bool(firm.kind) and firm.entry <= month and (not firm.exit or month < firm.exit)


def is_count(measure: str) -> bool:
    """Tell whether a measure counts firms or projects; counts are known for January too."""
    return measure.endswith(("企业数", "入库数", "退库数", "公司数", "项目数", "开工数"))


def _units(parameters: Parameters) -> list[str]:
    return [parameters.zone.code, *(park.code for park in parameters.parks)]


def _whole(parameters: Parameters, parks: Iterable[str]) -> Counter[str]:
    """Return how many of each park, and of the zone as their sum."""
    found = Counter(parks)
    found[parameters.zone.code] = sum(found.values())
    return found


def _by_month(days: Iterable[tuple[str, str]]) -> dict[int, list[str]]:
    """Return the parks of what happened on ISO days, by month."""
    found: dict[int, list[str]] = {}
    for day, park in days:
        found.setdefault(int(day[:4]) * 100 + int(day[5:7]), []).append(park)
    return found


def _rows(
    measure: str, counts: Mapping[int, Counter[str]], units: Sequence[str], *, flow: bool, per: str
) -> list[_Row]:
    """Return a count's rows; a flow also runs up over the year."""
    rows: list[_Row] = []
    totals: dict[tuple[str, int], int] = {}
    for unit in units:
        for month in _MONTHS:
            count = counts[month][unit]
            before = totals.get((unit, month - 1), 0) if flow and month % 100 > 1 else 0
            total = totals[unit, month] = count + before
            base = totals.get((unit, month - 100))
            growth = growth_of(total, base) if measure in _COMPARED else None
            rows.append((unit, measure, month, count if flow else None, total, base, growth, "computed", per))
    return rows


def counted(parameters: Parameters, firms: Sequence[Firm], honours: pl.DataFrame) -> pl.DataFrame:
    """Return the counts of firms by month as FIGURES: 四上 with entries and exits, titles, registrations."""
    units = _units(parameters)
    park_of = {firm.id: firm.park for firm in firms}
    above = [firm for firm in firms if firm.kind]
    born = _by_month((firm.registered, firm.park) for firm in firms)
    gone = _by_month((firm.closed, firm.park) for firm in firms if firm.closed)
    alive = Counter(park for month, parks in born.items() if month < _MONTHS[0] for park in parks)
    stocks: dict[str, dict[int, Counter[str]]] = {}
    flows: dict[str, dict[int, Counter[str]]] = {}

    def put(into: dict[str, dict[int, Counter[str]]], measure: str, month: int, parks: Iterable[str]) -> None:
        into.setdefault(measure, {})[month] = _whole(parameters, parks)

    for month in _MONTHS:
        standing = [firm for firm in above if in_sample(firm, month)]
        put(stocks, "四上企业数", month, (firm.park for firm in standing))
        put(stocks, "规上工业企业数", month, (firm.park for firm in standing if firm.kind == "工业"))
        put(flows, "四上企业新增入库数", month, (firm.park for firm in above if firm.entry == month))
        put(flows, "四上企业退库数", month, (firm.park for firm in above if firm.exit == month))
        valid = valid_on(honours, month_end(month))
        for measure, kind in TITLES.items():
            put(stocks, measure, month, (park_of[at] for at in valid.filter(pl.col("kind") == kind)["firm"].to_list()))
        put(flows, "新登记企业数", month, born.get(month, ()))
        put(flows, "注销企业数", month, gone.get(month, ()))
        alive.update(born.get(month, ()))
        alive.subtract(gone.get(month, ()))
        put(stocks, "在册企业数", month, alive.elements())
    rows: list[_Row] = []
    for measure, counts in stocks.items():
        rows += _rows(measure, counts, units, flow=False, per="户" if measure == "在册企业数" else "家")
    for measure, counts in flows.items():
        rows += _rows(measure, counts, units, flow=True, per="家" if measure.startswith("四上") else "户")
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def project_counts(parameters: Parameters, projects: Sequence[Project], last: int) -> pl.DataFrame:
    """Return how many key projects the zone has, was to start and has started as FIGURES.

    The last month agrees with the project ledger; earlier months of all years follow the usual course of a year.
    """
    unit = parameters.zone.code
    new = [project for project in projects if "新开工" in project.section]
    done = sum(1 for project in new if project.start == "已开工")
    reached = _STARTED[last % 100 - 1] or 1.0
    rows: list[_Row] = []
    for month in _MONTHS:
        year, at = divmod(month, 100)
        begun = round(done * _STARTED[at - 1] / reached)
        before = round(done * _STARTED[at - 2] / reached) if at > 1 else 0
        count = len(projects) - 3 * (last // 100 - year)
        rows.append((unit, "重点项目数", month, None, count, None, None, "computed", "个"))
        rows.append((unit, "重点项目计划开工数", month, None, len(new), None, None, "computed", "个"))
        rows.append((unit, "重点项目开工数", month, begun - before, begun, None, None, "computed", "个"))
    return pl.DataFrame(rows, schema=FIGURES, orient="row")
