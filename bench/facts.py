"""Five million firms' figures rolled up the zone with growth over 60 months: cold, warm, after one correction."""

from __future__ import annotations

import sys
import time
from statistics import median

import numpy as np
import polars as pl
from installation import fresh, tell

FIRMS, PARKS, MEASURES, MONTHS = 10_417, 12, 8, 60
RUNS = 5


def fill() -> None:
    """Write the zone, its firms and five million figures."""
    from django.db import transaction

    from qipan.platform.storage import bulk
    from qipan.registry.models import Enterprise, Fact, Measure, Scope, Subject, Unit, UnitPlace

    Scope.objects.get_or_create(id=0, defaults={"text": ""})
    measures = list(Measure.objects.filter(of=None).order_by("id").values_list("id", flat=True)[:MEASURES])
    months = [year * 100 + month for year in range(2021, 2027) for month in range(1, 13)][10 : 10 + MONTHS]
    with transaction.atomic():
        units = list(range(1, PARKS + 2))
        bulk.insert(Subject, pl.DataFrame({"id": units, "noun": 1}))
        kinds = ["zone"] + ["park"] * PARKS
        names = [f"unit {key}" for key in units]
        bulk.insert(
            Unit,
            pl.DataFrame({"id": units, "kind": kinds, "code": names, "name": names, "aliases": "[]", "extra": "{}"}),
        )
        for park in units[1:]:
            UnitPlace.objects.create(unit_id=park, parent_id=1, since="2000-01-01")
        firms = np.arange(100, 100 + FIRMS)
        bulk.insert(Subject, pl.DataFrame({"id": firms, "noun": 2}))
        owner = pl.DataFrame({"id": firms, "unit_id": 2 + firms % PARKS}).with_columns(
            name=pl.format("firm {}", "id"), name_key=pl.format("firm{}", "id")
        )
        bulk.insert(Enterprise, owner)
        random = np.random.default_rng(7)
        for measure in measures:
            grid = pl.DataFrame({"subject_id": firms}).join(pl.DataFrame({"period": months}), how="cross")
            grid = grid.with_columns(
                pl.lit(measure).alias("measure_id"),
                pl.Series("value", random.integers(10**6, 10**12, grid.height)),
                reading=0, basis=1, scope_id=0, origin=2, batch=1, text=pl.lit("1"),
            )  # fmt: skip
            bulk.insert(Fact, grid)


def correct(number: int) -> None:
    """Correct one figure as a load would: the old row ends, a new one stands, the trail says so."""
    from django.db import transaction

    from qipan.platform.models import Batch, TrailEntry
    from qipan.registry.models import Fact

    with transaction.atomic():
        batch = Batch.objects.create(state="committed", name=f"correction {number}", by_name="bench")
        old = Fact.objects.filter(superseded_by__isnull=True, pk__gt=number * 1000).first()
        assert old is not None
        Fact.objects.filter(pk=old.pk).update(superseded_by=batch.pk)
        Fact.objects.create(
            subject_id=old.subject_id, measure_id=old.measure_id, period=old.period, reading=0, basis=1, scope_id=0,
            value=(old.value or 0) + 1, text="2", batch=batch.pk,
        )  # fmt: skip
        TrailEntry.objects.create(actor_name="bench", action="batch.commit", noun="batch", batch=batch.pk)


def main() -> None:
    fresh()
    fill()
    from qipan.engine.rollup import up_the_tree, with_growth
    from qipan.registry import rollups

    above = pl.DataFrame({"unit": [*range(2, PARKS + 2)] * 2, "over": [*range(2, PARKS + 2)] + [1] * PARKS})

    def zone() -> pl.DataFrame:
        return with_growth(up_the_tree(rollups.firm_sums(1), above))

    def timed(prepare: object = None) -> list[float]:
        seconds = []
        for number in range(1, RUNS + 1):
            if callable(prepare):
                prepare(number)
            started = time.perf_counter()
            zone()
            seconds.append(time.perf_counter() - started)
        return seconds

    rollups.forget()
    cold = timed(lambda _: rollups.forget())
    tell("5 M facts, zone roll-up with growth, cold", "8", median(cold), "s")
    tell("the same, warm", "0.3", median(timed()), "s")
    tell("the same, after one correction", "0.5", median(timed(correct)), "s")
    beside_polars()


def beside_polars() -> None:
    """Tell how the engine alone does beside the same sums and growth written in bare Polars."""
    from qipan.engine.rollup import FIGURES, roll_up, with_growth
    from qipan.platform.storage.frames import read_frame
    from qipan.registry import rollups

    figures = read_frame(f"SELECT {rollups.COLUMNS} FROM fact WHERE {rollups.CURRENT} AND basis = 1", dict(FIGURES))
    members = read_frame("SELECT id, unit_id FROM enterprise", {"subject": pl.Int64(), "unit": pl.Int64()})
    ours, bare = [], []
    for _ in range(RUNS):
        started = time.perf_counter()
        with_growth(roll_up(figures, members))
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        sums = (
            figures.lazy()
            .join(members.lazy(), on="subject")
            .group_by("unit", "measure", "period")
            .agg(pl.col("value").sum())
        )
        before = sums.select("unit", "measure", period=pl.col("period") + 100, before="value")
        sums.join(before, on=["unit", "measure", "period"], how="left").with_columns(
            pl.col("value") / pl.col("before") - 1
        ).collect()
        bare.append(time.perf_counter() - started)
    ratio = median(a / b for a, b in zip(ours, bare, strict=True))
    tell(
        "the engine alone beside bare Polars",
        "1.5",
        ratio,
        "×",
        peer="bare Polars, seconds",
        peer_value=median(bare),
        note=f"engine {median(ours):.3f} s",
    )


if __name__ == "__main__":
    sys.exit(main())
