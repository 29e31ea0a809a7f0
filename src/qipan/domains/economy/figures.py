"""The numbers of a standing as figures that can be asked why, and the words that go with them."""

from __future__ import annotations

from qipan.domains.economy.numbers import PERCENT, figure, unit_text
from qipan.domains.economy.shapes import Address, Figure, Text
from qipan.domains.economy.standing import Desk, Standing
from qipan.packs import Measure
from qipan.registry.frames import ACTUAL

# What a number derived from a measure is, beside the measure's name.
KINDS = {
    "progress": Text("完成进度", "progress"),
    "pace": Text("时间进度", "linear pace"),
    "seasonal_pace": Text("季节序时", "seasonal pace"),
    "needed": Text("还需月均", "needed a month"),
    "needed_growth": Text("余月所需增速", "growth the rest of the year needs"),
    "growth_gap": Text("距目标", "gap to the target"),
    "gap": Text("距目标", "gap to the target"),
    "growth": Text("同比", "year on year"),
    "residual": Text("未分园区", "in no park"),
    "share": Text("上年占比", "last year's share"),
    "light": Text("亮灯", "status"),
    "target": Text("全年目标", "target of the year"),
    "expected": Text("预计", "expected"),
}


def address(at: Standing, what: str = "value", *, code: str | None = None, unit: int | None = None) -> Address:
    """Return the address of one of the numbers of a standing."""
    return Address(unit or at.unit, code or at.measure.code, at.period, ACTUAL, at.basis, 0, what)


def growth_unit(desk: Desk, code: str) -> Text:
    """Return the unit of a measure's growth: percent, of a share 百分点."""
    sibling = desk.resolved.measures.get(f"{code}.yoy")
    return PERCENT if sibling is None else unit_text(desk.resolved.units, sibling.unit)


def growth_figure(desk: Desk, at: Standing) -> Figure:
    """Return growth as a figure: in percent, of a share in 百分点."""
    code = at.measure.code
    where = address(at, "growth", code=f"{code}.yoy")
    return figure(at.growth, 1, growth_unit(desk, code), where, signed=True)


def in_money(desk: Desk, measure: Measure) -> bool:
    """Tell whether a measure has prices that can be current or comparable."""
    unit = desk.resolved.units.units.get(measure.unit)
    return unit is not None and unit.dimension.startswith("money")


def growth_kind(desk: Desk, measure: Measure, kind: str | None, *, reported: bool) -> Text | None:
    """Return the words for a kind of growth; 现价 only of money, 计算 only where no report stated it."""
    match kind:
        case "official":
            return Text("可比价", "comparable prices")
        case "same_scope":
            return Text("同口径", "same scope")
        case "computed" if not in_money(desk, measure):
            return Text("同比", "year on year")
        case "computed" if reported:
            return Text("现价", "current prices")
        case "computed":
            return Text("现价计算", "computed, current prices")
        case _:
            return None
