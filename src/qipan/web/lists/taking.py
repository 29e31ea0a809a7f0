"""Taking a list along as a file, and the page of long work on lists: progress, cancel, result."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from qipan.platform import jobs, limits
from qipan.platform.models import Job
from qipan.platform.rights import Refused, may, person
from qipan.platform.screens import Screen, columns_of, screen_of
from qipan.platform.screens.exporting import Format
from qipan.platform.screens.listing import counted, matched
from qipan.platform.screens.wanted import query_of, read_wanted
from qipan.platform.screens.work import CHANGE, EXPORT, EXPORTED_HERE, REMOVE, chosen_columns, export_list, exports
from qipan.web import errors
from qipan.web.lists.addresses import list_address, record_address
from qipan.web.lists.asked import columns_for, screen_or_404
from qipan.web.pages import Request, page

TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
}


def _send(path: Path, screen: Screen, format: Format) -> HttpResponseBase:
    response = FileResponse(path.open("rb"), content_type=TYPES[format])
    name = f"{screen.names}-{timezone.localdate().isoformat()}.{format}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _codes(request: Request, screen: Screen) -> list[str]:
    if request.POST.get("which") == "all":
        return [column.code for column in columns_of(screen)]
    given = [code for code in request.POST.get("columns", "").split(",") if code]
    return given or [column.code for column in columns_for(request.user, screen, None)]


@page
@require_POST
def export(request: Request, code: str) -> HttpResponseBase:
    """The filtered list as a workbook, as text or as Parquet; a long one is written by a job."""
    screen = screen_or_404(request, code)
    actor = person(request.user)
    if not may(actor, screen.export or screen.see):
        raise Refused(screen.export or screen.see)
    if seconds := limits.wait("export", str(request.user.pk), limits.EXPORT):
        return errors.too_often(request, seconds)
    try:
        format = Format(request.POST.get("format", Format.XLSX))
    except ValueError:
        raise Http404 from None
    wanted, _problems = read_wanted(screen, QueryDict(request.POST.get("query", "")))
    codes, query = _codes(request, screen), query_of(screen, wanted)
    count, more = counted(wanted, matched(request.user, screen, wanted))
    if more or count > EXPORTED_HERE:
        language = getattr(request, "LANGUAGE_CODE", "zh-hans")
        arguments = {"screen": code, "query": query, "columns": codes, "format": str(format), "language": language}
        job = jobs.start(EXPORT, actor, {**arguments, "count": 0 if more else count})
        return redirect("web:list-job", number=job.pk)
    with tempfile.TemporaryDirectory(prefix="qipan-") as folder:
        path = Path(folder) / f"list.{format}"
        export_list(path, actor, screen, query, chosen_columns(screen, codes), format)
        return _send(path, screen, format)


@dataclass(frozen=True, slots=True)
class Work:
    """Long work as its page shows it."""

    job: Job
    screen: Screen
    kind: str
    back: str
    ended: bool
    refusals: tuple[tuple[str, str, tuple[str, ...]], ...]
    file: bool

    @property
    def result(self) -> dict[str, Any]:
        """What came of it."""
        return self.job.result or {}


_KINDS = {EXPORT: "export", CHANGE: "change", REMOVE: "remove"}


def _work(request: Request, number: int) -> Work:
    """Return the person's own work; nobody else's."""
    job = get_object_or_404(Job, pk=number, by=request.user.pk, kind__in=_KINDS)
    screen = screen_of(str(job.arguments.get("screen", "")))
    if screen is None:
        raise Http404
    screen_or_404(request, screen.code)
    query = job.arguments.get("query") or ""
    told = (job.result or {}).get("refusals", ())
    refusals = tuple(
        (one["title"], record_address(screen, one["key"]) if job.kind == CHANGE else "", tuple(one["why"]))
        for one in told
    )
    path = exports() / f"{job.pk}.{job.arguments.get('format', '')}"
    ended = job.state in {Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED}
    back = f"{list_address(screen)}?{query}" if query else list_address(screen)
    ready = job.kind == EXPORT and job.state == Job.State.DONE and path.is_file()
    return Work(job, screen, _KINDS[job.kind], back, ended, refusals, ready)


@page
def job_page(request: Request, number: int) -> HttpResponseBase:
    """How far long work is; asked for again every second until it ended."""
    fragment = bool(request.htmx)
    template = "web/lists/job_part.html" if fragment else "web/lists/job.html"
    return render(request, template, {"work": _work(request, number)})


@page
@require_POST
def cancel(request: Request, number: int) -> HttpResponseBase:
    """Ask long work to stop; what it did until then stays done."""
    work = _work(request, number)
    waiting = Job.objects.filter(pk=work.job.pk, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.CANCELLED, ended=timezone.now()):
        Job.objects.filter(pk=work.job.pk, state=Job.State.RUNNING).update(cancel_asked=True)
    return redirect("web:list-job", number=number)


@page
def job_file(request: Request, number: int) -> HttpResponseBase:
    """The file a job wrote, for who asked for it, as long as they may still take it along."""
    work = _work(request, number)
    right = work.screen.export or work.screen.see
    if not may(person(request.user), right):
        raise Refused(right)
    if not work.file:
        raise Http404
    format = Format(work.job.arguments["format"])
    return _send(exports() / f"{work.job.pk}.{format}", work.screen, format)
