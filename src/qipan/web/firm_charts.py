"""A firm's figures over the years as small pictures, beside the band of its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qipan.engine.periods import Kind, Period
from qipan.engine.units import show
from qipan.platform.definitions import resolved
from qipan.platform.models import User
from qipan.registry.models import Enterprise, Fact, Measure
from qipan.registry.peers import peer_band
from qipan.registry.queries import visible_to
from qipan.registry.standings import least_peers
from qipan.web import labels
from qipan.web.drawing import BandPicture, BandPoint, band_picture
from qipan.web.language import short

YEARS = 6
MOST = 12  # pictures
CUMULATIVE = 1


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure of the firm over the years; `sentence` says what the picture shows."""

    name: str
    unit: str
    periods: tuple[str, ...]
    picture: BandPicture
    latest: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Band:
    low: Decimal
    middle: Decimal
    high: Decimal
    members: int


def charts(user: User, firm: Enterprise, today: date) -> tuple[Chart, ...]:
    """Return the pictures of the firm's figures the person may see: whole years, else the same months of each year."""
    facts = list(
        visible_to(Fact, user)
        .filter(Q(superseded_by__isnull=True), subject=firm.pk, reading=0, basis=CUMULATIVE)
        .exclude(measure__code__contains=".")
        .order_by("-period")[:1_000]
    )
    years = [fact for fact in facts if Period(fact.period).kind is Kind.YEAR]
    months = [fact for fact in facts if Period(fact.period).kind is Kind.MONTH]
    month = months[0].period % 100 if months else 0
    same = [fact for fact in months if fact.period % 100 == month]
    found = [*_drawn(user, firm, years, today), *_drawn(user, firm, same, today)]
    lines = [one for one in found if len(one.picture.dots) > 1]  # a lone year stands in the table, and makes no picture
    return tuple((lines or found)[:MOST])


def _drawn(user: User, firm: Enterprise, facts: Sequence[Fact], today: date) -> list[Chart]:
    if not facts:
        return []
    periods = sorted({fact.period for fact in facts})[-YEARS:]
    measures = {one.pk: one for one in Measure.objects.filter(pk__in={fact.measure_id for fact in facts})}
    bands = _bands(user, firm, measures, periods, today)
    values: dict[int, dict[int, Decimal]] = {}
    for fact in facts:
        if fact.value is not None and fact.period in periods:
            values.setdefault(fact.measure_id, {})[fact.period] = _in_unit(fact.value, measures[fact.measure_id])
    return [
        _chart(measures[key], periods, by_period, {period: bands.get((key, period)) for period in periods})
        for key, by_period in sorted(values.items())
    ]


def _in_unit(stored: float, measure: Measure) -> Decimal:
    return resolved().units.from_scaled(round(stored), measure.unit)


def _bands(
    user: User, firm: Enterprise, measures: Mapping[int, Measure], periods: Sequence[int], today: date
) -> dict[tuple[int, int], _Band]:
    least = least_peers(today)
    frame = peer_band(user, firm, list(measures), periods, basis=CUMULATIVE, least=least)
    found: dict[tuple[int, int], _Band] = {}
    for measure, period, members, *edges in frame.iter_rows():
        low, middle, high = (_in_unit(edge, measures[measure]) for edge in edges)
        found[(measure, period)] = _Band(low, middle, high, members)
    return found


def _chart(
    measure: Measure, periods: Sequence[int], values: Mapping[int, Decimal], bands: Mapping[int, _Band | None]
) -> Chart:
    points = [
        BandPoint(
            float(values[period]) if period in values else None,
            (float(band.low), float(band.middle), float(band.high)) if (band := bands[period]) is not None else None,
        )
        for period in periods
    ]
    names = tuple(Period(period).text(short(), basis=CUMULATIVE) for period in periods)
    last = max(values)
    unit = labels.unit_of_measure(measure.unit)
    latest = show(values[last], measure.decimals)
    said = _("{period} {value} {unit}").format(
        period=Period(last).text(short(), basis=CUMULATIVE), value=latest, unit=unit
    )
    band = bands.get(last)
    if band is not None:
        peers = ngettext(
            "；同行中位数 {middle}，中间一半在 {low} 至 {high}（{n} 户）",
            "；同行中位数 {middle}，中间一半在 {low} 至 {high}（{n} 户）",
            band.members,
        )
        edges = {name: show(getattr(band, name), measure.decimals) for name in ("low", "middle", "high")}
        said += peers.format(n=f"{band.members:,}", **edges)
    return Chart(measure.names[short()], unit, names, band_picture(points), latest, said)
