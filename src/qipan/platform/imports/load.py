"""A load from first to last: understand the files, plan, show, commit. Every door leads through here."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
from django.db import DatabaseError

from qipan.engine.problem import Problem
from qipan.engine.sheets import Context
from qipan.engine.sheets.reading import readable
from qipan.platform import faults, lease
from qipan.platform.action import Outcome, Stopped
from qipan.platform.definitions import resolved
from qipan.platform.imports.commit import Loading, change_number, commit, keep_files, problems_of, totals
from qipan.platform.imports.decisions import Decision, Decisions
from qipan.platform.imports.plan import Counts, For, Plan, Progress, make_plan, silent
from qipan.platform.imports.understand import Kept, Understood, Wishes, understand
from qipan.platform.models import Batch
from qipan.platform.rights import Actor, units_of

RIGHT = "batch.load"


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks to be loaded: paths, and what overrules the sheets themselves."""

    paths: tuple[Path, ...]
    name: str
    unit: int | None = None
    ledger: str | None = None
    context: Context | None = None
    allowed: frozenset[int] | None = None  # units that may be written for; None: all
    decisions: Decisions = field(default_factory=dict[str, Decision])
    verdicts: pl.DataFrame | None = None
    draft: int | None = None  # the draft it comes from
    whole: bool = False  # whether all of the preview is wanted


@dataclass(slots=True)
class Checked:
    """A load that was read and compared, and not yet written."""

    request: Request
    understood: Understood
    plan: Plan
    seconds: float
    target: For = field(repr=False)

    @property
    def counts(self) -> Counts:
        """Counts of all nouns together."""
        return totals(self.plan)

    def problems(self) -> pl.DataFrame:
        """Return all problems of rows and cells (PROBLEM_SCHEMA); those of whole files are in `understood.problems`."""
        return problems_of(self.understood, self.plan)

    def problem_counts(self) -> dict[str, int]:
        """Return how often each problem occurs, the most frequent first."""
        counted = dict(self.problems().group_by("code").len().iter_rows())
        for problem in self.understood.problems:
            counted[problem.code] = counted.get(problem.code, 0) + 1
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def check(request: Request, progress: Progress = silent, kept: Kept | None = None) -> Checked:
    """Read and compare; nothing is written. Of what `kept` holds only what was decided anew is read again."""
    started = time.perf_counter()
    definitions = resolved()
    wishes = Wishes(request.ledger, request.context, request.decisions)
    understood = understand(request.paths, definitions, wishes, progress=progress, kept=kept)
    target = For(request.unit, definitions, request.allowed, request.verdicts, whole=request.whole)
    plan = make_plan(understood.sheets, target, change_number(), progress)
    return Checked(request, understood, plan, time.perf_counter() - started, target)


def write(checked: Checked, actor: Actor, progress: Progress = silent) -> Outcome[Batch]:
    """Commit what was checked; the earlier state stays whatever goes wrong.

    What was checked for another's scope is planned again for the one who commits it.
    """
    allowed = units_of(actor, RIGHT)
    if allowed != checked.target.allowed:
        checked.target = replace(checked.target, allowed=allowed)
        checked.plan = make_plan(checked.understood.sheets, checked.target, change_number(), progress)
    given = checked.request
    loading = Loading(checked.understood, given.name, given.unit, named=given.ledger is not None, draft=given.draft)
    total = sum(insert.frame.height for insert in checked.plan.inserts)
    with lease.lease(loading.name, total) as held:
        if held is None:
            holder = lease.committing()
            return Outcome(problems=(Problem.of("imports.load-running", name=holder.name if holder else ""),))

        def tell(step: str, done: int, total: int) -> None:
            held.tell(done, total)
            progress(step, done, total)

        def again() -> Plan:
            return make_plan(checked.understood.sheets, checked.target, change_number(), tell)

        try:
            kept = keep_files(loading)
            return commit(actor, loading, again, checked.plan, kept, at_unit=loading.unit, progress=tell)
        except Stopped as stopped:
            return Outcome(problems=stopped.problems)
        except (OSError, DatabaseError, sqlite3.Error) as error:
            problem = faults.said(error)
            if problem is None:
                raise
            return Outcome(problems=(problem,))


def request(paths: Sequence[Path], *, actor: Actor, unit: int | None = None, **rest: Any) -> Request:
    """Return the request of `actor` for `paths`, named after what was given and bounded by where they may load."""
    first = readable(paths[0].name)
    name = first if len(paths) == 1 else f"{first} +{len(paths) - 1}"
    return Request(tuple(paths), name, unit, allowed=units_of(actor, RIGHT), **rest)
