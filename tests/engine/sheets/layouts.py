"""The layouts in which ledgers really come, drawn cell by cell, and the many ways in which they vary."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qipan.engine.sheets.book import CellValue, Grid, Sheet, Span

Row = Sequence[CellValue]


def sheet(
    rows: Sequence[Row], name: str = "Sheet1", spans: Sequence[tuple[int, int, int, int]] = (), **more: object
) -> Sheet:
    """Return a sheet of these rows; spans are (top, left, bottom, right)."""
    grid = Grid(rows=rows, spans=tuple(Span(*span) for span in spans))
    return Sheet(name, 0, replace(grid, **more))


ENTERPRISE_TOP: Row = (
    "序号",
    "企业名称",
    "信用代码/机构代码",
    "园区",
    "行业",
    "联系人\n电话",
    "高企√",
    "2025年",
    None,
    None,
    "1-10月",
    None,
    "备注(拟退库)",
)
ENTERPRISE_SUB: Row = (None,) * 7 + ("营收", "税收", "用电", "产值", "±%", None)
ENTERPRISE_SPANS = [(2, 7, 2, 9), (2, 10, 2, 11)] + [(2, column, 3, column) for column in (0, 1, 2, 3, 4, 5, 6, 12)]
ENTERPRISE_BODY: tuple[Row, ...] = (
    (
        1,
        "启盘精密机械有限公司",
        "91110000600037341L",
        "东园",
        "通用设备制造业",
        "张工\n13800000001",
        "√",
        12345.6,
        321.5,
        88,
        9876.5,
        6.2,
        None,
    ),
    (
        2,
        "启盘电子科技有限公司",
        "91330100799655058B",
        None,
        "电子设备制造业",
        "0537-1234567",
        None,
        2345.6,
        21.5,
        8,
        1876.5,
        -3.1,
        "拟退库",
    ),
    (None, "小计", None, None, None, None, None, 14691.2, 343, 96, 11753, None, None),
    (3, "启盘新材料有限公司", 9.14403001922038e17, "西园", "化学原料", "无", "√", 345.6, 1.5, "—", 276.5, "持平", None),
    (
        4,
        "启盘生物医药有限公司",
        "192203821",
        None,
        "医药制造业",
        "13900000002",
        "否",
        "1,045.6",
        "#REF!",
        "…",
        76.5,
        "—",
        None,
    ),
    (None, "小计", None, None, None, None, None, 1391.2, None, None, 353, None, None),
    ("合计", None, None, None, None, None, None, 16082.4, None, None, 12106, None, None),
    ("注:1.数据为初步数。", None, None, None, None, None, None, None, None, None, None, None, None),
)


def enterprises() -> Sheet:
    """企业台账, as it comes: two header rows, parks merged over rows, subtotals, a total, a note."""
    rows = (
        ("高新区重点企业台账(2026年10月)",) + (None,) * 12,
        ("单位:万元、万千瓦时",) + (None,) * 12,
        ENTERPRISE_TOP,
        ENTERPRISE_SUB,
        *ENTERPRISE_BODY,
    )
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
    return sheet(
        (("高新区2026年10月主要经济指标完成情况",) + (None,) * 9, REPORT_TOP, REPORT_SUB, *REPORT_BODY),
        "月报",
        [(0, 0, 0, 9), *REPORT_SPANS],
    )


PROJECT_TOP: Row = (
    "序号", "项目名称(业主)", "建设内容", "总投资", "累计至2025底", "2026计划", "1-10月完成", "形象进度", "开工", "问题", "领导", "责任单位", "专员",
)  # fmt: skip
PROJECT_BODY: tuple[Row, ...] = (
    ("一、", "产业项目(2个)", *[None] * 11),
    ("(一)", "续建项目", *[None] * 11),
    (1, "精密轴承扩产项目(启盘轴承)", "新建厂房3万㎡", 52000, 12000, 20000, 16800.5, "主体封顶,正在安装设备", "2025.3.5", "无", "张三", "经发局", "李四"),
    (2, "新型显示模组项目(启盘光电)", "建设产线2条", "3.2亿", None, "8,000", None, "土地平整", "拟6月", "用地指标未落实", None, "投促局", None),
    ("二、", "基础设施项目(1个)", *[None] * 11),
    (3, "园区道路三期", "道路2.1公里", 8600, 2600, 6000, 5400, "路基完成90%", "3月底", "…", "王五", "建设局", "赵六"),
)  # fmt: skip


def projects() -> Sheet:
    """项目台账: section rows, long text, starts that are plans, merged officers, status by colour only."""
    rows = (("2026年重点项目台账",) + (None,) * 12, (None,) * 12 + ("单位:万元",), PROJECT_TOP, *PROJECT_BODY)
    fills = {(6, column): "FF0000" for column in range(13)}
    return sheet(rows, "项目台账", [(0, 0, 0, 12), (5, 10, 6, 10), (5, 12, 6, 12)], fills=fills)


def leads() -> Sheet:
    """招商线索台账: a firm that is not named, ranges, two currencies, land in two kinds, one sheet per team."""
    top = ("首谈单位", "来源", "企业", "拟投资", "用地", "进展", "阶段", "下步")
    body: tuple[Row, ...] = (
        (
            "招商一局",
            "商会",
            "某央企(保密)",
            "5-8亿",
            "50亩/厂房1万㎡",
            "9.12赴深对接;10.8回访",
            "洽谈",
            "11月邀请来访",
        ),
        ("招商一局", "校友", "启盘半导体有限公司", "约3亿美元", "120亩", "已签保密协议", "意向", None),
        ("招商一局", "展会", "启盘医疗器械有限公司", "2.5亿元", "—", "电话沟通", "考察", None),
        ("招商一局", "网络", "启盘物流有限公司", "12000万元", "2公顷", None, "线索", None),
    )
    return sheet((("招商线索台账(招商一局)",) + (None,) * 7, top, *body), "招商一局", [(0, 0, 0, 7)])


def payouts() -> Sheet:
    """政策兑现台账: a firm merged over its rows, a granted sum merged too, a total in capital numerals."""
    top = ("企业", "依据", "申报额", "审核额", "市级", "区级", "开户行账号", "备注")
    body: tuple[Row, ...] = (
        ("启盘精密机械有限公司", "第五条(二)", 50, 50, 20, 30, "工行\n1608000000000000001", None),
        (None, "第七条(一)", 30, 25, 10, 15, None, "扣减已兑现5万"),
        ("启盘电子科技有限公司", "第五条(二)", 80, 80, 40, None, "建行 37001000000000000002", None),
        (None, "第九条", 20, None, None, None, None, None),
        ("合计(大写)", "壹佰伍拾伍万元整", None, 155, None, None, None, None),
    )
    rows = (("2026年第一批政策兑现台账(单位:万元)",) + (None,) * 7, top, *body)
    return sheet(rows, "兑现", [(0, 0, 0, 7), (2, 0, 3, 0), (4, 0, 5, 0), (4, 3, 5, 3)])


def months() -> Sheet:
    """指标×月份: a measure a row, a cumulative month a column."""
    top = ("指标", "单位", "1-2月", "1-3月", "1-4月", "1-5月")
    body: tuple[Row, ...] = (
        ("规上工业总产值", "亿元", 150.5, 240.25, 320, 405.1),
        ("进出口总额", "万元", 180000, 290000, "—", 480000),
        ("有效高新技术企业", "家", 340, 341, 350, 352),
    )
    return sheet((("2026年主要指标分月情况",) + (None,) * 5, top, *body), "分月", [(0, 0, 0, 5)])


def long() -> Sheet:
    """One figure a row."""
    top = ("园区", "指标", "时期", "数值", "计量单位", "同比", "数据性质", "口径")
    body: tuple[Row, ...] = (
        ("东园", "规上工业总产值", "2026年1-10月", 320.5, "亿元", "6.2%", "累计", None),
        ("西园", "规上工业总产值", "2026年10月", 30.5, "亿元", -1.2, "当月", None),
        ("全市", "进出口", "2026-10", "12.5亿元", None, "持平", None, "海关口径"),
        ("东园", "高企数", "2026Q3", 120, "家", None, "时点", None),
        ("东园", "机器人产量", "2026-10", 5, "台", None, None, None),
    )
    return sheet((top, *body), "指标明细")
