"""The trail as a page: sentences, filters, an export, and whether it is still as it was written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.engine.sheets.escape import escape_formula
from qipan.platform import limits
from qipan.platform.action import VERBS
from qipan.platform.models import TrailEntry, TrailSeal, User
from qipan.platform.rights import may, person
from qipan.platform.seal import verify as verify_seals
from qipan.registry.models import Enterprise, Unit
from qipan.registry.queries import ADMINISTRATION, readable_values, visible_to
from qipan.web import labels, sentences, words
from qipan.web.language import short
from qipan.web.pages import Request, bounded, need, page

PAGE = 50
SUBJECTS = 200  # records whose name fits what was typed, at most
EXPORTED = 100_000
VERIFIED = 200_000  # entries looked at while a person waits; beyond it the command line verifies
FIELDS = ("who", "act", "noun", "about", "since", "until")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for: the typed filters and the entry before which it begins."""

    typed: Mapping[str, str]
    before: int | None = None
    wrong: tuple[str, ...] = field(default=())

    def link(self, **more: object) -> str:
        """Return the address of the page with the same filters."""
        return "?" + urlencode({name: value for name, value in {**self.typed, **more}.items() if value})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def asked(request: Request) -> Asked:
    """Return what the address asks for; a date nobody can read is told and filters nothing."""
    typed = {name: request.GET.get(name, "").strip()[:150] for name in FIELDS}
    typed = {name: value for name, value in typed.items() if value}
    wrong = tuple(name for name in ("since", "until") if name in typed and _day(typed[name]) is None)
    before = request.GET.get("before", "")
    whole = before.isascii() and before.isdecimal() and len(before) < 16
    return Asked(typed, int(before) if whole else None, wrong)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _about(user: User, text: str) -> list[int]:
    """Return the units and firms the reader sees whose name holds `text`."""
    units = visible_to(Unit, user).filter(name__icontains=text).values_list("pk", flat=True)[:SUBJECTS]
    firms = visible_to(Enterprise, user).filter(Q(name__startswith=text) | Q(uscc=text.upper()))
    return [*units, *firms.values_list("pk", flat=True)[:SUBJECTS]]


def entries(user: User, wanted: Asked) -> QuerySet[TrailEntry]:
    """Return the entries the reader may see and asked for, newest first."""
    found, typed = visible_to(TrailEntry, user).order_by("-id"), wanted.typed
    if "who" in typed:
        found = found.filter(Q(actor_name__icontains=typed["who"]) | Q(acting_for__icontains=typed["who"]))
    if "act" in typed:
        found = found.filter(action=typed["act"])
    if "noun" in typed:
        found = found.filter(noun=typed["noun"])
    if "about" in typed:
        found = found.filter(subject__in=_about(user, typed["about"]))
    if (since := _day(typed.get("since", ""))) is not None:
        found = found.filter(at__gte=_midnight(since))
    if (until := _day(typed.get("until", ""))) is not None and until < date.max:
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    return found.filter(id__lt=wanted.before) if wanted.before is not None else found


def events(user: User, found: Iterable[TrailEntry]) -> Iterator[tuple[int, sentences.Event]]:
    """Yield the entries as sentences; values of records the reader may not see stay closed."""
    chunk = list(found)
    keys = [entry.pk for entry in chunk]
    readable = set(readable_values(user).filter(pk__in=keys).values_list("pk", flat=True))
    names = _names(user, chunk)
    for entry in chunk:
        event = sentences.event(entry, values=entry.pk in readable)
        about = names.get(entry.subject or 0, "") if entry.noun not in ADMINISTRATION else ""
        yield entry.pk, replace(event, about=about if about not in event.sentence else "")


def _names(user: User, chunk: Iterable[TrailEntry]) -> dict[int, str]:
    """Return the names of the units and firms the entries are about, as far as the reader sees them."""
    keys = {entry.subject for entry in chunk if entry.subject is not None}
    units = {unit.pk: labels.unit(unit) for unit in visible_to(Unit, user).filter(pk__in=keys)}
    return {**units, **dict(visible_to(Enterprise, user).filter(pk__in=keys).values_list("pk", "name"))}


def _choices() -> dict[str, Any]:
    acts = sorted((verb.names[short()], code) for code, verb in VERBS.items())
    nouns = [(code, str(name)) for code, name in words.WORDS["noun"].items()]
    return {"acts": [(code, name) for name, code in acts], "nouns": nouns}


@page
def trail(request: Request) -> HttpResponseBase:
    """What happened, newest first."""
    need(request, "trail.see")
    wanted = asked(request)
    found = list(entries(request.user, wanted)[: PAGE + 1])
    last = TrailSeal.objects.order_by("-last").first()
    context = {
        "asked": wanted,
        "rows": [event for _number, event in events(request.user, found[:PAGE])],
        "older": wanted.link(before=found[PAGE - 1].pk) if len(found) > PAGE else "",
        "newest": wanted.link() if wanted.before is not None else "",
        "export": wanted.link(),
        "last": last,
        "may_verify": may(person(request.user), "trail.verify"),
        **_choices(),
    }
    return render(request, "web/trail.html", context)


@require_POST
@page
def verify(request: Request) -> HttpResponseBase:
    """Look through all seals and name what is not as it was written."""
    need(request, "trail.verify")
    last = TrailSeal.objects.order_by("-last").first()
    if last is not None and last.last > VERIFIED:
        return render(request, "web/trail_verified.html", {"too_many": True})
    return render(request, "web/trail_verified.html", {"found": verify_seals()})


class _Echo:
    """A file that gives back what is written to it, as the bytes that travel."""

    def write(self, text: str) -> bytes:
        """Return `text` in UTF-8."""
        return text.encode()


def _lines(user: User, wanted: Asked) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield "\ufeff".encode()  # without it Excel takes UTF-8 for the local code page
    yield writer.writerow((_("编号"), _("时间"), _("做了什么"), _("改动"), _("原因"), _("批次")))
    before, left = wanted.before, EXPORTED
    while left > 0:
        chunk = list(entries(user, Asked(wanted.typed, before))[: min(1_000, left)])
        if not chunk:
            return
        for number, event in events(user, chunk):
            changes = "; ".join(f"{one.field}: {one.before} → {one.after}" for one in event.changes)
            at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
            told = f"{event.sentence} · {event.about}" if event.about else event.sentence
            cells = (number, at, told, changes, event.reason, event.batch or "")
            yield writer.writerow([escape_formula(str(cell)) for cell in cells])
        before, left = chunk[-1].pk, left - len(chunk)


@page
@bounded("export", limits.EXPORT)
def export(request: Request) -> HttpResponseBase:
    """The filtered trail as CSV, the newest hundred thousand entries at most."""
    need(request, "trail.see")
    response = StreamingHttpResponse(_lines(request.user, asked(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="qipan-trail.csv"'
    return response
