"""Many records at once: what is selected, what a change would do, doing it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qipan.engine.problem import Problem
from qipan.platform import jobs
from qipan.platform.rights import Refused, person
from qipan.platform.screens import Column, Kind, Screen
from qipan.platform.screens.bulk import Done, change_many, changeable, leaving, plan, remove_many
from qipan.platform.screens.selection import Selection, read_selection, selected_keys
from qipan.platform.screens.tree import open_branches
from qipan.platform.screens.wanted import pairs_of, query_of
from qipan.platform.screens.work import CHANGE, HERE, REMOVE
from qipan.web.language import short
from qipan.web.lists.addresses import list_address, record_address
from qipan.web.lists.asked import screen_or_404
from qipan.web.lists.pages import doing
from qipan.web.lists.panel import Option
from qipan.web.lists.views import back_to
from qipan.web.pages import Request, page

KEEP, SET, CLEAR = "keep", "set", "clear"
REMOVED_MOST = 1_000  # at once: what hangs on them is listed before


@dataclass(frozen=True, slots=True)
class Field:
    """One column in the form: kept, set to something, or cleared."""

    column: Column
    do: str
    typed: str
    shape: str
    options: tuple[Option, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def suggested(self) -> list[tuple[str, str]]:
        """Codes with their words, offered while one types."""
        offers = self.column.choices is not None and self.column.kind is Kind.CODE
        return list(self.column.choices()) if offers and self.column.choices is not None else []


@dataclass(frozen=True, slots=True)
class Picked:
    """What was selected, and how the next form says it again."""

    keys: tuple[int, ...]
    fields: tuple[tuple[str, str], ...]
    query: str | None

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.keys)

    def arguments(self, screen: Screen) -> dict[str, Any]:
        """Return the selection as a job keeps it: all that match are found again by the job."""
        chosen = {"keys": list(self.keys)} if self.query is None else {"query": self.query}
        return {"screen": screen.code, "language": "en" if short() == "en" else "zh-hans", **chosen}


def _picked(request: Request, screen: Screen) -> Picked:
    given = {name: list(map(str, values)) for name, values in request.POST.lists()}
    selection: Selection = read_selection(screen, given)
    keys = tuple(selected_keys(request.user, screen, selection))
    if selection.wanted is None:
        return Picked(keys, (("chosen", ",".join(map(str, keys))),), None)
    pairs = pairs_of(screen, selection.wanted)
    return Picked(keys, (("all", "1"), *pairs), query_of(screen, selection.wanted))


def _shape(column: Column) -> str:
    if column.choices is not None and column.kind is Kind.CHOICE:
        return "choice"
    if column.kind is Kind.RECORD and column.to:
        return "record"  # searched as one types, as in the form of one record
    return {Kind.BOOLEAN: "choice", Kind.UNIT: "unit", Kind.DATE: "date", Kind.LONG: "long"}.get(column.kind, "text")


def _options(request: Request, column: Column, typed: str) -> tuple[Option, ...]:
    if column.kind is Kind.UNIT:
        units = open_branches(request.user)
        return tuple(Option(str(one.unit), one.name, str(one.unit) == typed, one.depth) for one in units)
    if column.kind is Kind.BOOLEAN:
        words = (("yes", "是"), ("no", "否")) if short() == "zh" else (("yes", "Yes"), ("no", "No"))
        return tuple(Option(code, word, code == typed) for code, word in words)
    if column.choices is None or column.kind is not Kind.CHOICE:
        return ()
    return tuple(Option(code, word, code == typed) for code, word in column.choices())


def _fields(request: Request, screen: Screen, problems: Sequence[Problem] = ()) -> list[Field]:
    found: list[Field] = []
    for column in changeable(screen, request.user):
        do = request.POST.get(f"do_{column.code}", KEEP)
        typed = request.POST.get(f"set_{column.code}", "")[:2_000]
        mine = tuple(problem for problem in problems if problem.where.column == column.code)
        found.append(Field(column, do, typed, _shape(column), _options(request, column, typed), mine))
    return found


def _texts(fields: Sequence[Field]) -> dict[str, str]:
    """Return what is to be set, by column; an empty text clears."""
    return {one.column.code: one.typed if one.do == SET else "" for one in fields if one.do in {SET, CLEAR}}


def _said(fields: Sequence[Field]) -> list[tuple[str, str]]:
    pairs = [((f"do_{one.column.code}", one.do), (f"set_{one.column.code}", one.typed)) for one in fields]
    return [pair for one, two in pairs if one[1] in {SET, CLEAR} for pair in (one, two)]


def _context(request: Request, screen: Screen, picked: Picked) -> dict[str, Any]:
    return {"screen": screen, "picked": picked, "back": back_to(request, screen).url}


@page
@require_http_methods(["GET", "POST"])
def change_page(request: Request, code: str) -> HttpResponseBase:
    """Choose per field whether it is kept, set or cleared; see what would change; then change it."""
    screen = screen_or_404(request, code)
    if not doing(request, screen).change:
        raise Refused(screen.edit)
    if request.method == "GET":
        return redirect(list_address(screen))
    picked = _picked(request, screen)
    fields = _fields(request, screen)
    texts, step = _texts(fields), request.POST.get("step", "")
    context = _context(request, screen, picked)
    if not picked.count or step not in {"preview", "do"} or not texts:
        nothing = step == "preview" and not texts
        return render(request, "web/lists/change.html", {**context, "fields": fields, "nothing": nothing})
    found = plan(request.user, screen, picked.keys, texts)
    if found.problems:
        context = {**context, "fields": _fields(request, screen, found.problems)}
        return render(request, "web/lists/change.html", context, status=409)
    if step == "do" and request.POST.get("seen") == f"{picked.count}-{found.changing}":
        return _do_change(request, screen, picked, texts)
    lines = [(line, record_address(screen, line.key)) for line in found.lines]
    context |= {"plan": found, "lines": lines, "said": _said(fields), "moved": step == "do"}
    return render(request, "web/lists/preview.html", context)


def _do_change(request: Request, screen: Screen, picked: Picked, texts: dict[str, str]) -> HttpResponseBase:
    reason = request.POST.get("reason", "").strip()[:500]
    actor = person(request.user)
    if picked.count > HERE:
        arguments = {**picked.arguments(screen), "values": texts, "reason": reason}
        return redirect("web:list-job", number=jobs.start(CHANGE, actor, arguments).pk)
    return _result(request, screen, change_many(actor, screen, picked.keys, texts, reason=reason), removed=False)


def _result(request: Request, screen: Screen, done: Done, *, removed: bool) -> HttpResponseBase:
    refusals = [
        (one.title, "" if removed else record_address(screen, one.key), [why.message(short()) for why in one.problems])
        for one in done.refusals
    ]
    context = {"screen": screen, "done": done, "refusals": refusals, "removed": removed}
    return render(request, "web/lists/result.html", {**context, "back": back_to(request, screen).url})


@page
@require_http_methods(["GET", "POST"])
def remove_page(request: Request, code: str) -> HttpResponseBase:
    """See what hangs on the records and would go with them; then remove them."""
    screen = screen_or_404(request, code)
    if not doing(request, screen).remove:
        raise Refused(screen.remove)
    if request.method == "GET":
        return redirect(list_address(screen))
    picked = _picked(request, screen)
    context = _context(request, screen, picked)
    if not picked.count or picked.count > REMOVED_MOST:
        context |= {"too_many": picked.count > REMOVED_MOST, "most": REMOVED_MOST}
        return render(request, "web/lists/remove.html", context)
    if request.POST.get("step") == "do" and request.POST.get("seen") == str(picked.count):
        return _do_remove(request, screen, picked)
    context |= {"leaving": leaving(request.user, screen, picked.keys), "moved": request.POST.get("step") == "do"}
    return render(request, "web/lists/remove.html", context)


def _do_remove(request: Request, screen: Screen, picked: Picked) -> HttpResponseBase:
    reason = request.POST.get("reason", "").strip()[:500]
    actor = person(request.user)
    if picked.count > HERE:
        # By name: what a condition finds when the job runs is not what was shown here.
        arguments = {**picked.arguments(screen), "keys": list(picked.keys), "query": None, "reason": reason}
        return redirect("web:list-job", number=jobs.start(REMOVE, actor, arguments).pk)
    return _result(request, screen, remove_many(actor, screen, picked.keys, reason=reason), removed=True)
