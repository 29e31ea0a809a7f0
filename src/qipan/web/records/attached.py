"""Notes and files of a record: written, sent, taken along and removed on its page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qipan.engine.problem import Problem
from qipan.platform import files
from qipan.platform.records import attachments, notes
from qipan.platform.records.models import Attachment
from qipan.platform.rights import person
from qipan.platform.screens.declaration import Screen
from qipan.platform.visible import visible_to
from qipan.web import errors
from qipan.web.pages import Request, is_fragment, need, page
from qipan.web.records import shape
from qipan.web.records.standing import address_of, record_named, screen_named


def _notes(
    request: Request, screen: Screen, record: Any, problems: tuple[Problem, ...] = (), text: str = ""
) -> HttpResponseBase:
    context = {
        "screen": screen,
        "record": record,
        "doing": shape.doing(screen, record, request.user),
        "notes": shape.notes_of(screen, record, request.user),
        "note_problems": problems,
        "note_text": text,
    }
    return render(request, "web/parts/record_notes.html", context)


@page
@require_POST
def write_note(request: Request, code: str, number: int) -> HttpResponseBase:
    """Write a note; what was typed stays where it is refused."""
    screen = screen_named(request, code)
    record = record_named(request, screen, number)
    text = request.POST.get("text", "")[: notes.LONGEST * 2]
    outcome = notes.write(person(request.user), screen, number, text)
    written = outcome.value
    said = outcome.problems if written is None else written.remarks
    if is_fragment(request):
        return _notes(request, screen, record, tuple(said), "" if outcome.done else text)
    if not outcome.done:
        return errors.problems(request, outcome.problems, status=422)
    return redirect(f"{address_of(screen, number)}#notes")


@page
@require_POST
def remove_note(request: Request, code: str, number: int, note: int) -> HttpResponseBase:
    """Remove one's own note."""
    screen = screen_named(request, code)
    record = record_named(request, screen, number)
    outcome = notes.remove(person(request.user), screen, number, note)
    if is_fragment(request):
        return _notes(request, screen, record, outcome.problems)
    if not outcome.done:
        return errors.problems(request, outcome.problems)
    return redirect(f"{address_of(screen, number)}#notes")


@page
@require_GET
def people(request: Request, code: str, number: int) -> HttpResponseBase:
    """Whom one may mention: people who may see the record."""
    need(request, notes.RIGHT)
    screen = screen_named(request, code)
    record_named(request, screen, number)
    found = notes.people_to_mention(screen, number, request.GET.get("q", "")[:50])
    return render(
        request, "web/parts/people_to_mention.html", {"people": [one for one in found if one != request.user]}
    )


@page
@require_POST
def attach(request: Request, code: str, number: int) -> HttpResponseBase:
    """Take files in; each that cannot be kept is said, the others are kept."""
    screen = screen_named(request, code)
    record_named(request, screen, number)
    problems: list[Problem] = []
    for sent in request.FILES.getlist("file"):
        with tempfile.NamedTemporaryFile(suffix=Path(sent.name or "").suffix[:10]) as kept:
            for chunk in sent.chunks():
                kept.write(chunk)
            kept.flush()
            outcome = attachments.attach(person(request.user), screen, number, sent.name or "", Path(kept.name))
        problems += outcome.problems
    if problems:
        return errors.problems(request, problems, status=422)
    if request.FILES:
        messages.success(request, _("附件已上传。"))
    return redirect(f"{address_of(screen, number)}#files")


@page
@require_GET
def file(request: Request, code: str, number: int, attachment: int) -> HttpResponseBase:
    """A file of the record, to be kept by the browser and never shown in our name."""
    screen = screen_named(request, code)
    record_named(request, screen, number)
    held = visible_to(Attachment, request.user).select_related("file")
    found = held.filter(pk=attachment, screen=screen.code, record=number).first()
    if found is None:
        raise Http404
    path = files.path_of(found.file.sha256)
    if not path.is_file():
        return errors.problems(request, [Problem.of("platform.file-missing", name=found.name)], status=404)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


@page
@require_POST
def remove_file(request: Request, code: str, number: int, attachment: int) -> HttpResponseBase:
    """Remove a file from the record."""
    screen = screen_named(request, code)
    record_named(request, screen, number)
    outcome = attachments.remove(person(request.user), screen, number, attachment)
    if not outcome.done:
        return errors.problems(request, outcome.problems)
    messages.success(request, _("附件已删除。"))
    return redirect(f"{address_of(screen, number)}#files")
