"""All firms as frames in memory: what a map clusters and a funnel counts, places in one datum."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.utils import timezone

from qipan.engine.geo import converted
from qipan.platform.imports.commit import change_number
from qipan.platform.models import TrailEntry, User
from qipan.platform.register import publish_frame
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Enterprise, Qualification
from qipan.registry.rights import below, children_kept, reach

FIRMS: dict[str, pl.DataType] = {
    "subject": pl.Int64(), "unit": pl.Int64(), "industry": pl.String(), "above_scale": pl.Boolean(),
    "longitude": pl.Float64(), "latitude": pl.Float64(), "datum": pl.String(),
}  # fmt: skip
TITLES: dict[str, pl.DataType] = {
    "subject": pl.Int64(), "kind": pl.String(), "since": pl.Date(), "until": pl.Date(),
}  # fmt: skip
# A step of a funnel: how many are counted, and the list in which they stand.
STEPS: dict[str, pl.DataType] = {
    "step": pl.String(), "name_zh": pl.String(), "name_en": pl.String(), "number": pl.Int64(), "list": pl.String(),
}  # fmt: skip
# Changes of these leave every firm as it was.
ELSEWHERE = ("board", "wall", "boundary", "person", "grant", "pack", "measure", "mapping", "return")


@dataclass(frozen=True, slots=True)
class Firms:
    """All firms with their places in WGS-84, and all titles, as of a change number."""

    change: int
    firms: pl.DataFrame
    titles: pl.DataFrame

    def holders(self, kind: str, today: date) -> pl.DataFrame:
        """Return who holds a title today (subject); one without an end is in force."""
        held = self.titles.filter(pl.col("kind") == kind, pl.col("until").is_null() | (pl.col("until") >= today))
        return held.select("subject").unique()


_lock = threading.Lock()
_kept: list[Firms] = []


def forget() -> None:
    """Drop what is kept; for tests and benches that change the database underneath."""
    _kept.clear()


def all_firms() -> Firms:
    """Return all firms as they stand now; whoever shows them asks `seen_firms` instead."""
    change = change_number()
    kept = _kept[0] if _kept else None
    if kept is not None and kept.change == change:
        return kept
    with _lock:
        kept = _kept[0] if _kept else None
        if kept is None or kept.change != change:
            kept = _unmoved(kept, change) or _read(change)
            _kept[:] = [kept]
    return kept


def _unmoved(kept: Firms | None, change: int) -> Firms | None:
    """Return what is kept under the new number where nothing since was about firms."""
    if kept is None or kept.change > change:
        return None
    if TrailEntry.objects.filter(id__gt=kept.change, id__lte=change).exclude(noun__in=ELSEWHERE).exists():
        return None
    return Firms(change, kept.firms, kept.titles)


def _read(change: int) -> Firms:
    columns = "id, unit_id, industry, above_scale, longitude, latitude, datum"
    firms = read_frame(f"SELECT {columns} FROM {Enterprise._meta.db_table}", FIRMS)  # noqa: S608 - our own names
    titles = read_frame(
        f"SELECT enterprise_id, kind, since, until FROM {Qualification._meta.db_table}",  # noqa: S608
        TITLES,
    )
    return Firms(change, converted(firms), titles)


def seen_firms(user: User, unit: int | None = None) -> pl.DataFrame:
    """Return the firms (FIRMS) `user` may see, the same that `visible_to` gives; `unit`: only those below it.

    Who sees the firms of the whole zone also sees those of no park; they stand below no unit.
    """
    firms = all_firms().firms
    found = reach(user)
    if "firms.see" not in found.whole:
        own = pl.col("subject").is_in(sorted(found.own("firms.see")))
        firms = firms.filter(pl.col("unit").is_in(sorted(found.at("firms.see"))) | own)
    if unit is None:
        return firms
    inside = below(frozenset({unit}), children_kept(timezone.localdate()))
    return firms.filter(pl.col("unit").is_in(sorted(inside)))


@publish_frame("enterprise.steps")
def steps(user: User, unit: int | None, today: date, names: dict[str, tuple[str, str]]) -> pl.DataFrame:
    """Return the firms `user` may see counted by rung (STEPS): above scale, then each title of `names` in order.

    `unit` None: wherever the person may see them. Each step names the query of the list that shows what it counted.
    """
    seen = seen_firms(user, unit)
    titles = all_firms()
    park = f"park={unit}" if unit is not None else ""
    rows = [
        (
            "above_scale",
            "四上企业",
            "Above scale",
            seen.filter(pl.col("above_scale")).height,
            _query("above_scale=yes", park),
        ),
    ]
    for kind, (zh, en) in names.items():
        count = seen.join(titles.holders(kind, today), on="subject", how="semi").height
        rows.append((kind, zh, en, count, _query(f"title={kind}", park)))
    return pl.DataFrame(rows, schema=STEPS, orient="row")


def _query(*parts: str) -> str:
    return "&".join(part for part in parts if part)
