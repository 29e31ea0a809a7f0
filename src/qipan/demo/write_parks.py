"""Writes the parks' figures (指标×月份), the monthly figures of firms, and the city's."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.counts import is_count
from qipan.demo.economy import JANUARY, growth_of
from qipan.demo.parameters import Park
from qipan.demo.printed import number, span
from qipan.demo.truth import Truth
from qipan.demo.workbook import Cell, Workbook
from qipan.demo.write_report import LATE

_UNITS = {"千元": "万元", "万元": "万元", "百千瓦时": "万千瓦时", "万美元": "万美元", "家": "家", "户": "户"}
PARK_MEASURES = (
    "规上工业总产值",
    "规上工业增加值",
    "规上工业营业收入",
    "规上工业利润总额",
    "工业用电量",
    "固定资产投资",
    "工业投资",
    "规上服务业营业收入",
    "限上社会消费品零售额",
    "一般公共预算收入",
    "税收收入",
    "进出口总额",
    "出口总额",
    "实际使用外资",
    "省外到位资金",
    "重点项目完成投资",
    "四上企业数",
    "四上企业新增入库数",
    "四上企业退库数",
    "规上工业企业数",
    "有效高新技术企业数",
    "科技型中小企业数",
    "专精特新中小企业数",
    "专精特新小巨人企业数",
    "在册企业数",
    "新登记企业数",
    "注销企业数",
)
_GROWTH = frozenset(PARK_MEASURES[:16])


def _years(zone: Truth) -> list[tuple[int, list[int]]]:
    """Return the years of the window with their months."""
    years = sorted({month // 100 for month in zone.months})
    return [(year, [month for month in zone.months if month // 100 == year]) for year in years]


def known(measure: str, month: int, zone: Truth) -> bool:
    """Tell whether a figure is out when the last month is reported, and whether the month has one at all."""
    if measure in LATE and month == zone.last:
        return False
    return month % 100 != 1 or measure in JANUARY or is_count(measure)


Cells = dict[tuple[str, str, int], tuple[int, float | None, str]]


def write_parks(zone: Truth, folder: Path) -> list[Path]:
    """Write a workbook a year: measures down, months across, a sheet a park; a year of few months one figure a row."""
    paths: list[Path] = []
    columns = ("unit", "measure", "month", "total", "growth", "quantity")
    cells: Cells = {(row[0], row[1], row[2]): row[3:] for row in zone.figures.select(columns).rows()}
    for year, months in _years(zone):
        path = folder / "分园区指标" / f"{year}年.xlsx"
        with Workbook(path) as book:
            if len(months) < 4:
                _long_page(zone, book, year, months, cells)
                paths.append(path)
                continue
            for park in zone.parameters.parks:
                _park_page(zone, book, park, year, months, cells)
        paths.append(path)
    return paths


def _long_page(zone: Truth, book: Workbook, year: int, months: list[int], cells: Cells) -> None:
    """Write all parks' figures of a short year, one a row."""
    page = book.page("园区指标明细")
    header = ("园区", "指标", "时期", "数值", "计量单位", "同比增长", "备注")
    page.title(f"{year}年园区指标明细表（累计）", len(header), "填报单位：经济发展和统计局")
    page.widths([26, 30, 14, 14, 10, 10, 10])
    page.line(list(header), "head")
    for park in zone.parameters.parks:
        for measure in PARK_MEASURES:
            for month in months:
                cell = cells.get((park.code, measure, month)) if known(measure, month, zone) else None
                if cell is None:
                    continue
                total, growth, quantity = cell
                shown = growth if measure in _GROWTH else None
                unit = _UNITS[quantity]
                page.line(
                    [park.name, measure, f"{year}年{span(month)}", number(total, quantity, unit), unit, shown, None]
                )


def _park_page(
    zone: Truth,
    book: Workbook,
    park: Park,
    year: int,
    months: list[int],
    cells: Cells,
) -> None:
    """Write one park's sheet; figures since the year began, growth in a row of its own below."""
    short = park.aliases[0]
    page = book.page(short)
    page.title(f"{park.name}{year}年主要指标分月完成情况（累计）", 3 + len(months), "填报单位：园区办")
    page.widths([14, 30, 10, *([11] * len(months))])
    page.line(["园区", "指标", "计量单位", *(span(month) for month in months)], "head")
    page.freeze(3)
    first = page.row
    for measure in PARK_MEASURES:
        found = [cells.get((park.code, measure, month)) if known(measure, month, zone) else None for month in months]
        quantity = next((cell[2] for cell in found if cell), None)
        if quantity is None:
            continue
        unit = _UNITS[quantity]
        levels: list[Cell] = [number(cell[0], cell[2], unit) if cell else "—" for cell in found]
        page.line([None, measure, unit, *levels])
        if measure in _GROWTH:
            growth: list[Cell] = [cell[1] if cell and cell[1] is not None else "—" for cell in found]
            page.line([None, f"{measure}增速", "%", *growth])
    page.merge_down(first, page.row - 1, 0, park.name if park.code != "QW" else short)
    page.merge_across(
        3 + len(months), "注：1-2月合并公布的指标1月无数；各园区之和与全区之差为区本级（总部、飞地及未分园区）。"
    )


_FIRM_HEADER = (
    "序号",
    "报告期",
    "单位详细名称",
    "统一社会信用代码",
    "园区",
    "工业总产值(千元)",
    "工业总产值上年同期(千元)",
    "工业总产值增速(%)",
    "营业收入(千元)",
    "营业收入增速(%)",
    "实缴税金(千元)",
    "用电量(万千瓦时)",
    "从业人员(人)",
    "利润总额(千元)",
)


def _firm_rows(zone: Truth, months: list[int]) -> list[list[Cell]]:
    """Return the rows of a year: a firm a month, figures since the year began; one code in eighty is missing."""
    random = stream(zone.seed, f"returns:{months[0]}")
    firms = {firm.id: firm for firm in zone.firms}
    names = {park.code: park.aliases[0] for park in zone.parameters.parks}
    wanted = zone.firm_months.filter(pl.col("reported") & pl.col("month").is_in(months)).sort("month", "firm")
    columns = (
        "firm",
        "month",
        "output_sum",
        "output_base",
        "revenue_sum",
        "revenue_base",
        "tax_sum",
        "electricity_sum",
    )
    rows: list[list[Cell]] = []
    for row in wanted.select(*columns, "staff", "profit_sum").iter_rows():
        firm, month, output, before, revenue, revenue_before, tax, power, staff, profit = row
        who = firms[firm]
        industrial = who.kind == "工业"
        rows.append(
            [
                len(rows) + 1,
                f"{month // 100}年{span(month)}",
                who.name if not (who.former and month < 202301) else who.former,
                None if random.random() < 1 / 80 else who.uscc,
                names[who.park],
                output if industrial else None,
                before if industrial else None,
                growth_of(output, before) if industrial else None,
                revenue,
                growth_of(revenue, revenue_before),
                tax,
                number(power, "百千瓦时", "万千瓦时"),
                staff,
                profit,
            ]
        )
    return rows


def write_firm_months(zone: Truth, folder: Path) -> list[Path]:
    """Write the firms' monthly figures, a file a year: GB18030 text, text with a BOM, then workbooks."""
    paths: list[Path] = []
    for year, months in _years(zone):
        rows = _firm_rows(zone, months)
        if year <= 2024:
            path = folder / "企业月度数据" / f"{year}年四上企业月度数据.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            encoding = "gb18030" if year <= 2023 else "utf-8-sig"
            with path.open("w", encoding=encoding, newline="") as lines:
                csv.writer(lines).writerows([_FIRM_HEADER, *rows])
        else:
            path = folder / "企业月度数据" / f"{year}年四上企业月度数据.xlsx"
            with Workbook(path) as book:
                page = book.page("企业月度数据")
                page.title(
                    f"{year}年四上企业月度数据（累计数）", len(_FIRM_HEADER), "资料来源：联网直报导出，仅供统计人员使用"
                )
                page.line(list(_FIRM_HEADER), "head")
                page.freeze(3)
                for row in rows:
                    page.line(row, "plain")
        paths.append(path)
    return paths


def write_city(zone: Truth, folder: Path) -> list[Path]:
    """Write the city's figures and the zone's place, a workbook a year; return the paths."""
    paths: list[Path] = []
    header = ("指标", "报告期", "计量单位", "全市绝对额", "全市增速（%）", "高新区位次", "参评个数", "备注")
    units = {"千元": "亿元", "万元": "亿元", "百千瓦时": "亿千瓦时", "万美元": "万美元"}
    for year, months in _years(zone):
        path = folder / "全市对比" / f"{year}年全市主要经济指标.xlsx"
        mine = zone.city.filter(pl.col("month").is_in(months))
        with Workbook(path) as book:
            page = book.page("全市对比")
            page.title(f"{year}年全市主要经济指标及高新区位次", len(header), "资料来源：市统计局月度通报")
            page.widths([26, 14, 10, 12, 12, 10, 8, 16])
            page.line(list(header), "head")
            for measure, month, total, growth, rank, quantity in mine.sort("month", maintain_order=True).iter_rows():
                if not known(measure, month, zone):
                    continue
                unit = units[quantity]
                note = "只公布增速" if total is None else None
                level: Cell = "—" if total is None else number(total, quantity, unit)
                counties = zone.parameters.city.counties
                page.line([measure, f"{year}年{span(month)}", unit, level, growth, rank, counties, note])
        paths.append(path)
    return paths
