"""How a figure stands on paper: the unit chosen, the places printed, the words of a changing share."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

# quantity of a frame -> unit on paper -> how many of the quantity make one unit
_PER: dict[tuple[str, str], int] = {
    ("千元", "亿元"): 100_000,
    ("千元", "万元"): 10,
    ("千元", "千元"): 1,
    ("万元", "亿元"): 10_000,
    ("万元", "万元"): 1,
    ("万美元", "万美元"): 1,
    ("百千瓦时", "亿千瓦时"): 1_000_000,
    ("百千瓦时", "万千瓦时"): 100,
    ("家", "家"): 1,
    ("户", "户"): 1,
    ("个", "个"): 1,
}
_PLACES = {"亿元": 2, "万元": 1, "千元": 0, "亿千瓦时": 2, "万千瓦时": 2, "万美元": 0, "家": 0, "户": 0, "个": 0}


def printed(value: int, quantity: str, unit: str) -> Decimal:
    """Return a whole number of `quantity` as it is printed in `unit`, rounded half up to the unit's usual places."""
    exact = Decimal(value) / _PER[quantity, unit]
    return exact.quantize(Decimal(1).scaleb(-_PLACES[unit]), ROUND_HALF_UP)


def number(value: int | None, quantity: str, unit: str) -> float | int | None:
    """Return the printed figure as a cell holds it; null stays null."""
    if value is None:
        return None
    figure = printed(value, quantity, unit)
    return float(figure) if _PLACES[unit] else int(figure)


def points(change: float) -> str:
    """Return the change of a share in words."""
    return "持平" if not change else f"{'提高' if change > 0 else '下降'}{abs(change):.1f}个百分点"


def span(month: int, *, dash: str = "-") -> str:
    """Return the months since the year began: 1-10月; January stands alone."""
    last = month % 100
    return "1月" if last == 1 else f"1{dash}{last}月"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def capital_numerals(yuan: int) -> str:
    """Return whole yuan in capital numerals (大写金额), as totals of payment lists are written."""
    if not yuan:
        return "零元整"
    groups = [yuan // 10**8, yuan // 10**4 % 10**4, yuan % 10**4]
    text = ""
    for group, name in zip(groups, ("亿", "万", ""), strict=True):
        if not group:
            text += "零" if text and not text.endswith("零") else ""
            continue
        part = _thousands(group)
        text += ("零" if text and group < 1000 and not text.endswith("零") else "") + part + name
    return text.rstrip("零") + "元整"


def _thousands(group: int) -> str:
    text = ""
    for power, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = group // power % 10
        if digit:
            text += _DIGITS[digit] + name
        elif text and not text.endswith("零"):
            text += "零"
    return text.rstrip("零")
