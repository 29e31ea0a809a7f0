"""What every page behind the log-in has in common: somebody is logged in, and a refused right has a page of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from qipan.platform import limits
from qipan.platform.models import User
from qipan.platform.rights import Refused, may, person
from qipan.web import errors
from qipan.web.gate import by_single_sign_on

P = ParamSpec("P")


class Request(HttpRequest):
    """A request of somebody who is logged in."""

    user: User  # type: ignore[assignment]
    htmx: Any


def is_fragment(request: HttpRequest) -> bool:
    """Tell whether only a piece of a page was asked for."""
    return bool(getattr(request, "htmx", False))


def _send_to_log_in(request: HttpRequest) -> HttpResponse:
    if is_fragment(request):
        return HttpResponseClientRedirect(reverse("web:log-in"))
    return redirect_to_login(request.get_full_path())


def page(view: Callable[Concatenate[Request, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let `view` be seen by people who are logged in; who still has a password somebody else knows changes it first."""

    @functools.wraps(view)
    def shown(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _send_to_log_in(request)
        # Who came by single sign-on has no password here that others could know.
        others_know = request.user.must_change_password and not by_single_sign_on(request)
        if others_know and not getattr(view, "before_password", False):
            return redirect("web:password")
        try:
            return view(request, *args, **kwargs)
        except Refused:
            return errors.no_right(request)

    return shown


View = Callable[Concatenate[Request, P], HttpResponseBase]


def bounded(what: str, rate: limits.Rate) -> Callable[[View[P]], View[P]]:
    """Let a person ask for what the view gives only as often as `rate` says; stands below `page`."""

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def shown(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            seconds = limits.wait(what, str(request.user.pk), rate)
            return errors.too_often(request, seconds) if seconds else view(request, *args, **kwargs)

        return shown

    return decorate


def need(request: Request, right: str, unit: int | None = None) -> None:
    """Raise Refused where the person lacks `right` (at `unit`)."""
    if not may(person(request.user), right, unit):
        raise Refused(right)
