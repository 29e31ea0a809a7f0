"""What the detectors look at, read from the registry as frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from qipan.engine.health import FIGURES, FIRMS, PARTS, TITLES
from qipan.engine.periods import BASES, Period
from qipan.packs import Resolved
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Measure, Return, Unit
from qipan.registry.rights import children_on, open_on
from qipan.registry.unit_history import units_under

TARGET = 1
YEARS = 5  # how far back figures of firms are read
# What a register says of a firm that is no more, or no more here (登记状态).
GONE = "注销|吊销|撤销|迁出|清算|关闭"
_ROWS = {
    "subject": pl.Int64(), "measure_id": pl.Int64(), "period": pl.Int64(), "scope": pl.Int64(), "value": pl.Int64(),
    "fact": pl.Int64(),
}  # fmt: skip
_COLUMNS = "f.subject_id, f.measure_id, f.period, f.scope_id, f.value, f.id"
_PLACED = {**FIRMS, "status": pl.String(), "size": pl.String(), "above_scale": pl.Boolean()}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The zone as it stands on a day: who its units and firms are, and what its measures are called in the tables."""

    today: date
    resolved: Resolved
    ids: Mapping[str, int]  # measure → its number
    units: frozenset[int]  # the zone and its parks
    above: pl.DataFrame  # unit, over: each unit with itself and all units over it
    firms: pl.DataFrame  # FIRMS and status, size, above_scale; all of them
    steps: pl.DataFrame  # measure, step: one in the last printed digit, as stored

    @property
    def living(self) -> pl.DataFrame:
        """The firms that are still there."""
        return self.firms.filter(~pl.col("status").str.contains(GONE).fill_null(value=False))

    @property
    def homes(self) -> pl.DataFrame:
        """Return subject, unit: of units themselves, of firms their park."""
        own = pl.DataFrame({"subject": sorted(self.units)}, schema={"subject": pl.Int64}).with_columns(unit="subject")
        return pl.concat([own, self.firms.select("subject", "unit")])


def ground(resolved: Resolved, today: date) -> Ground:
    """Return the zone as it stands now."""
    kinds = dict(Unit.objects.filter(open_on(today)).values_list("pk", "kind"))
    units = frozenset(key for key, kind in kinds.items() if kind in (Unit.Kind.ZONE, Unit.Kind.PARK))
    places = [(whole, part) for whole, under in children_on(today).items() for part in under]
    over = [(unit, unit) for unit in units]
    over += [(part, whole) for whole, part in places if part in units and whole in units]
    firms = read_frame(
        "SELECT id, unit_id, uscc, name_key, industry, status, size, above_scale FROM enterprise", _PLACED
    )
    steps = [
        (code, resolved.units.to_scaled(_one(measure.decimals), measure.unit))
        for code, measure in resolved.measures.items()
    ]
    return Ground(
        today,
        resolved,
        dict(Measure.objects.filter(retired=False).values_list("code", "pk")),
        units,
        pl.DataFrame(sorted(over), schema={"unit": pl.Int64, "over": pl.Int64}, orient="row"),
        firms,
        pl.DataFrame(steps, schema={"measure": pl.String, "step": pl.Int64}, orient="row"),
    )


def _one(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def parts_of(at: Ground, figures: pl.DataFrame) -> pl.DataFrame:
    """Return (PARTS) which parks made up the zone in each period of `figures`: those that stood under it then."""
    zones = at.units & set(Unit.objects.filter(kind=Unit.Kind.ZONE).values_list("pk", flat=True))
    parks = frozenset(Unit.objects.filter(kind=Unit.Kind.PARK).values_list("pk", flat=True))
    rows: list[tuple[int, int, int]] = []
    for zone in sorted(zones):
        for period in figures.filter(pl.col("subject") == zone)["period"].unique().sort():
            rows += [(zone, park, period) for park in units_under(zone, Period(period).end, at.today) & parks]
    return pl.DataFrame(rows, schema=PARTS, orient="row")


def unit_figures(at: Ground, *, reading: int = 0, closed: bool = False) -> pl.DataFrame:
    """Return the current figures (FIGURES) of the zone and its parks, growth and places among them.

    `closed`: also of those that are no more.
    """
    rows = read_frame(
        f"SELECT {_COLUMNS}, f.basis FROM fact f JOIN unit u ON u.id = f.subject_id "  # noqa: S608
        f"WHERE f.superseded_by IS NULL AND f.reading = {int(reading)} AND u.kind IN ('zone', 'park')",
        {**_ROWS, "basis": pl.Int64()},
    )
    named = rows.join(_measures(at), on="measure_id").filter((pl.col("basis") == pl.col("own")) | (reading == TARGET))
    return _once(named if closed else named.filter(pl.col("subject").is_in(list(at.units))))


def firm_figures(at: Ground, code: str) -> pl.DataFrame:
    """Return the current figures (FIGURES) of all firms of one measure, of the last years."""
    number, measure = at.ids.get(code), at.resolved.measures[code]
    if number is None:
        return pl.DataFrame(schema=FIGURES)
    since = (at.today.year - YEARS) * 100
    rows = read_frame(
        f"SELECT {_COLUMNS} FROM fact f WHERE f.measure_id = {int(number)} AND f.superseded_by IS NULL "  # noqa: S608
        f"AND f.reading = 0 AND f.basis = {BASES[measure.basis]} AND f.period >= {since} AND f.period < 1000000",
        _ROWS,
    )
    return _once(rows.with_columns(measure=pl.lit(code)))


def _measures(at: Ground) -> pl.DataFrame:
    rows = [
        (number, code, BASES[at.resolved.measures[code].basis])
        for code, number in at.ids.items()
        if code in at.resolved.measures
    ]
    return pl.DataFrame(rows, schema={"measure_id": pl.Int64, "measure": pl.String, "own": pl.Int64}, orient="row")


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Return FIGURES; where a period has several 口径, the measure's own stands for it, as on the boards."""
    sorted_rows = rows.select(FIGURES.keys()).sort("subject", "measure", "period", "scope")
    return sorted_rows.unique(subset=["subject", "measure", "period"], keep="first", maintain_order=True)


def titles(at: Ground) -> pl.DataFrame:
    """Return (TITLES) the titles of the firms that are still there."""
    rows = read_frame(
        "SELECT enterprise_id, kind, since, until FROM qualification",
        {"subject": pl.Int64(), "kind": pl.String(), "since": pl.Date(), "until": pl.Date()},
    )
    return rows.join(at.living.select("subject", "unit"), on="subject").select(TITLES.keys())


def returns() -> pl.DataFrame:
    """Return which unit filled which ledger for which period."""
    rows = list(Return.objects.values_list("unit_id", "ledger", "period"))
    return pl.DataFrame(rows, schema={"unit": pl.Int64, "ledger": pl.String, "period": pl.Int64}, orient="row")


def newest_month(figures: pl.DataFrame, today: date) -> int | None:
    """Return the newest month, not after today, for which there is a figure."""
    now = today.year * 100 + today.month
    months = figures.filter((pl.col("period") % 100 <= 12) & (pl.col("period") <= now) & pl.col("value").is_not_null())
    return None if months.is_empty() else int(months["period"].max())  # type: ignore[arg-type]


def back(month: int, count: int) -> int:
    """Return the first of `count` months that end with `month`."""
    return Period(month).shift(1 - count).code
