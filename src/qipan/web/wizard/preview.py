"""The last look before a load is written, the writing itself, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import polars as pl
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from qipan.platform.definitions import resolved
from qipan.platform.imports import drafts
from qipan.platform.imports.results import CountSummary
from qipan.platform.models import Batch, BatchSheet
from qipan.platform.rights import may, person
from qipan.registry.previewed import Said, readable
from qipan.registry.queries import visible_to
from qipan.registry.rights import reach
from qipan.web import labels, words
from qipan.web.batch_problems import problem_total
from qipan.web.language import short
from qipan.web.pages import Request, page
from qipan.web.uncertain import waiting_count
from qipan.web.wizard.frame import Opened, State, address, answer, opened
from qipan.web.wizard.sheets import earlier_loads

PAGE = 50
KINDS = ("changed", "new", "conflict", "same")
HISTORY = 12
LEADING = re.compile(r"\d{4,}(?=\D|$)")  # the whole part of a figure
COUNTED = ("read", "new", "changed", "same", "refused", "conflicts")


@dataclass(frozen=True, slots=True)
class Line:
    """One record or field as the load says it."""

    noun: str
    kind: str
    label: str
    field: str
    old: str | None
    new: str
    veiled: bool
    place: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the preview is looked at."""

    noun: str
    kind: str
    text: str
    at: int

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Return what the address asks for."""
        at = request.GET.get("at", "")
        start = int(at) if at.isdecimal() and len(at) < 10 else 0
        return cls(
            request.GET.get("noun", "")[:40], request.GET.get("kind", "")[:10], request.GET.get("q", "")[:80], start
        )

    def query(self, **changes: object) -> str:
        """Return the address of this look, changed."""
        given = {"noun": self.noun, "kind": self.kind, "q": self.text, "at": self.at or "", **changes}
        return urlencode({name: value for name, value in given.items() if value})


def _lines(request: Request, found: Opened, wanted: Wanted) -> tuple[list[Line], bool]:
    assert found.result is not None  # noqa: S101 - the caller looked
    frame = found.result.preview()
    english, own = short() == "en", found.draft.owner == request.user.pk
    for name, value in (("noun", wanted.noun), ("kind", wanted.kind)):
        if value:
            frame = frame.filter(pl.col(name) == value)
    if wanted.text:
        label = pl.col("label_en") if english else pl.col("label")
        # What another person brought is not found by guessing it.
        said_so = pl.concat_str(label, "new", ignore_nulls=True) if own else label
        frame = frame.filter(said_so.str.contains(wanted.text, literal=True))
    rows = frame.slice(wanted.at, PAGE + 1).collect()
    titles: Mapping[str, str] = dict(labels.qualifications())
    tail = "_en" if english else ""
    shown = list(rows.head(PAGE).iter_rows(named=True))
    said = [
        Said(row["noun"], row["field"] or "", row["key"], row[f"old{tail}"], row[f"new{tail}"] or "") for row in shown
    ]
    lines: list[Line] = []
    for row, one in zip(shown, readable(request.user, said, own=own), strict=True):
        name = found.result.names.get(row["sheet"]) if row["sheet"] is not None else None
        place = f"{name.sheet} {row['row']}" if name and row["row"] is not None else ""
        field = ""
        if row["noun"] == "qualification":
            field = titles.get(row["field"], str(row["field"]))
        elif row["noun"] != "figure" and row["field"]:
            field = words.word("field", row["field"])
        label, old = row[f"label{tail}"] or "", _grouped(row["noun"], one.old)
        new = _grouped(row["noun"], one.new) or ""
        lines.append(Line(row["noun"], row["kind"], label, field, old, new, one.closed, place))
    return lines, rows.height > PAGE


def _grouped(noun: str, text: str | None) -> str | None:
    """Return the text of a figure with its thousands set apart; of anything else, as it is."""
    if noun != "figure" or not text:
        return text
    return LEADING.sub(lambda found: f"{int(found[0]):,}", text, count=1)


def _total(counts: tuple[CountSummary, ...]) -> CountSummary:
    return CountSummary("", *(sum(getattr(one, name) for one in counts) for name in COUNTED))


@page
def preview(request: Request, number: int) -> HttpResponse:
    """What would be written: counts by noun, and every record that is new, changed, the same or in conflict."""
    found = opened(request, number)
    if found.draft.state in {State.COMMITTING, State.DONE}:
        return redirect(address(number, "result"))
    wanted = Wanted.of(request)
    context: dict[str, object] = {"wanted": wanted, "kinds": KINDS}
    if found.result is not None:
        lines, more = _lines(request, found, wanted)
        context |= {
            "counts": found.result.counts,
            "total": _total(found.result.counts),
            "nouns": [one.noun for one in found.result.counts],
            "lines": lines,
            "next": wanted.query(at=wanted.at + PAGE) if more else "",
            "first": wanted.query(at="") if wanted.at else "",
        }
    return answer(request, found, "preview", context)


@page
def commit(request: Request, number: int) -> HttpResponse:
    """Have the load written."""
    return _commit(request, number)


@require_POST
def _commit(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    if drafts.commit(person(request.user), found.draft) is None:
        return redirect(address(number, "preview"))
    return redirect(address(number, "result"))


def _history(request: Request, batch: Batch) -> list[tuple[Batch, BatchSheet]]:
    """Return the earlier loads of the forms in this batch, a line for each batch, the latest first."""
    signatures = list(BatchSheet.objects.filter(batch=batch).values_list("signature", flat=True))
    rows = [row for same in earlier_loads(request, signatures).values() for row in same]
    found: dict[int, tuple[Batch, BatchSheet]] = {}
    for row in sorted(rows, key=lambda one: -one.batch_id):
        found.setdefault(row.batch_id, (row.batch, row))
    return list(found.values())[:HISTORY]


@page
def result(request: Request, number: int) -> HttpResponse:
    """What came of the load: counts, what is left to do, the way to what was loaded, and the way back."""
    found = opened(request, number)
    if found.draft.state not in {State.COMMITTING, State.DONE}:
        return redirect(address(number, "preview"))
    context: dict[str, object] = {}
    batch = visible_to(Batch, request.user).filter(pk=found.draft.batch).first() if found.draft.batch else None
    if batch is not None:
        ledgers = {one.ledger for one in BatchSheet.objects.filter(batch=batch)}
        known, held = resolved().ledgers, reach(request.user)
        nouns = {known[code].spec.noun for code in ledgers if code in known}
        context = {
            "batch": batch,
            "problems": problem_total(batch),
            "waits": waiting_count(request.user, batch.pk),
            "may_undo": may(person(request.user), "batch.undo", batch.unit) and batch.state == Batch.State.COMMITTED,
            "history": _history(request, batch),
            "about_firms": bool(nouns & {"enterprise", "qualification"}) and held.any("firms.see"),
            "about_figures": "figure" in nouns and held.any("board.see"),
            "about_units": "unit" in nouns and held.any("units.see"),
        }
    return answer(request, found, "result", context)
