"""What a finding says, as a sentence with its figures: what was found, what was expected."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from qipan.domains.health.models import Finding
from qipan.engine.codes import code_problem
from qipan.engine.periods import BASES, Period
from qipan.engine.units import show
from qipan.packs import HealthCheck, Measure, Resolved
from qipan.packs.vocabulary import ENDINGS, Reference
from qipan.platform.term import language
from qipan.registry import labels

_ENDINGS_EN = {"year_before": "a year before", "year_end_before": "at the end of last year", "target": "target"}


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words: what is wrong, the figure, and what was expected; empty where there is none."""

    sentence: str
    value: str = ""
    expected: str = ""


def measure_name(resolved: Resolved, code: str) -> str:
    """Return the name of a measure or indicator; a code nobody defines any more shows as a dash."""
    found = resolved.measures.get(code) or resolved.indicators.get(code)
    return found.names.text(language()) if found else "—"


def period_name(resolved: Resolved, thing: str, period: int) -> str:
    """Return a finding's period as people write it; a figure to date reads 2026年1—10月."""
    if not period:
        return ""
    measure = resolved.measures.get(thing)
    return Period(period).text(language(), basis=BASES[measure.basis] if measure else None)


def amount(resolved: Resolved, measure: Measure | None, stored: float | None, *, unit: bool = True) -> str:
    """Return a stored value as people read it, with its unit."""
    if measure is None or stored is None:
        return ""
    value = resolved.units.from_scaled(round(stored), measure.unit)
    said = labels.unit_of_measure(measure.unit) if unit else ""
    between = " " if language() == "en" and said != "%" else ""
    return f"{show(value, measure.decimals)}{between}{said}".strip()


def percent(share: float | None, *, places: int = 1) -> str:
    """Return a share as a signed percentage."""
    return "—" if share is None else f"{show(Decimal(str(share * 100)), places, sign=True)}%"


def say(resolved: Resolved, check: HealthCheck | None, finding: Finding, names: dict[int, str]) -> Said:
    """Return the finding in words of the page's language; `names` are those of other subjects it speaks of."""
    detail: dict[str, Any] = json.loads(finding.detail)
    measure = resolved.measures.get(finding.thing)
    value = amount(resolved, measure, finding.value)
    if check is None:
        return Said(_("这项检查已不在定义包里；下次体检时这条问题会关闭。"), value)
    sentence = _SENTENCES[check.detector](resolved, check, finding, detail, names)
    return Said(sentence, value, _expected(resolved, finding, measure))


def _expected(resolved: Resolved, finding: Finding, measure: Measure | None) -> str:
    low, high = finding.low, finding.high
    if low is None and high is None:
        return ""
    if high is None:
        return _("不低于 {low}").format(low=amount(resolved, measure, low))
    if low == high:
        return amount(resolved, measure, low)
    return f"{amount(resolved, measure, low, unit=False)} – {amount(resolved, measure, high)}"


def _missing(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：应于 {due} 前报送，已过 {late} 天").format(
        name=measure_name(resolved, finding.thing), due=detail.get("due"), late=detail.get("late")
    )


def _stale(_r: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("“{ledger}”一直按期来，最近只到 {last}").format(
        ledger=labels.ledger(finding.thing) or "—", last=Period(int(detail["last"])).text(language())
    )


def _residual(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：各园区之和 {sum}，余 {rest}（{share}）").format(
        name=measure_name(resolved, finding.thing),
        sum=amount(resolved, resolved.measures.get(finding.thing), finding.low),
        rest=amount(resolved, resolved.measures.get(finding.thing), detail.get("rest")),
        share=percent(detail.get("share")),
    )


def _falling(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：由 {month} 的 {was} 降下来").format(
        name=measure_name(resolved, finding.thing),
        month=period_name(resolved, finding.thing, int(detail["was_in"])),
        was=amount(resolved, resolved.measures.get(finding.thing), detail.get("was")),
    )


def _slip(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：约为以往的 {times} 倍").format(
        name=measure_name(resolved, finding.thing), times=detail.get("times")
    )


def _outlier(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：当期同比 {now}，以往在 {usual} 上下").format(
        name=measure_name(resolved, finding.thing), now=percent(detail.get("now")), usual=percent(detail.get("usual"))
    )


def _peers(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：同比 {now}；同行业同规模 {peers} 户在 {usual} 上下").format(
        name=measure_name(resolved, finding.thing), now=percent(detail.get("now")), usual=percent(detail.get("usual")),
        peers=detail.get("peers"),
    )  # fmt: skip


def _growth(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：报 {growth}，按两年总量算是 {computed}").format(
        name=measure_name(resolved, finding.thing), growth=percent(detail["growth"] / 100),
        computed=percent(detail["computed"] / 100),
    )  # fmt: skip


def compared(resolved: Resolved, detail: dict[str, Any]) -> list[tuple[Reference, str, str]]:
    """Return what a condition compared: the reference, its name, its value with unit."""
    found: list[tuple[Reference, str, str]] = []
    for name, value in detail.items():
        reference = Reference.of(name)
        thing = resolved.measures.get(reference.code) or resolved.indicators.get(reference.code)
        if thing is None:
            continue
        ending = ""
        if reference.at != "period":
            zh = next(word for word, at in ENDINGS.items() if at == reference.at)
            ending = f", {_ENDINGS_EN[reference.at]}" if language() == "en" else zh
        number = "—" if value is None else show(Decimal(str(value)), thing.decimals)
        unit = labels.unit_of_measure(thing.unit) if value is not None else ""
        between = " " if language() == "en" and unit != "%" else ""
        found.append((reference, thing.names.text(language()) + ending, f"{number}{between}{unit}".strip()))
    return found


def _condition(resolved: Resolved, _c: HealthCheck, _f: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    separator = "; " if language() == "en" else "；"
    return separator.join(f"{name} {value}" for _reference, name, value in compared(resolved, detail))


def _code(_r: Resolved, _c: HealthCheck, _f: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    problem = code_problem(str(detail.get("code", "")))
    why = problem.message(language()) if problem is not None else ""
    return f"{detail.get('code', '')} {why}".strip()


def _double(_r: Resolved, check: HealthCheck, _f: Finding, detail: dict[str, Any], names: dict[int, str]) -> str:
    other = names.get(int(detail["first"]), "—")
    if check.field == "key":
        return _("与另一户同名：{firm}").format(firm=other)
    return _("与“{firm}”的主体标识相同").format(firm=other)


def _blank(_r: Resolved, check: HealthCheck, _f: Finding, _d: dict[str, Any], _n: dict[int, str]) -> str:
    return {"unit": _("档案里没有园区"), "industry": _("档案里没有行业"), "code": _("档案里没有信用代码")}[
        check.field or "unit"
    ]


def _counted(resolved: Resolved, _c: HealthCheck, finding: Finding, detail: dict[str, Any], _n: dict[int, str]) -> str:
    return _("{name}：档案里有效的 {valid} 户，近一年到期未续 {lapsed} 户").format(
        name=measure_name(resolved, finding.thing), valid=detail.get("valid"), lapsed=detail.get("lapsed")
    )


_SENTENCES = {
    "missing": _missing, "stale": _stale, "residual": _residual, "falling": _falling, "slip": _slip,
    "outlier": _outlier, "peers": _peers, "growth": _growth, "condition": _condition, "code": _code,
    "double": _double, "blank": _blank, "counted": _counted,
}  # fmt: skip


def day_text(day: date) -> str:
    """Return a day short enough for an axis."""
    return f"{day.month}-{day.day:02}"
