"""What the steps of a load have in common: whose it is, how far it is, and the way from step to step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import condition

from qipan.engine.problem import Problem, Severity, catalogue
from qipan.platform import lease
from qipan.platform.imports import drafts
from qipan.platform.imports.results import Result, SheetSummary, result_of
from qipan.platform.models import ImportDraft, Job
from qipan.platform.rights import Refused, may, person
from qipan.registry.originals import draft_closed
from qipan.registry.queries import visible_to
from qipan.web.pages import Request, is_fragment, need, page

RIGHT = "batch.load"
State = ImportDraft.State
STEPS = ("sheets", "columns", "problems", "firms", "preview")
NAMES: Mapping[str, Any] = {
    "sheets": _("工作表"),
    "columns": _("各列"),
    "problems": _("问题"),
    "firms": _("企业判定"),
    "preview": _("核对并写入"),
    "result": _("结果"),
}
DOING: Mapping[str, Any] = {
    "read": _("正在打开文件"),
    "understand": _("正在识别工作表"),
    "resolve": _("正在比对企业"),
    "compare": _("正在与现有数据比较"),
    "commit": _("正在写入"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way: its name, address, and how many things wait there."""

    code: str
    name: Any
    address: str
    waits: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A load on its way, as the page of one of its steps sees it."""

    draft: ImportDraft
    result: Result | None
    job: Job | None

    @property
    def busy(self) -> bool:
        """Whether something is being read or written just now, or waits for its turn."""
        return self.job is not None and self.job.state in {Job.State.WAITING, Job.State.RUNNING}

    @property
    def behind(self) -> bool:
        """Whether what is shown is older than what was decided."""
        return self.draft.checked < self.draft.revision

    @property
    def sheets(self) -> tuple[SheetSummary, ...]:
        """The sheets that are taken in."""
        return tuple(one for one in self.result.sheets if not one.left_out) if self.result else ()


def opened(request: Request, number: int) -> Opened:
    """Return the load `number`; raises Refused where they may not go on with it, Http404 where it is not theirs."""
    need(request, RIGHT)
    draft = get_object_or_404(visible_to(ImportDraft, request.user), pk=number)
    result = result_of(draft.pk, draft.checked) if draft.checked >= 0 else None
    read = [(one.ledger or "", [c.code or "" for c in one.columns]) for one in result.sheets] if result else [("", [])]
    if draft_closed(request.user, draft.owner, draft.unit, read):
        raise Refused(RIGHT)
    return Opened(draft, result, Job.objects.filter(pk=draft.job).first() if draft.job else None)


def address(number: int, step: str) -> str:
    """Return where a step of a load is."""
    return reverse(f"web:load-{step}", args=[number])


def waiting(found: Opened) -> dict[str, int]:
    """Return how many things wait at each step."""
    if found.result is None:
        return {}
    problems = found.result.problems()
    severities = {code: entry.severity for code, entry in catalogue().items()}
    errors = [code for code, one in severities.items() if one in (Severity.ERROR, Severity.QUESTION)]
    apart = pl.col("code").str.starts_with("resolve.") | pl.col("code").is_in(COLUMN_CODES)
    return {
        "sheets": sum(one.ledger is None for one in found.sheets),
        "columns": sum(unknown_columns(one) for one in found.sheets),
        "problems": problems.filter(pl.col("code").is_in(errors) & ~apart).height + len(whole_problems(found)),
        "firms": found.result.asked().height,
        "preview": 0,
    }


# Asked and answered where the columns are, not one by one among the problems.
COLUMN_CODES = ("sheets.unknown-column", "sheets.unknown-column-near", "sheets.unsure-column")


def whole_problems(found: Opened) -> list[Problem]:
    """Return the problems of files and sheets as a whole that no other step asks about."""
    if found.result is None:
        return []
    answered = {"sheets.unsure-ledger", "sheets.no-ledger", "sheets.no-headings", *COLUMN_CODES}
    places = {(one.file, one.sheet) for one in found.sheets if one.ledger is None}
    asked = [one for one in found.result.whole if one.code not in answered and one.severity is not Severity.INFO]
    return [one for one in asked if (one.where.file, one.where.sheet) not in places]


def unknown_columns(sheet: SheetSummary) -> int:
    """Return how many columns of a sheet nobody has said what to do with."""
    settled = ("sheets.reason-chosen", "sheets.reason-remembered")
    return sum(not one.code and not one.part and one.reason not in settled for one in sheet.columns)


def answer(request: Request, found: Opened, step: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Show a step: as a page, or only what stands inside it where it is asked for by the page itself."""
    draft = found.draft
    counts = waiting(found)
    judges = may(person(request.user), drafts.JUDGE, draft.unit)
    ways = [Step(code, NAMES[code], address(draft.pk, code), counts.get(code, 0)) for code in STEPS]
    at = STEPS.index(step) if step in STEPS else len(STEPS)
    shown = {
        "draft": draft,
        "found": found,
        "steps": ways,
        "step": step,
        "may_judge": judges,
        "previous": ways[at - 1] if 0 < at < len(STEPS) else None,
        "following": ways[at + 1] if at + 1 < len(STEPS) else None,
        "part": f"web/wizard/{step}.html",
        "stopped": [Problem.of(one["code"], **one["params"]) for one in draft.problems],
        "failed": draft.state == State.FAILED or (found.job is not None and found.job.state == Job.State.FAILED),
        **context,
    }
    return render(
        request, "web/wizard/step.html" if is_fragment(request) else "web/wizard/page.html", shown, status=status
    )


def decided(request: Request, draft: ImportDraft, step: str, query: str = "") -> HttpResponse:
    """Have the draft read again after a decision, and show the step again."""
    drafts.read(person(request.user), draft)
    return redirect(address(draft.pk, step) + (f"?{query}" if query else ""))


def _tag(request: HttpRequest, number: int) -> str:
    found = opened(request, number)  # type: ignore[arg-type]
    job, draft = found.job, found.draft
    holder = lease.committing() if draft.state == State.COMMITTING else None
    said = (draft.state, draft.revision, draft.checked, draft.job, job and (job.state, job.step, job.done, job.total))
    code = getattr(request, "LANGUAGE_CODE", "")
    asked = request.GET.get("step", "")
    return f'"{sha256(f"{said}|{holder}|{code}|{asked}".encode()).hexdigest()[:16]}"'


@condition(etag_func=_tag)
def _progress(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    step = request.GET.get("step", "")
    job = found.job
    holder = lease.committing() if found.draft.state == State.COMMITTING else None
    done, total = (holder.done, holder.total) if holder else ((job.done, job.total) if job else (0, 0))
    context = {
        "draft": found.draft,
        "found": found,
        "step": step if step in NAMES else "sheets",
        "next": address(found.draft.pk, step if step in NAMES else "sheets"),
        "doing": DOING.get("commit" if holder else (job.step if job else ""), _("排队等候")),
        "done": done,
        "total": total,
    }
    response = render(request, "web/wizard/progress.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


@page
def progress(request: Request, number: int) -> HttpResponse:
    """How far reading or writing is; asked again every second, answered 304 while nothing moved."""
    opened(request, number)
    return _progress(request, number)
