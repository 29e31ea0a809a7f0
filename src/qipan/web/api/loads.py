"""Files handed in as loads, the jobs that work on them, and the problems of batches."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Annotated, Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, Router, Schema
from ninja.files import UploadedFile
from ninja.params.functions import File, Form, Query

from qipan.engine.problem import PROBLEM_SCHEMA
from qipan.platform import files
from qipan.platform.definitions import resolved
from qipan.platform.exchange.models import Token
from qipan.platform.imports.changes import stored
from qipan.platform.imports.report import names_in, spelled
from qipan.platform.imports.undo import undo
from qipan.platform.models import Batch, BatchSheet, Job
from qipan.platform.rights import Refused, may, person
from qipan.registry import originals
from qipan.registry.loading.handed_in import HandedIn, hand_in
from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.web.api import answers
from qipan.web.api.asked import Wrong, body, cursor, next_link, numbers_at, unknown
from qipan.web.api.doors import Request
from qipan.web.api.words import both, operation
from qipan.web.language import short

router = Router(tags=[both("加载", "Loads")])

PAGE = 200


class JobOut(Schema):
    """Work that goes on after the answer."""

    id: int
    kind: str
    state: str = Field(description="waiting, running, done, failed, cancelled")
    step: str
    done: int
    total: int
    created: str
    ended: str | None
    result: dict[str, Any] | None = Field(
        description=both("做完后的结果：计数、工作表、问题、批次", "what came of it: counts, sheets, problems, batch")
    )


class RowProblem(Schema):
    """A problem of a row or a cell."""

    code: str
    severity: str
    message: str
    hint: str
    where: str
    field: str | None


class RowProblems(Schema):
    """Problems of a batch, and where more of them are."""

    problems: list[RowProblem]
    next: str | None


def _job(job: Job) -> dict[str, Any]:
    shown = {
        name: getattr(job, name) for name in ("kind", "state", "step", "done", "total", "created", "ended", "result")
    }
    return {"id": job.pk, **shown}


HAND_IN = operation(
    "加载文件",
    "Hand in a file",
    "上传一个文件（Excel、CSV、Parquet、ZIP）作为一批；dry_run 为真时只检查。立即返回任务，结果见任务。",
    "Upload a file (Excel, CSV, Parquet, ZIP) as a load; with dry_run it is only checked. Answers with a job at once; "
    "the job says what came of it.",
)


@router.post("/loads", response={202: JobOut}, operation_id="hand_in", **HAND_IN)
def hand_in_file(
    request: Request,
    file: Annotated[UploadedFile, File(description=both("文件", "the file"))],
    unit: Annotated[str, Form(description=both("单位编码或编号；空为高新区", "code or number; empty: the zone"))] = "",
    ledger: Annotated[str, Form(description=both("台账代码；空为自动识别", "its code; empty: recognised"))] = "",
    dry_run: Annotated[bool, Form(description=both("只检查", "only check"))] = False,
) -> HttpResponseBase:
    """Keep the file and begin the load."""
    token = request.auth
    if not isinstance(token, Token):
        raise Refused("batch.load")
    if ledger and ledger not in resolved().ledgers:
        raise Wrong(unknown("ledger", ledger))
    place = _unit(request, unit)
    if not may(person(request.user), "batch.load", place):
        raise Refused("batch.load")
    name = re.sub(r"[^\w.()（）\- ]", "_", Path(file.name or "").name)[-120:].lstrip(".") or "file"
    with tempfile.NamedTemporaryFile(prefix="qipan-") as kept:
        for part in file.chunks():
            kept.write(part)
        kept.flush()
        record = files.keep(Path(kept.name))
    given = HandedIn(record.sha256, name, place, ledger or None, dry_run, token.pk, short())
    begun = hand_in(request.user, given)
    response = answers.answer(_job(begun), 202)
    response["Location"] = reverse("api:job", args=[begun.pk])
    return response


def _unit(request: Request, text: str) -> int | None:
    """Return the unit the file is for; a token that is bound to one loads for it where none is named."""
    if not text:
        return request.auth.unit if isinstance(request.auth, Token) else None
    seen = visible_to(Unit, request.user)
    number = int(text) if re.fullmatch(r"[0-9]{1,17}", text) else None
    found = seen.filter(pk=number).first() if number is not None else None
    found = found or seen.filter(code=text.replace("\0", "")).first()
    if found is None:
        raise Wrong(unknown("unit", text))
    return found.pk


@router.get(
    "/jobs/{number:key}", response=JobOut, operation_id="job", url_name="job", **operation("一个任务", "One job")
)
def job(request: Request, key: int) -> HttpResponseBase:
    """Return how far one's own job is, and what came of it."""
    return answers.answer(_job(_own(request, key)))


@router.delete(
    "/jobs/{number:key}", response={202: JobOut}, operation_id="cancel", **operation("取消任务", "Cancel a job")
)
def cancel(request: Request, key: int) -> HttpResponseBase:
    """Ask the job to stop; what is being written already is written to its end."""
    found = _own(request, key)
    Job.objects.filter(pk=found.pk, state=Job.State.WAITING).update(state=Job.State.CANCELLED)
    Job.objects.filter(pk=found.pk).update(cancel_asked=True)
    return answers.answer(_job(_own(request, key)), 202)


def _own(request: Request, key: int) -> Job:
    """Return a job of the person's; with a token, only one the same token began."""
    found = get_object_or_404(Job, pk=key, by=request.user.pk)
    if isinstance(request.auth, Token) and found.arguments.get("token") != request.auth.pk:
        raise Http404
    return found


@router.get(
    "/batches/{number:key}/problems",
    response=RowProblems,
    operation_id="batch_problems",
    **operation("批次的问题", "Problems of a batch"),
)
def batch_problems(
    request: Request,
    key: int,
    at: Annotated[str, Query(description=both("上一页 next 中的位置", "the place in `next`"))] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = PAGE,
) -> HttpResponseBase:
    """Return the problems of a batch, those of sheets one may not open without their values."""
    shown = _batch(request, key)
    start = numbers_at(at, 1)[0] if at else 0

    def make() -> HttpResponseBase:
        sheets = list(BatchSheet.objects.filter(batch=shown).select_related("batch"))
        try:
            frame = stored(shown.problems_file, PROBLEM_SCHEMA)
        except FileNotFoundError:
            raise Http404 from None
        frame = originals.veiled(frame, request.user, originals.closed(request.user, sheets))
        names = names_in(shown)
        found = [
            answers.spelled(spelled(row, names)) for row in frame.slice(max(start, 0), limit).iter_rows(named=True)
        ]
        following = cursor([start + limit]) if frame.height > start + limit else None
        return answers.answer({"problems": found, "next": next_link(request, following)})

    return answers.tagged(request, make)


UNDO = operation(
    "撤销批次",
    "Undo a batch",
    "整批撤销；后来的数据或锁定建立在它之上时不撤销，并逐条说明。",
    "Take a load back as a whole; where later figures or a lock build on it nothing is undone; each reason is told.",
    requestBody={
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"reason": {"type": "string", "maxLength": 500}},
                    "additionalProperties": False,
                }
            }
        }
    },
)


class Undone(Schema):
    """The batch by which the load was taken back."""

    batch: int


@router.post("/batches/{number:key}/undo", response=Undone, operation_id="undo_batch", **UNDO)
def undo_batch(request: Request, key: int) -> HttpResponseBase:
    """Take the batch back."""
    shown = _batch(request, key)
    if not may(person(request.user), "batch.undo", shown.unit):
        raise Refused("batch.undo")
    given = body(request, {"reason"}) if request.body else {}
    reason = given.get("reason", "")
    if not isinstance(reason, str) or len(reason) > 500:
        raise Wrong(unknown("reason", str(reason)))
    outcome = undo(person(request.user), shown.pk, at_unit=shown.unit, reason=reason)
    if outcome.value is None:
        return answers.refusal(outcome.problems, 409)
    return answers.answer({"batch": outcome.value.pk})


def _batch(request: Request, key: int) -> Batch:
    if not may(person(request.user), "batch.see"):
        raise Refused("batch.see")
    return get_object_or_404(visible_to(Batch, request.user), pk=key)
