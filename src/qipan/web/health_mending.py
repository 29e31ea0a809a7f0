"""What people do with findings from the page: let them be, count them again, explain, assign."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.domains.health import actions, queries
from qipan.domains.health.rights import SETTLE
from qipan.platform.action import Outcome
from qipan.platform.rights import Actor, person
from qipan.web import errors
from qipan.web.health import asked, whole
from qipan.web.pages import Request, need, page

LONGEST_REASON = 1000


@page
def mend(request: Request) -> HttpResponseBase:
    """Do what a person chose with the findings they chose: let be, count again, explain, assign."""
    return _mend(request)


def _numbers(request: Request, given: QueryDict) -> list[int]:
    if given.get("all") == "1":
        wanted = asked(given).wanted
        mine = queries.findings(request.user, wanted)
        return list(mine.values_list("pk", flat=True)[: actions.AT_ONCE + 1])
    numbers = [whole(text) for text in request.POST.getlist("n")]
    return [number for number in dict.fromkeys(numbers) if number is not None]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()  # no day to come: the Action says which will do


def _done(actor: Actor, do: str, numbers: list[int], given: QueryDict) -> tuple[Outcome[Any], str]:
    """Return what the Action brought, and what is said where it took place."""
    reason = str(given.get("reason", "")).strip()[:LONGEST_REASON]
    match do:
        case "heed":
            return actions.heed(actor, numbers), _("{n} 条重新计入待处理。")
        case "explain":
            outcome = actions.explain(actor, numbers[0] if numbers else 0, str(given.get("kind", "")), reason=reason)
            return outcome, _("余数已说明；占比变了会重新提出来。")
        case "assign":
            return actions.assign(actor, numbers, whole(str(given.get("to", "")))), _("已分派 {n} 条。")
        case _:
            outcome = actions.ignore(actor, numbers, _day(str(given.get("until", ""))), reason=reason)
            return outcome, _("{n} 条已忽略，到期后会重新提出来。")


@require_POST
def _mend(request: HttpRequest) -> HttpResponseBase:
    asker: Request = request  # type: ignore[assignment]
    need(asker, SETTLE)
    given = request.POST
    outcome, said = _done(person(asker.user), str(given.get("do", "")), _numbers(asker, given), given)
    if not outcome.done:
        return errors.problems(asker, outcome.problems)
    messages.success(request, said.format(n=outcome.value if isinstance(outcome.value, int) else 1))
    back = asked(given)
    return redirect(reverse("web:health") + (back.link(at="") if back.typed else ""))
