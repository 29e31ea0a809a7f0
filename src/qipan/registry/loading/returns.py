"""A load fills Returns (报送); a locked one refuses changes and undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from django.utils import timezone

from qipan.engine.periods import Period
from qipan.engine.problem import Language, Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.imports.commit import with_every_commit
from qipan.platform.imports.plan import Plan
from qipan.platform.imports.undo import undo_asks, undo_settles
from qipan.platform.models import Batch
from qipan.platform.rights import units_of
from qipan.platform.storage.frames import read_frame
from qipan.registry.loading import known
from qipan.registry.models import Return, Unit

LOCKED = (Return.Status.LOCKED, Return.Status.PUBLISHED)


def locked_returns() -> pl.DataFrame:
    """Return the locked returns: unit, ledger, period."""
    rows = list(Return.objects.filter(status__in=LOCKED).values_list("unit", "ledger", "period"))
    return pl.DataFrame(rows, schema={"return_unit": pl.Int64, "ledger": pl.String, "period": pl.Int64}, orient="row")


def reporting_unit(facts: pl.DataFrame, units: known.Units) -> pl.DataFrame:
    """Add `return_unit`: who reports a figure: its subject where that is a unit of the zone; a firm's figures and the
    city's are reported by the unit they were loaded for.
    """
    own = [unit for unit, kind in units.kinds.items() if kind != Unit.Kind.CITY]
    reports = pl.col("subject_id").is_in(own)
    return facts.with_columns(pl.when(reports).then("subject_id").otherwise("home").alias("return_unit"))


def touched(facts: pl.DataFrame, plan: Plan) -> list[tuple[int, str, int]]:
    """Return the returns these facts fill: unit, ledger, period."""
    rows = reporting_unit(facts, known.units(plan)).select("return_unit", "ledger", "period").unique().drop_nulls()
    return [(int(unit), str(ledger), int(period)) for unit, ledger, period in rows.iter_rows()]


def locked_facts(
    changed: pl.DataFrame, new: pl.DataFrame, plan: Plan
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Part the facts that may be written from those a locked return refuses: (changed, new, refused).

    A figure belongs to the ledger it came from: one that stands is guarded by the return it was loaded with, a new one
    by the return it would fill.
    """
    locks = locked_returns()
    if not locks.height:
        return changed, new, changed.clear()
    ledgers = read_frame(
        "SELECT batch_id, number, ledger FROM batch_sheet",
        {"from_batch": pl.Int64(), "from_sheet": pl.Int64(), "from_ledger": pl.String()},
    )
    on, units = ["return_unit", "ledger", "period"], known.units(plan)
    standing = (
        reporting_unit(changed, units)
        .join(ledgers, on=["from_batch", "from_sheet"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("from_ledger", "ledger").alias("ledger"))
    )
    coming = reporting_unit(new, units)
    refused = [frame.join(locks, on=on, how="semi", maintain_order="left") for frame in (standing, coming)]
    kept = [
        frame.join(locks, on=on, how="anti", maintain_order="left").select(source.columns)
        for frame, source in ((standing, changed), (coming, new))
    ]
    return kept[0], kept[1], pl.concat([part.select(changed.columns) for part in refused])


def _fill(_act: Act, batch: Batch, plan: Plan) -> None:
    """Leave a Return for everything the batch filled, and the batch's own unit where the load brought the zone."""
    if batch.unit is None:
        zone = Unit.objects.filter(kind=Unit.Kind.ZONE).first()
        batch.unit = zone.pk if zone else None
        batch.save(update_fields=["unit"])
    wanted = {
        (unit if unit > 0 else plan.first_subject - 1 - unit, ledger, period) for unit, ledger, period in plan.touched
    }
    existing = {(unit, ledger, period): key for key, unit, ledger, period in _returns()}
    Return.objects.filter(pk__in=[existing[key] for key in wanted & existing.keys()]).update(batch=batch.pk)
    Return.objects.bulk_create(
        Return(unit_id=unit, ledger=ledger, period=period, batch=batch.pk)
        for unit, ledger, period in sorted(wanted - existing.keys())
    )


def _returns() -> Iterator[tuple[int, int, str, int]]:
    return Return.objects.values_list("pk", "unit_id", "ledger", "period").iterator()


# Which returns figures stand in, and the last batch that brought one; the same answer as `reporting_unit` gives.
FILLED = """
    SELECT COALESCE(u.id, b.unit), s.ledger, f.period, MAX(f.batch) FROM fact f
    JOIN batch_sheet s ON s.batch_id = f.batch AND s.number = f.sheet
    JOIN batch b ON b.id = f.batch LEFT JOIN unit u ON u.id = f.subject_id AND u.kind <> 'city'
    WHERE {where} GROUP BY 1, 2, 3
"""


def _filled(where: str) -> dict[tuple[int, str, int], int]:
    """Return (unit, ledger, period) → last batch for the figures `where` names."""
    schema = {"unit": pl.Int64(), "ledger": pl.String(), "period": pl.Int64(), "batch": pl.Int64()}
    frame = read_frame(FILLED.format(where=where), schema).drop_nulls()
    return {(unit, ledger, period): batch for unit, ledger, period, batch in frame.iter_rows()}


def _hinders_undo(batch: Batch, _changes: pl.DataFrame) -> list[Problem]:
    """Name the locked returns that hold figures of `batch`, also such as were corrected since: one sentence for all."""
    wanted = _filled(f"f.batch = {int(batch.pk)}")
    locked = Return.objects.filter(status__in=LOCKED).values_list("unit_id", "ledger", "period")
    held = [entry for entry in locked if entry in wanted]
    if not held:
        return []
    periods = sorted({period for _, _, period in held})
    return [
        Problem.of(
            "imports.undo-locked", periods=ranges(periods, "zh"), periods_en=ranges(periods, "en"),
            units=len({unit for unit, _, _ in held}), count=len(held),
        )
    ]  # fmt: skip


def ranges(periods: Sequence[int], language: Language) -> str:
    """Return sorted period codes in words, months that follow one another as a range."""
    runs: list[list[int]] = []
    for period in periods:
        if runs and _month(period) is not None and _month(runs[-1][-1]) == (_month(period) or 0) - 1:
            runs[-1].append(period)
        else:
            runs.append([period])
    said = ["—".join(dict.fromkeys((Period(run[0]).text(language), Period(run[-1]).text(language)))) for run in runs]
    return ("、" if language == "zh" else ", ").join(said)


def _month(period: int) -> int | None:
    """Return the number of a month since year 0, null for what is no month."""
    year, month = divmod(period, 100)
    return year * 12 + month if 1 <= month <= 12 and period < 10**6 else None


def _settle(_act: Act, batch: Batch) -> None:
    """Take away the returns only this batch filled; the others name the last batch that still fills them."""
    mine = list(Return.objects.filter(batch=batch.pk))
    if not mine:
        return
    periods = ", ".join(str(int(period)) for period in sorted({entry.period for entry in mine}))
    left = _filled(f"f.superseded_by IS NULL AND f.period IN ({periods})")
    for entry in mine:
        last = left.get((entry.unit_id, entry.ledger, entry.period))
        if last is None:
            entry.delete()
        else:
            Return.objects.filter(pk=entry.pk).update(batch=last)


@action("returns.lock", right="returns.lock", zh="锁定报送", en="Lock returns")
def lock(act: Act, period: int, *, ledgers: Sequence[str] = (), units: Sequence[int] = (), reason: str = "") -> int:
    """Leave the returns of `period` locked (all ledgers and units, or those named); returns how many were."""
    del reason  # read by the decorator
    returns = Return.objects.filter(period=period).exclude(status__in=LOCKED)
    if ledgers:
        returns = returns.filter(ledger__in=ledgers)
    if units:
        returns = returns.filter(unit__in=units)
    allowed = units_of(act.actor, "returns.lock")
    if allowed is not None:
        returns = returns.filter(unit__in=allowed)
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
            {"status": before},
            {"status": str(Return.Status.LOCKED)},
            {"ledger": entry.ledger, "period": period},
        )
    return len(found)


def connect() -> None:
    """Take part in every load and every undo."""
    with_every_commit(_fill)
    undo_asks(_hinders_undo)
    undo_settles(_settle)
