"""The layouts in which ledgers really come, drawn cell by cell, and the many ways in which they vary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qipan.engine.sheets.book import CellValue, Grid, Sheet, Span

Row = Sequence[CellValue]


def sheet(rows: Sequence[Row], name: str = "Sheet1", spans: Sequence[tuple[int, int, int, int]] = (), **more: object) -> Sheet:
    """Return a sheet of these rows; spans are (top, left, bottom, right)."""
    grid = Grid(rows=rows, spans=tuple(Span(*span) for span in spans))
    return Sheet(name, 0, replace(grid, **more))


ENTERPRISE_TOP: Row = ("序号", "企业名称", "信用代码/机构代码", "园区", "行业", "联系人\n电话", "高企√", "2025年", None, None, "1-10月", None, "备注(拟退库)")
ENTERPRISE_SUB: Row = (None,) * 7 + ("营收", "税收", "用电", "产值", "±%", None)
ENTERPRISE_SPANS = [(2, 7, 2, 9), (2, 10, 2, 11)] + [(2, column, 3, column) for column in (0, 1, 2, 3, 4, 5, 6, 12)]
ENTERPRISE_BODY: tuple[Row, ...] = (
    (1, "启盘精密机械有限公司", "91110000600037341L", "东园", "通用设备制造业", "张工\n13800000001", "√", 12345.6, 321.5, 88, 9876.5, 6.2, None),
    (2, "启盘电子科技有限公司", "91330100799655058B", None, "电子设备制造业", "0537-1234567", None, 2345.6, 21.5, 8, 1876.5, -3.1, "拟退库"),
    (None, "小计", None, None, None, None, None, 14691.2, 343, 96, 11753, None, None),
    (3, "启盘新材料有限公司", 9.14403001922038e17, "西园", "化学原料", "无", "√", 345.6, 1.5, "—", 276.5, "持平", None),
    (4, "启盘生物医药有限公司", "192203821", None, "医药制造业", "13900000002", "否", "1,045.6", "#REF!", "…", 76.5, "—", None),
    (None, "小计", None, None, None, None, None, 1391.2, None, None, 353, None, None),
    ("合计", None, None, None, None, None, None, 16082.4, None, None, 12106, None, None),
    ("注:1.数据为初步数。", None, None, None, None, None, None, None, None, None, None, None, None),
)


def enterprises() -> Sheet:
    """企业台账, as it comes: two header rows, parks merged over rows, subtotals, a total, a note."""
    rows = (("高新区重点企业台账(2026年10月)",) + (None,) * 12, ("单位:万元、万千瓦时",) + (None,) * 12, ENTERPRISE_TOP, ENTERPRISE_SUB, *ENTERPRISE_BODY)
    spans = [(0, 0, 0, 12), *ENTERPRISE_SPANS, (4, 3, 5, 3), (7, 3, 8, 3)]
    return sheet(rows, "企业台账", spans)


REPORT_TOP: Row = ("指标", "单位", "全年目标", "本月", None, "1-10月", None, "完成%", "全市", None)
REPORT_SUB: Row = (None, None, None, "绝对额", "±%", "绝对额", "±%", None, "增速", "位次")
REPORT_SPANS = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6), (1, 7, 2, 7), (1, 8, 1, 9)]
REPORT_BODY: tuple[Row, ...] = (
    ("地区生产总值(1-9月)", "亿元", "增长7%", None, None, 385.2, 6.2, None, 5.8, 3),
    ("规上工业总产值", "亿元", 1020, 88.1, 5.1, 842.3, 6.5, 82.6, 6.0, "第2"),
    ("规上工业增加值", "%", "7%", None, 5.5, None, 6.8, None, 6.1, 3),
    ("固定资产投资", "亿元", 180, None, None, 151.2, "下降2.3%", 84.0, 4.1, 5),
    ("  其中:工业投资", "亿元", 95, None, None, 81.2, 9.9, 95.5, 8.1, 2),
    ("实际使用外资", "万美元", 8000, 500, "—", 6540, 12.1, 81.8, None, None),
    ("一般公共预算收入", "亿元", 30, 2.3, 3.3, 25.1, 4.4, 83.7, 3.9, 4),
    ("其中:税收占比", "%", 75, None, None, 76.2, "提高1.2个百分点", None, None, None),
    ("注:GDP为1-9月数据;规上工业增加值增速为可比价。", None, None, None, None, None, None, None, None, None),
)


def report() -> Sheet:
    """月报, as it comes: groups over two rows, 其中, points, a quarterly GDP, a growth target, a note."""
    return sheet((("高新区2026年10月主要经济指标完成情况",) + (None,) * 9, REPORT_TOP, REPORT_SUB, *REPORT_BODY), "月报", [(0, 0, 0, 9), *REPORT_SPANS])
