"""The words people use for what we keep as codes: nobody meets a raw code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qipan.registry.labels import who

__all__ = ["WORDS", "acting", "browser", "who", "word"]

WORDS: Mapping[str, Mapping[str, Any]] = {
    "unit": {
        "city": _("所在市"),
        "zone": _("高新区"),
        "park": _("园区"),
        "department": _("部门"),
        "company": _("平台公司"),
        "district": _("区县"),
    },
    "batch": {
        "checked": _("已检查，未提交"),
        "committed": _("已提交"),
        "undone": _("已撤销"),
        "refused": _("未写入"),
        "failed": _("失败"),
    },
    "draft": {
        "reading": _("正在读取"),
        "asking": _("等您处理"),
        "ready": _("可以写入"),
        "committing": _("正在写入"),
        "done": _("已写入"),
        "failed": _("读取失败"),
        "cancelled": _("已停止"),
    },
    "change": {
        "new": _("新增"),
        "changed": _("变更"),
        "same": _("相同"),
        "conflict": _("冲突"),
    },
    "skipped": {
        "blank": _("空行"),
        "section": _("分节行"),
        "subtotal": _("小计行"),
        "total": _("合计行"),
        "example": _("示例行"),
        "footnote": _("注释行"),
        "header": _("重复表头"),
        "numbering": _("编号行"),
        "refused": _("有错误未读入"),
    },
    "noun": {
        "unit": _("组织"),
        "enterprise": _("企业"),
        "qualification": _("资质"),
        "figure": _("数据"),
        "person": _("人员"),
        "batch": _("批次"),
        "return": _("报送"),
        "measure": _("指标"),
        "pack": _("定义包"),
        "grant": _("授权"),
        "verdict": _("判定"),
        "mapping": _("表样"),
        "value_mapping": _("值的对应"),
        "finding": _("体检问题"),
        "survey_finding": _("体检问题"),
        "board": _("看板"),
        "wall": _("大屏"),
        "boundary": _("边界"),
        "unit_place": _("隶属关系"),
        "unit_succession": _("机构接续"),
        "token": _("令牌"),
        "webhook": _("事件推送"),
        "session": _("会话"),
    },
    # A noun where one of it is meant; the others read the same.
    "one": {
        "unit": pgettext_lazy("一个", "组织"),
        "enterprise": pgettext_lazy("一个", "企业"),
        "qualification": pgettext_lazy("一个", "资质"),
        "figure": pgettext_lazy("一个", "数据"),
        "batch": pgettext_lazy("一个", "批次"),
        "measure": pgettext_lazy("一个", "指标"),
        "board": pgettext_lazy("一个", "看板"),
        "token": pgettext_lazy("一个", "令牌"),
        "webhook": pgettext_lazy("一个", "事件推送"),
    },
    "severity": {
        "error": _("错误"),
        "question": _("待答"),
        "warning": _("提醒"),
        "info": _("说明"),
    },
    "frequency": {"month": _("月"), "quarter": _("季"), "year": _("年")},
    "basis": {"single": _("当期"), "cumulative": _("累计"), "stock": _("时点")},
    "growth": {
        "official": _("可比价，上级核定"),
        "same_scope": _("同口径"),
        "computed": _("按现价计算"),
        "none": _("不计增速"),
    },
    "secrecy": {"open": _("公开"), "internal": _("内部"), "statistics": _("统计专用")},
    "aggregation": {
        "sum": _("可加总"),
        "mean": _("取平均"),
        "weighted": _("加权平均"),
        "last": _("取期末"),
        "none": _("不汇总"),
    },
    "direction": {"up": _("越高越好"), "down": _("越低越好"), "none": _("不分高低")},
    "return": {
        "draft": _("草稿"),
        "submitted": _("初步"),
        "returned": _("退回"),
        "approved": _("已审核"),
        "locked": _("已锁定"),
        "published": _("已发布"),
    },
    "explanation": {
        "enclave": _("飞地"),
        "headquarters": _("总部"),
        "unassigned": _("未分园区"),
        "scope": _("口径不同"),
        "other": _("其他"),
    },
    "size": {"大": _("大型"), "中": _("中型"), "小": _("小型"), "微": _("微型")},
    "field": {
        "name": _("名称"),
        "uscc": _("统一社会信用代码"),
        "unit": _("园区"),
        "unit_id": _("园区"),
        "industry": _("行业"),
        "kind": _("类型"),
        "registered": _("成立日期"),
        "capital": _("注册资本"),
        "currency": _("币种"),
        "status": _("状态"),
        "size": _("规模"),
        "above_scale": _("四上"),
        "region": _("行政区划"),
        "province": _("省份"),
        "city": _("城市"),
        "address": _("地址"),
        "scope": _("经营范围"),
        "person": _("联系人"),
        "phone": _("电话"),
        "longitude": _("经度"),
        "latitude": _("纬度"),
        "datum": _("坐标系"),
        "note": _("备注"),
        "period": _("期间"),
        "ledger": _("台账"),
        "state": _("状态"),
        "version": _("版本"),
        "aliases": _("别名"),
        "name_en": _("英文名称"),
        "parent": _("上级"),
        "opened": _("设立日期"),
        "closed": _("撤销日期"),
        "successors": _("接续机构"),
        "sort": _("排序"),
        "since": _("起始日期"),
        "until": _("截止日期"),
        "number": _("编号"),
        "ignored_until": _("忽略至"),
        "assigned": _("分派给"),
        "explained": _("已说明"),
        "role": _("角色"),
        "stands_for": _("代理"),
        "active": _("账号在用"),
        "second_factor": _("二次验证"),
        "recovery_codes": _("恢复码"),
        "ended": _("已结束"),
        "formerly": _("原为"),
        "language": _("语言"),
    },
}


def word(kind: str, code: str) -> str:
    """Return the word for `code`; one nobody named shows as it is where people wrote it in Chinese, else as a dash."""
    found = WORDS.get(kind, {}).get(code)
    return str(found) if found is not None else (code if not code.isascii() else "—")


def acting(name: str, acting_for: str | None) -> str:
    """Return who did something, and for whom where a deputy acted."""
    if not acting_for:
        return who(name)
    return gettext("{who}（代{other}）").format(who=who(name), other=who(acting_for))


# What a browser calls itself holds the names of others too: the first that is found here is it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("QQBrowser", "QQ"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def browser(agent: str) -> str:
    """Return the browser and the system it says it is; unknown where it says neither."""
    found = [next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or gettext("未知")
