"""What was found, kept: new findings open, those no longer found close, an explained rest stays explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from qipan.domains.health.looking import FOUND
from qipan.domains.health.models import DailyCount, Explanation, Finding, Run
from qipan.domains.health.rights import SETTLE
from qipan.packs import Resolved
from qipan.platform.action import Act, action
from qipan.platform.models import BatchSheet
from qipan.platform.storage import bulk
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Fact

# Findings of one check kept one by one; what goes beyond is counted. Nobody works through more.
MOST = 5_000
IDENTITY = ["code", "subject", "thing", "period"]
WRITTEN = ["rank", "unit", "secret", "value", "low", "high", "detail", "weight", "fact", "ledger"]
_STANDING = {
    "id": pl.Int64(), "code": pl.String(), "subject": pl.Int64(), "thing": pl.String(), "period": pl.Int64(),
    "closed": pl.Int64(), "rank": pl.Int64(), "unit": pl.Int64(), "secret": pl.Boolean(), "value": pl.Int64(),
    "low": pl.Float64(), "high": pl.Float64(), "detail": pl.String(), "weight": pl.Float64(), "fact": pl.Int64(),
    "ledger": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run came to."""

    run: int
    found: int
    opened: int
    closed: int
    beyond: int


@action("health.keep", right=SETTLE, zh="更新体检结果", en="Keep what the health checks found")
def keep(act: Act, found: pl.DataFrame, resolved: Resolved, *, change: int, today: date, started: datetime) -> Kept:
    """Leave the findings as `found` (looking.FOUND) has them, and a Run that says so.

    Findings follow from the records, as a search index does: the trail has no line for each, only for what people say
    about them. Otherwise every night would bury the trail.
    """
    del act
    now = timezone.now()
    standing = _standing()
    fresh = _with_ledgers(found)
    gone = standing.filter(pl.col("closed") == 0).join(fresh, on=IDENTITY, how="anti")
    for part in gone.iter_slices(500):
        Finding.objects.filter(pk__in=part["id"].to_list()).update(closed=now)
    changed = _update(standing, fresh, now)
    new = fresh.join(standing, on=IDENTITY, how="anti")
    room = new.sort("weight", descending=True).with_columns(place=pl.int_range(pl.len()).over("code"))
    kept = room.join(_open_counts(), on="code", how="left").filter(
        pl.col("place") + pl.col("standing").fill_null(0) < MOST
    )
    _insert(kept.select(FOUND.keys()), now)
    Finding.objects.filter(closed__isnull=True).update(seen=now)
    explain_again(resolved)
    beyond = new.join(kept, on=IDENTITY, how="anti")
    _count(beyond, today)
    run = Run.objects.create(started=started, ended=now, change=change, day=today, definitions=resolved.digest)
    return Kept(run.pk, fresh.height, kept.height + changed, gone.height, beyond.height)


def _standing() -> pl.DataFrame:
    closed = "CASE WHEN closed IS NULL THEN 0 ELSE 1 END"
    columns = ", ".join(closed if name == "closed" else name for name in _STANDING)
    return read_frame(f"SELECT {columns} FROM health_finding", _STANDING)  # noqa: S608 - our own names


def _with_ledgers(found: pl.DataFrame) -> pl.DataFrame:
    """Add the ledger each figure came in."""
    wanted = found["fact"].drop_nulls().unique()
    if wanted.is_empty():
        return found
    places: list[tuple[int, int, int]] = []
    for part in pl.DataFrame({"fact": wanted}).iter_slices(500):
        places += Fact.objects.filter(pk__in=part["fact"].to_list(), sheet__isnull=False).values_list(
            "pk", "batch", "sheet"
        )
    sheets = BatchSheet.objects.filter(batch__in={batch for _, batch, _ in places})
    ledgers = {(batch, number): ledger for batch, number, ledger in sheets.values_list("batch_id", "number", "ledger")}
    named = pl.DataFrame(
        [(fact, ledgers.get((batch, sheet), "")) for fact, batch, sheet in places],
        schema={"fact": pl.Int64, "came_in": pl.String},
        orient="row",
    )
    joined = found.join(named, on="fact", how="left")
    ledger = pl.when(pl.col("ledger") != "").then(pl.col("ledger")).otherwise(pl.col("came_in").fill_null(""))
    return joined.with_columns(ledger=ledger).select(FOUND.keys())


def _moment(now: datetime) -> Any:
    """Return a moment as the database's driver takes it in a bulk insert."""
    return now if connection.vendor == "postgresql" else now.replace(tzinfo=None).isoformat(sep=" ")


def _update(standing: pl.DataFrame, fresh: pl.DataFrame, now: datetime) -> int:
    """Write what changed about findings that stand, and open again those that came back; returns how many did."""
    both = standing.select("id", "closed", *IDENTITY, *(pl.col(name).alias(f"_{name}") for name in WRITTEN)).join(
        fresh, on=IDENTITY, how="inner"
    )
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"_{name}")) for name in WRITTEN)
    altered = both.filter(differs)
    if altered.height:
        bulk.update(Finding, altered.select("id", *WRITTEN), WRITTEN)
    back = both.filter(pl.col("closed") == 1)["id"].to_list()
    for start in range(0, len(back), 500):
        # What was said of it was said of what has since been mended.
        Finding.objects.filter(pk__in=back[start : start + 500]).update(
            closed=None, opened=now, ignored_until=None, ignored_reason="", ignored_by="", assigned=None
        )
    return len(back)


def _open_counts() -> pl.DataFrame:
    rows = Finding.objects.filter(closed__isnull=True).values_list("code").annotate(count=Count("id"))
    return pl.DataFrame(list(rows), schema={"code": pl.String, "standing": pl.Int64}, orient="row")


def _insert(new: pl.DataFrame, now: datetime) -> None:
    if new.is_empty():
        return
    first = bulk.reserve(Finding, new.height)
    ids = pl.int_range(first, first + new.height, eager=True, dtype=pl.Int64)
    moment = _moment(now)
    bulk.insert(
        Finding, new.with_columns(id=ids, opened=pl.lit(moment), seen=pl.lit(moment), explanation_id=pl.lit(None))
    )


def explain_again(resolved: Resolved) -> None:
    """Leave every rest that was explained and has not changed since with its explanation, and no other."""
    residuals = {code: check for code, check in resolved.health.items() if check.detector == "residual"}
    said = {(one.code, one.subject, one.thing): one for one in Explanation.objects.filter(code__in=residuals)}
    for finding in Finding.objects.filter(code__in=residuals, closed__isnull=True):
        known = said.get((finding.code, finding.subject, finding.thing))
        unchanged = residuals[finding.code].number("unchanged")
        holds = known is not None and abs(share_of(finding) - known.share) <= unchanged
        wanted = known.pk if known is not None and holds else None
        if finding.explanation_id != wanted:
            Finding.objects.filter(pk=finding.pk).update(explanation=wanted)


def share_of(finding: Finding) -> float:
    """Return the rest's share of the whole; 1 where the whole is nothing."""
    whole, sum_of_parts = finding.value or 0, finding.low or 0.0
    return (whole - sum_of_parts) / abs(whole) if whole else 1.0


def open_on(today: date) -> Q:
    """Return the condition of findings that want somebody's attention: not closed, explained or ignored."""
    waiting = Q(ignored_until__isnull=True) | Q(ignored_until__lte=today)
    return Q(closed__isnull=True, explanation__isnull=True) & waiting


def _count(beyond: pl.DataFrame, today: date) -> None:
    """Write how many are open today, in place of what an earlier run of the day wrote."""
    groups = Finding.objects.filter(open_on(today)).values("code", "unit", "secret").annotate(open=Count("id"))
    counts = {(row["code"], row["unit"] or 0, row["secret"]): row["open"] for row in groups}
    more = {
        (code, unit or 0, secret): count
        for code, unit, secret, count in beyond.group_by("code", "unit", "secret").len().iter_rows()
    }
    DailyCount.objects.filter(day=today).delete()
    DailyCount.objects.bulk_create(
        DailyCount(
            code=code, unit=unit, secret=secret, day=today, open=counts.get((code, unit, secret), 0),
            beyond=more.get((code, unit, secret), 0),
        )
        for code, unit, secret in sorted({*counts, *more}, key=repr)
    )  # fmt: skip
