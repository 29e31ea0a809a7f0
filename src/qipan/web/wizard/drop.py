"""Where a load begins: files are dropped, sent one by one and told apart by their content."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from qipan.engine.problem import Problem
from qipan.engine.sheets.reading import refusal
from qipan.platform import files, limits
from qipan.platform.imports import drafts
from qipan.platform.models import Batch, ImportDraft
from qipan.platform.rights import Refused, person, units_of
from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import open_on, reach
from qipan.web import labels
from qipan.web.language import short
from qipan.web.pages import Request, bounded, need, page
from qipan.web.wizard.frame import RIGHT, State, address, opened

SHOWN = 20
CHUNK = 256 * 1024


def units_for(request: Request) -> list[tuple[int, str]]:
    """Return the units the person may load for, the zone first."""
    allowed = units_of(person(request.user), RIGHT)
    units = visible_to(Unit, request.user).filter(open_on(timezone.localdate())).exclude(kind=Unit.Kind.CITY)
    found = [unit for unit in units if allowed is None or unit.pk in allowed]
    found.sort(key=lambda unit: (unit.kind != Unit.Kind.ZONE, unit.kind != Unit.Kind.PARK, unit.sort, unit.code))
    return [(unit.pk, labels.unit(unit)) for unit in found]


@page
def start(request: Request) -> HttpResponse:
    """The page where files are dropped, with the loads that are not finished and the last that are."""
    need(request, RIGHT)
    mine = visible_to(ImportDraft, request.user).exclude(state=State.DONE).order_by("-touched")
    names = {unit.pk: labels.unit(unit) for unit in visible_to(Unit, request.user)}
    context = {
        "units": units_for(request),
        "open": [(one, names.get(one.unit or 0, "")) for one in mine.exclude(files=[])[:SHOWN]],
        "last": visible_to(Batch, request.user).filter(kind=Batch.Kind.LOAD).order_by("-pk")[:5],
        "limit": settings.UPLOAD_LIMIT,
        "limit_mb": settings.UPLOAD_LIMIT // 2**20,
        "sees_batches": reach(request.user).any("batch.see"),
    }
    return render(request, "web/wizard/start.html", context)


@page
@bounded("upload", limits.UPLOAD)
def begin(request: Request) -> HttpResponse:
    """Make a draft to which files can be sent, and say where they go."""
    return _begin(request)


@require_POST
def _begin(request: Request) -> HttpResponse:
    need(request, RIGHT)
    given = request.POST.get("unit", "")
    unit = int(given) if given.isdecimal() and len(given) < 16 else None
    known = {key for key, _ in units_for(request)}
    if unit is not None and unit not in known:
        raise Refused(RIGHT)
    draft = drafts.begin(person(request.user), unit)
    return JsonResponse({
        "files": reverse("web:load-files", args=[draft.pk]),
        "read": reverse("web:load-read", args=[draft.pk]),
        "next": reverse("web:load-draft", args=[draft.pk]),
    })  # fmt: skip


def _refused(problem: Problem, status: int) -> JsonResponse:
    return JsonResponse(problem.as_json(short()), status=status, content_type="application/problem+json")


@page
def add_file(request: Request, number: int) -> HttpResponse:
    """Take one file, as the bytes it is; what is no ledger's file is refused by its content, whatever its name."""
    return _add_file(request, number)


@require_POST
def _add_file(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    name = drafts.file_name(request.GET.get("name", ""))
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if found.draft.state not in drafts.OPEN | {State.CANCELLED, State.FAILED}:
        return _refused(Problem.of("imports.draft-gone"), 409)
    if size > settings.UPLOAD_LIMIT:
        return _refused(Problem.of("imports.upload-too-large", name=name, limit=settings.UPLOAD_LIMIT // 2**20), 413)
    try:
        sha256 = drafts.add_file(found.draft, name, _chunks(request, size))
    except _Broken:
        return _refused(Problem.of("imports.upload-broken", name=name), 400)
    except OSError as error:
        from qipan.platform import faults

        return _refused(faults.said(error) or Problem.of("imports.upload-broken", name=name), 507)
    problem = refusal(files.path_of(sha256), name)
    if problem is not None:
        drafts.drop_file(found.draft, sha256)
        return _refused(problem, 422)
    return JsonResponse({"name": name, "size": size})


class _Broken(Exception):
    """Fewer bytes came than were announced."""


def _chunks(request: Request, size: int) -> Iterator[bytes]:
    came = 0
    while chunk := request.read(CHUNK):
        came += len(chunk)
        yield chunk
    if came != size:
        raise _Broken


@page
def read(request: Request, number: int) -> HttpResponse:
    """Have the files read; also again, after a stop or a failure."""
    return _read(request, number)


@require_POST
def _read(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    draft = found.draft
    if draft.files and draft.state in drafts.OPEN | {State.CANCELLED, State.FAILED}:
        if not (found.busy and draft.state in drafts.OPEN):
            draft.state = State.READING if found.result is None else State.ASKING
            draft.checked = draft.checked if found.result is not None else -1
            draft.save(update_fields=["state", "checked"])
        drafts.read(person(request.user), draft)
    return redirect("web:load-draft", number=number)


@page
def draft(request: Request, number: int) -> HttpResponse:
    """Lead to the step at which something waits."""
    found = opened(request, number)
    if found.draft.state in {State.COMMITTING, State.DONE}:
        return redirect(address(number, "result"))
    return redirect(address(number, "sheets"))


@page
def stop(request: Request, number: int) -> HttpResponse:
    """Stop what runs for the load."""
    return _stop(request, number)


@require_POST
def _stop(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    drafts.stop(found.draft)
    return redirect(address(number, "preview" if found.draft.state == State.COMMITTING else "sheets"))


@page
def discard(request: Request, number: int) -> HttpResponse:
    """Throw the load away; nothing of it was written."""
    return _discard(request, number)


@require_POST
def _discard(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    if found.draft.state != State.COMMITTING:
        drafts.discard(found.draft)
    return redirect("web:load")
