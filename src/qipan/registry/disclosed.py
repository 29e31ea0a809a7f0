"""Which units' figures are closed to all but statistics staff, because a single firm could be read out of them.

A unit's figure is a sum over firms where a pack pairs its measure with the firms' (`tables/disclosure_pairs.csv`); how
small and how dominated a group may be says `tables/disclosure.csv`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl
from django.db.models import Max
from django.utils import timezone

from qipan.engine.disclosure import Cell, Safety, closed
from qipan.packs import Table
from qipan.platform.definitions import in_force
from qipan.platform.imports.commit import change_number
from qipan.platform.models import Batch, TrailEntry, User
from qipan.platform.storage.frames import read_frame
from qipan.registry.frames import CLOSED, Stored, UnitFacts, unit_facts
from qipan.registry.models import Fact, Measure, Unit
from qipan.registry.rights import below, children_kept, reach

# A sum that the known firms make up to so much of it is known whole: they are all there are.
WHOLE = 99
# Changes after which groups must be looked at again; others leave sums of firms as they are.
NOUNS = ("enterprise", "unit", "figure", "fact", "pack", "batch")
CURRENT = "f.superseded_by IS NULL AND f.reading = 0 AND f.value IS NOT NULL"
# The rest of a unit, which no part of it holds, bears the unit's number with a minus.
Place = tuple[int, int]  # period, basis


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was found, as of a change number and under which definitions."""

    change: int
    batch: int
    digest: str
    facts: frozenset[int]


_lock = threading.Lock()
_kept: list[_Kept] = []
_seen: list[tuple[UnitFacts, frozenset[int], UnitFacts]] = []


def forget() -> None:
    """Drop what is kept; for tests that change the database underneath."""
    _kept.clear()
    _seen.clear()


def safety(table: Table | None) -> Safety:
    """Return when a group is safe, as the packs say; the practice of the trade where they do not."""
    if table is None:
        return Safety()
    said = dict(zip(table.column("code"), table.column("value"), strict=True))
    return Safety(*(int(said.get(name, default)) for name, default in (("firms", 3), ("one", 85), ("two", 90))))


def closed_facts() -> frozenset[int]:
    """Return the units' facts that may not be shown, by their ids; kept until sums of firms may have changed."""
    found = in_force()
    if found is None or "disclosure_pairs" not in found.tables:
        return frozenset()
    change = change_number()
    kept = _kept[0] if _kept else None
    if kept is not None and kept.change == change and kept.digest == found.digest:
        return kept.facts
    with _lock:
        kept = _kept[0] if _kept else None
        batch = Batch.objects.aggregate(last=Max("id"))["last"] or 0
        if kept is not None and kept.digest == found.digest and kept.batch == batch and not _moved(kept.change):
            kept = replace(kept, change=change)
        else:
            facts = frozenset(_closed(found.tables["disclosure_pairs"], safety(found.tables.get("disclosure"))))
            kept = _Kept(change, batch, found.digest, facts)
        _kept[:] = [kept]
    return kept.facts


def _moved(since: int) -> bool:
    return TrailEntry.objects.filter(id__gt=since, noun__in=NOUNS).exists()


def _closed(pairs: Table, rule: Safety) -> Iterator[int]:
    codes = dict(zip(pairs.column("code"), pairs.column("firms"), strict=True))
    numbers = dict(Measure.objects.filter(code__in={*codes, *codes.values()}).values_list("code", "pk"))
    today = timezone.localdate()
    tree = _Tree(children_kept(today))
    for code, firms in codes.items():
        if code in numbers and firms in numbers:
            places = _places(numbers[code], numbers[firms], tree, rule)
            yield from _facts(code, places)
            # Growth tells a closed level from the open one a year before or after.
            later = frozenset((unit, period + 100) for unit, period in places)
            yield from _facts(f"{code}.yoy", places | later)


def _facts(code: str, places: frozenset[tuple[int, int]]) -> Iterator[int]:
    """Yield the figures of a measure at the places, in every basis and scope, those of before as well."""
    if not places:
        return
    rows = Fact.objects.filter(measure__code=code, reading=0, subject__in={unit for unit, _period in places})
    for key, unit, period in rows.values_list("pk", "subject_id", "period"):
        if (unit, period) in places:
            yield key


class _Tree:
    """The units under one another as of today; closed ones, whose figures remain, where they stood last."""

    def __init__(self, children: Mapping[int, list[int]]) -> None:
        self.children = children
        self.parent = {child: parent for parent, under in children.items() for child in under}
        self.top = next(iter(Unit.objects.filter(kind=Unit.Kind.ZONE).values_list("pk", flat=True)), None)

    def above(self, unit: int, among: Mapping[int, object]) -> int | None:
        """Return the nearest unit over `unit` that is one of `among`."""
        step, seen = self.parent.get(unit), {unit}
        while step is not None and step not in among and step not in seen:
            seen.add(step)
            step = self.parent.get(step)
        return step if step in among and step != unit else None


def _contributions(measure: int) -> dict[Place, list[tuple[int | None, int, int, int, int]]]:
    """Return by period and basis, for each unit: the firms' number, their sizes' sum, the largest and the second."""
    frame = read_frame(
        f"SELECT e.unit_id, f.period, f.basis, f.value FROM fact f JOIN enterprise e ON e.id = f.subject_id "  # noqa: S608
        f"WHERE f.measure_id = {int(measure)} AND {CURRENT}",
        {"unit": pl.Int64(), "period": pl.Int64(), "basis": pl.Int64(), "value": pl.Int64()},
    )
    sizes = frame.lazy().with_columns(pl.col("value").abs()).group_by("unit", "period", "basis")
    told = sizes.agg(
        pl.len().alias("firms"),
        pl.col("value").sum().alias("total"),
        pl.col("value").max().alias("first"),
        pl.col("value").sort(descending=True).slice(1, 1).first().fill_null(0).alias("second"),
    ).collect()
    found: dict[Place, list[tuple[int | None, int, int, int, int]]] = {}
    for unit, period, basis, firms, total, first, second in told.iter_rows():
        found.setdefault((period, basis), []).append((unit, firms, total, first, second))
    return found


def _places(measure: int, firms: int, tree: _Tree, rule: Safety) -> frozenset[tuple[int, int]]:
    """Return the units and periods at which a unit's figure may not be shown."""
    known = _contributions(firms)
    facts: dict[Place, dict[int, int]] = {}
    rows = Fact.objects.filter(
        measure=measure, reading=0, superseded_by__isnull=True, value__isnull=False, subject__unit__isnull=False
    ).order_by("-scope")
    for subject, period, basis, value in rows.values_list("subject_id", "period", "basis", "value") if known else ():
        if (period, basis) in known:
            facts.setdefault((period, basis), {})[subject] = value
    places: set[tuple[int, int]] = set()
    for place, values in facts.items():
        shut = closed(_cells(values, known[place], tree), rule)
        places |= {(unit, place[0]) for unit in values if unit in shut}
    return frozenset(places)


def _cells(
    values: Mapping[int, int], firms: Iterable[tuple[int | None, int, int, int, int]], tree: _Tree
) -> Iterator[Cell]:
    """Yield the published figures of a period as cells, with the rest of each that none of its parts holds."""
    own: dict[int, list[tuple[int, int, int, int]]] = {}
    for unit, *told in firms:
        at = tree.top if unit is None else unit
        home = at if at in values else tree.above(at, values) if at is not None else None
        if home is not None:
            own.setdefault(home, []).append((told[0], told[1], told[2], told[3]))
    under = {unit: tree.above(unit, values) for unit in values}
    for unit, value in values.items():
        inner = [one for one in values if under[one] == unit]
        mine = own.get(unit, [])
        within = [told for one in _all_below(unit, under) for told in own.get(one, [])]
        yield _cell(unit, under[unit], abs(value), within)
        if inner:
            rest = abs(value - sum(values[one] for one in inner))
            if rest or mine:
                yield _cell(-unit, unit, rest, mine)


def _all_below(unit: int, under: Mapping[int, int | None]) -> frozenset[int]:
    children: dict[int, list[int]] = {}
    for one, over in under.items():
        if over is not None:
            children.setdefault(over, []).append(one)
    return below(frozenset({unit}), children)


def _cell(key: int, under: int | None, value: int, told: Iterable[tuple[int, int, int, int]]) -> Cell:
    groups = list(told)
    number, known = sum(one[0] for one in groups), sum(one[1] for one in groups)
    largest = sorted((size for one in groups for size in one[2:]), reverse=True)
    first, second = [*largest, 0, 0][:2]
    total = max(value, known)
    whole = known * 100 >= WHOLE * total
    return Cell(key, under, total, number if whole and number else max(number, Safety().firms), first, second)


def closed_to(user: User) -> frozenset[int]:
    """Return the units' facts that `user` may not see; statistics staff see those of their own units."""
    found = reach(user)
    if "survey.see" in found.whole:
        return frozenset()
    shut = closed_facts()
    mine = found.at("survey.see")
    if not shut or not mine:
        return shut
    return shut - frozenset(Fact.objects.filter(pk__in=shut, subject__in=mine).values_list("pk", flat=True))


def facts_seen(user: User | None) -> UnitFacts:
    """Return the units' figures with closed ones unknown to `user`; None: as they are to everybody."""
    facts = unit_facts()
    shut = closed_facts() if user is None else closed_to(user)
    if not shut:
        return facts
    for kept, hidden, made in _seen:
        if kept is facts and hidden == shut:
            return made
    made = replace(
        facts,
        series={
            key: {at: Stored(one.id, None, CLOSED, one.scope) if one.id in shut else one for at, one in line.items()}
            if any(one.id in shut for one in line.values())
            else line
            for key, line in facts.series.items()
        },
    )
    _seen[:] = [(facts, shut, made), *_seen[:3]]
    return made
