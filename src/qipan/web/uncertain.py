"""The queue of firms nobody could tell for certain: each with the firms it may be, and a verdict that is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qipan.engine.problem import Problem, Where, catalogue
from qipan.platform.models import Batch, BatchSheet, User
from qipan.platform.rights import person
from qipan.registry.models import Enterprise, Uncertain, Unit, Verdict
from qipan.registry.queries import visible_to
from qipan.registry.rights import reach
from qipan.registry.verdicts import RIGHT, judge
from qipan.web import errors, labels
from qipan.web.language import short
from qipan.web.pages import Request, need, page

PAGE = 20
OWN = "own"
PARTS: Mapping[str, Any] = {
    "brand": _("字号"),
    "trade": _("行业用词"),
    "place": _("地名"),
    "form": _("组织形式"),
    "branch": _("分支"),
}
# How a part of the two names compares, as `engine.resolve` says it.
COMPARED: Mapping[str, Any] = {
    "same": _("相同"),
    "sounds": _("读音相同"),
    "alike": _("相近"),
    "within": _("一方更详细"),
    "missing": _("一方没有"),
    "other": _("不同"),
    "elsewhere": _("不在一省"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a name, and whether the other name says it too."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Part:
    """How one part of two names compares."""

    name: str
    word: str
    same: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered firm the row may be about."""

    firm: Enterprise
    park: str
    name: tuple[Piece, ...]
    parts: tuple[Part, ...]
    code_differs: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A waiting firm as the page shows it."""

    asked: Uncertain
    place: str
    why: str
    name: tuple[Piece, ...]
    candidates: tuple[Candidate, ...]
    hidden: int  # candidates outside of what the person may see
    code_taken: bool  # a candidate bears the row's own code: no other firm can have it
    verdict: Verdict | None  # what was decided, by whom

    @property
    def own(self) -> bool:
        """Whether the verdict was a firm of its own."""
        firm = self.verdict.enterprise if self.verdict is not None else None
        return firm is not None and firm.pk not in listed(self.asked)


def waiting(user: User, batch: int | None = None) -> QuerySet[Uncertain]:
    """Return the firms that wait for a verdict `user` may give."""
    found = visible_to(Uncertain, user).filter(decided__isnull=True)
    return found if batch is None else found.filter(batch=batch)


def waiting_count(user: User, batch: int | None = None) -> int:
    """Return how many firms wait for `user`; nobody is asked where they may not judge."""
    return waiting(user, batch).count() if reach(user).any(RIGHT) else 0


def pieces(name: str, other: str) -> tuple[Piece, ...]:
    """Return `name` cut where `other` says it differently."""
    steps = SequenceMatcher(None, name, other, autojunk=False).get_opcodes()
    return tuple(Piece(name[start:end], op != "equal") for op, start, end, _from, _to in steps if end > start)


def _parts(told: Mapping[str, Any]) -> tuple[Part, ...]:
    return tuple(
        Part(str(name), str(COMPARED[told[code]]), told[code] == "same")
        for code, name in PARTS.items()
        if told.get(code) in COMPARED
    )


def _candidate(told: Mapping[str, Any], asked: Uncertain, firm: Enterprise, parks: Mapping[int, str]) -> Candidate:
    return Candidate(
        firm,
        parks.get(firm.unit_id or 0, ""),
        pieces(firm.name, asked.name),
        _parts(told),
        bool(asked.uscc and firm.uscc and asked.uscc != firm.uscc),
    )


def listed(asked: Uncertain) -> dict[int, Mapping[str, Any]]:
    """Return what is known of the candidates, by the firm."""
    return {int(told["subject"]): told for told in asked.candidates if told.get("subject") is not None}


def _why(asked: Uncertain, firms: Mapping[int, Enterprise]) -> str:
    """Return why the row waits; of the candidates only what the reader may see is named."""
    if asked.problem not in catalogue():
        return ""
    known = next((str(told.get("name", "")) for key, told in listed(asked).items() if key in firms), "…")
    return Problem.of(asked.problem, value=asked.name, known=known, code=asked.uscc).message(short())


def questions(
    user: User, rows: Sequence[Uncertain], sheets: Mapping[int, tuple[str, str]] | None = None
) -> list[Question]:
    """Return the rows with everything a person decides by; as many queries for one row as for twenty.

    `sheets` names file and sheet of rows that are not on record yet.
    """
    wanted = {subject for row in rows for subject in listed(row)}
    firms = {firm.pk: firm for firm in visible_to(Enterprise, user).filter(pk__in=wanted)}
    parks = {unit.pk: labels.unit(unit) for unit in visible_to(Unit, user)}
    places = _places(user, rows) if sheets is None else {(0, number): name for number, name in sheets.items()}
    decided = [row for row in rows if row.decided is not None]
    verdicts = Verdict.objects.filter(name_key__in=[row.name_key for row in decided]).select_related("enterprise")
    said = {(verdict.name_key, verdict.uscc): verdict for verdict in verdicts} if decided else {}
    found: list[Question] = []
    for row in rows:
        told_of = listed(row)
        file, sheet = places.get((row.batch, row.sheet), (None, None))
        shown = [_candidate(told, row, firms[key], parks) for key, told in told_of.items() if key in firms]
        best = shown[0].firm.name if shown else row.name
        taken = bool(row.uscc) and any(one.firm.uscc == row.uscc for one in shown)
        place = Where(file, sheet, row.row).text(short())
        hidden, verdict = len(told_of) - len(shown), said.get((row.name_key, row.uscc))
        found.append(
            Question(row, place, _why(row, firms), pieces(row.name, best), tuple(shown), hidden, taken, verdict)
        )
    return found


def _places(user: User, rows: Sequence[Uncertain]) -> dict[tuple[int, int], tuple[str, str]]:
    sheets = visible_to(BatchSheet, user).filter(batch__in={row.batch for row in rows})
    return {(one.batch_id, one.number): (one.file_name, one.sheet) for one in sheets}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _address(batch: int | None, at: int | None, judged: int | None = None) -> str:
    given = {"batch": batch, "at": at, "judged": judged}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return reverse("web:firms-uncertain") + (f"?{query}" if query else "")


@page
def queue(request: Request) -> HttpResponseBase:
    """The firms that wait for a verdict, those of one batch where one is named; the one just decided stays in place."""
    need(request, RIGHT)
    batch, at, judged = (_number(request.GET.get(name, "")) for name in ("batch", "at", "judged"))
    rows = visible_to(Uncertain, request.user).filter(Q(decided__isnull=True) | Q(pk=judged))
    if batch is not None:
        rows = rows.filter(batch=batch)
    found = list(rows.filter(pk__gte=at or 0).order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "questions": questions(request.user, shown),
        "count": waiting_count(request.user, batch),
        "of": visible_to(Batch, request.user).filter(pk=batch).first() if batch is not None else None,
        "batch": batch,
        "at": at,
        "own": OWN,
        "next": _address(batch, found[PAGE].pk) if len(found) > PAGE else "",
        "first": _address(batch, None) if at else "",
    }
    return render(request, "web/uncertain.html", context)


@page
def verdict(request: Request, number: int) -> HttpResponseBase:
    """Take what a person says of one waiting firm, and show it again as decided."""
    return _verdict(request, number)


@require_POST
def _verdict(request: Request, number: int) -> HttpResponseBase:
    need(request, RIGHT)
    asked = get_object_or_404(visible_to(Uncertain, request.user), pk=number)
    said = request.POST.get("firm", "")
    chosen = None if said == OWN else _number(said)
    offered = visible_to(Enterprise, request.user).filter(pk__in=listed(asked))
    if said != OWN and not (chosen is not None and offered.filter(pk=chosen).exists()):
        return errors.problems(request, [Problem.of("registry.no-such-firm", number=said[:20])])
    reason = request.POST.get("reason", "").strip()[:500]
    outcome = judge(person(request.user), asked.pk, same_as=chosen, reason=reason)
    if not outcome.done:
        return errors.problems(request, outcome.problems)
    batch, at = (_number(request.POST.get(name, "")) for name in ("batch", "at"))
    return redirect(_address(batch, at, asked.pk) + f"#q{asked.pk}")
