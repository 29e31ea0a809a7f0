"""Figures for other systems: subjects × measures × periods as JSON, CSV or an Arrow stream."""

from __future__ import annotations

import io
import json
from typing import Annotated, Any, Literal

import polars as pl
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Field, Router, Schema
from ninja.params.functions import Query

from qipan.engine.periods import BASES, READINGS
from qipan.engine.sheets.escape import escaped_column
from qipan.platform.rights import Refused, may, person
from qipan.registry.fact_query import KEY, Asked, Figures, figures
from qipan.registry.models import Enterprise, Measure, Unit
from qipan.registry.queries import visible_to
from qipan.web import addresses
from qipan.web.api.answers import tagged
from qipan.web.api.asked import (
    Wrong,
    chosen_format,
    cursor,
    lists_of,
    next_link,
    numbers_at,
    period,
    unknown,
    wrong_value,
)
from qipan.web.api.doors import Request
from qipan.web.api.words import both, operation

router = Router(tags=[both("数据", "Figures")])

JSON, CSV, ARROW = "application/json", "text/csv", "application/vnd.apache.arrow.stream"
FORMATS = {"json": JSON, "csv": CSV, "arrow": ARROW}
USUAL = {"json": 1_000, "csv": 100_000, "arrow": 100_000}
MOST = {"json": 10_000, "csv": 200_000, "arrow": 200_000}
MEASURES, SUBJECTS, PERIODS = 100, 10_000, 400


class Value(Schema):
    """A figure."""

    subject: int = Field(description=both("单位或企业的编号", "number of the unit or firm"))
    code: str | None = Field(description=both("机构编码或统一社会信用代码", "code of the unit or credit code"))
    name: str | None = Field(description=both("名称", "name"))
    measure: str = Field(description=both("指标代码", "code of the measure"))
    period: str = Field(description=both("时期", "period: 2026-10, 2026Q3, 2026H1, 2026"))
    reading: Literal["actual", "target", "expected"]
    basis: Literal["single", "cumulative", "stock"]
    scope: str | None = Field(description=both("口径；空为指标自身口径", "what it includes; empty: the measure's own"))
    value: float | None = Field(description=both("数值，按 unit", "the number, in `unit`"))
    unit: str = Field(description=both("计量单位", "unit of measure"))
    text: str | None = Field(description=both("报表原文", "as the report printed it"))
    status: Literal["draft", "submitted", "returned", "approved", "locked", "published"] | None = Field(
        description=both("所在报送的状态；空为不在任何报送中", "status of the return it stands in; empty: in none")
    )
    preliminary: bool | None = Field(
        description=both("是否初步数：报送未锁定、未发布", "preliminary: the return is neither locked nor published")
    )
    batch: int = Field(description=both("来自哪一批", "the load that brought it"))
    why: str = Field(description=both("数值来源的地址", "address that says where the number comes from"))


class Values(Schema):
    """Figures, and where more of them are."""

    facts: list[Value]
    next: str | None = Field(description=both("下一页地址", "address of the next page"))


ABOUT = operation(
    "查询数据",
    "Ask for figures",
    "按指标、单位或企业、时期取数；只返回有权看到的数据。分页用 next；format 或 Accept 选择 JSON、CSV 或 Arrow 流。",
    "Figures by measure, unit or firm, and period, as far as you may see them. Follow `next`; choose JSON, CSV or an "
    "Arrow stream by `format` or the header Accept.",
)


@router.get("/facts", response=Values, operation_id="facts", **ABOUT)
def facts(
    request: Request,
    measure: Annotated[
        list[str], Query(max_length=MEASURES, description=both("指标代码，可多个", "codes of measures"))
    ],
    subject: Annotated[
        list[str],
        Query(max_length=SUBJECTS, description=both("编号、机构编码或信用代码", "numbers, unit codes or credit codes")),
    ] = [],  # noqa: B006 - ninja copies it
    kind: Annotated[
        Literal["", "unit", "enterprise"], Query(description=both("只要单位或只要企业", "units only or firms only"))
    ] = "",
    period: Annotated[
        list[str], Query(max_length=PERIODS, description=both("时期，可多个：2026-10", "periods: 2026-10"))
    ] = [],  # noqa: B006
    since: Annotated[str, Query(description=both("从哪个月起", "from this month on"))] = "",
    until: Annotated[str, Query(description=both("到哪个月止", "up to this month"))] = "",
    reading: Annotated[list[str], Query(description="actual, target, expected")] = [],  # noqa: B006
    basis: Annotated[list[str], Query(description="single, cumulative, stock")] = [],  # noqa: B006
    format: Annotated[str, Query(description="json, csv, arrow")] = "",
    limit: Annotated[int | None, Query(ge=1, le=200_000)] = None,
    at: Annotated[str, Query(description=both("上一页 next 中的位置", "the place in `next`"))] = "",
) -> HttpResponseBase:
    """Return figures in the wanted format."""
    if not may(person(request.user), "figures.see"):
        raise Refused("figures.see")
    form = chosen_format(request, format, FORMATS)
    most = MOST[form]
    if limit is not None and limit > most:
        raise Wrong(wrong_value("limit", f"≤ {most}"))
    asked = _asked(request, measure, subject, kind, period, (since, until), reading, basis)
    behind: Any = numbers_at(at, len(KEY)) if at else None

    def make() -> HttpResponse:
        found = figures(request.user, asked, behind=behind, limit=limit or USUAL[form])
        return _answer(request, form, found)

    return tagged(request, make)


def _asked(
    request: Request,
    measures: list[str],
    subjects: list[str],
    kind: str,
    periods: list[str],
    bounds: tuple[str, str],
    readings: list[str],
    bases: list[str],
) -> Asked:
    """Return what is asked for in numbers; raises Wrong with all codes that are none."""
    codes = lists_of(measures)
    known = {one.code: one for one in Measure.objects.filter(code__in=codes[:MEASURES])}
    problems = [unknown("measure", code) for code in codes if code not in known]
    numbers, strange = _subjects(request, lists_of(subjects))
    problems += [unknown("subject", one) for one in strange]
    for name, given, table in (("reading", readings, READINGS), ("basis", bases, BASES)):
        problems += [wrong_value(name, ", ".join(table)) for one in lists_of(given) if one not in table]
    if not codes:
        problems.append(unknown("measure", ""))
    if problems:
        raise Wrong(*problems[:100])
    first, last = (period(name, text) if text else None for name, text in zip(("since", "until"), bounds, strict=True))
    return Asked(
        tuple(known.values()),
        numbers,
        kind,
        tuple(period("period", one).code for one in lists_of(periods)),
        first.first if first else None,
        last.last if last else None,
        tuple(READINGS[one] for one in lists_of(readings)),
        tuple(BASES[one] for one in lists_of(bases)),
    )


def _subjects(request: Request, given: list[str]) -> tuple[tuple[int, ...], list[str]]:
    """Return the numbers of the subjects and what names none that the person may see."""
    if len(given) > SUBJECTS:
        raise Wrong(wrong_value("subject", f"≤ {SUBJECTS}"))
    numbers = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 18]
    codes = [one for one in given if not (one.isascii() and one.isdecimal() and len(one) < 18)]
    found: dict[str, int] = {}
    if codes:
        for model, field in ((Unit, "code"), (Enterprise, "uscc")):
            seen = visible_to(model, request.user).filter(**{f"{field}__in": codes})
            found.update(seen.values_list(field, "pk"))
    return (*numbers, *found.values()), [one for one in codes if one not in found]


def _answer(request: Request, form: str, found: Figures) -> HttpResponse:
    before, after = addresses.around()
    why = pl.concat_str(pl.lit(before), "why", pl.lit(after))
    frame = found.frame.with_columns(why.alias("why"))
    following = next_link(request, cursor(found.following) if found.following else None)
    response = HttpResponse(_content(form, frame, following), content_type=FORMATS[form])
    if form == "csv":
        response["Content-Type"] = f"{CSV}; charset=utf-8"
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _content(form: str, frame: pl.DataFrame, following: str | None) -> bytes:
    if form == "json":
        return f'{{"facts":{frame.write_json()},"next":{json.dumps(following)}}}'.encode()
    buffer = io.BytesIO()
    if form == "csv":
        texts = [name for name, kind in frame.schema.items() if kind == pl.String and name not in {"period", "why"}]
        frame.with_columns(escaped_column(pl.col(name)).alias(name) for name in texts).write_csv(buffer)
    else:
        # Readers older than Arrow's views of texts are many.
        frame.write_ipc_stream(buffer, compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()
