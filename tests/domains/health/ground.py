"""Figures of a small zone written for a test, and what a look at them finds."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from qipan.domains.health import watch
from qipan.domains.health.keeping import open_on
from qipan.domains.health.models import Finding
from qipan.engine.periods import BASES
from qipan.platform.definitions import resolved
from qipan.platform.rights import machine
from qipan.registry.models import Fact, Measure

MONTHS = [year * 100 + month for year in (2024, 2025, 2026) for month in range(2, 13) if year * 100 + month <= 202610]


def put(subject: int, code: str, values: dict[int, float], *, reading: int = 0) -> None:
    """Write figures in the measure's own unit, in place of those that stand."""

    measure, definition = Measure.objects.get(code=code), resolved().measures[code]
    survey = definition.origin == "survey"
    for period, value in values.items():
        scaled = resolved().units.to_scaled(Decimal(str(value)), definition.unit)
        where = {"subject_id": subject, "measure": measure, "period": period, "reading": reading}
        where["basis"] = BASES[definition.basis]
        Fact.objects.filter(**where, superseded_by__isnull=True).delete()
        Fact.objects.create(
            **where, value=scaled, text=str(value), batch=1, origin=Fact.Origin.SURVEY if survey else Fact.Origin.RECORD
        )


def drop(subject: int, code: str, *periods: int) -> None:
    """Take figures away."""

    Fact.objects.filter(subject=subject, measure__code=code, period__in=periods).delete()


def to_date(per_month: float, growth: float = 1.05) -> dict[int, float]:
    """A year to date that grows by the month, and by the year."""
    return {at: round(per_month * (at % 100) * growth ** (at // 100 - 2024), 2) for at in MONTHS}


def run() -> list[tuple[str, int, str, int]]:
    """Look at everything and return what is open: check, subject, thing, period."""

    outcome = watch.run(machine("test"))
    assert outcome.value is not None, [problem.message("en") for problem in outcome.problems]
    found = Finding.objects.filter(open_on(timezone.localdate()))
    return sorted(found.values_list("code", "subject", "thing", "period"))


def only() -> Finding:
    """Return the one finding there is."""
    return Finding.objects.get()


def fact(subject: int, code: str, period: int) -> Fact:
    """Return a figure."""

    return Fact.objects.get(subject=subject, measure__code=code, period=period)
