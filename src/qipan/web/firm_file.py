"""What the page of a firm is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qipan.domains.economy.shapes import Address, Figure, Text
from qipan.engine.periods import Kind, Period
from qipan.engine.units import show
from qipan.platform.definitions import resolved
from qipan.platform.models import Batch, BatchSheet, User
from qipan.registry.models import Enterprise, EnterpriseName, Fact, Measure, Qualification
from qipan.registry.queries import visible_to
from qipan.registry.standings import expiring
from qipan.web import labels
from qipan.web.language import short

COLUMNS = 6  # periods side by side


@dataclass(frozen=True, slots=True)
class Title:
    """A qualification of the firm."""

    name: str
    number: str
    since: date | None
    until: date | None
    ended: bool
    expiring: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A name the firm had or is also called by, and since when the zone knows it."""

    kind: str
    name: str
    until: date | None
    known: datetime | None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One measure of the firm over the periods of a table."""

    name: str
    unit: str
    cells: tuple[Figure | None, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures of one rhythm: by month or by year."""

    heading: str
    periods: tuple[str, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """A batch the firm's record or figures came from."""

    batch: int
    name: str
    by: str
    at: datetime
    sheet: str


@dataclass(frozen=True, slots=True)
class FirmFile:
    """Everything the zone holds about one firm, as far as the reader may see it."""

    industry: str
    other_names: tuple[Name, ...]
    titles: tuple[Title, ...]
    tables: tuple[FigureTable, ...]
    origins: tuple[Origin, ...]


def _titles(user: User, firm: Enterprise, today: date) -> tuple[Title, ...]:
    held = visible_to(Qualification, user).filter(enterprise=firm).order_by("kind", "-since")
    return tuple(
        Title(
            labels.qualification(one.kind),
            one.number,
            one.since,
            one.until,
            bool(one.until and one.until < today),
            expiring(one.until, today),
        )
        for one in held
    )


def _names(user: User, firm: Enterprise) -> tuple[Name, ...]:
    words: Mapping[str, str] = {EnterpriseName.Kind.FORMER: _("曾用名"), EnterpriseName.Kind.ALIAS: _("又称")}
    others = list(visible_to(EnterpriseName, user).filter(enterprise=firm).order_by("kind", "-until", "-pk"))
    loaded = dict(Batch.objects.filter(pk__in={one.batch for one in others}).values_list("pk", "started"))
    return tuple(Name(words[one.kind], one.name, one.until, loaded.get(one.batch or 0)) for one in others)


def _figure(fact: Fact, measure: Measure) -> Figure:
    unit = Text(measure.unit, labels.unit_of_measure(measure.unit))
    address = Address(fact.subject_id, measure.code, fact.period, fact.reading, fact.basis, fact.scope_id)
    if fact.value is None:
        return Figure("—", unit, address, known=False)
    value = resolved().units.from_scaled(fact.value, measure.unit)
    return Figure(show(value, measure.decimals), unit, address)


def _table(heading: str, facts: Sequence[Fact], measures: Mapping[int, Measure], *, cumulative: bool) -> FigureTable:
    periods = sorted({fact.period for fact in facts}, reverse=True)[:COLUMNS]
    found: dict[int, dict[int, Figure]] = {}
    for fact in facts:
        if fact.period in periods:
            found.setdefault(fact.measure_id, {})[fact.period] = _figure(fact, measures[fact.measure_id])
    rows = [
        FigureRow(
            measures[key].names[short()],
            labels.unit_of_measure(measures[key].unit),
            tuple(by_period.get(period) for period in periods),
        )
        for key, by_period in sorted(found.items(), key=lambda item: measures[item[0]].pk)
    ]
    basis = 1 if cumulative else None
    names = tuple(Period(period).text(short(), basis=basis) for period in periods)
    return FigureTable(heading, names, tuple(rows))


def _tables(user: User, firm: Enterprise) -> tuple[FigureTable, ...]:
    current = list(
        visible_to(Fact, user)
        .filter(Q(superseded_by__isnull=True), subject=firm.pk, reading=0)
        .order_by("-period")[:2_000]
    )
    measures = {one.pk: one for one in Measure.objects.filter(pk__in={fact.measure_id for fact in current})}
    yearly = [fact for fact in current if Period(fact.period).kind is Kind.YEAR]
    running = [fact for fact in current if fact not in yearly and fact.basis == 1]
    monthly = [fact for fact in current if Period(fact.period).kind is not Kind.YEAR and fact.basis != 1]
    parts = (
        (_("年度"), yearly, False),
        (_("当年累计"), running, True),
        (_("当期"), monthly, False),
    )
    return tuple(_table(name, facts, measures, cumulative=cumulative) for name, facts, cumulative in parts if facts)


def _origins(user: User, firm: Enterprise) -> tuple[Origin, ...]:
    batches = set(visible_to(Fact, user).filter(subject=firm.pk).values_list("batch", "sheet").distinct()[:50])
    if firm.batch is not None:
        batches.add((firm.batch, firm.sheet))
    known = {one.pk: one for one in visible_to(Batch, user).filter(pk__in={batch for batch, _sheet in batches})}
    sheets = {
        (sheet.batch_id, sheet.number): f"{sheet.file_name} › {sheet.sheet}"
        for sheet in BatchSheet.objects.filter(batch__in=known)
    }
    return tuple(
        Origin(key, known[key].name, known[key].by_name, known[key].started, sheets.get((key, sheet), ""))
        for key, sheet in sorted(batches, key=lambda pair: (-(pair[0] or 0), pair[1] or 0))
        if key in known
    )


def firm_file(user: User, firm: Enterprise) -> FirmFile:
    """Return the file of `firm`, which `user` may see."""
    return FirmFile(
        industry=labels.industry(firm.industry),
        other_names=_names(user, firm),
        titles=_titles(user, firm, timezone.localdate()),
        tables=_tables(user, firm),
        origins=_origins(user, firm),
    )
