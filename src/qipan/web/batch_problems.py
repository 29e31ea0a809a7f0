"""The problems of a batch as its page lists them: counted once, each kind with the members that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from qipan.engine.problem import Problem, Severity, Where, catalogue
from qipan.platform.imports.report import Group, SheetName, spelled
from qipan.platform.models import Batch
from qipan.web.language import short

MEMBERS = 20  # different sentences of one kind
PLACES = 3  # places of one of them


@dataclass(frozen=True, slots=True)
class Member:
    """One sentence of a kind of problem, how often it holds, and the first few places where it does."""

    message: str
    place: str
    count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A kind of problem: its sentence where all members share one, else the members themselves."""

    group: Group
    message: str
    members: tuple[Member, ...]
    more: int  # occurrences no member listed stands for

    @property
    def apart(self) -> bool:
        """Whether the members say different things."""
        return len(self.members) > 1


def _is_note(code: str) -> bool:
    entry = catalogue().get(code)
    return entry is None or entry.severity is Severity.INFO


def problem_total(shown: Batch) -> int:
    """Return how many problems a batch had; notes (说明) are none."""
    return sum(int(count) for code, count in shown.problem_counts.items() if not _is_note(code))


def by_sheet(problems: pl.DataFrame) -> dict[int, int]:
    """Return how many problems each sheet has, counted as `problem_total` counts them."""
    notes = [str(code) for code in problems["code"].unique() if _is_note(str(code))]
    counted = problems.filter(~pl.col("code").is_in(notes)).group_by("sheet").len().drop_nulls()
    return {int(sheet): int(count) for sheet, count in counted.iter_rows()}


def listed(groups: Sequence[Group], problems: pl.DataFrame, names: Mapping[int, SheetName]) -> list[Listed]:
    """Return the kinds with their members: at most MEMBERS different sentences each, the most frequent first."""
    return [_listed(group, problems.filter(pl.col("code") == group.code), names) for group in groups]


def _listed(group: Group, mine: pl.DataFrame, names: Mapping[int, SheetName]) -> Listed:
    key = ["params", "value", "field"]
    first = mine.group_by(key, maintain_order=True).agg(
        pl.len().alias("times"), pl.struct("sheet", "row", "column").head(PLACES).alias("at"),
        pl.all().exclude(key).first(),
    )  # fmt: skip
    first = first.sort("times", descending=True, maintain_order=True)
    members: dict[str, Member] = {}
    seen = 0
    for row in first.head(MEMBERS * 5).iter_rows(named=True):
        problem = spelled(row, names)
        message, times = problem.message(short()), int(row["times"])
        known = members.get(message)
        if known is None and len(members) == MEMBERS:
            continue
        place = known.place if known else _places(row, names)
        members[message] = Member(message, place, times + (known.count if known else 0))
        seen += times
    message = next(iter(members)) if len(members) == 1 else Problem.of(group.code).message(short())
    return Listed(group, message, tuple(members.values()), group.count - seen)


def _places(row: Mapping[str, Any], names: Mapping[int, SheetName]) -> str:
    """Return the first places of a sentence; of those in the sheet of the one before, the row alone."""
    said: list[str] = []
    before = Where()
    for at in row["at"]:
        where = spelled({**row, **at}, names).where
        beside = said and where.row is not None and (where.file, where.sheet) == (before.file, before.sheet)
        said.append((Where(row=where.row) if beside else where).text(short()))
        before = where
    return _("、").join(dict.fromkeys(filter(None, said)))
