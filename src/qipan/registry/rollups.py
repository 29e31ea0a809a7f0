"""Sums of firms' figures by unit, kept in memory and brought up to date by what changed since."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import polars as pl
from django.db.models import Max

from qipan.engine.rollup import FIGURES, changed_by, roll_up
from qipan.platform.imports.commit import change_number
from qipan.platform.models import Batch, TrailEntry
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Fact

CURRENT = "superseded_by IS NULL AND reading = 0 AND value IS NOT NULL"
COLUMNS = "subject_id, measure_id, period, value"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums (engine.rollup.SUMS) of actual figures in one basis, as of a change number."""

    change: int
    last_fact: int
    last_batch: int
    members: pl.DataFrame
    sums: pl.DataFrame


_lock = threading.Lock()
_kept: dict[int, Sums] = {}


def firm_sums(basis: int) -> pl.DataFrame:
    """Return the sums of all firms' actual figures in `basis` by unit, measure and period.

    After a load only the figures that came and went are read; after an undo, or when a firm moved, all are.
    """
    change = change_number()
    kept = _kept.get(basis)
    if kept is not None and kept.change == change:
        return kept.sums
    with _lock:
        kept = _kept.get(basis)
        if kept is None or kept.change != change:
            kept = _updated(kept, basis, change) if kept is not None else None
            kept = kept or _whole(basis, change)
            _kept[basis] = kept
    return kept.sums


def forget() -> None:
    """Drop what is kept; for tests and benches that change the database underneath."""
    _kept.clear()


def _members() -> pl.DataFrame:
    return read_frame("SELECT id, unit_id FROM enterprise", {"subject": pl.Int64(), "unit": pl.Int64()})


def _marks() -> tuple[int, int]:
    last_fact = Fact.objects.aggregate(last=Max("id"))["last"] or 0
    return last_fact, Batch.objects.aggregate(last=Max("id"))["last"] or 0


def _whole(basis: int, change: int) -> Sums:
    last_fact, last_batch = _marks()
    members = _members()
    # Units have figures too; a firm's are told by its membership, so what no firm owns is left out before summing.
    figures = read_frame(f"SELECT {COLUMNS} FROM fact WHERE {CURRENT} AND basis = {int(basis)}", dict(FIGURES))  # noqa: S608
    return Sums(change, last_fact, last_batch, members, _sums(figures, members))


def _sums(figures: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    return roll_up(_of_firms(figures, members), members)


def _of_firms(figures: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    return figures.join(members.select("subject"), on="subject", how="semi")


def _updated(kept: Sums, basis: int, change: int) -> Sums | None:
    """Return `kept` with what changed since, or None where only reading everything again is safe."""
    since = TrailEntry.objects.filter(id__gt=kept.change)
    undone = Batch.objects.filter(id__gt=kept.last_batch, kind=Batch.Kind.UNDO).exists()
    if undone or since.filter(noun="enterprise").exists():
        return None
    members = _members()
    if not members.equals(kept.members):
        return None
    last_fact, last_batch = _marks()
    here = f"reading = 0 AND value IS NOT NULL AND basis = {int(basis)}"
    come = read_frame(
        f"SELECT {COLUMNS} FROM fact WHERE id > {kept.last_fact} AND superseded_by IS NULL AND {here}",  # noqa: S608
        dict(FIGURES),
    )
    gone = read_frame(
        f"SELECT {COLUMNS} FROM fact WHERE superseded_by > {kept.last_batch} AND id <= {kept.last_fact} AND {here}",  # noqa: S608
        dict(FIGURES),
    )
    sums = changed_by(kept.sums, _of_firms(come, members), _of_firms(gone, members), members)
    return Sums(change, last_fact, last_batch, members, sums)
