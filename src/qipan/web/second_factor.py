"""The pages of the second factor: showing a code at the log-in, setting it up, giving it up, and one's sessions."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.platform.access import second_factor, sessions, totp
from qipan.platform.models import User
from qipan.platform.rights import person
from qipan.registry.rights import reach
from qipan.web.gate import ASKED, FACTOR, NEXT, SHOWN
from qipan.web.pages import Request, page
from qipan.web.people.shown import grants_seen

NEW = "new_second_factor"  # the secret that is being set up, in the session until its first code was shown


def ask_for_it(*, request: HttpRequest | None = None, user: User, **_signal: object) -> None:
    """Note in a fresh session that its person has a second factor to show."""
    if request is not None and second_factor.has_one(user):
        request.session[FACTOR] = ASKED


@page
def code(request: Request) -> HttpResponseBase:
    """Ask for the code of the moment; after too many wrong ones the session ends."""
    if request.session.get(FACTOR) != ASKED:
        return redirect(settings.LOGIN_REDIRECT_URL)
    wrong = False
    if request.method == "POST":
        if second_factor.passes(request.user, request.POST.get("code", "")):
            return _passed(request)
        if second_factor.paused(request.user):
            logout(request)
            minutes = int(second_factor.PAUSE.total_seconds() // 60)
            context = {"minutes": minutes, "tries": second_factor.WRONG_CODES}
            return render(request, "web/code_paused.html", context, status=429)
        wrong = True
    return render(request, "web/code.html", {"wrong": wrong}, status=200)


def _passed(request: Request) -> HttpResponse:
    old = request.session.session_key or ""
    request.session.cycle_key()
    sessions.follow(old, request)
    request.session[FACTOR] = SHOWN
    after = request.session.pop(NEXT, "")
    return redirect(after or settings.LOGIN_REDIRECT_URL)


code.before_password = True  # type: ignore[attr-defined]


def _drawn(secret: bytes, user: User) -> SafeString:
    """Return the picture an authenticator reads; put together here from digits and letters alone."""
    text = totp.address(secret, _("棋盘"), user.username)
    picture = second_factor.picture(text)
    return mark_safe(picture[picture.index("<svg") :])  # noqa: S308 - drawn by us, holds no text


def _new_secret(request: Request) -> bytes:
    kept = request.session.get(NEW)
    if kept is None:
        request.session[NEW] = kept = base64.b64encode(second_factor.fresh_secret()).decode()
    return base64.b64decode(kept)


@page
def settle(request: Request) -> HttpResponseBase:
    """Set the second factor up, or show that it is there and let it be given up."""
    user = request.user
    has_one = second_factor.has_one(user)
    context: dict[str, Any] = {"required": reach(user).second_factor, "has_one": has_one}
    if request.method == "POST":
        return _change(request, has_one=has_one, context=context)
    return _shown(request, context)


settle.before_password = True  # type: ignore[attr-defined]


def _shown(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if context["has_one"]:
        context["codes_left"] = second_factor.codes_left(request.user)
        return render(request, "web/second_factor.html", context, status=status)
    secret = _new_secret(request)
    context |= {"picture": _drawn(secret, request.user), "secret": totp.readable(secret)}
    return render(request, "web/second_factor_new.html", context, status=status)


def _change(request: Request, *, has_one: bool, context: dict[str, Any]) -> HttpResponse:
    given = request.POST.get("code", "")
    if not has_one:
        secret = _new_secret(request)
        if not second_factor.fits(secret, given):
            return _shown(request, {**context, "wrong": True})
        return _codes(request, second_factor.set_up(person(request.user), request.user, secret), context)
    # An open screen is not enough to take the second factor away.
    if not second_factor.passes(request.user, given):
        return _shown(request, {**context, "wrong": True})
    if "renew" in request.POST:
        return _codes(request, second_factor.renew_codes(person(request.user), request.user), context)
    outcome = second_factor.give_up(person(request.user), request.user)
    if not outcome.done:
        return _shown(request, {**context, "problems": outcome.problems}, 409)
    request.session.pop(FACTOR, None)
    messages.success(request, _("二次验证已停用。"))
    return redirect("web:second-factor" if context["required"] else "web:account")


def _codes(request: Request, outcome: Any, context: dict[str, Any]) -> HttpResponse:
    if not outcome.done:
        return _shown(request, {**context, "problems": outcome.problems}, 409)
    request.session.pop(NEW, None)
    request.session[FACTOR] = SHOWN
    sessions.end_others(request.user, request)
    return render(request, "web/recovery_codes.html", {"codes": outcome.value})


@page
def account(request: Request) -> HttpResponseBase:
    """One's own account: password, second factor, sessions, and what one may do."""
    context = {
        "has_one": second_factor.has_one(request.user),
        "required": reach(request.user).second_factor,
        "sessions": sessions.open_sessions(request.user, request),
        "limit": settings.SESSIONS_AT_ONCE,
        "grants": grants_seen(request.user, request.user),
    }
    return render(request, "web/account.html", context)


@require_POST
@page
def end_sessions(request: Request) -> HttpResponseBase:
    """End the other sessions, or the one that is named."""
    number = request.POST.get("number", "")
    if number.isascii() and number.isdecimal() and len(number) < 16:
        sessions.end_one(request.user, int(number))
    else:
        sessions.end_others(request.user, request)
    messages.success(request, _("已结束，那边需要重新登录。"))
    return redirect("web:account")
