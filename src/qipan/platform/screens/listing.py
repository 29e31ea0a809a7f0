"""The list of any noun at any size: filters, orders, pages both ways by key, bounded counts and totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import JSONField, Q, QuerySet, Sum

from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.screens.conditions import column_of, keys_meeting, narrowed
from qipan.platform.screens.declaration import Column, Kind, Screen, Searched, columns_of
from qipan.platform.screens.orders import Cursor, Order, Stretch, behind, order_of, ordered
from qipan.platform.screens.paths import field_at, joined, loaded
from qipan.platform.screens.tree import units_below
from qipan.platform.screens.wanted import Condition, Op, Wanted, query_of, read_wanted
from qipan.platform.storage.among import among
from qipan.platform.visible import EVERYTHING, visible_to

__all__ = ["Condition", "ListPage", "Op", "Wanted", "list_page", "list_rows", "query_of", "read_wanted", "totals"]

PAGE = 50
COUNTED = 50_000
# Where several conditions meet, no one index counts: each record is looked at.
COUNTED_SLOWLY = 10_000
FEW = 5_000
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list."""

    records: tuple[Any, ...]
    count: int  # exact unless there are more than were counted
    more_than_counted: bool
    following: str | None  # token of the next page
    preceding: str | None
    only_best: bool = False  # of very many that match a text, those that come nearest: a list of them all is longer


@dataclass(frozen=True, slots=True)
class Found:
    """The records of a list as they are asked for: `few` where they are looked up by their keys.

    `keys`: where another table alone says which they are, their keys from there, each once: counted without a join.
    `most`: how many they are, as far as they were counted on the way; `more`: they are more than whatever is counted;
    `best`: these are the nearest of them.
    """

    records: QuerySet[Any]
    few: bool
    keys: QuerySet[Any] | None = None
    most: int | None = None
    more: bool = False
    best: bool = False


def every_record(user: User, screen: Screen) -> QuerySet[Any]:
    """Return the records of the screen that `user` may see."""
    return visible_to(screen.model, user).filter(screen.only)


def searched(user: User, screen: Screen, text: str) -> Searched:
    """Return which records what was typed into the search box means."""
    said = screen.search(user, text) if screen.search is not None else Q(**{f"{screen.title}__icontains": text})
    return said if isinstance(said, Searched) else Searched(said)


def _narrowed(records: QuerySet[Any], user: User, screen: Screen, wanted: Wanted) -> QuerySet[Any]:
    for condition in wanted.conditions:
        records = narrowed(records, screen, condition, user, alone=wanted.narrow == 1)
    return records


def matched(user: User, screen: Screen, wanted: Wanted, *, whole: bool = True) -> Found:
    """Return the records of the list; where one condition leaves few, they are looked up by their keys.

    Not `whole`: of very many that match a text and nothing else, those that come nearest do.

    Left to itself a database walks the order's index until it has met a page of hits: for a rare condition, all of it.
    """
    said = searched(user, screen, wanted.text) if wanted.text else None
    every, leaving = every_record(user, screen), list[Any]()
    if said is not None:
        if said.best and not whole and not wanted.conditions:
            best = every.filter(pk__in=among(said.best))
            return Found(best, few=True, most=len(said.best), more=True, best=True)
        every = every.filter(said.condition)
        if not said.best:
            few = list(every.order_by().values_list("pk", flat=True)[: FEW + 1])
            if len(few) <= FEW:  # what was typed is costly to look for: it is not asked again
                these = screen.model._default_manager.filter(pk__in=among(few))
                most = None if wanted.conditions else len(few)
                return Found(_narrowed(these, user, screen, wanted), few=True, most=most, more=said.more)
    every = _narrowed(every, user, screen, wanted)
    for condition in wanted.conditions:
        leaving.append(keys_meeting(screen, condition, user))
        few = list(leaving[-1][: FEW + 1])
        if len(few) <= FEW:
            return Found(every.filter(pk__in=among(few)), few=True)
    if wanted.narrow > 1:  # each leaves many, together they may leave few: found once, not for every part of the page
        met = list(every.order_by().values_list("pk", flat=True)[: COUNTED_SLOWLY + 1])
        if len(met) <= FEW:
            return Found(every_record(user, screen).filter(pk__in=among(met)), few=True, most=len(met))
        return Found(every, few=False, most=len(met))
    return Found(every, few=False, keys=_alone_in_another_table(user, screen, wanted, leaving))


def _alone_in_another_table(
    user: User, screen: Screen, wanted: Wanted, leaving: Sequence[QuerySet[Any]]
) -> QuerySet[Any] | None:
    if wanted.text or len(wanted.conditions) != 1 or every_record(user, screen).query.where:
        return None
    condition = wanted.conditions[0]
    column = column_of(screen, condition)
    if column.through is None or column.secret or condition.op is Op.EMPTY:
        return None
    return leaving[0].distinct()


def _served(screen: Screen, path: str, order: Order) -> bool:
    """Tell whether one index gives the records with one value of the field in the list's order."""
    wanted = [path, *order.stretches[0].keys[:-1]]
    if len(wanted) == 2 and wanted[0] == wanted[1]:
        return True
    indexes = screen.model._meta.indexes
    return any([name.removeprefix("-") for name in one.fields][: len(wanted)] == wanted for one in indexes)


def _is_one(column: Column, condition: Condition) -> bool:
    """Tell whether the condition leaves one value of the field."""
    values = units_below(condition.values) if column.kind is Kind.UNIT else condition.values
    return len(values) == 1


def _walked(user: User, screen: Screen, wanted: Wanted, found: Found, order: Order) -> QuerySet[Any]:
    """Return the records as a page of them is asked for: one dense condition is no way to find them.

    SQLite takes any condition for rare and sorts all it leaves; so the order's index is walked and each record tested,
    unless one index serves both. PostgreSQL counts first.
    """
    if found.few or wanted.text or len(wanted.conditions) != 1 or connection.vendor != "sqlite":
        return found.records
    condition = wanted.conditions[0]
    column = column_of(screen, condition)
    if column.through is not None:
        return narrowed(every_record(user, screen), screen, condition, user, alone=False)
    in_json = column.stored and isinstance(field_at(screen.model, column.path), JSONField)
    if not column.stored or in_json or column is order.column:
        return found.records
    if condition.op in {Op.CONTAINS, Op.EMPTY, Op.FILLED}:
        return found.records
    if condition.op is Op.IS and _is_one(column, condition) and _served(screen, column.path, order):
        return found.records
    return narrowed(every_record(user, screen), screen, condition, user, indexed=False)


def _loading(records: QuerySet[Any], screen: Screen, columns: Iterable[Column] | None, order: Order) -> QuerySet[Any]:
    """Return the records with what the columns need: long texts nobody asked for stay in the table."""
    chosen = columns_of(screen) if columns is None else tuple(columns)
    paths = [path for column in chosen for path in (column.needs or ((column.path,) if column.stored else ()))]
    relations = {joined(path, screen.model) for path in paths} - {""}
    if relations:
        records = records.select_related(*sorted(relations))
    if columns is None or any(column.value is not None and not column.needs for column in chosen):
        return records
    keys = {key for stretch in order.stretches for key in stretch.keys}
    wanted = {loaded(path, screen.model) for path in (*paths, *keys, screen.title, *filter(None, [screen.unit]))}
    return records.only(*sorted(wanted | relations))


@dataclass(slots=True)
class _Walk:
    """Walking through the stretches of an order from a cursor on."""

    records: QuerySet[Any]
    order: Order

    def part(self, stretch: Stretch, *, rising: bool) -> QuerySet[Any]:
        """Return the records of one stretch in their order."""
        return self.records.filter(stretch.only).order_by(*ordered(stretch.keys, rising=rising))

    def take(self, cursor: Cursor | None, forwards: bool, limit: int) -> list[tuple[int, Any]]:
        """Return at most `limit` records with the number of their stretch, in walking order."""
        rising = forwards is not self.order.falling
        numbers = list(range(len(self.order.stretches)))
        # Unknown values stand last whichever way the known ones are ordered.
        if not forwards:
            numbers.reverse()
        found: list[tuple[int, Any]] = []
        for number in numbers:
            if cursor is not None and ((number < cursor.stretch) if forwards else (number > cursor.stretch)):
                continue
            stretch = self.order.stretches[number]
            part = self.part(stretch, rising=rising)
            if cursor is not None and number == cursor.stretch:
                part = part.filter(behind(stretch.keys, cursor.values, rising=rising))
            found += [(number, record) for record in part[: limit - len(found)]]
            if len(found) >= limit:
                break
        return found

    def token(self, number: int, record: Any, *, forwards: bool) -> str:
        """Return the token of the place behind `record`."""
        return Cursor.at(number, self.order.stretches[number], record, forwards=forwards).token()


def counted(wanted: Wanted, found: Found) -> tuple[int, bool]:
    """Return how many records there are, and whether there are more than were counted."""
    bound = COUNTED if wanted.narrow <= 1 else COUNTED_SLOWLY
    records = found.records if found.keys is None else found.keys
    count = records.order_by()[: bound + 1].count() if found.most is None else found.most
    return min(count, bound), found.more or count > bound


def list_page(
    user: User,
    screen: Screen,
    wanted: Wanted,
    *,
    at: str = "",
    limit: int = PAGE,
    columns: Sequence[Column] | None = None,
    whole: bool = True,
) -> ListPage:
    """Return one page of the records `user` may see; `at` is a token of an earlier page.

    With `columns` only what they show is loaded; without, whole records are. Not `whole`: see `matched`.
    """
    found, order = matched(user, screen, wanted, whole=whole), order_of(screen, wanted, user)
    walked = _walked(user, screen, wanted, found, order)
    walk = _Walk(_loading(walked, screen, columns, order), order)
    cursor = Cursor.read(at, screen.model, order.stretches) if at else None
    forwards = cursor is None or cursor.forwards
    taken = walk.take(cursor, forwards, limit + 1)
    over = len(taken) > limit
    taken = taken[:limit] if forwards else list(reversed(taken[:limit]))
    following = preceding = None
    if taken and (over or not forwards):
        following = walk.token(*taken[-1], forwards=True)
    if taken and ((over and not forwards) or (cursor is not None and forwards)):
        preceding = walk.token(*taken[0], forwards=False)
    count, more = counted(wanted, found)
    return ListPage(tuple(record for _number, record in taken), count, more, following, preceding, found.best)


def list_rows(
    user: User, screen: Screen, wanted: Wanted, *, columns: Sequence[Column] | None = None, also: Q = EVERYTHING
) -> Iterator[Any]:
    """Yield every record of the list in its order, a bounded number at a time."""
    order = order_of(screen, wanted, user)
    walk = _Walk(_loading(matched(user, screen, wanted).records.filter(also), screen, columns, order), order)
    for stretch in order.stretches:
        yield from walk.part(stretch, rising=not order.falling).iterator(chunk_size=CHUNK)


def list_tuples(
    user: User, screen: Screen, wanted: Wanted, paths: Sequence[str], *, also: Q = EVERYTHING
) -> Iterator[tuple[Any, ...]]:
    """Yield what stands at `paths` of every record of the list in its order; no record is built for it."""
    order = order_of(screen, wanted, user)
    walk = _Walk(matched(user, screen, wanted).records.filter(also), order)
    for stretch in order.stretches:
        part = walk.part(stretch, rising=not order.falling)
        yield from part.values_list(*paths).iterator(chunk_size=CHUNK)


def list_keys(user: User, screen: Screen, wanted: Wanted, most: int) -> list[int]:
    """Return the keys of at most `most` records of the list, in no order."""
    return list(matched(user, screen, wanted).records.order_by().values_list("pk", flat=True)[:most])


def totals(user: User, screen: Screen, wanted: Wanted, columns: Sequence[Column]) -> Mapping[str, int | Decimal | None]:
    """Return the sums of the columns that add up, over all records of the list; empty where there are too many.

    A column that is masked anywhere for the person has none: a sum would say what the cells do not.
    """
    summed = [column for column in columns if column.total and column.stored and _open(user, column)]
    if not summed:
        return {}
    found = matched(user, screen, wanted)
    _count, more = counted(wanted, found)
    if more:
        return {}
    sums = found.records.order_by().aggregate(**{f"sum_{number}": Sum(one.path) for number, one in enumerate(summed)})
    return {column.code: sums[f"sum_{number}"] for number, column in enumerate(summed)}


def _open(user: User, column: Column) -> bool:
    return not column.secret or units_of(person(user), column.secret) is None
