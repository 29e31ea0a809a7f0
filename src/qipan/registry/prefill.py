"""What the zone knows already, as rows for a template: firms of a unit, and measures that units report (少填少报)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from qipan.engine.periods import Period
from qipan.engine.sheets.book import CellValue
from qipan.engine.sheets.spec import LedgerSpec
from qipan.engine.sheets.templates import Filling
from qipan.packs import Resolved
from qipan.platform.models import User
from qipan.registry.models import Enterprise, Fact, Measure, Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import open_on, parents_kept
from qipan.registry.unit_history import later_names

FIRMS = 20_000
MONTHS = 12
CAPITAL = 10_000 * 100  # capital is kept in hundredths and declared in 万
# Personal data is not handed out in a template; the file that comes back brings it.
PERSONAL = frozenset({"person", "phone"})


def filling(
    user: User, ledger: LedgerSpec, definitions: Resolved, period: Period, unit: Unit | None, *, filled: bool
) -> Filling:
    """Return what a template of `ledger` is made for; with `filled`, rows of what is known about `unit`.

    A form that firms report to a platform above the zone is never filled in for them (不得代填代报).
    """
    open_ones = visible_to(Unit, user).filter(open_on(timezone.localdate()))
    units = tuple(one.name for one in open_ones.exclude(kind=Unit.Kind.CITY))
    measures = tuple(spec.names[0] for spec in definitions.measure_specs() if spec.about == "unit" and not spec.sibling)
    months = tuple(f"{one.year}年{one.last % 100}月" for one in _months(period))
    rows: Sequence[Mapping[str, CellValue]] = ()
    if filled and not ledger.direct_report:
        rows = _rows(user, ledger, definitions, period, unit)
    return Filling(period.text("zh"), units, measures, tuple(definitions.units.units), months, rows)


def may_fill(ledger: LedgerSpec) -> bool:
    """Tell whether anything known can be put into a template of `ledger`."""
    return not ledger.direct_report and (ledger.noun in {"enterprise", "unit", "figure"})


def _months(period: Period) -> list[Period]:
    last = period.last
    year, month = divmod(last, 100)
    return [Period.month(year, one) for one in range(1, month + 1)][-MONTHS:]


def _rows(
    user: User, ledger: LedgerSpec, definitions: Resolved, period: Period, unit: Unit | None
) -> list[Mapping[str, CellValue]]:
    if ledger.noun == "enterprise":
        return _firms(user, ledger, unit)
    if ledger.noun == "unit":
        return _units(user, ledger)
    if ledger.noun == "figure":
        return _figures(user, ledger, definitions, period, unit)
    return []


def _firms(user: User, ledger: LedgerSpec, unit: Unit | None) -> list[Mapping[str, CellValue]]:
    firms = visible_to(Enterprise, user).select_related("unit").order_by("name", "pk")
    if unit is not None and unit.kind != Unit.Kind.ZONE:
        firms = firms.filter(unit=unit)
    fields = {
        column.writes.removeprefix("enterprise."): column.code
        for column in ledger.columns
        if column.writes.startswith("enterprise.") and column.writes.removeprefix("enterprise.") not in PERSONAL
    }
    rows: list[Mapping[str, CellValue]] = []
    for number, firm in enumerate(firms[:FIRMS], start=1):
        row: dict[str, CellValue] = {"serial": number}
        for name, code in fields.items():
            value: Any = getattr(firm, name, None)
            if name == "unit":
                value = firm.unit.name if firm.unit else None
            elif name == "capital" and value is not None:
                value = value / CAPITAL
            if value not in (None, ""):
                row[code] = value
        rows.append(row)
    return rows


def _units(user: User, ledger: LedgerSpec) -> list[Mapping[str, CellValue]]:
    kinds = {
        "city": "城市",
        "zone": "高新区",
        "park": "园区",
        "department": "部门",
        "company": "平台公司",
        "district": "行政区",
    }
    names = dict(Unit.objects.values_list("pk", "name"))
    above = {unit: names[parent] for unit, parent in parents_kept(timezone.localdate()).items()}
    later = later_names(user)
    fields = {column.writes.removeprefix("unit."): column.code for column in ledger.columns}
    rows: list[Mapping[str, CellValue]] = []
    for unit in visible_to(Unit, user):
        known: dict[str, CellValue] = {
            "code": unit.code, "name": unit.name, "name_en": unit.name_en or None, "kind": kinds[unit.kind],
            "parent": above.get(unit.pk), "aliases": "、".join(unit.aliases) or None, "opened": unit.opened,
            "closed": unit.closed, "successors": "、".join(later.get(unit.pk, ())) or None, "sort": unit.sort or None,
        }  # fmt: skip
        rows.append({fields[name]: value for name, value in known.items() if name in fields and value is not None})
    return rows


def _figures(
    user: User, ledger: LedgerSpec, definitions: Resolved, period: Period, unit: Unit | None
) -> list[Mapping[str, CellValue]]:
    """Return a row for every unit and measure it reports, without figures: those are what is asked for."""
    roles = {column.writes: column.code for column in ledger.columns if column.writes}
    parks = visible_to(Unit, user).filter(open_on(timezone.localdate()), kind=Unit.Kind.PARK)
    units: list[Unit | None] = [None]
    if "subject" in roles:
        units = [unit] if unit is not None and unit.kind != Unit.Kind.ZONE else list(parks)
    year = f"{period.year}年"
    rows: list[Mapping[str, CellValue]] = []
    for one in units:
        for measure in _reported(user, one or unit, definitions):
            row: dict[str, CellValue] = {roles["measure"]: measure.names["zh"]}
            if one is not None:
                row[roles["subject"]] = one.name
            if "period" in roles:
                row[roles["period"]] = year if ledger.code == "targets" else period.text("zh")
            if "unit" in roles:
                row[roles["unit"]] = measure.unit
            rows.append(row)
    return rows


def _reported(user: User, unit: Unit | None, definitions: Resolved) -> list[Measure]:
    """Return the measures `unit` has reported; where it has reported none yet, all that the zone keeps."""
    own = {spec.code for spec in definitions.measure_specs() if spec.about == "unit" and not spec.sibling}
    measures = Measure.objects.filter(code__in=own, retired=False).order_by("pk")
    if unit is None:
        return list(measures)
    reported = visible_to(Fact, user).filter(subject=unit.pk, superseded_by__isnull=True, reading=0)
    known = list(measures.filter(pk__in=reported.values("measure")))
    return known or list(measures)
