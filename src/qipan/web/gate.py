"""Between the log-in and the pages: who has a second factor shows it, who needs one sets it up."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django_htmx.http import HttpResponseClientRedirect

from qipan.platform.models import User
from qipan.registry.rights import reach

# What the session says of the second factor: asked for, or shown.
FACTOR, ASKED, SHOWN = "second_factor", "asked", "shown"
# How somebody came in, where it was not by a password.
BY, SINGLE_SIGN_ON = "entered_by", "single sign-on"
NEXT = "after_second_factor"  # what somebody wanted to see before they were asked for the code
OPEN = frozenset({"web:code", "web:log-out", "web:log-in", "web:language"})
SETTING_UP = OPEN | {"web:second-factor", "web:password"}


def by_single_sign_on(request: HttpRequest) -> bool:
    """Tell whether somebody came in by single sign-on: they have no password here that others could know."""
    return request.session.get(BY) == SINGLE_SIGN_ON


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _wanting(request: HttpRequest) -> str:
    """Return the page somebody must see first; empty where the way is free."""
    state = request.session.get(FACTOR)
    if state == ASKED:
        return "web:code"
    if state == SHOWN or (settings.OIDC_SECOND_FACTOR and by_single_sign_on(request)):
        return ""
    return "web:second-factor" if isinstance(request.user, User) and reach(request.user).second_factor else ""


class GateMiddleware:
    """Lets nobody past who still owes a second factor, whatever they ask for and in whatever form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the page that comes first."""
        # Only a request that carries a session can be somebody's: others are spared the look into the database.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        first = _wanting(request)
        if not first or _name(request) in (OPEN if first == "web:code" else SETTING_UP):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"title": "second factor", "status": 401}, status=401)
        if request.method == "GET" and "HX-Request" not in request.headers:
            request.session[NEXT] = request.get_full_path()
        if "HX-Request" in request.headers:
            return HttpResponseClientRedirect(reverse(first))
        return redirect(first)
