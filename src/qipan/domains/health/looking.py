"""Every check of the packs, run over the zone: one frame of findings, each with its check and where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from qipan.domains.health import readings
from qipan.domains.health.models import RANKS
from qipan.domains.health.numbers import side_by_side
from qipan.domains.health.readings import TARGET, Ground, back, newest_month
from qipan.engine import health as engine
from qipan.engine.health import FIGURES, FINDINGS, Far
from qipan.engine.periods import BASES, Period
from qipan.packs import HealthCheck, Measure, Resolved, read_condition
from qipan.packs.health import OF_FIGURES

# What leaves the looking: findings with their check, how grave it is, the unit and whether a survey is behind it.
FOUND = {
    "code": pl.String(), "rank": pl.Int64(), "unit": pl.Int64(), "secret": pl.Boolean(), "ledger": pl.String(),
    **FINDINGS,
}  # fmt: skip
Progress = Callable[[str, int, int], None]
# A slip explains a figure that is also far from its past: told once.
SLIPS, FAR_OFF = "slip", ("outlier", "peers")


@dataclass(slots=True)
class Looking:
    """One pass over the zone: the ground it stands on, and what was read so far."""

    at: Ground
    _units: dict[tuple[bool, bool], pl.DataFrame] = field(default_factory=dict)
    _firms: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def resolved(self) -> Resolved:
        """The definitions in force."""
        return self.at.resolved

    def unit_figures(self, *, target: bool = False, closed: bool = False) -> pl.DataFrame:
        """Return the figures of the zone and its parks, of closed ones too where asked, read once."""
        key = (target, closed)
        if key not in self._units:
            self._units[key] = readings.unit_figures(self.at, reading=TARGET if target else 0, closed=closed)
        return self._units[key]

    def firm_figures(self, code: str) -> pl.DataFrame:
        """Return the figures of all firms of one measure; only the last few measures stay in memory."""
        if code not in self._firms:
            while len(self._firms) >= 3:
                self._firms.pop(next(iter(self._firms)))
            self._firms[code] = readings.firm_figures(self.at, code)
        return self._firms[code]

    def figures(self, check: HealthCheck, code: str) -> pl.DataFrame:
        """Return the figures of a measure that a check looks at: of the units, of the firms, of those above scale."""
        if check.about == "unit":
            return self.unit_figures().filter(pl.col("measure") == code)
        found = self.firm_figures(code)
        return found.join(self.among(check), on="subject", how="semi")

    def among(self, check: HealthCheck) -> pl.DataFrame:
        """Return the firms a check looks at."""
        living = self.at.living
        return living.filter(pl.col("above_scale")) if check.among == "above_scale" else living

    def measures(self, check: HealthCheck) -> list[Measure]:
        """Return the measures a check looks at."""
        every = self.resolved.measures
        codes = check.measures or [code for code, one in every.items() if not one.sibling and one.about == check.about]
        return [every[code] for code in codes if code in self.at.ids]


def look(resolved: Resolved, today: date, progress: Progress) -> pl.DataFrame:
    """Return (FOUND) everything the checks in force find today."""
    looking = Looking(readings.ground(resolved, today))
    checks = [check for check in resolved.health.values() if check.in_force(today)]
    parts = [pl.DataFrame(schema=FOUND)]
    for number, check in enumerate(checks):
        progress(check.code, number, len(checks))
        for found in _found(looking, check):
            progress(check.code, number, len(checks))  # a sign of life after every measure: some take long
            if found.height:
                parts.append(_placed(looking, check, found))
    progress("", len(checks), len(checks))
    return _told_once(resolved, pl.concat(parts))


def _found(looking: Looking, check: HealthCheck) -> Iterator[pl.DataFrame]:
    if check.detector in _WHOLE:
        yield _WHOLE[check.detector](looking, check)
        return
    for measure in looking.measures(check):
        figures = looking.figures(check, measure.code)
        newest = newest_month(figures, looking.at.today)
        if newest is not None:
            yield _BY_MEASURE[check.detector](looking, check, measure, figures, newest)


def _missing(
    looking: Looking, check: HealthCheck, measure: Measure, figures: pl.DataFrame, newest: int
) -> pl.DataFrame:
    del newest
    today = looking.at.today
    first = Period(today.year * 100 + today.month).shift(-check.whole("months")).code
    due = engine.due_months({measure.code: measure.schedule()}, first, today)
    return engine.missing(figures, due, least=check.whole("least"), ended=check.whole("ended"), today=today)


def _falling(_: Looking, check: HealthCheck, measure: Measure, figures: pl.DataFrame, newest: int) -> pl.DataFrame:
    if measure.basis != "cumulative" or measure.aggregation != "sum":
        return engine.no_findings()
    return engine.falling(figures, since=back(newest, check.whole("months")), share=check.number("share"))


def _slip(_: Looking, check: HealthCheck, measure: Measure, figures: pl.DataFrame, newest: int) -> pl.DataFrame:
    if measure.unit == "%":
        return engine.no_findings()
    since = back(newest, check.whole("months"))
    # A slip is told by the two years before; what lies further back need not be joined.
    near = figures.filter(pl.col("period") >= since - 300)
    return engine.slipped(near, basis=BASES[measure.basis], since=since)


def _far(check: HealthCheck) -> Far:
    return Far(
        check.whole("least"), check.number("limit"), check.number("floor"), check.number("change"), check.whole("small")
    )


def _outlier(
    looking: Looking, check: HealthCheck, measure: Measure, figures: pl.DataFrame, newest: int
) -> pl.DataFrame:
    if measure.unit == "%":
        return engine.no_findings()
    cumulative, since = measure.basis == "cumulative", back(newest, check.whole("months"))
    return engine.outliers(figures, looking.at.steps, cumulative=cumulative, since=since, far=_far(check))


def _peers(looking: Looking, check: HealthCheck, measure: Measure, figures: pl.DataFrame, newest: int) -> pl.DataFrame:
    if measure.unit == "%":
        return engine.no_findings()
    # Divisions of GB/T 4754, two digits, with or without the section's letter before them.
    division = pl.col("industry").str.replace("^[A-T]", "").str.slice(0, 2)
    groups = looking.at.living.filter(division.str.len_chars() == 2).select(
        "subject", group=pl.concat_str(division, pl.col("size").fill_null(""), separator="/")
    )
    since = back(newest, check.whole("months"))
    return engine.unlike_peers(figures, looking.at.steps, groups, since=since, far=_far(check))


def _growth(looking: Looking, check: HealthCheck, measure: Measure, figures: pl.DataFrame, newest: int) -> pl.DataFrame:
    if measure.growth != "computed" or measure.unit == "%":
        return engine.no_findings()
    code = f"{measure.code}.yoy"
    if code not in looking.at.ids:
        return engine.no_findings()
    stated = looking.figures(check, code).with_columns(measure=pl.lit(measure.code))
    return engine.growth_differs(
        figures, stated, since=back(newest, check.whole("months")), points=check.number("points"),
        percent=float(looking.resolved.units.from_scaled(1, "%")), slack=looking.at.steps,
    )  # fmt: skip


_BY_MEASURE = {
    "missing": _missing, "falling": _falling, "slip": _slip, "outlier": _outlier, "peers": _peers, "growth": _growth
}  # fmt: skip


def _residual(looking: Looking, check: HealthCheck) -> pl.DataFrame:
    adding = [measure.code for measure in looking.measures(check) if measure.aggregation == "sum"]
    figures = looking.unit_figures(closed=True).filter(pl.col("measure").is_in(adding))
    parts = readings.parts_of(looking.at, figures)
    share, heard = check.number("share"), check.whole("heard")
    return engine.residual(figures, parts, looking.at.steps, share=share, heard=heard)


def _condition(looking: Looking, check: HealthCheck) -> pl.DataFrame:
    expression = read_condition(looking.resolved, check).expression
    if expression is None:
        return engine.no_findings()

    def figures(code: str, target: bool) -> pl.DataFrame:
        if code not in looking.at.ids:
            return pl.DataFrame(schema=FIGURES)
        if target:
            every = looking.unit_figures(target=True)
            return every.filter((pl.col("measure") == code) & (check.about == "unit"))
        return looking.figures(check, code)

    numbers = side_by_side(looking.resolved, expression, figures, (looking.at.today.year - 2) * 100)
    months = numbers.filter(pl.col("period") <= looking.at.today.year * 100 + looking.at.today.month)
    if months.is_empty():
        return engine.no_findings()
    newest = int(months["period"].max())  # type: ignore[arg-type]
    since = back(newest, check.whole("months"))
    return engine.broken(months.filter(pl.col("period") >= since), expression)


def _stale(looking: Looking, check: HealthCheck) -> pl.DataFrame:
    ledgers = looking.resolved.ledgers
    regular = {code: ledgers[code].frequency for code in (check.ledgers or ledgers)}
    return engine.stale(
        readings.returns(), regular, grace=check.whole("grace"), least=check.whole("least"),
        ended=check.whole("ended"), today=looking.at.today,
    )  # fmt: skip


def _counted(looking: Looking, check: HealthCheck) -> pl.DataFrame:
    titles, parts = readings.titles(looking.at), [engine.no_findings()]
    for code, kind in check.counts.items():
        figures = looking.unit_figures().filter(pl.col("measure") == code)
        newest = newest_month(figures, looking.at.today)
        if newest is None:
            continue
        ends = Period(newest).end
        counts = figures.filter(pl.col("period") == newest)
        parts.append(engine.counted_after_end(counts, titles, looking.at.above, kind=kind, ends=ends))
    return pl.concat(parts)


def _of_firms(looking: Looking, check: HealthCheck) -> pl.DataFrame:
    firms = looking.among(check)
    match check.detector:
        case "code":
            return engine.wrong_codes(firms)
        case "double":
            return engine.doubles(firms, check.field or "key")
        case _:
            return engine.blanks(firms, check.field or "unit")


_WHOLE = {
    "residual": _residual, "condition": _condition, "stale": _stale, "counted": _counted, "code": _of_firms,
    "double": _of_firms, "blank": _of_firms,
}  # fmt: skip


def _placed(looking: Looking, check: HealthCheck, found: pl.DataFrame) -> pl.DataFrame:
    """Add the check, how grave it is, the unit of each finding and whether a survey of single firms is behind it."""
    placed = found.join(looking.at.homes, on="subject", how="left")
    named = placed.with_columns(
        code=pl.lit(check.code),
        rank=pl.lit(RANKS[check.severity]),
        secret=pl.lit(check.about == "enterprise" and check.detector in OF_FIGURES and _surveyed(looking, check)),
        ledger=pl.col("thing") if check.detector == "stale" else pl.lit(""),
    )
    if check.about == "enterprise" and check.detector in OF_FIGURES and check.detector != "condition":
        secret = [code for code, one in looking.resolved.measures.items() if _survey(one)]
        named = named.with_columns(secret=pl.col("thing").is_in(secret))
    return named.select(pl.col(name).cast(kind) for name, kind in FOUND.items())


def _survey(measure: Measure) -> bool:
    return measure.origin == "survey" or measure.secrecy == "statistics"


def _surveyed(looking: Looking, check: HealthCheck) -> bool:
    """Tell whether a condition over firms speaks of survey figures."""
    if check.detector != "condition":
        return True
    expression = read_condition(looking.resolved, check).expression
    names: Sequence[str] = sorted(expression.names) if expression else ()
    codes = {name.partition("@")[0] for name in names}
    # An indicator may be worked out from survey figures: it counts as one.
    return any(code not in looking.resolved.measures or _survey(looking.resolved.measures[code]) for code in codes)


def _told_once(resolved: Resolved, found: pl.DataFrame) -> pl.DataFrame:
    """Leave out figures far from their past or their peers that a slip of the unit already explains."""
    detectors = {code: check.detector for code, check in resolved.health.items()}
    slips = found.filter(pl.col("code").is_in([code for code, how in detectors.items() if how == SLIPS]))
    far = pl.col("code").is_in([code for code, how in detectors.items() if how in FAR_OFF])
    key = ["subject", "thing", "period"]
    return pl.concat([found.filter(~far), found.filter(far).join(slips, on=key, how="anti")])
