"""Writes the lists: units, qualifications, targets of the years, and the census revision of GDP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from qipan.demo.economy import QUARTERLY
from qipan.demo.parameters import Parameters
from qipan.demo.printed import number, span
from qipan.demo.truth import Truth
from qipan.demo.workbook import Cell, Workbook

_KINDS = {"park": "园区", "residual": "园区", "department": "部门", "platform": "平台公司"}


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[5:7]), 1)


def write_units(zone: Truth, folder: Path) -> Path:
    """Write the tree of units: city, zone, parks with aliases, departments, companies, districts, former parks."""
    path = folder / "组织机构.xlsx"
    place = zone.parameters.zone
    header = (
        "排序", "机构编码", "机构名称", "英文名称", "类型", "上级机构", "别名", "成立日期", "撤销日期", "备注",
        "接续机构",
    )  # fmt: skip
    with Workbook(path) as book:
        page = book.page("组织机构")
        page.title(f"{place.short}组织机构一览表", len(header), "填报单位：党政办公室")
        page.widths([6, 10, 34, 40, 10, 10, 36, 12, 12, 40, 40])
        page.line(list(header), "head")
        for at, row in enumerate((*_standing(zone.parameters), *_former(zone.parameters)), 1):
            page.line([at, *row])
    return path


def _standing(parameters: Parameters) -> Iterator[list[Cell]]:
    """Yield the units that are there."""
    place, city = parameters.zone, parameters.city
    yield [city.code, city.name, city.en, "城市", None, city.short, None, None, None, None]
    yield [place.code, place.name, place.en, "高新区", city.code, place.short, date(2006, 1, 1), None, None, None]
    districts = sorted({name for park in parameters.parks for name in park.districts})
    for at, district in enumerate(districts, 1):
        yield [f"XZ{at:02d}", district, None, "行政区", city.code, None, None, None, None, None]
    for park in parameters.parks:
        spans = f"{'跨' if len(park.districts) > 1 else '位于'}{'、'.join(park.districts)}"
        note = "总部、飞地及未分园区的合计，用于解释全区与园区之和的差额" if park.kind == "residual" else spans
        aliases = "、".join(park.aliases)
        yield [park.code, park.name, park.en, "园区", place.code, aliases, _day(park.since), None, note, None]
    for unit in parameters.organisations:
        kind = _KINDS[unit.kind]
        yield [unit.code, unit.name, unit.en, kind, unit.parent, unit.short, _day(unit.since), None, None, None]


def _former(parameters: Parameters) -> Iterator[list[Cell]]:
    """Yield the parks that are no more, with those in which they go on."""
    names = {park.code: park.name for park in parameters.parks}
    for park in parameters.former:
        days = (_day(park.since), _day(park.closed))
        into = "、".join(names[code] for code in park.successors)
        yield [
            park.code, park.name, park.en, "园区", parameters.zone.code, park.aliases, *days, "已撤并", into,
        ]  # fmt: skip


def write_qualifications(zone: Truth, folder: Path) -> Path:
    """Write the certificates, a sheet a kind; a firm that has changed its name stands there under the old one."""
    path = folder / "资质名单.xlsx"
    firms = {firm.id: firm for firm in zone.firms}
    names = {park.code: park.name for park in zone.parameters.parks}
    header = (
        "序号",
        "企业名称",
        "统一社会信用代码",
        "所属园区",
        "资质类型",
        "证书编号",
        "认定日期",
        "有效期至",
        "备注",
    )
    with Workbook(path) as book:
        for kind in zone.qualifications["kind"].unique(maintain_order=True).to_list():
            page = book.page("小巨人" if "小巨人" in kind else kind)
            page.title(f"{zone.parameters.zone.short}{kind}名单", len(header), "填报单位：科技创新局")
            page.widths([6, 36, 22, 22, 24, 18, 12, 12, 16])
            page.line(list(header), "head")
            mine = zone.qualifications.filter(pl.col("kind") == kind).sort("start", "firm")
            for at, (firm, _, number_, start, until, batch) in enumerate(mine.iter_rows(), 1):
                who = firms[firm]
                name = who.former if who.former and start.year < 2022 else who.name
                page.line([at, name, who.uscc, names[who.park], kind, number_, start, until, batch])
    return path


def write_targets(zone: Truth, folder: Path) -> Path:
    """Write the targets of every year, a sheet a year: growth targets and level targets in columns of their own."""
    path = folder / "年度目标.xlsx"
    names = {park.code: park.name for park in zone.parameters.parks} | {
        zone.parameters.zone.code: zone.parameters.zone.short
    }
    header = ("责任单位", "指标", "年度", "目标值", "计量单位", "增长目标（%）", "备注")
    with Workbook(path) as book:
        for year in sorted(zone.targets["year"].unique().to_list(), reverse=True):
            if year > zone.last // 100:
                continue
            page = book.page(f"{year}年")
            page.title(f"{zone.parameters.zone.short}{year}年度目标任务分解表", len(header), "印发单位：管委会")
            page.widths([26, 28, 8, 12, 10, 12, 20])
            page.line(list(header), "head")
            mine = zone.targets.filter(pl.col("year") == year)
            for unit, measure, at, level, growth, quantity in mine.iter_rows():
                note = None if growth is None else "增长目标，按可比口径"
                page.line([names[unit], measure, f"{at}年", level, quantity, growth, note])
    return path


def write_census(zone: Truth, folder: Path) -> Path:
    """Write the census revision: GDP of the revised years on the new base, one figure a row."""
    path = folder / "历史数据修订" / "地区生产总值修订（五经普）.xlsx"
    census = zone.parameters.events.census
    header = ("单位名称", "指标", "时期", "数值", "计量单位", "备注")
    mine = zone.figures.filter(pl.col("measure").is_in(list(QUARTERLY)))
    mine = mine.filter((pl.col("month") // 100).is_in(census.years) & pl.col("month").is_in(zone.months))
    with Workbook(path) as book:
        page = book.page("指标数据")
        page.title(
            "地区生产总值历史数据修订",
            len(header),
            f"依据：{census.note}，{census.published // 100}年{census.published % 100}月公布",
        )
        page.widths([18, 16, 14, 12, 10, 36])
        page.line(["地区", *header[1:]], "head")
        for measure, month, total, quantity in (
            mine.select("measure", "month", "total", "quantity").sort("month").rows()
        ):
            period = f"{month // 100}年{span(month)}"
            level = number(total, quantity, "亿元")
            page.line([zone.parameters.zone.short, measure, period, level, "亿元", f"{census.note}，替代快报数"])
    return path


def write_torch(zone: Truth, folder: Path) -> Path:
    """Write the yearly return of high-tech firms: how many firms and their revenue, one figure a row."""
    path = folder / "火炬统计年度指标.xlsx"
    totals = zone.parameters.totals
    header = ("地区", "指标", "时期", "数值", "计量单位", "备注")
    last = zone.last // 100 - 1
    with Workbook(path) as book:
        page = book.page("指标数据")
        page.title("火炬统计主要指标（年度）", len(header), "资料来源：火炬统计调查")
        page.widths([18, 16, 14, 12, 10, 30])
        page.line(list(header), "head")
        for year in sorted({month // 100 for month in zone.months} - {zone.last // 100}):
            firms = round(totals.torch_firms * (1.0 - 0.05 * (last - year)))
            page.line([zone.parameters.zone.short, "火炬入统企业数", f"{year}年", firms, "家", None])
            revenue = round(totals.torch_revenue * (1.0 - 0.062 * (last - year)), 1)
            page.line([zone.parameters.zone.short, "火炬营业收入", f"{year}年", revenue, "亿元", None])
    return path
