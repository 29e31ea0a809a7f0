"""Writing a plan: one transaction, one Action; the change set says afterwards what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.db.models import Max
from django.utils import timezone

from qipan.engine.problem import Problem, Where
from qipan.platform import files
from qipan.platform.action import Act, Stopped, action, refuse
from qipan.platform.imports import memory, values
from qipan.platform.imports.changes import store
from qipan.platform.imports.decisions import changes_json
from qipan.platform.imports.plan import CHANGE_SCHEMA, Counts, Insert, Plan, Progress, Update, silent
from qipan.platform.imports.understand import Understood
from qipan.platform.models import Batch, BatchSheet, StoredFile, TrailEntry
from qipan.platform.storage import bulk
from qipan.platform.subjects import subject_model

_after: list[Callable[[Act, Batch, Plan], None]] = []


def with_every_commit(hook: Callable[[Act, Batch, Plan], None]) -> None:
    """Call `hook(act, batch, plan)` inside every load's transaction (the registry fills Returns and ends facts)."""
    _after.append(hook)


def change_number() -> int:
    """Return the number of the last change to the records."""
    return TrailEntry.objects.aggregate(last=Max("id"))["last"] or 0


@dataclass(frozen=True, slots=True)
class Loading:
    """What is being committed: the files as understood, the name the person gave, and for which unit."""

    understood: Understood
    name: str
    unit: int | None
    named: bool = False  # a person said which ledger it is: the mapping is remembered
    draft: int | None = None


def totals(plan: Plan) -> Counts:
    """Return the counts of all nouns together."""
    total = Counts()
    for counts in plan.counts.values():
        total.add(counts)
    return total


def keep_files(loading: Loading) -> dict[Path, StoredFile]:
    """Keep the files themselves before anything is written about them; returns the records by path.

    Raises Stopped where a file is no longer what was read, or no longer there.
    """
    kept: dict[Path, StoredFile] = {}
    for book in loading.understood.books:
        if book.path is None or not book.sheets:
            continue
        changed = Problem.of("imports.file-changed", where=Where(file=book.name))
        if book.path not in kept:
            try:
                kept[book.path] = files.keep(book.path)
            except FileNotFoundError as error:
                raise Stopped(changed) from error
        if kept[book.path].sha256 != book.on_disk:
            raise Stopped(changed)
    return kept


@action("batch.commit", right="batch.load", zh="提交批次", en="Commit a load", holds_lease=True)
def commit(
    act: Act,
    loading: Loading,
    make: Callable[[], Plan],
    plan: Plan,
    kept: dict[Path, StoredFile],
    *,
    at_unit: int | None,
    progress: Progress = silent,
) -> Batch:
    """Leave the plan written and the batch on record; a plan others have overtaken is made again first.

    Everything happens in one transaction: whoever dies in the middle leaves the earlier state.
    """
    if plan.change_number != change_number():
        plan = make()
    batch = _batch(act, loading, plan, at_unit)
    act.batch = batch.pk
    _sheets(batch, loading, kept)
    changes = write(plan, batch.pk, progress)
    for hook in _after:
        hook(act, batch, plan)
    if batch.state == Batch.State.COMMITTED:
        _remember(act, batch, loading, at_unit)
    batch.changes_file = store(changes)
    batch.problems_file = store(pl.concat([problems_of(loading.understood, plan), loading.understood.whole_frame()]))
    batch.ended = timezone.now()
    batch.save(update_fields=["changes_file", "problems_file", "ended"])
    counts = {noun: {"new": c.new, "changed": c.changed, "same": c.same} for noun, c in plan.counts.items()}
    act.changed("batch", None, None, {"name": loading.name, **counts})
    return batch


def _remember(act: Act, batch: Batch, loading: Loading, at_unit: int | None) -> None:
    """Keep what people said about the forms, each kind only where somebody said it."""
    sheets = [read for read in loading.understood.sheets if loading.named or read.taught]
    if sheets:
        refuse(memory.remember(act.actor, batch.pk, sheets, at_unit=at_unit).problems)
    always = [read for read in loading.understood.sheets if any(one.always for one in read.changes.maps)]
    if always:
        refuse(values.remember(act.actor, batch.pk, always, at_unit=at_unit).problems)


def problems_of(understood: Understood, plan: Plan) -> pl.DataFrame:
    """Return every problem of the load: those in the sheets and those found against the registry."""
    return pl.concat([understood.problem_frame(), plan.problem_frame()])


def _batch(act: Act, loading: Loading, plan: Plan, unit: int | None) -> Batch:
    total = totals(plan)
    problems = problems_of(loading.understood, plan)
    counted = Counter(dict(problems.group_by("code").len().iter_rows()))
    counted.update(problem.code for problem in loading.understood.problems)
    return Batch.objects.create(
        state=Batch.State.REFUSED if plan.empty and total.read == total.refused else Batch.State.COMMITTED,
        name=loading.name[:300],
        unit=unit,
        by=act.actor.user.pk if act.actor.user else None,
        by_name=act.actor.name,
        read=total.read,
        new=total.new,
        changed=total.changed,
        same=total.same,
        refused=total.refused,
        conflicts=total.conflicts,
        problem_counts=dict(counted),
        draft=loading.draft,
    )


def _sheets(batch: Batch, loading: Loading, kept: dict[Path, StoredFile]) -> None:
    BatchSheet.objects.bulk_create(
        BatchSheet(
            batch=batch,
            number=read.number,
            file=kept[read.book.path],
            file_name=read.book.name[:500],
            member=(read.book.member or "")[:500],
            sheet=read.sheet.name[:200],
            index=read.sheet.index,
            ledger=read.ledger.code if read.ledger else "",
            confidence=read.recognition.confidence,
            columns=[
                {"index": match.index, "header": match.header, "code": match.code, "part": match.part}
                for match in read.recognition.columns
            ],
            reasons=[{"code": reason.code, "params": dict(reason.params)} for reason in read.recognition.reasons],
            period=read.recognition.context.period,
            rows=read.extract.rows if read.extract else 0,
            signature=read.recognition.signature,
            changes={} if read.changes.none else changes_json(read.changes),
        )
        for read in loading.understood.sheets
        if read.book.path in kept
    )


def write(plan: Plan, batch: int, progress: Progress) -> pl.DataFrame:
    """Write the plan's rows and return the change set; called inside a transaction."""
    first = plan.first_subject = _write_subjects(plan)
    total = sum(insert.frame.height for insert in plan.inserts) + sum(part.frame.height for part in plan.updates)
    changes: list[pl.DataFrame] = []
    done = 0
    for ended in plan.superseded:  # first: a new row may stand only where the old one has ended
        marked = ended.frame.select("id", pl.lit(batch, dtype=pl.Int64).alias("superseded_by"))
        bulk.update(ended.model, marked, ["superseded_by"])
        changes.append(_change_rows(ended.frame, ended.model._meta.db_table, "supersede"))
    for part in plan.updates:
        changes.append(_write_update(part, first))
        done += part.frame.height
        progress("commit", done, total)
    for insert in plan.inserts:
        base = done
        changes.append(_write_insert(insert, first, batch, lambda n, base=base: progress("commit", base + n, total)))
        done += insert.frame.height
    return pl.concat(changes) if changes else pl.DataFrame(schema=CHANGE_SCHEMA)


def _write_subjects(plan: Plan) -> int:
    if not plan.nouns:
        return 0
    nouns = pl.concat(plan.nouns)
    model = subject_model()
    first = bulk.reserve(model, nouns.len())
    ids = pl.int_range(first, first + nouns.len(), eager=True, dtype=pl.Int64)
    bulk.insert(model, pl.DataFrame({"id": ids, "noun": nouns}))
    return first


def _settle(frame: pl.DataFrame, columns: tuple[str, ...], first: int) -> pl.DataFrame:
    """Turn provisional subject ids into the reserved ones: −1 is the first of them."""
    return frame.with_columns(
        pl.when(pl.col(name) < 0).then(first - 1 - pl.col(name)).otherwise(pl.col(name)).alias(name) for name in columns
    )


def _write_insert(insert: Insert, first: int, batch: int, progress: bulk.Progress) -> pl.DataFrame:
    frame = _settle(insert.frame, insert.subjects, first)
    if any(field.column == "batch" for field in insert.model._meta.concrete_fields):
        frame = frame.with_columns(pl.lit(batch, dtype=pl.Int64).alias("batch"))
    if "id" not in frame.columns:
        start = bulk.reserve(insert.model, frame.height)
        frame = frame.with_columns(pl.int_range(start, start + frame.height, dtype=pl.Int64).alias("id"))
    known = {field.column for field in insert.model._meta.concrete_fields}
    with bulk.large_insert(insert.model, frame.height):
        bulk.insert(insert.model, frame.select([name for name in frame.columns if name in known]), progress=progress)
    return _change_rows(frame, insert.model._meta.db_table, "insert")


def _write_update(part: Update, first: int) -> pl.DataFrame:
    frame = _settle(part.frame, part.subjects, first)
    column = part.model._meta.get_field(part.field).column
    assert column is not None  # noqa: S101 - every field of ours has a column
    bulk.update(part.model, frame.select("id", pl.col("after").alias(column)), [column])
    encoded = [pl.struct(pl.col(side).alias("v")).struct.json_encode().alias(side) for side in ("before", "after")]
    return _change_rows(
        frame.with_columns(*encoded, pl.lit(part.field).alias("field")), part.model._meta.db_table, "update"
    )


def _change_rows(frame: pl.DataFrame, table: str, op: str) -> pl.DataFrame:
    given = frame.with_columns(pl.lit(table).alias("table"), pl.lit(op).alias("op"))
    return given.select(
        (pl.col(name) if name in given.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in CHANGE_SCHEMA.items()
    )
