"""A small vocabulary and the ledgers of the five layouts, as a pack would declare them."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

from fractions import Fraction

from qipan.engine.measures import MeasureSpec
from qipan.engine.sheets import Vocabulary
from qipan.engine.sheets.spec import CheckSpec, ColumnSpec, ColumnType, Layout, LedgerSpec
from qipan.engine.units import Dimension, Unit, UnitTable

T = ColumnType
UNITS = UnitTable.of(
    [
        Unit(code, dimension, Fraction(factor), en, tuple(aliases.split()))
        for code, dimension, factor, en, aliases in (
            ("元", "money", "1", "CNY", "人民币元"),
            ("千元", "money", "1000", "CNY 1000", "仟元"),
            ("万元", "money", "10000", "CNY 10 thousand", "万元人民币 万"),
            ("亿元", "money", "100000000", "CNY 100 million", "亿"),
            ("美元", "usd", "1", "USD", ""),
            ("万美元", "usd", "10000", "USD 10 thousand", ""),
            ("亿美元", "usd", "100000000", "USD 100 million", ""),
            ("平方米", "area", "1", "m²", "㎡"),
            ("万平方米", "area", "10000", "10 thousand m²", "万㎡"),
            ("亩", "area", "2000/3", "mu", ""),
            ("公顷", "area", "10000", "ha", ""),
            ("平方公里", "area", "1000000", "km²", ""),
            ("吨标准煤", "coal", "1", "tce", "tce"),
            ("千瓦时", "power", "1", "kWh", "度"),
            ("万千瓦时", "power", "10000", "10 thousand kWh", "万度"),
            ("亿千瓦时", "power", "100000000", "100 million kWh", "亿度"),
            ("%", "percent", "1", "%", "％"),
            ("百分点", "pp", "1", "pp", "个百分点"),
            ("个", "count", "1", "count", ""),
            ("家", "count", "1", "firms", ""),
            ("户", "count", "1", "entities", ""),
            ("件", "count", "1", "pieces", ""),
            ("人", "person", "1", "persons", ""),
            ("万人", "person", "10000", "10 thousand persons", ""),
            ("位", "rank", "1", "place", "名次"),
        )
    ],
    [
        Dimension("money", "元", 2), Dimension("usd", "美元", 2), Dimension("area", "平方米", 4), Dimension("coal", "吨标准煤", 6),
        Dimension("power", "千瓦时", 2), Dimension("percent", "%", 4), Dimension("pp", "百分点", 4), Dimension("count", "个", 0),
        Dimension("person", "人", 0), Dimension("rank", "位", 0),
    ],
)  # fmt: skip

MEASURES = (
    MeasureSpec("gdp", ("地区生产总值", "GDP", "生产总值"), "GDP", "亿元", frequency="quarter", growth="official"),
    MeasureSpec("output", ("规上工业总产值", "工业总产值", "产值"), "Industrial output", "亿元", january="with_february", growth="same_scope"),
    MeasureSpec("value_added", ("规上工业增加值",), "Value added", "亿元", growth="official"),
    MeasureSpec("investment", ("固定资产投资", "固投"), "Fixed investment", "亿元", growth="official"),
    MeasureSpec("industrial_investment", ("工业投资",), "Industrial investment", "亿元"),
    MeasureSpec("trade", ("进出口总额", "进出口"), "Trade", "亿元"),
    MeasureSpec("fdi", ("实际使用外资",), "Foreign capital used", "万美元"),
    MeasureSpec("revenue", ("一般公共预算收入",), "Budget revenue", "亿元", decimals=1),
    MeasureSpec("tax_share", ("税收占比", "税占比"), "Share of tax", "%", decimals=1),
    MeasureSpec("power", ("工业用电量",), "Industrial power", "亿千瓦时"),
    MeasureSpec("hightech", ("有效高新技术企业", "高企数"), "High-tech firms", "家", decimals=0, basis="stock"),
    MeasureSpec("firms", ("新登记企业",), "New firms", "户", decimals=0),
    MeasureSpec("firm_output", ("企业产值",), "Output", "万元", about="enterprise"),
    MeasureSpec("firm_revenue", ("企业营业收入",), "Revenue", "万元", about="enterprise"),
    MeasureSpec("firm_tax", ("企业税收",), "Tax", "万元", about="enterprise"),
    MeasureSpec("firm_power", ("企业用电量",), "Power", "万千瓦时", about="enterprise"),
    MeasureSpec("project_done", ("项目完成投资",), "Invested", "万元", about="project"),
)  # fmt: skip
VOCABULARY = Vocabulary.of(MEASURES, UNITS)

ENTERPRISES = LedgerSpec(
    "enterprises", ("企业台账", "企业名录"), "Enterprises", Layout.ROWS, "enterprise",
    (
        ColumnSpec("name", ("企业名称", "单位名称", "名称", "name"), "Name", T.TEXT, "enterprise.name", required=True),
        ColumnSpec("uscc", ("统一社会信用代码", "信用代码", "机构代码", "uscc"), "Credit code", T.USCC, "enterprise.uscc"),
        ColumnSpec("unit", ("园区", "所属园区"), "Park", T.TEXT, "enterprise.unit"),
        ColumnSpec("industry", ("行业", "行业代码"), "Industry", T.TEXT, "enterprise.industry"),
        ColumnSpec("registered", ("成立日期", "注册日期", "reg_date"), "Registered", T.DATE, "enterprise.registered"),
        ColumnSpec("capital", ("注册资本", "capital_wan"), "Capital", T.NUMBER, "enterprise.capital", "万元"),
        ColumnSpec("phone", ("联系电话", "电话", "联系人电话"), "Phone", T.PHONE, "enterprise.phone"),
        ColumnSpec("size", ("企业规模", "规模"), "Size", T.CHOICE, "enterprise.size", allowed=("大型", "中型", "小型", "微型")),
        ColumnSpec("hightech", ("高企", "高新技术企业"), "High-tech", T.BOOLEAN, "qualification:hightech"),
        ColumnSpec("staff", ("从业人员", "员工数"), "Staff", T.INTEGER, "", "人"),
        ColumnSpec("output", ("产值", "工业总产值"), "Output", T.NUMBER, "fact:firm_output", "万元"),
        ColumnSpec("output_yoy", ("产值增速", "产值±%"), "Output, growth", T.PERCENT, "fact:firm_output.yoy", "%"),
        ColumnSpec("revenue", ("营收", "营业收入"), "Revenue", T.NUMBER, "fact:firm_revenue", "万元"),
        ColumnSpec("tax", ("税收", "实缴税金"), "Tax", T.NUMBER, "fact:firm_tax", "万元"),
        ColumnSpec("power", ("用电", "用电量"), "Power", T.NUMBER, "fact:firm_power", "万千瓦时"),
        ColumnSpec("note", ("备注",), "Note", T.TEXT, "enterprise.note"),
    ),
    key=("uscc", "name"), title_words=("企业台账", "重点企业"),
    checks=(CheckSpec("tax-within-revenue", "tax <= revenue", "warning", "税收大于营业收入", "Tax exceeds revenue"),),
)  # fmt: skip

REPORT = LedgerSpec(
    "report", ("月报",), "Monthly report", Layout.REPORT, "figure",
    (
        ColumnSpec("measure", ("指标", "指标名称", "主要指标"), "Measure", T.TEXT, "measure", required=True),
        ColumnSpec("unit", ("单位", "计量单位"), "Unit", T.TEXT, "unit"),
        ColumnSpec("target", ("全年目标", "年度目标"), "Target", T.NUMBER, "target", reading="target"),
        ColumnSpec("single", ("本月绝对额", "绝对额"), "This month", T.NUMBER, "value", basis="single"),
        ColumnSpec("single_yoy", ("本月±%", "±%"), "This month, growth", T.PERCENT, "yoy", "%", basis="single"),
        ColumnSpec("cumulative", ("累计绝对额", "绝对额"), "Year to date", T.NUMBER, "value", basis="cumulative"),
        ColumnSpec("cumulative_yoy", ("累计±%", "±%"), "Growth", T.PERCENT, "yoy", "%", basis="cumulative"),
        ColumnSpec("progress", ("完成%",), "Share done", T.PERCENT, "progress", "%"),
        ColumnSpec("city_yoy", ("全市增速", "全市"), "City's growth", T.PERCENT, "city_yoy", "%"),
        ColumnSpec("city_rank", ("全市位次", "位次"), "Our place", T.INTEGER, "city_rank", "位"),
        ColumnSpec("city_places", ("参评个数",), "Places compared", T.INTEGER, "city_places", "位"),
        ColumnSpec("note", ("备注",), "Note", T.TEXT, "note"),
    ),
    period_from="title", title_words=("月报", "主要经济指标", "完成情况"),
)  # fmt: skip

WIDE = LedgerSpec(
    "wide", ("分月指标表",), "By month", Layout.WIDE, "figure",
    (
        ColumnSpec("subject", ("园区", "地区"), "Unit", T.TEXT, "subject"),
        ColumnSpec("measure", ("指标", "指标名称"), "Measure", T.TEXT, "measure", required=True),
        ColumnSpec("unit", ("计量单位", "单位"), "Unit of measure", T.TEXT, "unit"),
        ColumnSpec("value", ("数值", "绝对额"), "Value", T.NUMBER, "value"),
        ColumnSpec("note", ("备注",), "Note", T.TEXT, "note"),
    ),
    title_words=("分月", "逐月"),
)  # fmt: skip

LONG = LedgerSpec(
    "long", ("指标明细表",), "One figure a row", Layout.LONG, "figure",
    (
        ColumnSpec("subject", ("园区", "机构"), "Unit", T.TEXT, "subject"),
        ColumnSpec("measure", ("指标", "指标名称"), "Measure", T.TEXT, "measure", required=True),
        ColumnSpec("period", ("时期", "月份", "报告期"), "Period", T.PERIOD, "period", required=True),
        ColumnSpec("value", ("数值", "值"), "Value", T.NUMBER, "value", required=True),
        ColumnSpec("unit", ("计量单位", "单位"), "Unit of measure", T.TEXT, "unit"),
        ColumnSpec("yoy", ("增速", "同比"), "Growth", T.PERCENT, "yoy", "%"),
        ColumnSpec("basis", ("数据性质",), "Basis", T.TEXT, "basis"),
        ColumnSpec("scope", ("口径",), "Scope", T.TEXT, "scope"),
    ),
    period_from="column", title_words=("指标明细",),
)  # fmt: skip

PROJECTS = LedgerSpec(
    "projects", ("项目台账",), "Projects", Layout.ROWS, "project",
    (
        ColumnSpec("name", ("项目名称",), "Project", T.TEXT, "project.name", required=True),
        ColumnSpec("content", ("建设内容", "建设内容及规模"), "Content", T.TEXT, "project.content"),
        ColumnSpec("total", ("总投资",), "Total", T.NUMBER, "project.total", "万元"),
        ColumnSpec("before", ("累计至上年底", "累计至2025年底"), "Invested before", T.NUMBER, "project.before", "万元"),
        ColumnSpec("plan", ("年度计划", "计划"), "Plan", T.NUMBER, "project.plan", "万元"),
        ColumnSpec("done", ("完成投资", "完成"), "Invested", T.NUMBER, "fact:project_done", "万元"),
        ColumnSpec("progress", ("形象进度",), "Progress", T.TEXT, "project.progress"),
        ColumnSpec("start", ("开工", "开工时间"), "Start", T.DATE, "project.start"),
        ColumnSpec("issues", ("问题", "存在问题"), "Issues", T.TEXT, "project.issues"),
        ColumnSpec("leader", ("领导", "包联领导"), "Leader", T.TEXT, "project.leader"),
        ColumnSpec("owner", ("责任单位",), "Department", T.TEXT, "project.department"),
        ColumnSpec("officer", ("专员",), "Officer", T.TEXT, "project.officer"),
    ),
    key=("name",), title_words=("项目台账", "重点项目"),
)  # fmt: skip

LEADS = LedgerSpec(
    "leads", ("招商线索台账",), "Leads", Layout.ROWS, "lead",
    (
        ColumnSpec("first", ("首谈单位",), "First talks", T.TEXT, "lead.first"),
        ColumnSpec("source", ("来源", "线索来源"), "Source", T.TEXT, "lead.source"),
        ColumnSpec("firm", ("企业", "企业名称"), "Firm", T.TEXT, "lead.firm", required=True),
        ColumnSpec("amount", ("拟投资", "拟投资额"), "Intended investment", T.NUMBER, "lead.amount", "亿元"),
        ColumnSpec("land", ("用地", "用地需求"), "Land", T.NUMBER, "lead.land", "亩"),
        ColumnSpec("talks", ("进展", "洽谈进展"), "Talks", T.TEXT, "lead.talks"),
        ColumnSpec("stage", ("阶段",), "Stage", T.CHOICE, "lead.stage", allowed=("线索", "洽谈", "意向", "签约")),
        ColumnSpec("next", ("下步", "下步打算"), "Next", T.TEXT, "lead.next"),
    ),
    key=("firm",), title_words=("招商线索", "线索"),
)  # fmt: skip

PAYOUTS = LedgerSpec(
    "payouts", ("政策兑现台账",), "Payouts", Layout.ROWS, "payout",
    (
        ColumnSpec("firm", ("企业", "企业名称"), "Firm", T.TEXT, "payout.firm", required=True),
        ColumnSpec("clause", ("依据", "政策依据"), "Clause", T.TEXT, "payout.clause", required=True),
        ColumnSpec("claimed", ("申报额",), "Claimed", T.NUMBER, "payout.claimed", "万元"),
        ColumnSpec("granted", ("审核额",), "Granted", T.NUMBER, "payout.granted", "万元"),
        ColumnSpec("city", ("市级",), "City's share", T.NUMBER, "payout.city", "万元"),
        ColumnSpec("zone", ("区级",), "Zone's share", T.NUMBER, "payout.zone", "万元"),
        ColumnSpec("account", ("开户行账号",), "Account", T.TEXT, "payout.account"),
        ColumnSpec("note", ("备注",), "Note", T.TEXT, "payout.note"),
    ),
    key=("firm", "clause"), title_words=("兑现",),
)  # fmt: skip

LEDGERS = (ENTERPRISES, REPORT, WIDE, LONG, PROJECTS, LEADS, PAYOUTS)
