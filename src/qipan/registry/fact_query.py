"""Figures asked for by measure, subject and period: read as a frame in the order of the index of current facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from django.db.models import Q, QuerySet

from qipan.engine.periods import Period
from qipan.engine.units import UnitTable
from qipan.platform.definitions import resolved
from qipan.platform.models import User
from qipan.platform.storage.among import among
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Enterprise, Fact, Measure, Scope, Subject, Unit
from qipan.registry.queries import visible_to
from qipan.registry.returned import with_status

# A key names a current fact and orders it: measure, subject, period, reading, basis, scope.
KEY = ("measure", "subject", "period", "reading", "basis", "scope")
RAW: dict[str, pl.DataType] = {
    **dict.fromkeys(KEY, pl.Int64()),
    "scaled": pl.Int64(),
    "text": pl.String(),
    "batch": pl.Int64(),
    "sheet": pl.Int64(),
}
READINGS = {0: "actual", 1: "target", 2: "expected"}
BASES = {0: "single", 1: "cumulative", 2: "stock"}
KINDS = {"unit": Subject.Noun.UNIT, "enterprise": Subject.Noun.ENTERPRISE}
Key = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures are wanted; an empty part does not filter. Measures are in the order in which they are read."""

    measures: tuple[Measure, ...]
    subjects: tuple[int, ...] = ()
    kind: str = ""
    periods: tuple[int, ...] = ()
    first: int | None = None  # months from here …
    last: int | None = None  # … to here
    readings: tuple[int, ...] = ()
    bases: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures as a frame (see `decorated`), and the key behind which more follow; None where these were all."""

    frame: pl.DataFrame
    following: Key | None


def _behind(key: Key) -> Q:
    """Return the condition for what stands behind `key` within its measure, so put that the index begins there."""
    condition = Q()
    for number in range(len(KEY) - 1, 0, -1):
        name = KEY[number]
        further = Q(**{f"{name}__gt": key[number]})
        condition = further | (Q(**{name: key[number]}) & condition) if condition else further
    return Q(subject__gte=key[1]) & condition


def _wanted(user: User, asked: Asked) -> QuerySet[Fact]:
    found = visible_to(Fact, user).filter(superseded_by__isnull=True)
    if asked.subjects:
        found = found.filter(subject__in=among(asked.subjects))
    if asked.kind:
        found = found.filter(subject__noun=KINDS[asked.kind])
    if asked.periods:
        found = found.filter(period__in=asked.periods)
    if asked.first is not None:
        found = found.filter(period__gte=asked.first)
    if asked.last is not None:
        found = found.filter(period__lte=asked.last)
    if asked.readings:
        found = found.filter(reading__in=asked.readings)
    return found.filter(basis__in=asked.bases) if asked.bases else found


def figures(user: User, asked: Asked, *, behind: Key | None = None, limit: int) -> Figures:
    """Return at most `limit` figures `user` may see, in the order of their keys, each once.

    One measure is read after the other, so that the index of current facts gives every part in order.
    """
    every = _wanted(user, asked)
    columns = ("measure_id", "subject_id", "period", "reading", "basis", "scope_id", "value", "text", "batch", "sheet")
    parts, left = [], limit + 1
    for measure in sorted(asked.measures, key=lambda one: one.pk):
        if behind is not None and measure.pk < behind[0]:
            continue
        part = every.filter(measure=measure)
        if behind is not None and measure.pk == behind[0]:
            part = part.filter(_behind(behind))
        sql, parameters = part.order_by(*KEY[1:]).values_list(*columns)[:left].query.sql_with_params()
        frame = read_frame(sql, RAW, parameters)
        parts.append(frame.sort(KEY))
        left -= frame.height
        if left <= 0:
            break
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=RAW)
    if frame.height <= limit:
        return Figures(decorated(frame, asked.measures, user), None)
    frame = frame.head(limit)
    measure, subject, period, reading, basis, scope = (int(frame[name][-1]) for name in KEY)
    return Figures(decorated(frame, asked.measures, user), (measure, subject, period, reading, basis, scope))


def _factor(measure: Measure, table: UnitTable) -> float:
    """Return by how much a stored value is divided to read in the measure's own unit."""
    if table.find(measure.unit) is None:
        return float(10**measure.places)
    return float(table.to_scaled(Decimal(1), measure.unit))


def decorated(frame: pl.DataFrame, measures: Sequence[Measure], user: User) -> pl.DataFrame:
    """Return the figures as other systems read them: codes for numbers, the value in the measure's unit, an address.

    `subject` stays the number under which the API knows the unit or firm; `code` and `name` are null where the person
    may see the figure and not the firm. `status` is that of the return the figure stands in, null where nobody knows
    one. `why` is the figure's own token. A value has 15 significant digits at most.
    """
    table = resolved().units
    codes = {one.pk: one.code for one in measures}
    factors = {one.pk: _factor(one, table) for one in measures}
    units = {one.pk: one.unit for one in measures}
    scopes = dict(Scope.objects.filter(pk__in=frame["scope"].unique().to_list()).values_list("pk", "text"))
    periods = {code: iso(code) for code in frame["period"].unique().to_list()}
    key = pl.concat_str(
        "subject", pl.col("measure_code"), "period", "reading", "basis", "scope", pl.lit("value"), separator="-"
    )
    named = with_status(frame).with_columns(_mapped("measure", codes).alias("measure_code"))
    return (
        named.with_columns(
            key.alias("why"),
            (pl.col("scaled") / pl.col("measure").replace_strict(factors, return_dtype=pl.Float64)).alias("value"),
            _mapped("measure", units).alias("unit"),
            _mapped("period", periods).alias("period"),
            _mapped("reading", READINGS).alias("reading"),
            _mapped("basis", BASES).alias("basis"),
            _mapped("scope", scopes).alias("scope"),
        )
        .join(_named(frame["subject"].unique().to_list(), user), on="subject", how="left", maintain_order="left")
        .select(
            "subject", "code", "name", pl.col("measure_code").alias("measure"), "period", "reading", "basis", "scope",
            "value", "unit", "text", "status", "preliminary", "batch", "why",
        )
    )  # fmt: skip


def _mapped(name: str, words: Mapping[int, str]) -> pl.Expr:
    return pl.col(name).replace_strict(words, default=None, return_dtype=pl.String)


def _named(subjects: list[int], user: User) -> pl.DataFrame:
    schema = {"subject": pl.Int64(), "code": pl.String(), "name": pl.String()}
    rows: list[tuple[int, str | None, str]] = []
    for model, code in ((Unit, "code"), (Enterprise, "uscc")):
        seen = visible_to(model, user).filter(pk__in=among(subjects))
        rows += seen.values_list("pk", code, "name")
    return pl.DataFrame(rows, schema=schema, orient="row")


def iso(code: int) -> str:
    """Return a period as programs write it: 2026-10, 2026Q3, 2026H1, 2026, or 2026-03/2026-05."""
    period = Period(code)
    year, part = divmod(period.last, 100)
    match period.kind:
        case "month":
            return f"{year}-{part:02d}"
        case "quarter":
            return f"{year}Q{part // 3}"
        case "half":
            return f"{year}H{part // 6}"
        case "year":
            return str(year)
        case _:
            return f"{period.first // 100}-{period.first % 100:02d}/{year}-{part:02d}"
