"""What the values under a heading look like, so that a heading never decides alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qipan.engine.sheets.spec import ColumnSpec, ColumnType
from qipan.engine.sheets.text import fold, narrow

NOTHING = {
    "",
    "-",
    "--",
    "---",
    "—",
    "——",
    "–",
    "…",
    "……",
    "...",
    "......",
    "/",
    "\\",
    "无",
    "n/a",
    "na",
    "null",
    "none",
    "暂无",
    "nan",
    "#",
}
USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}|[0-9A-Z]{8}-?[0-9X]", re.IGNORECASE)
EXAMPLE = re.compile(r"^[(【\[]?(?:填写|填报)?(?:示例|样例|范例)(?:[)】\]:]|$)")
EXAMPLE_IN = 4  # in how many leading texts of a row it may stand
DAMAGED = re.compile(r"\d(?:\.\d+)?e\+1[4-9]", re.IGNORECASE)
NUMBER = re.compile(
    r"[约近+\-−]?[\d,,]*\.?\d+(?:e[+-]?\d+)?\s*(?:[-~]\s*\d+(?:\.\d+)?)?\s*[a-z%‰万亿千百十元亩人家户件个度项吨平方米公里美]*.{0,6}"
)
PERCENT = re.compile(
    r"(?:提高|下降|增长|上升|回落|降低|减少|提升|加快|收窄|同比)*[+\-−±]?\d+(?:\.\d+)?\s*(?:%|个?百分点|pct)?|持平"
)
DATE = re.compile(
    r"拟?(?:\d{2,4}\s*[-/.年]\s*)?\d{1,2}\s*(?:[-/.月]\s*\d{0,2}\s*[日号]?)?(?:底|初|中旬|上旬|下旬|末|前)?(?:\s.*)?|(?:19|20)\d{6}|[2-7]\d{4}|拟.*月.*"
)
PHONE = re.compile(r".*(?:1[3-9]\d{9}|(?:0\d{2,3}[-—\s]?)?\d{7,8}).*", re.DOTALL)
TICK = {
    "√",
    "✓",
    "✔",
    "☑",
    "是",
    "否",
    "y",
    "n",
    "yes",
    "no",
    "1",
    "0",
    "有",
    "无",
    "×",
    "✗",
    "true",
    "false",
    "x",
    "●",
}
FIRM = re.compile(
    r".*(?:公司|厂|店|中心|合作社|合伙\)?|院|所|行|部|社|站|场|户|矿|企业|办事处|事务所|工作室|队|园|酒店|学校|协会|超市|门市|馆|城|局|坊|库|吧|堂|屋)(?:[((].*[))])?$"
)
PERIOD = re.compile(
    r"(?:(?:19|20)\d\d)?[年\-/.]?\s*(?:\d{1,2}月?\s*[-—~～]\s*)?\d{0,2}月?份?|.*(?:季度|半年|全年|年度?|Q[1-4])",
    re.IGNORECASE,
)


def says_nothing(text: str | None) -> bool:
    """Tell whether a cell is one of the ways to write "no figure"."""
    return text is None or narrow(text) in NOTHING


def fit(values: Sequence[str], spec: ColumnSpec) -> float | None:
    """Return the share of values that can be what the column declares; None if any text would do or none is there."""
    known = [narrow(value) for value in values if not says_nothing(value)]
    if not known:
        return None
    form = _forms(spec)
    if form is None:
        return None
    if isinstance(form, set):
        return sum(fold(value) in form or value in form for value in known) / len(known)
    return sum(1 for value in known if form.fullmatch(value)) / len(known)


def _forms(spec: ColumnSpec) -> re.Pattern[str] | set[str] | None:
    match spec.type:
        case ColumnType.USCC:
            return re.compile(f"{USCC.pattern}|{DAMAGED.pattern}", re.IGNORECASE)
        case ColumnType.NUMBER | ColumnType.INTEGER:
            return NUMBER
        case ColumnType.PERCENT:
            return PERCENT
        case ColumnType.DATE:
            return DATE
        case ColumnType.PERIOD:
            return PERIOD
        case ColumnType.PHONE:
            return PHONE
        case ColumnType.BOOLEAN:
            return TICK
        case ColumnType.CHOICE:
            return {fold(word) for word in spec.allowed} or None
        case ColumnType.TEXT:
            return FIRM if spec.writes.endswith("enterprise.name") else None


def is_code(values: Sequence[str]) -> bool:
    """Tell whether a column without a telling heading holds credit codes."""
    known = [narrow(value) for value in values if not says_nothing(value)]
    hits = sum(1 for value in known if USCC.fullmatch(value) and len(value) == 18)
    return len(known) >= 3 and hits / len(known) >= 0.6


def is_example(texts: Sequence[str | None]) -> bool:
    """Tell whether a row only shows how a table is filled in (示例)."""
    said = [text for text in texts if text and text.strip()][:EXAMPLE_IN]
    return any(EXAMPLE.match(narrow(text)) for text in said)
