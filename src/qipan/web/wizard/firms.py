"""The step at which a person says which firm is meant, before anything is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import HttpResponse

from qipan.platform.imports import drafts
from qipan.platform.rights import Refused, may, person
from qipan.registry.models import Enterprise, Uncertain
from qipan.registry.queries import visible_to
from qipan.web.pages import Request, page
from qipan.web.uncertain import Question, listed, questions
from qipan.web.wizard.frame import Opened, answer, decided, opened

PAGE = 20
OWN = "own"


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict given with this load."""

    name: str
    key: str
    firm: Enterprise | None
    own: bool
    by: str


def _key(name_key: str, uscc: str) -> str:
    return json.dumps([name_key, uscc], ensure_ascii=False)


def _rows(found: Opened) -> list[Uncertain]:
    """Return the waiting firms as rows that are not on record."""
    frame = found.result.asked() if found.result else pl.DataFrame()
    said = {(one["name_key"], one["uscc"]) for one in found.draft.verdicts}
    rows: list[Uncertain] = []
    for row in frame.iter_rows(named=True):
        if (row["name_key"], row["uscc"]) not in said:
            candidates = json.loads(row["candidates"] or "[]")
            given: dict[str, Any] = {**row, "candidates": candidates, "batch": 0}
            rows.append(Uncertain(**given))
    return rows


@page
def firms(request: Request, number: int) -> HttpResponse:
    """The firms nobody could tell for certain, side by side with those they may be; a verdict counts at once."""
    if request.method == "POST":
        return _decide(request, number)
    found = opened(request, number)
    rows = _rows(found)
    names = {key: (name.file, name.sheet) for key, name in found.result.names.items()} if found.result else {}
    shown = questions(request.user, rows[:PAGE], names)
    wanted = [one["firm"] for one in found.draft.verdicts if one["firm"] is not None]
    known = {firm.pk: firm for firm in visible_to(Enterprise, request.user).filter(pk__in=wanted)}
    verdicts = [
        Said(one["name"], _key(one["name_key"], one["uscc"]), known.get(one["firm"]), one["firm"] is None, one["by"])
        for one in found.draft.verdicts
    ]
    asked: list[tuple[str, Question]] = [(_key(one.asked.name_key, one.asked.uscc), one) for one in shown]
    context = {"questions": asked, "count": len(rows), "verdicts": verdicts, "own": OWN}
    return answer(request, found, "firms", context)


def _decide(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    if not may(person(request.user), drafts.JUDGE, found.draft.unit):
        raise Refused(drafts.JUDGE)
    key, said = request.POST.get("key", ""), request.POST.get("firm", "")
    if found.draft.state not in drafts.OPEN:
        return decided(request, found.draft, "firms")
    given = next((one for one in found.draft.verdicts if _key(one["name_key"], one["uscc"]) == key), None)
    if given is not None and said == "":
        drafts.unjudge(number, given["name_key"], given["uscc"])
        return decided(request, found.draft, "firms")
    asked = next((row for row in _rows(found) if _key(row.name_key, row.uscc) == key), None)
    if asked is None:
        return decided(request, found.draft, "firms")
    firm = int(said) if said.isdecimal() and len(said) < 16 else None
    offered = visible_to(Enterprise, request.user).filter(pk__in=listed(asked))
    if said == OWN or (firm is not None and offered.filter(pk=firm).exists()):
        drafts.judge(number, asked.name, asked.name_key, asked.uscc, firm, str(request.user))
    return decided(request, found.draft, "firms")
