"""A load fills Returns (报送); a locked one refuses changes and undo."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.utils import timezone

from qipan.engine.problem import Problem, Where
from qipan.platform.action import Act, Stopped, action
from qipan.platform.imports.commit import with_every_commit
from qipan.platform.imports.plan import Plan
from qipan.platform.imports.undo import undo_asks
from qipan.platform.models import Batch
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Return, Unit

LOCKED = (Return.Status.LOCKED, Return.Status.PUBLISHED)


def locked_returns() -> pl.DataFrame:
    """Return the locked returns: unit, ledger, period."""
    rows = list(Return.objects.filter(status__in=LOCKED).values_list("unit", "ledger", "period"))
    return pl.DataFrame(rows, schema={"return_unit": pl.Int64, "ledger": pl.String, "period": pl.Int64}, orient="row")


def reporting_unit(facts: pl.DataFrame) -> pl.DataFrame:
    """Add `return_unit`: the unit a figure is reported by; its subject where that is a unit of the zone, else the home unit."""
    own = (pl.col("subject") == "unit") | (pl.col("subject") == "named")
    return facts.with_columns(pl.when(own).then(pl.col("subject_id")).otherwise(pl.col("home")).alias("return_unit"))


def touched(facts: pl.DataFrame) -> list[tuple[int, str, int]]:
    """Return the returns these facts fill: unit, ledger, period."""
    rows = reporting_unit(facts).select("return_unit", "ledger", "period").unique().drop_nulls()
    return [(int(unit), str(ledger), int(period)) for unit, ledger, period in rows.iter_rows()]


def locked_facts(changed: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Part the facts that may be written from those a locked return refuses: (changed, new, refused).

    A figure belongs to the ledger it came from: one that stands is guarded by the return it was loaded with, a new one by
    the return it would fill.
    """
    locks = locked_returns()
    if not locks.height:
        return changed, new, changed.clear()
    ledgers = read_frame(
        "SELECT batch_id, number, ledger FROM batch_sheet",
        {"from_batch": pl.Int64(), "from_sheet": pl.Int64(), "from_ledger": pl.String()},
    )
    on = ["return_unit", "ledger", "period"]
    standing = (
        reporting_unit(changed)
        .join(ledgers, on=["from_batch", "from_sheet"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("from_ledger", "ledger").alias("ledger"))
    )
    coming = reporting_unit(new)
    refused = [frame.join(locks, on=on, how="semi", maintain_order="left") for frame in (standing, coming)]
    kept = [
        frame.join(locks, on=on, how="anti", maintain_order="left").select(source.columns)
        for frame, source in ((standing, changed), (coming, new))
    ]
    return kept[0], kept[1], pl.concat([part.select(changed.columns) for part in refused])


def _fill(_act: Act, batch: Batch, plan: Plan) -> None:
    """Leave a Return for everything the batch filled, and the batch's own unit where the load brought the zone itself."""
    if batch.unit is None:
        zone = Unit.objects.filter(kind=Unit.Kind.ZONE).first()
        batch.unit = zone.pk if zone else None
        batch.save(update_fields=["unit"])
    wanted = {
        (unit if unit > 0 else plan.first_subject - 1 - unit, ledger, period) for unit, ledger, period in plan.touched
    }
    existing = set(Return.objects.values_list("unit", "ledger", "period"))
    Return.objects.bulk_create(
        Return(unit_id=unit, ledger=ledger, period=period, batch=batch.pk)
        for unit, ledger, period in sorted(wanted - existing)
    )


def _hinders_undo(batch: Batch, _changes: pl.DataFrame) -> list[Problem]:
    """List the locked returns that hold figures of `batch`."""
    facts = read_frame(
        "SELECT f.period, s.ledger, f.subject_id FROM fact f "
        "JOIN batch_sheet s ON s.batch_id = f.batch AND s.number = f.sheet WHERE f.batch = %s",
        {"period": pl.Int64(), "ledger": pl.String(), "subject_id": pl.Int64()},
        [batch.pk],
    ).unique()
    units = set(Unit.objects.values_list("pk", flat=True))
    wanted = {
        (subject if subject in units else batch.unit, ledger, period) for period, ledger, subject in facts.iter_rows()
    }
    hits = [
        entry
        for entry in Return.objects.filter(status__in=LOCKED).select_related("unit")
        if (entry.unit_id, entry.ledger, entry.period) in wanted
    ]
    return [
        Problem.of("imports.locked", where=Where(sheet=entry.unit.name), value=f"{entry.unit.name} {entry.period}")
        for entry in hits
    ]


@action("returns.lock", right="returns.lock", zh="锁定报送", en="Lock returns")
def lock(act: Act, period: int, *, ledgers: Sequence[str] = (), units: Sequence[int] = (), reason: str = "") -> int:
    """Leave the returns of `period` locked (all ledgers and units, or those named); returns how many were."""
    returns = Return.objects.filter(period=period).exclude(status__in=LOCKED)
    if ledgers:
        returns = returns.filter(ledger__in=ledgers)
    if units:
        returns = returns.filter(unit__in=units)
    found = list(returns.select_related("unit"))
    if not found:
        raise Stopped(Problem.of("registry.nothing-to-lock", period=period))
    now = timezone.now()
    for entry in found:
        before = entry.status
        Return.objects.filter(pk=entry.pk).update(status=Return.Status.LOCKED, locked_at=now, locked_by=act.actor.name)
        act.changed(
            "return",
            entry.unit_id,
            {"ledger": entry.ledger, "period": period, "status": before},
            {"ledger": entry.ledger, "period": period, "status": str(Return.Status.LOCKED)},
        )
    return len(found)


def connect() -> None:
    """Take part in every load and every undo."""
    with_every_commit(_fill)
    undo_asks(_hinders_undo)
