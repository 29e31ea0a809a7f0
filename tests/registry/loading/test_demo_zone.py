"""A small demonstration zone, loaded through the door everybody uses: the registry holds what the zone knew."""

from __future__ import annotations

from decimal import Decimal

import pytest

import loads
from qipan.demo import generate, truth

LAST, MONTHS, SEED = 202610, 14, 7


@pytest.mark.slow
def test_the_zones_figures_in_the_registry_are_the_truth(installed, tmp_path):
    from qipan.platform.definitions import resolved
    from qipan.registry.models import Enterprise, Fact, Measure, Unit

    summary = generate(tmp_path, seed=SEED, months=MONTHS, last_month=LAST)
    for paths in summary.batches[:3]:
        loads.load(*paths)
    zone = truth(SEED, months=MONTHS, last_month=LAST)
    assert Enterprise.objects.count() >= len({firm.uscc for firm in zone.firms if firm.status == "存续"})
    units, codes = resolved().units, {m.names["zh"]: m for m in Measure.objects.filter(code__in=["industrial_output"])}
    place = Unit.objects.get(code="CCGX")
    figures = zone.figures.filter(unit="CCGX", measure="规上工业总产值")
    held = dict(
        Fact.objects.filter(
            subject_id=place.pk,
            measure=codes["规上工业总产值"],
            reading=0,
            basis=1,
            superseded_by__isnull=True,
            scope=0,
        ).values_list("period", "value")
    )
    checked = 0
    for month, total in figures.select("month", "total").rows():
        if month in held and month % 100 != 1:
            exact = units.to_scaled(Decimal(total), "千元")
            assert abs(held[month] - exact) <= units.to_scaled(Decimal("0.005"), "亿元"), month
            checked += 1
    assert checked >= MONTHS - 4
