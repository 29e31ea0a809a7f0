"""Writes layout 2, the monthly report: zone figures of the month and the year to date beside target, city and place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from qipan.demo.counts import is_count
from qipan.demo.economy import JANUARY, QUARTERLY, growth_of, rounded
from qipan.demo.printed import number, points, printed, span
from qipan.demo.timeline import later
from qipan.demo.truth import Truth
from qipan.demo.workbook import Cell, Group, Workbook

# Not out yet when the others are reported: services come a month late, industrial finance on the 27th.
LATE = frozenset({"规上服务业营业收入", "规上工业营业收入", "规上工业利润总额"})


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of the report: which measure, in which unit, how far indented."""

    measure: str
    unit: str
    label: str = ""
    indent: str = ""


LINES = (
    ReportLine("地区生产总值", "亿元"),
    ReportLine("规上工业增加值", "亿元"),
    ReportLine("规上工业总产值", "亿元"),
    ReportLine("规上工业营业收入", "亿元"),
    ReportLine("规上工业利润总额", "亿元"),
    ReportLine("工业用电量", "亿千瓦时"),
    ReportLine("固定资产投资", "亿元"),
    ReportLine("工业投资", "亿元", "其中：工业投资", "  "),
    ReportLine("规上服务业营业收入", "亿元"),
    ReportLine("限上社会消费品零售额", "亿元"),
    ReportLine("一般公共预算收入", "亿元"),
    ReportLine("税收收入", "亿元", "其中：税收收入", "  "),
    ReportLine("进出口总额", "亿元"),
    ReportLine("出口总额", "亿元", "其中：出口总额", "  "),
    ReportLine("实际使用外资", "万美元"),
    ReportLine("省外到位资金", "亿元"),
    ReportLine("重点项目完成投资", "亿元"),
    ReportLine("重点项目数", "个"),
    ReportLine("重点项目计划开工数", "个"),
    ReportLine("重点项目开工数", "个"),
    ReportLine("四上企业数", "家"),
    ReportLine("规上工业企业数", "家", "其中：规上工业企业数", "  "),
    ReportLine("四上企业新增入库数", "家"),
    ReportLine("四上企业退库数", "家"),
    ReportLine("有效高新技术企业数", "家"),
    ReportLine("科技型中小企业数", "家"),
    ReportLine("专精特新中小企业数", "家"),
    ReportLine("专精特新小巨人企业数", "家", "其中：专精特新“小巨人”企业数", "  "),
    ReportLine("上市公司数", "家"),
    ReportLine("在册企业数", "户"),
    ReportLine("新登记企业数", "户"),
    ReportLine("注销企业数", "户"),
)


@dataclass(frozen=True, slots=True)
class _Figure:
    single: int | None
    total: int
    base: int | None
    growth: float | None
    kind: str
    quantity: str


def published_month(measure: str, month: int) -> int | None:
    """Return the month a measure has reached in the report of `month`; null where it has nothing to say yet."""
    if measure in QUARTERLY:
        reached = month - month % 100 % 3 if month % 100 >= 3 else None
    elif measure in LATE:
        # January tells the whole of last year; February, which would tell of January alone, nothing.
        reached = None if month % 100 == 2 else later(month, -1)
    elif month % 100 == 1:
        reached = month if measure in JANUARY else None
    else:
        reached = month
    return reached


class _Zone:
    """The zone's figures, the city's and the targets, ready to be asked for."""

    def __init__(self, zone: Truth) -> None:
        mine = zone.figures.filter(pl.col("unit") == zone.parameters.zone.code)
        columns = ("measure", "month", "single", "total", "base", "growth", "growth_kind", "quantity")
        self._figures = {(row[0], row[1]): _Figure(*row[2:]) for row in mine.select(columns).rows()}
        self._city = {(row[0], row[1]): (row[2], row[3]) for row in zone.city.drop("total", "quantity").rows()}
        aims = zone.targets.filter(pl.col("unit") == zone.parameters.zone.code)
        self._aims = {(row[0], row[1]): (row[2], row[3]) for row in aims.drop("unit", "quantity").rows()}
        self._census = zone.parameters.events.census
        self._counties = zone.parameters.city.counties

    def figure(self, measure: str, month: int) -> _Figure | None:
        return self._figures.get((measure, month))

    def first_published(self, measure: str, month: int, report: int, total: int) -> int:
        """Return the figure as it was known when the report was made: GDP before its census revision was smaller."""
        revised = measure in QUARTERLY and month // 100 in self._census.years and report < self._census.published
        return round(total / self._census.factor) if revised else total

    def cells(self, line: ReportLine, report: int) -> list[Cell]:
        """Return the cells right of the unit."""
        month = published_month(line.measure, report)
        level, aim = self._aims.get((line.measure, report // 100), (None, None))
        goal: Cell = _goal(level, aim)
        if month and month // 100 != report // 100:
            goal = None  # last year's figure is not held against this year's target
        figure = self.figure(line.measure, month) if month else None
        if figure is None or month is None:
            return [goal, "—", "—", "—", "—", "—", "—", "—"]
        if not figure.total and figure.single is None:  # a title that is given anew each year: none yet
            return [goal, *["—"] * 7]
        total = self.first_published(line.measure, month, report, figure.total)
        single, single_growth = self._single(line, month, figure)
        shown = number(total, figure.quantity, line.unit)
        done = f"{rounded(float(printed(total, figure.quantity, line.unit)) / level * 100):.1f}" if level else "—"
        city, rank = self._city.get((line.measure, month), (None, None))
        growth: Cell = "—" if figure.growth is None else figure.growth
        place = f"{rank}/{self._counties}" if rank else "—"
        return [goal, single, single_growth, shown, growth, done, "—" if city is None else city, place]

    def _single(self, line: ReportLine, month: int, figure: _Figure) -> tuple[Cell, Cell]:
        """Return the month's own figure and growth; none for stocks, quarters, 1-2月 and investment."""
        apart = line.measure in JANUARY or is_count(line.measure)
        if figure.single is None or line.measure in QUARTERLY or (month % 100 == 2 and not apart):
            return "—", "—"
        own = number(figure.single, figure.quantity, line.unit)
        before = self.figure(line.measure, month - 1) if month % 100 > 1 else None
        if month % 100 == 1:
            return own, "—" if figure.growth is None else figure.growth
        if before is None or line.measure.endswith("投资"):
            return own, "—"
        if figure.kind == "official":
            if figure.growth is None or before.growth is None or figure.single <= 0:
                return own, "—"
            base = figure.total / (1 + figure.growth / 100) - before.total / (1 + before.growth / 100)
            return own, rounded((figure.single / base - 1) * 100) if base > 0 else "—"
        growth = None
        if figure.growth is not None and figure.base is not None and before.base is not None:
            growth = growth_of(figure.single, figure.base - before.base)
        return own, "—" if growth is None else growth

    def tax_share(self, month: int) -> list[Cell] | None:
        """Return the line on the share of taxes in revenue, whose change is told in words."""
        shares: list[float] = []
        for at in (month, later(month, -12)):
            tax, whole = self.figure("税收收入", at), self.figure("一般公共预算收入", at)
            if tax is None or whole is None:
                return None
            shares.append(rounded(tax.total / whole.total * 100))
        return [None, "—", "—", shares[0], points(rounded(shares[0] - shares[1])), "—", "—", "—"]


def _goal(level: float | None, growth: float | None) -> Cell:
    if level is not None:
        return int(level) if level == int(level) else level
    return None if growth is None else f"增长{growth:g}%"


def label(line: ReportLine, month: int) -> str:
    """Return the line's words; a measure that lags says how far it has come."""
    reached = published_month(line.measure, month)
    text = line.indent + (line.label or line.measure)
    year = f"{reached // 100}年" if reached and reached // 100 != month // 100 else ""
    return f"{text}（{year}{span(reached)}）" if reached and reached != month and not is_count(line.measure) else text


def write_report(zone: Truth, figures: _Zone, month: int, folder: Path) -> Path:
    """Write the report of one month; return its path."""
    year, last = divmod(month, 100)
    path = folder / "月报" / f"{year}年{last}月月报.xlsx"
    width = 10
    with Workbook(path) as book:
        page = book.page(f"{last}月")
        page.widths([32, 10, 11, 11, 10, 11, 16, 9, 9, 7])
        title = f"{zone.parameters.zone.short}{year}年{span(month)}主要经济指标完成情况"
        page.title(
            title, width, f"制表单位：经济发展和统计局        {later(month, 1) // 100}年{later(month, 1) % 100}月"
        )
        under = ("绝对额", "±%")
        page.header(
            [
                Group("指标"),
                Group("单位"),
                Group("全年目标"),
                Group("本月", under),
                Group(span(month), under),
                Group("完成%"),
                Group("全市", ("增速", "位次")),
            ]
        )
        for line in LINES:
            page.line([label(line, month), line.unit, *figures.cells(line, month)])
            # The form was given this line in its last year; before that nobody reported it.
            told = line.measure == "税收收入" and year == zone.last // 100
            share = figures.tax_share(month) if told else None
            if share:
                page.line(["  税收占一般公共预算收入比重", "%", *share])
        page.merge_across(width, "注：1.地区生产总值为季度核算数，增速按可比价格计算；2.规上服务业营业收入滞后一个月；")
        page.merge_across(
            width,
            "    3.规上工业增加值、固定资产投资增速由上级统计部门核定，不用绝对额推算；4.“—”表示无数据或未到公布时间。",
        )
    return path


def write_reports(zone: Truth, folder: Path) -> list[Path]:
    """Write one report for each month of the window; return their paths."""
    figures = _Zone(zone)
    return [write_report(zone, figures, month, folder) for month in zone.months]
