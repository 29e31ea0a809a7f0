"""The pages on which people let programs in: tokens, webhooks and their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from qipan.engine.problem import Problem
from qipan.platform.action import VERBS, Outcome
from qipan.platform.exchange import tokens, webhooks
from qipan.platform.exchange.models import Delivery, Token, Use, Webhook
from qipan.platform.exchange.signing import secret_of
from qipan.platform.rights import RIGHTS, Refused, may, person
from qipan.platform.visible import visible_to
from qipan.registry.models import Unit
from qipan.registry.rights import open_on, reach
from qipan.web import labels, words
from qipan.web.language import short
from qipan.web.pages import Request, need, page

SHOWN = 200
DAYS = (7, 30, 90, 180, 365)
LOG = 50
# What is done on pages only: a program makes no programs.
OF_PAGES = frozenset({"tokens.own", "tokens.manage", "webhooks.manage"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen in a form."""

    code: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A token as the list shows it."""

    token: Token
    rights: str
    unit: str
    use: Use | None
    mine: bool


def _right(code: str) -> str:
    return str(RIGHTS.get(code, code))


def _units(request: Request, chosen: str = "") -> list[Choice]:
    seen = visible_to(Unit, request.user).filter(open_on(timezone.localdate())).exclude(kind=Unit.Kind.CITY)
    return [Choice(str(one.pk), labels.unit(one), str(one.pk) == chosen) for one in seen]


def _unit(request: Request, text: str) -> int | None:
    """Return the chosen unit's number; a unit the person does not see is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        return None
    return visible_to(Unit, request.user).filter(pk=int(text)).values_list("pk", flat=True).first()


def _lines(request: Request) -> list[Line]:
    found = list(visible_to(Token, request.user).select_related("user").order_by("-pk")[:SHOWN])
    uses = Use.objects.in_bulk([token.pk for token in found])
    names = {unit.pk: labels.unit(unit) for unit in Unit.objects.filter(pk__in=[token.unit for token in found])}
    return [
        Line(
            token,
            "、".join(_right(right) for right in token.rights)
            if short() == "zh"
            else ", ".join(map(_right, token.rights)),
            names.get(token.unit or 0, ""),
            uses.get(token.pk),
            token.user_id == request.user.pk,
        )
        for token in found
    ]


def _token_page(
    request: Request, *, made: tokens.Made | None = None, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    found, post = reach(request.user), request.POST if not made else {}
    asked = set(request.POST.getlist("right")) if not made else set()
    held = sorted(right for right in {*found.units, *found.whole} if found.any(right) and right not in OF_PAGES)
    lines = _lines(request)
    context = {
        "mine": [line for line in lines if line.mine],
        "others": [line for line in lines if not line.mine],
        "rights": [Choice(right, _right(right), right in asked) for right in held] if found.any("tokens.own") else [],
        "units": _units(request, str(post.get("unit", ""))),
        "days": [day for day in DAYS if day <= settings.TOKEN_DAYS],
        "days_chosen": str(post.get("days", "90")),
        "name": post.get("name", ""),
        "made": made,
        "problems": problems,
        "everybody": may(person(request.user), tokens.OTHERS),
        "now": timezone.now(),
    }
    return _secretly(render(request, "web/tokens.html", context, status=status), secret=made is not None)


def _secretly(response: HttpResponse, *, secret: bool) -> HttpResponse:
    """Return an answer that shows a secret in such a form that its length says nothing about it."""
    if secret:
        response["Content-Encoding"] = "identity"
    return response


@page
def token_list(request: Request) -> HttpResponseBase:
    """One's own tokens (everybody's where one manages them), and a form for a new one, whose text is shown once."""
    if not may(person(request.user), tokens.OTHERS):
        need(request, "tokens.own")
    if request.method != "POST":
        return _token_page(request)
    days = request.POST.get("days", "")
    text = request.POST.get("unit", "")
    unit = _unit(request, text)
    if text and unit is None:
        raise Refused("units.see")
    outcome = tokens.create(
        person(request.user),
        request.POST.get("name", ""),
        request.POST.getlist("right"),
        unit=unit,
        days=int(days) if days.isascii() and days.isdecimal() and len(days) < 6 else 0,
    )
    if outcome.value is None:
        return _token_page(request, problems=outcome.problems, status=409)
    return _token_page(request, made=outcome.value)


@require_POST
@page
def token_revoke(request: Request, number: int) -> HttpResponseBase:
    """Take a token away."""
    actor = person(request.user)
    mine = Token.objects.filter(pk=number, user=request.user.pk).exists()
    end = tokens.revoke if mine or not may(actor, tokens.OTHERS) else tokens.withdraw
    outcome = end(actor, number)
    if not outcome.done:
        return _token_page(request, problems=outcome.problems, status=409)
    return redirect("web:tokens")


def _actions(chosen: Sequence[str]) -> list[Choice]:
    named = [Choice(code, str(verb.names[short()]), code in chosen) for code, verb in VERBS.items()]
    return sorted(named, key=lambda one: one.code)


def _webhook_page(
    request: Request, *, made: Webhook | None = None, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    post: Any = request.POST if made is None else {}
    chosen = request.POST.getlist("action") if made is None else []
    found = list(visible_to(Webhook, request.user).select_related("user").order_by("-pk")[:SHOWN])
    waiting = Delivery.objects.filter(webhook__in=[one.pk for one in found], state=Delivery.State.WAITING, tries__gt=0)
    failing = set(waiting.values_list("webhook", flat=True))
    context = {
        "webhooks": [(one, one.pk in failing) for one in found],
        "actions": _actions(chosen),
        "nouns": [Choice(code, str(name)) for code, name in words.WORDS["noun"].items()],
        "units": _units(request, str(post.get("unit", ""))),
        "name": post.get("name", ""),
        "address": post.get("address", ""),
        "hosts": settings.WEBHOOK_HOSTS,
        "made": made,
        "secret": secret_of(made) if made else "",
        "problems": problems,
    }
    return _secretly(render(request, "web/webhooks.html", context, status=status), secret=made is not None)


@page
def webhook_list(request: Request) -> HttpResponseBase:
    """The webhooks, and a form for a new one, whose secret is shown once."""
    need(request, webhooks.RIGHT)
    if request.method != "POST":
        return _webhook_page(request)
    given = request.POST
    text = given.get("unit", "")
    unit = _unit(request, text)
    if text and unit is None:
        raise Refused("units.see")
    outcome = webhooks.create(
        person(request.user),
        given.get("name", ""),
        given.get("address", ""),
        actions=given.getlist("action"),
        nouns=[noun for noun in given.getlist("noun") if noun in words.WORDS["noun"]],
        unit=unit,
    )
    if outcome.value is None:
        return _webhook_page(request, problems=outcome.problems, status=409)
    return _webhook_page(request, made=outcome.value)


@page
def webhook(request: Request, number: int) -> HttpResponseBase:
    """One webhook: what it is told, the log of its deliveries, and what can be done with it."""
    need(request, webhooks.RIGHT)
    shown = get_object_or_404(visible_to(Webhook, request.user).select_related("user"), pk=number)
    secret, problems = "", ()
    if request.method == "POST":
        outcome = _do(request, shown)
        if outcome.done and request.POST.get("do") == "remove":
            return redirect("web:webhooks")
        if outcome.done and request.POST.get("do") == "renew" and isinstance(outcome.value, Webhook):
            secret = secret_of(outcome.value)
        elif outcome.done:
            return redirect("web:webhook", number=number)
        problems = outcome.problems
    log = list(Delivery.objects.filter(webhook=shown.pk).order_by("-pk")[:LOG])
    said = [(one, Problem.of(one.problem, host="") if one.problem else None) for one in log]
    unit = Unit.objects.filter(pk=shown.unit).first() if shown.unit else None
    context = {
        "webhook": shown,
        "unit": labels.unit(unit) if unit else "",
        "actions": [str(VERBS[code].names[short()]) for code in shown.actions if code in VERBS],
        "log": said,
        "failing": any(one.state == Delivery.State.WAITING and one.tries for one in log),
        "secret": secret,
        "problems": problems,
    }
    answer = render(request, "web/webhook.html", context, status=409 if problems else 200)
    return _secretly(answer, secret=bool(secret))


def _do(request: Request, shown: Webhook) -> Outcome[Any]:
    actor = person(request.user)
    match request.POST.get("do"):
        case "on":
            return webhooks.switch(actor, shown.pk, on=True)
        case "skip":
            return webhooks.switch(actor, shown.pk, on=True, skip=True)
        case "off":
            return webhooks.switch(actor, shown.pk, on=False)
        case "renew":
            return webhooks.renew(actor, shown.pk)
        case "remove":
            return webhooks.remove(actor, shown.pk)
        case _:  # try what waits at once
            Delivery.objects.filter(webhook=shown.pk, state=Delivery.State.WAITING).update(next_try=timezone.now())
            return Outcome()
