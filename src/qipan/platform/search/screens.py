"""Every noun with a screen and a name can be searched by declaring it; who wants more of it speaks for it himself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import polars as pl
from django.db.models import QuerySet

from qipan.platform.imports.changes import stored
from qipan.platform.imports.plan import CHANGE_SCHEMA
from qipan.platform.models import Batch, TrailEntry, User
from qipan.platform.rights import person, units_of
from qipan.platform.screens import Column, Kind, Screen, screens
from qipan.platform.search.kinds import ROWS, Bounds, Searchable, Shown, searchable_too
from qipan.platform.storage.among import among
from qipan.platform.visible import visible_to

# More changed records than this are found faster by building the index anew.
MANY = 20_000
CHUNK = 10_000


def named(screen: Screen) -> Column | None:
    """Return the column that holds the name of a screen's records; None where it is no text everybody may read."""
    held = next((one for one in screen.columns if one.stored and one.path == screen.title), None)
    return held if held is not None and held.kind in {Kind.TEXT, Kind.CODE} and not held.secret else None


def _codes(screen: Screen) -> Column | None:
    """Return the column of the records' own code."""
    wanted = (one for one in screen.columns if one.code == "code" and one.stored and not one.secret)
    return next((one for one in wanted if one.kind is Kind.CODE), None)


def _records(screen: Screen) -> QuerySet[Any]:
    every = screen.model._default_manager.order_by()
    only = getattr(screen, "only", None)
    return every.filter(only) if only else every.all()


def _rows(screen: Screen, keys: Sequence[int] | None) -> pl.DataFrame:
    records, code = _records(screen), _codes(screen)
    if keys is not None:
        records = records.filter(pk__in=among(keys))
    paths = ["pk", *filter(None, [screen.unit]), screen.title, *([code.path] if code else [])]
    parts: list[pl.DataFrame] = []
    rows: list[tuple[Any, ...]] = []

    def frame() -> pl.DataFrame:
        return pl.DataFrame(rows, schema=ROWS, orient="row")

    for found in records.values_list(*paths).iterator(CHUNK):
        key, *rest = found
        unit = rest.pop(0) if screen.unit else None
        rows.append((key, unit, str(rest[0] or ""), str(rest[1] or "") if code else None))
        if len(rows) == CHUNK:
            parts.append(frame())
            rows.clear()
    return pl.concat([*parts, frame()])


@lru_cache(maxsize=4)
def _touched(changes: str) -> dict[str, tuple[int, ...] | None]:
    """Return which records of which tables a load changed; None for a table with too many."""
    frame = stored(changes, CHANGE_SCHEMA).select("table", "id").unique()
    sizes = dict(frame.group_by("table").len().iter_rows())
    return {
        table: None if size > MANY else tuple(frame.filter(pl.col("table") == table)["id"].drop_nulls().to_list())
        for table, size in sizes.items()
    }


def _changed(screen: Screen, entries: QuerySet[TrailEntry]) -> Sequence[int] | None:
    own = set(entries.filter(noun=screen.called).values_list("subject", flat=True))
    if None in own:
        return None  # whose change it was is not told: all are read again
    keys = {key for key in own if key is not None}
    loads = {batch for batch in entries.values_list("batch", flat=True) if batch}
    for batch in Batch.objects.filter(pk__in=loads).select_related("undoes"):
        touched = _touched((batch.undoes or batch).changes_file).get(screen.model._meta.db_table, ())
        if touched is None:
            return None
        keys.update(touched)
    return sorted(keys) if len(keys) <= MANY else None


def _shown(screen: Screen, user: User, keys: Sequence[int]) -> list[Shown]:
    code, page = _codes(screen), screen.page or "web:record"
    naming = getattr(screen, "naming", None)
    found: list[Shown] = []
    only = getattr(screen, "only", None)
    records = visible_to(screen.model, user).filter(pk__in=among(keys))
    for record in records.filter(only) if only else records:
        name = naming(record) if naming else str(_value(record, screen.title) or "")
        place = (record.pk,) if screen.page else (screen.code, record.pk)
        found.append(Shown(record.pk, name, (), str(_value(record, code.path) or "") if code else "", "", page, place))
    return found


def _within(screen: Screen, user: User) -> Bounds | None:
    units = units_of(person(user), screen.see)
    return None if units is None else Bounds(units)


def _value(record: Any, path: str) -> Any:
    for name in path.split("__"):
        record = getattr(record, name, None)
    return record


def searchable_screen(screen: Screen) -> Searchable:
    """Return a screen's noun as something to be searched."""
    return Searchable(
        screen.code,
        screen.names,
        partial(_rows, screen),
        partial(_changed, screen),
        partial(_shown, screen),
        within=partial(_within, screen) if screen.unit else None,
        listed="web:records",
        listed_place=(screen.code,),
        coded=_codes(screen) is not None,
    )


def of_screens() -> list[Searchable]:
    """Return the nouns whose screens say what their records are called."""
    return [searchable_screen(screen) for screen in screens() if named(screen) is not None]


searchable_too(of_screens)
