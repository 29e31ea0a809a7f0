"""The words for operators, functions and constants, in both languages."""

from __future__ import annotations

COMPARED = {
    "zh": {"=": "等于", "!=": "不等于", "<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于"},
    "en": {"=": "is", "!=": "is not", "<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least"},
}
WORDS = {
    "zh": {
        "and": "且", "or": "或", "true": "是", "false": "否", "null": "未知", "in": "属于", "in-list": "为其中之一",
        "holds": "成立", "not": "不成立", "known": "已知", "unknown": "未知", "subject": "该值", "any": "任意",
        "if": "若{0}，则{1}，否则{2}", "range": "{0}至{1}", "low": "大于{0}", "high": "小于{0}", "comma": "、",
        "closed": "（含两端）", "open": "（不含两端）", "low-open": "（不含{0}）", "high-open": "（不含{1}）",
        "except": "除{0}以外", "of": "{0}的{1}", "year": "年份", "month": "月份", "day": "日", "weekday": "星期",
        "(": "（", ")": "）",
    },
    "en": {
        "and": "and", "or": "or", "true": "yes", "false": "no", "null": "unknown", "in": "is in",
        "in-list": "is one of",
        "holds": "holds", "not": "does not hold", "known": "is known", "unknown": "is unknown", "subject": "the value",
        "any": "anything", "if": "if {0} then {1}, otherwise {2}", "range": "{0} to {1}", "low": "above {0}",
        "high": "below {0}", "comma": ", ", "closed": " (both included)", "open": " (both excluded)",
        "low-open": " ({0} excluded)", "high-open": " ({1} excluded)", "except": "anything but {0}",
        "of": "{1} of {0}", "year": "the year", "month": "the month", "day": "the day", "weekday": "the weekday",
        "(": "(", ")": ")",
    },
}  # fmt: skip
SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "**": "^"}
STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}
# Functions that are themselves a comparison of their two arguments.
COMPARING = {
    "zh": {
        "contains": "包含", "starts with": "开头为", "ends with": "结尾为", "matches": "符合", "list contains": "包含",
    },
    "en": {
        "contains": "contains", "starts with": "starts with", "ends with": "ends with", "matches": "matches",
        "list contains": "contains",
    },
}  # fmt: skip
# English readers see the standard's own names.
FUNCTION_WORDS = {
    "abs": "绝对值", "floor": "向下取整", "ceiling": "向上取整", "round up": "远零舍入", "round down": "截尾",
    "round half up": "四舍五入", "round half down": "五舍六入", "decimal": "四舍六入五成双", "modulo": "余数",
    "sqrt": "平方根", "exp": "指数", "log": "自然对数", "odd": "为奇数", "even": "为偶数", "number": "数值",
    "min": "最小值", "max": "最大值", "sum": "合计", "product": "乘积", "mean": "平均值", "median": "中位数",
    "count": "个数", "all": "全部成立", "any": "任一成立", "distinct values": "去重", "string": "文本",
    "string length": "字数", "substring": "截取", "substring before": "之前的文字", "substring after": "之后的文字",
    "upper case": "大写", "lower case": "小写", "replace": "替换", "split": "拆分", "string join": "连接",
    "trim": "去空格", "date": "日期", "year": "年份", "month": "月份", "day": "日", "day of year": "年内第几天",
    "day of week": "星期", "month of year": "月份名称", "week of year": "年内第几周", "today": "今天",
}  # fmt: skip
OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
