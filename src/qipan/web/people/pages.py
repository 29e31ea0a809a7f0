"""The list of people, and a person's page: account and sessions for whom keeps accounts, grants for whom grants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.engine.problem import Problem
from qipan.platform.access import second_factor, sessions
from qipan.platform.action import Outcome
from qipan.platform.models import SecondFactor, User
from qipan.platform.rights import may
from qipan.platform.rights import person as actor
from qipan.registry import grants, people
from qipan.registry.models import Enterprise, Grant
from qipan.registry.queries import visible_to
from qipan.registry.rights import in_force_on
from qipan.web.pages import Request, need, page
from qipan.web.people.shown import clashing, grants_seen, role_name, roles_offered, units_offered

PAGE = 50


def _found(request: Request) -> QuerySet[User]:
    users = visible_to(User, request.user).order_by("username")
    text, role = request.GET.get("q", "").strip()[:100], request.GET.get("role", "")[:64]
    if text:
        users = users.filter(Q(username__icontains=text) | Q(first_name__icontains=text) | Q(last_name__icontains=text))
    if role:
        today = timezone.localdate()
        users = users.filter(pk__in=Grant.objects.filter(in_force_on(today), role=role).values("user"))
    if request.GET.get("closed") != "1":
        users = users.filter(is_active=True)
    return users.filter(username__gt=request.GET.get("after", "")[:150]) if request.GET.get("after") else users


@page
def people_list(request: Request) -> HttpResponseBase:
    """The people who have an account, and what they are today."""
    need(request, "people.see")
    found = list(_found(request)[: PAGE + 1])
    held: dict[int, list[str]] = {}
    today = in_force_on(timezone.localdate())
    for user, code in (
        visible_to(Grant, request.user).filter(today, user__in=found).order_by("pk").values_list("user_id", "role")
    ):
        held.setdefault(user, []).append(code)
    second = set(SecondFactor.objects.filter(user__in=found).values_list("user_id", flat=True))
    rows = [
        {
            "person": one,
            "roles": [role_name(code) for code in dict.fromkeys(held.get(one.pk, ()))],
            "clash": clashing(held.get(one.pk, ())),
            "second": one.pk in second,
        }
        for one in found[:PAGE]
    ]
    context = {
        "rows": rows,
        "after": found[PAGE - 1].username if len(found) > PAGE else "",
        "asked": {name: request.GET.get(name, "") for name in ("q", "role", "closed")},
        "roles": roles_offered(),
        "may_manage": may(actor(request.user), "people.manage"),
        "with_roles": may(actor(request.user), "grants.see"),
    }
    return render(request, "web/people.html", context)


@page
def new(request: Request) -> HttpResponseBase:
    """Make an account; its first password is shown once."""
    need(request, "people.manage")
    typed = {name: request.POST.get(name, "").strip()[:150] for name in ("username", "full_name")}
    if request.method != "POST":
        return render(request, "web/person_new.html", {"typed": typed})
    errors = _unfit(typed["username"])
    if not errors:
        outcome = people.put(actor(request.user), typed["username"], full_name=typed["full_name"])
        if outcome.value is not None:
            return _password_once(request, outcome.value)
        return render(request, "web/person_new.html", {"typed": typed, "problems": outcome.problems}, status=409)
    return render(request, "web/person_new.html", {"typed": typed, "errors": errors})


def _unfit(username: str) -> list[str]:
    """Return what is wrong with a log-in name."""
    from django.contrib.auth.validators import UnicodeUsernameValidator
    from django.core.exceptions import ValidationError

    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        return [_("登录名只能用字母、数字和 @ . + - _")]
    return [_("这个登录名已有人用。")] if User.objects.filter(username__iexact=username).exists() else []


def _password_once(request: Request, put: people.Put) -> HttpResponse:
    return render(request, "web/person_password.html", {"person": put.user, "password": put.password})


def _person(request: Request, number: int) -> User:
    need(request, "people.see")
    return get_object_or_404(visible_to(User, request.user), pk=number)


def _shown(request: Request, whose: User, problems: Sequence[Problem] = (), **more: Any) -> HttpResponse:
    me = actor(request.user)
    may_grant = may(me, grants.RIGHT) and whose.pk != request.user.pk
    context = {
        "person": whose,
        "problems": problems,
        "grants": grants_seen(request.user, whose),
        "sees_grants": may(me, "grants.see") or whose.pk == request.user.pk,
        "has_second_factor": second_factor.has_one(whose),
        "sessions": sessions.open_sessions(whose),
        "may_manage": may(me, people.RIGHT),
        "may_end": may(me, "sessions.end"),
        "may_grant": may_grant,
        "myself": whose.pk == request.user.pk,
        "roles": roles_offered() if may_grant else (),
        "units": units_offered(request.user) if may_grant else (),
        "typed": request.POST if request.method == "POST" else {},
        "today": timezone.localdate(),
        **more,
    }
    return render(request, "web/person.html", context, status=409 if problems else 200)


@page
def person_page(request: Request, number: int) -> HttpResponseBase:
    """A person's account, grants and sessions."""
    return _shown(request, _person(request, number))


def _done(request: Request, whose: User, outcome: Outcome[Any], said: str) -> HttpResponse:
    if not outcome.done:
        return _shown(request, whose, outcome.problems)
    messages.success(request, said)
    return redirect("web:person", whose.pk)


@require_POST
@page
def account_act(request: Request, number: int, act: str) -> HttpResponseBase:
    """Do one of the things that can be done to an account."""
    whose, me = _person(request, number), actor(request.user)
    if act == "password":
        put = people.put(me, whose.username, new_password=True)
        return _password_once(request, put.value) if put.value is not None else _shown(request, whose, put.problems)
    acts: dict[str, tuple[Callable[[], Outcome[Any]], str]] = {
        "close": (lambda: people.close(me, whose.username), _("账号已停用。")),
        "open": (lambda: people.reopen(me, whose.username), _("账号已启用。")),
        "no-factor": (lambda: people.without_factor(me, whose.username), _("二次验证已取消。")),
        "end-sessions": (lambda: people.end_sessions(me, whose.username), _("已从所有地方退出。")),
    }
    if act not in acts:
        return redirect("web:person", whose.pk)
    run, said = acts[act]
    return _done(request, whose, run(), said)


def _day(request: Request, name: str) -> date | None:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None


def _until(request: Request) -> date | None:
    """Return the first day after the last one that was typed."""
    last = _day(request, "until")
    return last + timedelta(days=1) if last is not None and last < date.max else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


@require_POST
@page
def grant(request: Request, number: int) -> HttpResponseBase:
    """Grant a role."""
    whose = _person(request, number)
    code = request.POST.get("firm", "").strip().upper()
    firm = Enterprise.objects.filter(uscc=code).values_list("pk", flat=True).first() if code else None
    if code and firm is None:
        return _shown(request, whose, firm_error=_("没有这个统一社会信用代码的企业。"))
    outcome = grants.give(
        actor(request.user), whose, request.POST.get("role", ""),
        unit=_number(request.POST.get("unit", "")), firm=firm, since=_day(request, "since"), until=_until(request),
        reason=request.POST.get("reason", "")[:500],
    )  # fmt: skip
    return _done(request, whose, outcome, _("角色已授予。"))


@require_POST
@page
def withdraw(request: Request, number: int, grant: int) -> HttpResponseBase:
    """Withdraw a role as of today."""
    whose = _person(request, number)
    get_object_or_404(visible_to(Grant, request.user), pk=grant, user=whose)
    outcome = grants.withdraw(actor(request.user), grant, reason=request.POST.get("reason", "")[:500])
    return _done(request, whose, outcome, _("角色已收回。"))


@require_POST
@page
def depute(request: Request, number: int, grant: int) -> HttpResponseBase:
    """Name somebody who stands for the person for a while."""
    whose = _person(request, number)
    get_object_or_404(visible_to(Grant, request.user), pk=grant, user=whose)
    name = request.POST.get("deputy", "").strip()[:150]
    deputy = visible_to(User, request.user).filter(username=name, is_active=True).first()
    since, until = _day(request, "since"), _until(request)
    if deputy is None:
        return _shown(request, whose, (Problem.of("registry.no-such-person", name=name),))
    if since is None or until is None:
        return _shown(request, whose, (Problem.of("registry.grant-dates"),))
    outcome = grants.depute(actor(request.user), grant, deputy, since=since, until=until)
    return _done(request, whose, outcome, _("代理已指定。"))
