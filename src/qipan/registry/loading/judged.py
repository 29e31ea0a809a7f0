"""What a person said of uncertain firms before the load was written: it counts at once and is put on record with it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.utils import timezone

from qipan.engine.resolve import normal_key
from qipan.engine.sheets.spec import LedgerSpec
from qipan.platform.action import Act
from qipan.platform.imports.commit import with_every_commit
from qipan.platform.imports.plan import Counts, For, Insert, Plan, Progress, SheetRead, Update, writes
from qipan.platform.models import Batch
from qipan.platform.storage.frames import read_frame
from qipan.registry.loading import known
from qipan.registry.loading.collect import firm_rows, repeats_firms
from qipan.registry.loading.firms import firm_preview
from qipan.registry.models import Enterprise, Subject, Uncertain, Verdict

ON = ["name_key", "uscc"]


@writes("enterprise", "qualification", order=25)
def plan_judged(sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None:
    """Plan the verdicts given with the load; a firm of its own is registered where its ledger registers none."""
    del progress
    if not plan.verdicts.height:
        return
    _point(plan)
    _register(sheets, target, plan)
    _record(plan)


def _point(plan: Plan) -> None:
    """Let a verdict "a firm of its own" point at the firm this very load registers under that name and code."""
    planned = [
        insert.frame.select("name_key", pl.col("uscc").fill_null(""), pl.col("id").alias("planned"))
        for insert in plan.inserts
        if insert.model is Enterprise
    ]
    if planned:
        firms = pl.concat(planned).unique(ON, keep="first", maintain_order=True)
        joined = plan.verdicts.join(firms, on=ON, how="left", maintain_order="left")
        plan.verdicts = joined.with_columns(pl.coalesce("subject", "planned").alias("subject")).drop("planned")


def _registers(ledger: LedgerSpec) -> bool:
    return ledger.noun == "enterprise" and not repeats_firms(ledger)


def _register(sheets: Sequence[SheetRead], target: For, plan: Plan) -> None:
    speaking = [read for read in sheets if read.ledger is not None and not _registers(read.ledger)]
    rows = firm_rows(speaking)
    if not rows.height or "name" not in rows.columns:
        return
    own = plan.verdicts.filter(pl.col("subject").is_null())
    places = rows.select(normal_key(pl.col("name")).alias("name_key"), "sheet", "row").unique(
        "name_key", keep="first", maintain_order=True
    )
    fresh = own.join(places, on="name_key", how="inner", maintain_order="left")
    units = known.units(plan)
    home = target.unit if target.unit is not None else units.zone
    if not fresh.height or (target.allowed is not None and home not in target.allowed):
        return
    ids = plan.provisional(Subject.Noun.ENTERPRISE, fresh.height)
    fresh = fresh.with_columns(ids.alias("subject"), pl.lit(home, dtype=pl.Int64).alias("unit_id"))
    code = pl.when(pl.col("uscc") != "").then(pl.col("uscc")).alias("uscc")
    frame = fresh.select(
        pl.col("subject").alias("id"), "unit_id", code, "name", "name_key", pl.col("sheet").cast(pl.Int64), "row"
    )
    plan.inserts.append(Insert(Enterprise, frame, ("id", "unit_id")))
    plan.count("enterprise", Counts(fresh.height, fresh.height))
    plan.also(lambda: firm_preview(fresh, "new", plan))
    _point(plan)


def _record(plan: Plan) -> None:
    """Plan the verdicts' own rows, and that nobody need be asked the same any more."""
    now = timezone.now().isoformat(sep=" ")
    standing = read_frame(
        "SELECT id, name_key, uscc, enterprise_id FROM verdict",
        {"id": pl.Int64(), "name_key": pl.String(), "uscc": pl.String(), "before": pl.Int64()},
    )
    joined = plan.verdicts.join(standing, on=ON, how="left", maintain_order="left")
    none = [pl.lit(None, dtype=pl.Int64).alias(name) for name in ("sheet", "row")]
    moved = joined.filter(pl.col("id").is_not_null() & pl.col("subject").ne_missing(pl.col("before")))
    if moved.height:
        frame = moved.select("id", "before", pl.col("subject").alias("after"), *none)
        plan.updates.append(Update(Verdict, "enterprise", frame, ("after",)))
    new = joined.filter(pl.col("id").is_null())
    if new.height:
        frame = new.select(pl.col("subject").alias("enterprise_id"), *ON, "by_name", pl.lit(now).alias("at"))
        plan.inserts.append(Insert(Verdict, frame, ("enterprise_id",)))
    waiting = read_frame(
        "SELECT id, name_key, uscc FROM uncertain WHERE decided IS NULL",
        {"id": pl.Int64(), "name_key": pl.String(), "uscc": pl.String()},
    ).join(plan.verdicts.select(ON), on=ON, how="semi")
    if waiting.height:
        before = pl.lit(None, dtype=pl.String).alias("before")
        frame = waiting.select("id", before, pl.lit(now).alias("after"), *none)
        plan.updates.append(Update(Uncertain, "decided", frame, ()))


def _tell(act: Act, batch: Batch, plan: Plan) -> None:
    """Leave a line in the trail for every verdict that was put on record."""
    del batch
    for row in plan.verdicts.iter_rows(named=True):
        subject = row["subject"]
        planned = subject is not None and subject < 0
        key = plan.first_subject - 1 - int(subject) if subject is not None and planned else subject
        firm = Enterprise.objects.filter(pk=key).values_list("name", flat=True).first()
        said = "own" if planned or subject is None else "same"
        told = {"name": row["name"], "uscc": row["uscc"], "firm": firm or row["name"], "said": said}
        act.changed("verdict", key, None, told)


def connect() -> None:
    """Be told of every load that is written."""
    with_every_commit(_tell)
