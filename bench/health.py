"""Data health over 1.5 million firms and six million figures: how long a look takes and a page, how much memory."""

from __future__ import annotations

import resource
import sys
import time
from datetime import date

import numpy as np
import polars as pl
from installation import fresh, tell
from many_firms import fill

TODAY = date(2026, 11, 25)
MONTHS = [year * 100 + month for year in (2024, 2025, 2026) for month in range(2, 13) if year * 100 + month <= 202610]
MONTHLY = ("firm_output", "firm_revenue", "firm_power")
YEARS = (202419, 202519)


def figures() -> int:
    """Write monthly figures of the firms above scale and yearly ones of all; returns how many."""
    from django.db import transaction

    from qipan.platform.storage import bulk
    from qipan.platform.storage.frames import read_frame
    from qipan.registry.models import Fact, Measure, Scope

    Scope.objects.get_or_create(id=0, defaults={"text": ""})
    firms = read_frame("SELECT id, above_scale FROM enterprise", {"id": pl.Int64(), "above_scale": pl.Boolean()})
    random, written = np.random.default_rng(17), 0
    common = {"reading": 0, "basis": 1, "scope_id": 0, "origin": 2, "batch": 1, "text": pl.lit("1")}
    with transaction.atomic():
        for code in (*MONTHLY, "firm_revenue"):
            monthly = written < 3 * len(MONTHS) * firms["above_scale"].sum()
            owners = firms.filter("above_scale") if monthly else firms
            measure = Measure.objects.get(code=code).pk
            size = pl.Series("size", random.lognormal(20, 1.5, owners.height))
            grid = owners.select(pl.col("id").alias("subject_id"), size).join(
                pl.DataFrame({"period": MONTHS if monthly else list(YEARS)}), how="cross"
            )
            noise = pl.Series(random.lognormal(0, 0.02, grid.height))
            months = pl.when(pl.col("period") % 100 <= 12).then(pl.col("period") % 100).otherwise(12)
            growth = 1.05 ** (pl.col("period") // 100 - 2024)
            rows = grid.select(
                "subject_id", "period", (pl.col("size") * months * growth * noise).cast(pl.Int64).alias("value"),
                pl.lit(measure).alias("measure_id"), **common,
            )  # fmt: skip
            with bulk.large_insert(Fact, rows.height):
                bulk.insert(Fact, rows)
            written += rows.height
    return written


def seconds(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def main() -> None:
    fresh()
    firms = fill(indexed=False)
    count = figures()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    from qipan.domains.health import queries, watch
    from qipan.domains.health.looking import look
    from qipan.domains.health.queries import Wanted
    from qipan.platform.definitions import resolved
    from qipan.platform.models import User
    from qipan.platform.rights import machine
    from qipan.registry.models import Grant, Unit

    what = f"{firms:,} firms, {count:,} figures"
    taken = seconds(lambda: look(resolved(), TODAY, lambda *_: None))
    tell("all checks, looking", "120 s", taken, "s", note=what)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell("memory of a look, at its peak", "4,000 MB", peak, "MB", note=f"{before:,.0f} MB after loading")
    tell("looking and keeping, first time", "150 s", seconds(lambda: watch.run(machine("bench"))), "s", note=what)
    tell("looking and keeping again", "150 s", seconds(lambda: watch.run(machine("bench"))), "s")
    user = User.objects.create(username="bench")
    Grant.objects.create(user=user, role="economy", unit=Unit.objects.get(kind="zone"), since="2018-01-01")

    def page() -> None:
        queries.finding_page(user, Wanted())
        queries.counts(user)
        queries.trends(user)
        queries.choices(user)

    page()
    tell("the reads of the page", "0.3 s", min(seconds(page) for _ in range(5)), "s", note="best of five")


if __name__ == "__main__":
    sys.exit(main())
