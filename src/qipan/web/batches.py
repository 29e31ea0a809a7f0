"""What was loaded: batches, what became of their sheets, their problems, and taking one back."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import polars as pl
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from qipan.engine.problem import PROBLEM_SCHEMA, Problem, catalogue
from qipan.engine.sheets.escape import escape_formula
from qipan.engine.sheets.reading import annotate
from qipan.platform import files, lease
from qipan.platform.imports.changes import stored
from qipan.platform.imports.report import Group, SheetName, groups_of, names_on_record, notes_of, spelled
from qipan.platform.imports.undo import undo
from qipan.platform.models import Batch, BatchSheet
from qipan.platform.rights import may, person
from qipan.registry import originals
from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.web import errors, labels
from qipan.web.batch_problems import Listed, by_sheet, listed, problem_total
from qipan.web.batch_sheets import Ask, asks, by_ledger, without_questions
from qipan.web.language import short
from qipan.web.pages import Request, need, page
from qipan.web.uncertain import waiting_count

PAGE = 30
EXAMPLES = 5


def _unit_names(request: Request) -> dict[int, str]:
    return {unit.pk: labels.unit(unit) for unit in visible_to(Unit, request.user)}


@page
def batch_list(request: Request) -> HttpResponseBase:
    """The loads so far, newest first."""
    need(request, "batch.see")
    before = request.GET.get("before", "")
    batches = visible_to(Batch, request.user)
    if before.isdecimal() and len(before) < 16:
        batches = batches.filter(pk__lt=int(before))
    found = list(batches.select_related("undoes").order_by("-pk")[: PAGE + 1])
    units = _unit_names(request)
    rows = [(one, units.get(one.unit or 0, ""), problem_total(one)) for one in found[:PAGE]]
    context = {
        "rows": rows,
        "before": before,
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "may_load": may(person(request.user), "batch.load"),
    }
    return render(request, "web/batches.html", context)


def _progress_tag(request: HttpRequest) -> str:
    holder = lease.committing()
    said = f"{holder.name}|{holder.done}|{holder.total}" if holder else "-"
    code = getattr(request, "LANGUAGE_CODE", "")
    return f'"{sha256(f"{said}|{code}".encode()).hexdigest()[:16]}"'


@condition(etag_func=_progress_tag)
def _loading(request: Request) -> HttpResponse:
    response = render(request, "web/parts/loading.html", {"holder": lease.committing()})
    response["Cache-Control"] = "private, no-cache"
    return response


@page
def loading(request: Request) -> HttpResponseBase:
    """How far a committing load is; asked again every other second, answered 304 while nothing moved."""
    need(request, "batch.see")
    return _loading(request)


def _batch(request: Request, number: int) -> Batch:
    need(request, "batch.see")
    return get_object_or_404(visible_to(Batch, request.user), pk=number)


def _problems(request: Request, shown: Batch, closed: frozenset[int]) -> pl.DataFrame | None:
    """Return the problems of the batch, those of `closed` sheets without values; None where their file is gone."""
    try:
        return originals.veiled(stored(shown.problems_file, PROBLEM_SCHEMA), request.user, closed)
    except FileNotFoundError:
        return None


@page
def batch(request: Request, number: int) -> HttpResponseBase:
    """One batch: counts, sheets, problems grouped with examples, and what can be done about it."""
    shown = _batch(request, number)
    sheets = list(BatchSheet.objects.filter(batch=shown).select_related("batch").order_by("number"))
    closed = originals.closed(request.user, sheets)
    problems = _problems(request, shown, closed)
    groups: list[Group] = []
    kinds: list[Listed] = []
    counts: dict[int, int] = {}
    asked: list[Ask] = []
    if problems is not None:
        names = names_on_record(sheets)
        groups = groups_of(problems, names, examples=EXAMPLES)
        asked = asks(problems, names)
        kinds = listed(without_questions(groups), problems, names)
        counts = by_sheet(problems)
    whole = {code: n for code, n in shown.problem_counts.items() if code not in {group.code for group in groups}}
    context = {
        "batch": shown,
        "unit": _unit_names(request).get(shown.unit or 0, ""),
        "kinds": by_ledger(sheets, counts, closed),
        "asks": asked,
        "waiting": waiting_count(request.user, shown.pk),
        "groups": kinds,
        "total": problem_total(shown),
        "whole": [(Problem.of(code), count) for code, count in whole.items() if code in catalogue()],
        "problems_gone": problems is None,
        "undone_by": Batch.objects.filter(undoes=shown).order_by("-pk").first(),
        "may_undo": may(person(request.user), "batch.undo", shown.unit) and _undoable(shown),
    }
    return render(request, "web/batch.html", context)


def _undoable(shown: Batch) -> bool:
    return shown.state == Batch.State.COMMITTED and shown.kind == Batch.Kind.LOAD


@page
def undo_page(request: Request, number: int) -> HttpResponseBase:
    """Ask before a batch is taken back; then take it back, or list what stands in the way."""
    shown = _batch(request, number)
    need(request, "batch.undo", shown.unit)
    stopped: tuple[Problem, ...] = ()
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()[:500]
        outcome = undo(person(request.user), shown.pk, at_unit=shown.unit, reason=reason)
        if outcome.done:
            return redirect("web:batch", number=shown.pk)
        stopped = outcome.problems
    elif not _undoable(shown):
        return redirect("web:batch", number=shown.pk)
    context = {"batch": shown, "problems": stopped}
    return render(request, "web/undo.html", context, status=409 if stopped else 200)


class _Echo:
    """A file that gives back what is written to it, as the bytes that travel."""

    def write(self, text: str) -> bytes:
        """Return `text` in UTF-8."""
        return text.encode()


def _lines(problems: pl.DataFrame, names: Mapping[int, SheetName]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    words = {"error": _("错误"), "question": _("待答"), "warning": _("提醒"), "info": _("说明")}
    yield "\ufeff".encode()
    yield writer.writerow((_("程度"), _("位置"), _("问题"), _("怎么办")))
    for row in problems.iter_rows(named=True):
        one = spelled(row, names)
        cells = (words[one.severity], one.where.text(short()), one.message(short()), one.hint(short()))
        yield writer.writerow([escape_formula(cell) for cell in cells])


@page
def problems_csv(request: Request, number: int) -> HttpResponseBase:
    """Every problem of the batch as CSV."""
    shown = _batch(request, number)
    sheets = list(BatchSheet.objects.filter(batch=shown).select_related("batch"))
    problems = _problems(request, shown, originals.closed(request.user, sheets))
    if problems is None:
        return errors.problems(request, [Problem.of("platform.file-missing", name=shown.name)], status=404)
    lines = _lines(problems, names_on_record(sheets))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="qipan-problems-{shown.pk}.csv"'
    return response


@page
def annotated(request: Request, number: int, sheet: int) -> HttpResponseBase:
    """The person's own workbook, the cells with problems coloured and commented."""
    shown = _batch(request, number)
    chosen = get_object_or_404(BatchSheet, batch=shown, number=sheet)
    path = files.path_of(chosen.file.sha256)
    mates = BatchSheet.objects.filter(batch=shown, file=chosen.file, member=chosen.member)
    same = list(mates.select_related("batch"))
    if originals.closed(request.user, same):
        return errors.no_right(request)
    problems = _problems(request, shown, frozenset())
    if problems is None or not path.is_file():
        return errors.problems(request, [Problem.of("platform.file-missing", name=chosen.file_name)], status=404)
    places = {one.number: one.index for one in same}
    notes = notes_of(problems, names_on_record(same), places, short())
    if not notes:
        raise Http404
    folder = Path(tempfile.mkdtemp(prefix="qipan-"))
    out = folder / "copy.xlsx"
    try:
        stopped = annotate(path, chosen.member or None, notes, out, short())
        if stopped:
            return errors.problems(request, stopped)
        content = out.open("rb")
    finally:
        out.unlink(missing_ok=True)
        folder.rmdir()
    stem = Path(chosen.file_name).stem + _("（批注）")
    response = FileResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stem)}.xlsx"
    return response
