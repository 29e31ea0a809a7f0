"""The list of firms at any size: filters, three orders, pages both ways by key, never a full count."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.db.models.lookups import Exact
from django.utils import timezone

from qipan.platform.models import User
from qipan.platform.storage.among import among
from qipan.registry.firm_search import matching
from qipan.registry.models import Enterprise, Qualification, Unit
from qipan.registry.queries import visible_to

PAGE = 50
COUNTED = 50_000
# Where several conditions meet, no one index counts: each firm is looked at.
COUNTED_SLOWLY = 10_000
FEW = 5_000
SORTS = ("name", "registered", "park")


def held_today(user: User) -> QuerySet[Qualification]:
    """Return the titles in force today among those `user` may see; one without an end is in force."""
    return visible_to(Qualification, user).filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()))


def _begins(field: str, text: str, *, indexed: bool) -> Q:
    """Return the condition that `field` begins with `text`.

    A range and not LIKE: an index answers it on both databases. SQLite takes a range for rare and sorts all it leaves;
    PostgreSQL counts first.
    """
    if indexed or connection.vendor != "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + "~"})
    return Q(Exact(Substr(field, 1, len(text)), text))


@dataclass(frozen=True, slots=True)
class FirmFilter:
    """What a person asked the list for; empty fields do not filter."""

    text: str = ""
    park: int | None = None
    industry: str = ""  # GB/T 4754, by its first characters
    above_scale: bool | None = None
    qualification: str = ""
    since: date | None = None  # registered on or after
    until: date | None = None  # registered on or before
    city: str = ""

    @property
    def narrow(self) -> int:
        """How many conditions the list has."""
        given = (self.text, self.qualification, self.industry, self.above_scale is not None, self.since or self.until)
        return sum(map(bool, (*given, self.city, self.park is not None)))

    def titled(self, user: User) -> QuerySet[Qualification]:
        """Return the titles of the wanted kind."""
        return held_today(user).filter(kind=self.qualification)

    def conditions(self, user: User, *, indexed: bool = True) -> list[Q]:
        """Return the conditions all firms of the list meet but the title; an index of its own answers each.

        Not `indexed`: so put that the order's index is walked where a condition leaves many.
        """
        found: list[Q] = []
        if self.text:
            found.append(matching(user, self.text))
        if self.industry:
            found.append(_begins("industry", self.industry, indexed=indexed))
        if self.above_scale is not None:
            # IN and not a bare Boolean, which SQLite looks up in no index.
            found.append(Q(above_scale__in=[self.above_scale]))
        if self.since or self.until:
            dates = Q(registered__gte=self.since) if self.since else Q()
            found.append(dates & (Q(registered__lte=self.until) if self.until else Q()))
        if self.city:
            found.append(Q(city=self.city))
        if self.park is not None:
            found.append(Q(unit=self.park))
        return found


def _matching(user: User, wanted: FirmFilter) -> QuerySet[Enterprise]:
    """Return the firms of the list; where one condition leaves few, they are looked up by their ids.

    Left to itself a database walks the order's index until it has met a page of hits: for a rare condition, all of it.
    """
    every, conditions = visible_to(Enterprise, user), wanted.conditions(user)
    for condition in conditions:
        every = every.filter(condition)
    leaving: list[Any] = [
        Enterprise.objects.filter(condition).order_by().values_list("pk", flat=True) for condition in conditions
    ]
    if wanted.qualification:
        titled = wanted.titled(user)
        # Beside others it is asked of each firm that is met; all holders would be listed anew for every part of a page.
        every = every.filter(
            Exists(titled.filter(enterprise=OuterRef("pk"))) if conditions else Q(pk__in=titled.values("enterprise"))
        )
        leaving.append(titled.order_by().values_list("enterprise_id", flat=True))
    for ids in leaving:
        few = list(ids[: FEW + 1])
        if len(few) <= FEW:
            return every.filter(pk__in=among(few))
    if len(leaving) > 1:  # each leaves many, together they may leave few: found once, not for every part of the page
        few = list(every.order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(few) <= FEW:
            return visible_to(Enterprise, user).filter(pk__in=among(few))
    return every


def _walked(user: User, wanted: FirmFilter, every: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Return the firms of the list as a page of them is asked for: one dense condition is no way to find them."""
    if not wanted.industry or wanted.narrow > 1:
        return every
    dense = every.order_by()[FEW : FEW + 1].exists()
    (condition,) = wanted.conditions(user, indexed=not dense)
    return visible_to(Enterprise, user).filter(condition) if dense else every


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of an order that one index serves: firms that meet `only`, by `keys` (the last is the primary key)."""

    only: Q
    keys: tuple[str, ...]


def _stretches(sort: str, falling: bool, user: User, wanted: FirmFilter) -> list[_Stretch]:
    """Return the parts of an order, first to last; what is unknown stands at the end in both databases."""
    if sort == "registered":
        dated = [_Stretch(Q(registered__isnull=False), ("registered", "pk"))]
        return dated if wanted.since or wanted.until else [*dated, _Stretch(Q(registered__isnull=True), ("pk",))]
    if sort == "park" and wanted.park is None:
        parks = visible_to(Unit, user).exclude(kind=Unit.Kind.CITY).values_list("pk", flat=True)
        ordered = [_Stretch(Q(unit=park), ("name", "pk")) for park in parks]
        if falling:
            ordered.reverse()
        return [*ordered, _Stretch(Q(unit__isnull=True), ("name", "pk"))]
    return [_Stretch(Q(), ("name", "pk"))]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind these values of this stretch, walking forwards or backwards."""

    stretch: int
    values: tuple[str | int, ...]
    forwards: bool = True

    def token(self) -> str:
        """Return the cursor as it stands in a link."""
        text = json.dumps([self.stretch, int(self.forwards), *self.values], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, token: str) -> Cursor | None:
        """Return the cursor `token` holds; None for anything else."""
        try:
            parts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            stretch, forwards, *values = parts
        except (ValueError, TypeError, binascii.Error):
            return None
        if not isinstance(stretch, int) or not all(isinstance(value, str | int) for value in values):
            return None
        return cls(stretch, tuple(values), bool(forwards))

    def fits(self, keys: Sequence[str]) -> bool:
        """Tell whether the values are of the keys' kinds: a link can be typed by hand."""
        return len(self.values) == len(keys) and all(map(_is_kind, keys, self.values))


def _is_kind(key: str, value: str | int) -> bool:
    if key == "pk":
        return type(value) is int and abs(value) < 2**63
    if not isinstance(value, str):
        return False
    if key == "registered":
        return _is_day(value)
    # Not every database takes a zero character or half a pair.
    return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class FirmPage:
    """One page of the list."""

    firms: tuple[Enterprise, ...]
    count: int  # exact unless there are more than were counted
    more_than_counted: bool
    following: str | None  # token of the next page
    preceding: str | None


def _behind(keys: Sequence[str], values: Sequence[Any], *, rising: bool) -> Q:
    """Return the condition for what stands behind `values`, so put that both databases walk the index from there."""
    compare, strictly = ("gte", "lte") if rising else ("lte", "gte"), ("gt", "lt") if rising else ("lt", "gt")
    if len(keys) == 1:
        return Q(**{f"{keys[0]}__{strictly[0]}": values[0]})
    first, key = keys
    return Q(**{f"{first}__{compare[0]}": values[0]}) & ~Q(**{first: values[0], f"{key}__{compare[1]}": values[1]})


def _ordered(keys: Sequence[str], *, rising: bool) -> list[str]:
    return [key if rising else f"-{key}" for key in keys]


@dataclass(slots=True)
class _Walk:
    """Walking through the stretches of an order from a cursor on."""

    firms: QuerySet[Enterprise]
    stretches: list[_Stretch]
    falling: bool  # the order itself is reversed

    def take(self, cursor: Cursor | None, forwards: bool, limit: int) -> list[tuple[int, Enterprise]]:
        """Return at most `limit` firms with the number of their stretch, in walking order."""
        rising = forwards is not self.falling
        numbers = list(range(len(self.stretches)))
        # Unknown values stand last whichever way the known ones are ordered.
        if not forwards:
            numbers.reverse()
        found: list[tuple[int, Enterprise]] = []
        for number in numbers:
            if cursor is not None and ((number < cursor.stretch) if forwards else (number > cursor.stretch)):
                continue
            stretch = self.stretches[number]
            part = self.firms.filter(stretch.only).order_by(*_ordered(stretch.keys, rising=rising))
            if cursor is not None and number == cursor.stretch and cursor.fits(stretch.keys):
                part = part.filter(_behind(stretch.keys, cursor.values, rising=rising))
            found += [(number, firm) for firm in part[: limit - len(found)]]
            if len(found) >= limit:
                break
        return found

    def cursor(self, number: int, firm: Enterprise, *, forwards: bool) -> str:
        """Return the token of the place behind `firm`."""
        values = [getattr(firm, key) for key in self.stretches[number].keys]
        plain = tuple(value.isoformat() if isinstance(value, date) else value for value in values)
        return Cursor(number, plain, forwards).token()


# What a list row needs; long texts stay in the table.
ROW = ("unit", "uscc", "name", "industry", "registered", "above_scale", "city", "status", "size")


def firm_page(
    user: User, wanted: FirmFilter, *, sort: str = "name", falling: bool = False, at: str = "", limit: int = PAGE
) -> FirmPage:
    """Return one page of the firms `user` may see; `at` is a token of an earlier page."""
    every = _matching(user, wanted)
    stretches = _stretches(sort, falling, user, wanted)
    walk = _Walk(_walked(user, wanted, every).only("pk", *ROW), stretches, falling)
    cursor = Cursor.read(at) if at else None
    forwards = cursor is None or cursor.forwards
    found = walk.take(cursor, forwards, limit + 1)
    over = len(found) > limit
    found = found[:limit] if forwards else list(reversed(found[:limit]))
    following = preceding = None
    if found and (over or not forwards):
        following = walk.cursor(*found[-1], forwards=True)
    if found and ((over and not forwards) or (cursor is not None and forwards)):
        preceding = walk.cursor(*found[0], forwards=False)
    bound = COUNTED if wanted.narrow <= 1 else COUNTED_SLOWLY
    counted = every.order_by()[: bound + 1].count()
    return FirmPage(tuple(firm for _number, firm in found), min(counted, bound), counted > bound, following, preceding)


def firm_rows(user: User, wanted: FirmFilter, *, sort: str = "name", falling: bool = False) -> Iterator[Enterprise]:
    """Yield every firm of the list in its order, a bounded number at a time."""
    stretches = _stretches(sort, falling, user, wanted)
    firms = _matching(user, wanted).only("pk", *ROW, "address")
    for stretch in stretches:
        part = firms.filter(stretch.only).order_by(*_ordered(stretch.keys, rising=not falling))
        yield from part.iterator(chunk_size=2_000)
