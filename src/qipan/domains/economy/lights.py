"""Status lights (亮灯): what the pack's rule gives, and by how much, against what."""

from __future__ import annotations

from decimal import Decimal

from qipan.domains.economy.numbers import printed
from qipan.domains.economy.shapes import Light, Text
from qipan.domains.economy.standing import Desk, Standing
from qipan.packs import Card as CardSpec
from qipan.registry.frames import ACTUAL

NOT_DUE = Text("尚未到发布时间", "not due yet")
LATE = Text("已到发布时间，尚未报送", "due, not yet reported")
NOT_OURS = Text("本单位不报此项", "not reported by this unit")
NO_LIGHT = Text("不亮灯", "No light")
LIT = frozenset({Light.GREEN, Light.AMBER, Light.RED})


def light_of(desk: Desk, spec: CardSpec, at: Standing, period: int) -> tuple[Light, str, Text]:
    """Return the status by the pack's rule, its code, and why: by how much above or below what."""
    due = at.measure.schedule().due_period(period, desk.today)
    if at.value is None and at.growth is None:
        if due is None:
            return Light.DUE, "", NOT_DUE
        ever = desk.facts.line(at.unit, at.measure.code, ACTUAL, at.basis)
        return Light.NONE, spec.light or "", LATE if ever else NOT_OURS
    if spec.light is None:
        return Light.NONE, "", NO_LIGHT
    values = {
        "有目标": (at.level_target if spec.target == "level" else at.growth_target) is not None,
        "已到一二月": at.month >= 2,
        "完成进度": at.progress, "序时进度": at.pace, "季节序时": at.seasonal,
        "增速": at.growth, "目标增速": at.growth_target,
    }  # fmt: skip
    decision = desk.rule(spec.light, at.period, values)
    if decision is None or not isinstance(decision.value, str):
        return Light.NONE, spec.light, NO_LIGHT
    light = Light(decision.value)
    words = _by_how_much(at, spec) if light in LIT else None
    return light, spec.light, words or Text(decision.words.zh, decision.words.en)


_SIDE = {True: "above", False: "below"}


def _by_how_much(at: Standing, spec: CardSpec) -> Text | None:
    """Say how far a measure is from what judged it: its target growth, else the seasonal pace, else the linear."""
    if spec.target == "growth":
        return _apart(at.growth_gap, Text("目标", "the target")) if at.growth_gap is not None else None
    if at.progress is None or at.pace is None:
        return None
    linear = at.progress - at.pace
    if at.seasonal is None:
        return _apart(linear, Text("时间进度", "the linear pace"))
    judged = _apart(at.progress - at.seasonal, Text("季节序时", "the seasonal pace"))
    other = _apart(linear, Text("时间进度", "the linear pace"), unit=False)
    return Text(f"{judged.zh}（{other.zh}）", f"{judged.en} ({other.en})")


def _apart(difference: Decimal, what: Text, *, unit: bool = True) -> Text:
    text = printed(abs(difference), 1)
    zh, en = ("个百分点", " points ") if unit else ("", " ")
    if difference == 0:
        return Text(f"与{what.zh}持平", f"level with {what.en}")
    if text == "0.0":
        return Text(f"略{'高' if difference > 0 else '低'}于{what.zh}", f"just {_SIDE[difference > 0]} {what.en}")
    if difference > 0:
        return Text(f"高于{what.zh}{text}{zh}", f"{text}{en}above {what.en}")
    return Text(f"低于{what.zh}{text}{zh}", f"{text}{en}below {what.en}")
