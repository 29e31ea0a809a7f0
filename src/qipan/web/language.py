"""The language of a page: what the person chose, else what their account says, else their browser's, else Chinese."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

COOKIE = "qipan_language"
SESSION = "language"
KNOWN = tuple(code for code, _ in settings.LANGUAGES)
YEAR = 365 * 24 * 3600


def short() -> Literal["zh", "en"]:
    """Return the page's language as names and problems know it."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def wanted(request: HttpRequest) -> str:
    """Return the language code for this request."""
    chosen = request.COOKIES.get(COOKIE)
    if chosen is not None and chosen in KNOWN:
        return chosen
    # Only a request that carries a session can have one: others are spared the look into the database.
    if settings.SESSION_COOKIE_NAME in request.COOKIES and (own := request.session.get(SESSION)) in KNOWN:
        return str(own)
    for part in request.headers.get("Accept-Language", "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-hans"
        if tag.startswith("en"):
            return "en"
    return settings.LANGUAGE_CODE


def choose(response: HttpResponse, code: str) -> None:
    """Keep a choice of language in the browser."""
    response.set_cookie(
        COOKIE, code, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


class LanguageMiddleware:
    """Answers every request in its language and says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the request's language."""
        code = wanted(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.setdefault("Content-Language", "zh-Hans" if code == "zh-hans" else code)
        return response
