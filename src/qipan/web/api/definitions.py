"""What figures there are: measures, the periods that have figures, and who asks."""

from __future__ import annotations

from typing import Annotated, Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.params.functions import Query

from qipan.engine.periods import Period
from qipan.platform.exchange.models import Token
from qipan.platform.rights import Refused, may, narrowing_of, person
from qipan.registry.fact_query import iso
from qipan.registry.frames import ACTUAL, unit_facts
from qipan.registry.models import Measure
from qipan.registry.queries import units_with_figures, visible_to
from qipan.registry.rights import reach
from qipan.web.api.answers import answer, tagged
from qipan.web.api.asked import cursor, next_link, numbers_at
from qipan.web.api.doors import Request
from qipan.web.api.words import both, operation

router = Router(tags=[both("定义", "Definitions")])

PAGE = 100


class Term(Schema):
    """A text in both languages."""

    zh: str
    en: str


class MeasureOut(Schema):
    """What a figure means."""

    code: str
    names: Term
    unit: str = Field(description=both("计量单位", "unit of measure"))
    decimals: int = Field(description=both("显示的小数位", "decimals that are shown"))
    basis: str = Field(description="single, cumulative, stock")
    frequency: str = Field(description="month, quarter, year")
    direction: str = Field(description="up, down, none")
    aggregation: str
    growth: str = Field(description=both("增速的算法", "how growth is stated: official, same_scope, computed, none"))
    secrecy: str
    definition: Term
    scope: Term = Field(description=both("口径", "what it includes"))
    publisher: Term
    source: dict[str, Any] = Field(description=both("依据", "where the definition comes from"))
    of: str | None = Field(description=both("所属指标（增速、位次）", "the measure whose growth or place it is"))
    retired: bool
    pack: str
    version: str


class Measures(Schema):
    """Measures, and where more of them are."""

    measures: list[MeasureOut]
    next: str | None


class PeriodOut(Schema):
    """A period that has figures."""

    period: str = Field(description="2026-10, 2026Q3, 2026H1, 2026")
    names: Term


class Periods(Schema):
    """Periods, newest first."""

    periods: list[PeriodOut]


class Me(Schema):
    """Who asks, and what is open to them here and now."""

    name: str
    token: str | None = Field(description=both("令牌名称；浏览器登录时为空", "name of the token; null with a session"))
    expires: str | None
    unit: int | None = Field(description=both("令牌限定的单位", "the unit the token is bound to"))
    rights: list[str]


def _term(spec: dict[str, Any], name: str) -> dict[str, str]:
    given = spec.get(name)
    said = given if isinstance(given, dict) else {}
    return {"zh": str(said.get("zh", "")), "en": str(said.get("en", ""))}


def _measure(one: Measure) -> dict[str, Any]:
    names = {"zh": str(one.names.get("zh", one.code)), "en": str(one.names.get("en", one.code))}
    return {
        "code": one.code,
        "names": names,
        **{
            name: getattr(one, name)
            for name in (
                "unit", "decimals", "basis", "frequency", "direction", "aggregation", "growth", "secrecy", "retired",
                "pack", "version",
            )
        },
        **{name: _term(one.spec, name) for name in ("definition", "scope", "publisher")},
        "source": one.spec.get("source") or {},
        "of": one.of.code if one.of else None,
    }  # fmt: skip


@router.get("/measures", response=Measures, operation_id="measures", **operation("指标列表", "List measures"))
def measures(
    request: Request,
    q: Annotated[str, Query(max_length=60, description=both("名称或代码中的文字", "part of a name or code"))] = "",
    at: Annotated[str, Query(description=both("上一页 next 中的位置", "the place in `next`"))] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = PAGE,
) -> HttpResponseBase:
    """Return the measures whose name or code holds `q`."""
    _need(request, "definitions.see")
    behind = numbers_at(at, 1)[0] if at else 0

    def make() -> Any:
        found = []
        asked = q.casefold().strip()
        for one in visible_to(Measure, request.user).filter(pk__gt=behind).select_related("of").order_by("pk"):
            texts = (one.code, *one.names.values(), *one.spec.get("aliases", ()))
            if not asked or any(asked in str(text).casefold() for text in texts):
                found.append(one)
            if len(found) > limit:
                break
        following = cursor([found[limit - 1].pk]) if len(found) > limit else None
        return answer({"measures": [_measure(one) for one in found[:limit]], "next": next_link(request, following)})

    return tagged(request, make)


@router.get("/measures/{str:code}", response=MeasureOut, operation_id="measure", **operation("一个指标", "One measure"))
def measure(request: Request, code: str) -> HttpResponseBase:
    """Return one measure."""
    _need(request, "definitions.see")
    found = get_object_or_404(visible_to(Measure, request.user).select_related("of"), code=code)
    return tagged(request, lambda: answer(_measure(found)))


PERIODS = operation(
    "有数据的时期",
    "Periods with figures",
    "有权看到的单位有实际数的时期，新的在前。",
    "Periods for which a unit you may see has an actual figure, newest first.",
)


@router.get("/periods", response=Periods, operation_id="periods", **PERIODS)
def periods(
    request: Request,
    measure: Annotated[list[str], Query(max_length=100, description=both("只看这些指标", "of these measures"))] = [],  # noqa: B006
) -> HttpResponseBase:
    """Return the periods for which there are figures of units."""
    _need(request, "figures.see")

    def make() -> Any:
        seen = frozenset(units_with_figures(request.user).values_list("pk", flat=True))
        found: set[int] = set()
        for (subject, code, reading, _basis), series in unit_facts().series.items():
            if subject in seen and reading == ACTUAL and (not measure or code in measure):
                found.update(series)
        ordered = sorted((Period(code) for code in found), key=lambda one: (one.last, one.first), reverse=True)
        named = [{"period": iso(one.code), "names": {"zh": one.text("zh"), "en": one.text("en")}} for one in ordered]
        return answer({"periods": named})

    return tagged(request, make)


@router.get("/me", response=Me, operation_id="me", **operation("我是谁", "Who asks"))
def me(request: Request) -> HttpResponseBase:
    """Return who asks and with which rights."""
    token = request.auth if isinstance(request.auth, Token) else None
    found, to = reach(request.user), narrowing_of(request.user)
    held = sorted(right for right in {*found.units, *found.whole} if found.any(right))
    said = {
        "name": str(request.user),
        "token": token.name if token else None,
        "expires": token.expires.isoformat() if token else None,
        "unit": to.unit if to else None,
        "rights": held,
    }
    return answer(said)


def _need(request: Request, right: str) -> None:
    if not may(person(request.user), right):
        raise Refused(right)
