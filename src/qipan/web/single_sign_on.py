"""Logging in by single sign-on: sent to the zone's own provider, and back as whoever it says."""

from __future__ import annotations

import logging
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from qipan.platform import limits
from qipan.platform.access import oidc
from qipan.platform.access.addresses import address_of
from qipan.platform.models import User
from qipan.web import errors, language
from qipan.web.gate import BY, SINGLE_SIGN_ON

log = logging.getLogger("qipan.single_sign_on")
ASKED, NEXT = "single_sign_on", "single_sign_on_next"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def offered() -> bool:
    """Tell whether this installation has a provider."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT)


def _client() -> oidc.Client:
    if not offered():
        raise Http404
    return oidc.Client(settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET, settings.OIDC_CLAIM)


def _failed(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "web/single_sign_on.html", {"why": why}, status=403)


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider; what they must bring back is kept in their session."""
    client = _client()
    asked = oidc.Asked.fresh(request.build_absolute_uri(reverse("web:single-sign-on-back")))
    try:
        there = oidc.way_there(client, asked)
    except oidc.Unidentified as error:
        log.warning("the provider of single sign-on does not answer: %s", error.reason)
        return _failed(request, "provider")
    request.session[ASKED] = asdict(asked)
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    request.session[NEXT] = wanted if safe and wanted.startswith("/") else ""
    return HttpResponseRedirect(there)


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Log in whom the provider names, where they have an account here that is open."""
    client = _client()
    if seconds := limits.wait("log-in", address_of(request), limits.LOG_IN):
        return errors.too_often(request, seconds)
    kept = request.session.pop(ASKED, None)
    if kept is None:
        return _failed(request, "old")
    try:
        name = oidc.identified(
            client, oidc.Asked(**kept), state=request.GET.get("state", ""), code=request.GET.get("code", "")
        )
    except oidc.Unidentified as error:
        log.warning("single sign-on refused: %s", error.reason)
        return _failed(request, "refused")
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        log.warning("single sign-on: nobody here is called %s", name[:150])
        return _failed(request, "nobody")
    after = request.session.pop(NEXT, "")
    login(request, user, BACKEND)
    request.session[BY] = SINGLE_SIGN_ON
    request.session[language.SESSION] = user.language
    return redirect(after or settings.LOGIN_REDIRECT_URL)
