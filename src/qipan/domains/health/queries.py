"""Reads of data health: the list of findings page by page, counts by check, and the days behind us."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from qipan.domains.health.keeping import open_on
from qipan.domains.health.models import DailyCount, Finding, Run
from qipan.platform.models import User
from qipan.platform.visible import visible_to

PAGE = 50
DAYS = 60  # of the trend
ORDER = ("rank", "code", "-weight", "id")
SHOWN = ("open", "ignored", "explained", "closed")
LATELY = timedelta(days=30)  # how long closed findings are listed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for; empty fields do not filter."""

    code: str = ""
    unit: int | None = None
    ledger: str = ""
    period: int | None = None
    rank: int | None = None
    assigned: int | None = None
    shown: str = "open"


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A page of findings, how many there are, and the key of the next page."""

    findings: tuple[Finding, ...]
    count: int
    following: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one check: how many findings are open, of those kept and of those beyond, how many are let be."""

    code: str
    open: int = 0
    beyond: int = 0
    ignored: int = 0
    explained: int = 0


def _in(shown: str, today: date) -> Q:
    match shown:
        case "ignored":
            return Q(closed__isnull=True, ignored_until__gt=today)
        case "explained":
            return Q(closed__isnull=True, explanation__isnull=False)
        case "closed":
            return Q(closed__gte=timezone.now() - LATELY)
        case _:
            return open_on(today)


def findings(user: User, wanted: Wanted) -> QuerySet[Finding]:
    """Return the findings `user` may see that are asked for, in the list's order."""
    found = visible_to(Finding, user).filter(_in(wanted.shown, timezone.localdate()))
    if wanted.code:
        found = found.filter(code=wanted.code)
    if wanted.ledger:
        found = found.filter(ledger=wanted.ledger)
    for field, value in (
        ("unit", wanted.unit), ("period", wanted.period), ("rank", wanted.rank), ("assigned", wanted.assigned)
    ):  # fmt: skip
        if value is not None:
            found = found.filter(**{field: value})
    return found.order_by(*ORDER)


def finding_page(user: User, wanted: Wanted, at: str = "") -> FindingPage:
    """Return the page that begins after the key `at`."""
    every = findings(user, wanted)
    after = _read(at)
    rows = list((every.filter(after) if after is not None else every)[: PAGE + 1])
    shown = rows[:PAGE]
    return FindingPage(tuple(shown), every.count(), _key(shown[-1]) if len(rows) > PAGE else "")


def _key(last: Finding) -> str:
    text = json.dumps([last.rank, last.code, last.weight, last.pk])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read(at: str) -> Q | None:
    """Return the condition of what comes after a key; None for what is no key."""
    try:
        rank, code, weight, number = json.loads(base64.urlsafe_b64decode(at.encode()))
        rank, code, weight, number = int(rank), str(code), float(weight), int(number)
    except (ValueError, TypeError, binascii.Error):
        return None
    if not (abs(rank) < 100 and abs(number) < 2**62 and weight - weight == 0):
        return None
    same = Q(rank=rank, code=code)
    return (
        Q(rank__gt=rank)
        | Q(rank=rank, code__gt=code)
        | (same & Q(weight__lt=weight))
        | (same & Q(weight=weight, id__gt=number))
    )


def counts(user: User) -> dict[str, Counted]:
    """Return what is open of every check that found anything `user` may see."""
    today = timezone.localdate()
    seen = visible_to(Finding, user).filter(closed__isnull=True)
    waiting = Q(ignored_until__gt=today)
    rows = seen.values("code").annotate(
        open=Count("id", filter=open_on(today)),
        ignored=Count("id", filter=waiting),
        explained=Count("id", filter=Q(explanation__isnull=False)),
    )
    beyond = _beyond(user)
    found = {row["code"]: row for row in rows}
    return {
        code: Counted(
            code,
            *(found.get(code, {}).get("open", 0), beyond.get(code, 0)),
            *(found.get(code, {}).get(name, 0) for name in ("ignored", "explained")),
        )
        for code in {*found, *beyond}
    }


def _beyond(user: User) -> dict[str, int]:
    last = visible_to(Run, user).order_by("-pk").first()
    if last is None:
        return {}
    rows = visible_to(DailyCount, user).filter(day=last.day, beyond__gt=0).values("code").annotate(sum=Sum("beyond"))
    return {row["code"]: row["sum"] for row in rows}


def trends(user: User) -> dict[str, tuple[tuple[date, int], ...]]:
    """Return of every check how many were open on each day somebody looked; "" is all of them together.

    A day on which nobody looked is left out; one on which nothing was found counts as none.
    """
    since = timezone.localdate() - timedelta(days=DAYS)
    days = list(visible_to(Run, user).filter(day__gte=since).values_list("day", flat=True).distinct().order_by("day"))
    rows = visible_to(DailyCount, user).filter(day__gte=since).values("code", "day")
    summed = {(row["code"], row["day"]): row["open"] + row["beyond"] for row in rows.annotate(
        open=Sum("open"), beyond=Sum("beyond")
    )}  # fmt: skip
    codes = {code for code, _ in summed}
    every = {code: tuple((day, summed.get((code, day), 0)) for day in days) for code in codes}
    every[""] = tuple((day, sum(summed.get((code, day), 0) for code in codes)) for day in days)
    return every


def choices(user: User) -> tuple[Sequence[int], Sequence[str], Sequence[int], Sequence[int]]:
    """Return the units, ledgers, periods and assigned units that occur among what is not closed."""
    seen = visible_to(Finding, user).filter(closed__isnull=True).order_by()
    units = seen.exclude(unit=None).values_list("unit", flat=True).distinct()
    ledgers = seen.exclude(ledger="").values_list("ledger", flat=True).distinct()
    periods = seen.exclude(period=0).values_list("period", flat=True).distinct()
    assigned = seen.exclude(assigned=None).values_list("assigned", flat=True).distinct()
    return list(units), sorted(ledgers), sorted(periods, reverse=True), list(assigned)


def rows(user: User, wanted: Wanted) -> Iterator[Finding]:
    """Yield every finding asked for, for an export."""
    yield from findings(user, wanted).iterator(chunk_size=1_000)
