"""Writes layout 1, the enterprise ledger: park cells merged, subtotals per park, √ columns, damaged codes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.counts import in_sample
from qipan.demo.economy import growth_of
from qipan.demo.honours import valid_on
from qipan.demo.places import Place, places
from qipan.demo.printed import number, span
from qipan.demo.roster import Firm
from qipan.demo.timeline import month_end
from qipan.demo.truth import Truth
from qipan.demo.workbook import Cell, Group, Page, Workbook

_TICKS = ("高新技术企业", "科技型中小企业", "专精特新中小企业", "专精特新“小巨人”企业", "上市公司")
_WIDTH = 29
_WIDTHS = [
    5, 34, 22, 14, 9, 11, 12, 10, 26, 16, 12, 5, 5, 5, 6, 6, 5, 6, 5, 12, 10, 10, 10, 8, 12, 8, 18, 18, 12, 11, 10,
]  # fmt: skip
_SUMS = 5  # 营收 税收 用电 研发费用 从业人员


def damaged_code(code: str, draw: float) -> Cell:
    """Return a code as ledgers hold it: whole, as the nine-character part, or as a float that lost its last digits."""
    if code.isdigit() and draw < 0.06:
        return float(code)
    return code[8:17] if draw > 0.965 else code


def write_enterprises(zone: Truth, folder: Path) -> Path:
    """Write the ledger of all firms as it stood at the end of the last month; return its path."""
    last = zone.last
    path = folder / f"企业台账{last // 100}年{last % 100}月.xlsx"
    with Workbook(path) as book:
        page = book.page("企业台账")
        page.title(
            f"{zone.parameters.zone.short}企业台账", _WIDTH, "填报单位：经济发展和统计局    单位：万元、万千瓦时、人"
        )
        page.widths(_WIDTHS)
        page.header(_groups(last))
        page.freeze(2)
        _body(zone, page)
        page.merge_across(
            _WIDTH,
            f"注：1.本表为{last // 100}年{last % 100}月底时点；2.产值为规模以上工业企业快报数；3.√表示在有效期内。",
        )
        _departed(zone, book.page("退出企业"))
    return path


def _departed(zone: Truth, page: Page) -> None:
    """Write who reported once and is gone: their old figures still need a firm to belong to."""
    header = ("序号", "企业名称", "统一社会信用代码", "园区", "行业", "成立日期", "经营状态", "曾用名", "备注")
    page.title(f"{zone.parameters.zone.short}退出企业名录", len(header), "填报单位：经济发展和统计局")
    page.widths([5, 34, 22, 26, 9, 12, 10, 30, 26])
    page.line(list(header), "head")
    names = {park.code: park.name for park in zone.parameters.parks}
    listed = {firm.id for firm in _rows(zone)}
    gone = [firm for firm in zone.firms if firm.kind and firm.id not in listed]
    for at, firm in enumerate(gone, 1):
        cells: list[Cell] = [at, firm.name, firm.uscc, names[firm.park], firm.industry, firm.registered, firm.status]
        page.line([*cells, firm.former or None, _remark(zone, firm)])


def _groups(last: int) -> list[Group]:
    single = (
        "序号",
        "企业名称",
        "信用代码/\n机构代码",
        "园区",
        "行业",
        "成立日期",
        "注册资本\n(万元)",
        "经营状态",
        "经营地址",
    )
    ticks = ("四上", "高企√", "科小", "专精特新", "小巨人", "上市")
    return [
        *(Group(name) for name in single),
        Group("主要产品"),
        Group("联系人\n电话"),
        *(Group(name) for name in ticks),
        Group(f"{last // 100 - 1}年", ("营收", "税收", "用电", "研发费用", "从业人员")),
        Group(span(last), ("产值", "±%")),
        Group("曾用名"),
        Group("备注"),
        Group("经度"),
        Group("纬度"),
        Group("坐标系"),
    ]


def _rows(zone: Truth) -> list[Firm]:
    """Return the firms the ledger lists: the living, and those closed this year, who stand there with a remark."""
    year = str(zone.last // 100)
    return [firm for firm in zone.firms if firm.status == "存续" or firm.closed.startswith(year)]


def _body(zone: Truth, page: Page) -> None:
    listed = _rows(zone)
    years = {row[0]: row[1:] for row in zone.firm_years.drop("year").rows()}
    ticks: dict[int, set[str]] = {}
    for firm, kind in valid_on(zone.qualifications, month_end(zone.last)).select("firm", "kind").rows():
        ticks.setdefault(firm, set()).add(kind)
    months = zone.firm_months.filter((pl.col("month") == zone.last) & pl.col("reported"))
    output = {row[0]: row[1:] for row in months.select("firm", "output_sum", "output_base").rows()}
    random = stream(zone.seed, "ledger")
    where = places(zone.parameters, zone.firms, zone.seed)
    serial, whole = 0, [0] * _SUMS
    for park in zone.parameters.parks:
        mine = sorted((f for f in listed if f.park == park.code), key=lambda f: (not f.kind, -f.weight))
        first, sums, made = page.row, [0] * _SUMS, 0
        for firm in mine:
            serial += 1
            figures = years.get(firm.id, (None,) * _SUMS)
            order = (figures[0], figures[1], figures[2], figures[3], figures[4])
            sums = [total + (value or 0) for total, value in zip(sums, order, strict=True)]
            made += output.get(firm.id, (0, 0))[0]
            cells = _identity(firm, serial, random) + _marks(zone, firm, ticks.get(firm.id, set()))
            cells += [*_figures(firm, order, output.get(firm.id)), firm.former or None, _remark(zone, firm)]
            page.line([*cells, *_place(where.get(firm.id))])
        name = park.name if park.kind == "park" and park.code != "QW" else park.aliases[0]
        page.merge_down(first, page.row - 1, 3, name)
        whole = [total + value for total, value in zip(whole, sums, strict=True)]
        page.line(_total(f"{name}小计", len(mine), sums, made), "sum")
    page.line(_total("全区合计", serial, whole, sum(value[0] for value in output.values())), "sum")


def _identity(firm: Firm, serial: int, random: Random) -> list[Cell]:
    year, month, day = (int(part) for part in firm.registered.split("-"))
    shapes = (firm.registered, f"{year}年{month}月", f"{year}.{month}.{day}", f"{year}{month:02d}{day:02d}")
    shown = random.choices(shapes, (80, 5, 10, 5))[0]
    phone = f"{firm.contact}\n{firm.phone}" if random.random() < 0.4 else firm.phone
    return [
        serial,
        firm.name,
        damaged_code(firm.uscc, random.random()),
        None,
        firm.industry,
        shown,
        firm.capital,
        firm.status,
        firm.address,
        firm.product or None,
        phone,
    ]


def _marks(zone: Truth, firm: Firm, held: set[str]) -> list[Cell]:
    return ["√" if in_sample(firm, zone.last) else None, *("√" if kind in held else None for kind in _TICKS)]


def _figures(firm: Firm, order: Sequence[int | None], made: tuple[int, int | None] | None) -> list[Cell]:
    units = (("千元", "万元"), ("千元", "万元"), ("百千瓦时", "万千瓦时"), ("千元", "万元"))
    cells: list[Cell] = [number(value, *unit) for value, unit in zip(order[:4], units, strict=True)]
    if firm.torch and order[3] is None:
        cells[3] = "—"
    cells.append(order[4])
    if made is None or firm.kind != "工业":
        return [*cells, None, None]
    growth = growth_of(*made)
    return [*cells, number(made[0], "千元", "万元"), "新增" if growth is None else growth]


def _place(place: Place | None) -> list[Cell]:
    return [None, None, None] if place is None else [place.longitude, place.latitude, place.datum]


def _remark(zone: Truth, firm: Firm) -> str | None:
    year = zone.last // 100
    if firm.closed:
        return f"{firm.closed[:4]}年{int(firm.closed[5:7])}月{firm.status}"
    if firm.entry // 100 == year:
        return f"{year}年{firm.entry % 100}月入库"
    if firm.exit:
        return f"{firm.exit // 100}年退库：{firm.reason}"
    return "拟退库" if firm.kind and firm.weight < 0.213 and firm.id % 3 == 0 else None


def _total(name: str, count: int, sums: Sequence[int], made: int) -> list[Cell]:
    units = (("千元", "万元"), ("千元", "万元"), ("百千瓦时", "万千瓦时"), ("千元", "万元"))
    figures: list[Cell] = [number(value, *unit) for value, unit in zip(sums[:4], units, strict=True)]
    cells: list[Cell] = [None, f"{name}（{count}户）", *([None] * 15), *figures, sums[4], number(made, "千元", "万元")]
    return [*cells, None, None, None, None, None, None]
