"""Headers that let a page do nothing but what we wrote: no inline script, no inline style, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse

from qipan.platform.models import User
from qipan.platform.rights import may, person
from qipan.web import errors
from qipan.web.api.answers import asks_api, refused

MEGABYTE = 1024 * 1024
PLAIN = "application/octet-stream"
# The addresses that take large bodies, up to how much, and the right without which nobody's is even read. A file for a
# load comes as the bytes it is, in a request of its own.
LARGE: tuple[tuple[re.Pattern[str], int, str, str], ...] = (
    (re.compile(r"/load/[0-9]{1,18}/files/"), settings.UPLOAD_LIMIT, "batch.load", PLAIN),
    (
        re.compile(r"/records/[a-z0-9_-]{1,64}/[0-9]{1,18}/files/"),
        21 * MEGABYTE,
        "files.write",
        "multipart/form-data",
    ),
)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def _largest(request: HttpRequest) -> int:
    """Return how large a file may be at this address, sent by somebody who may send one; 0 where none may."""
    if request.method != "POST":
        return 0
    for address, limit, right, kind in LARGE:
        if request.content_type == kind and address.fullmatch(request.path):
            user = get_user(request)
            return limit if isinstance(user, User) and may(person(user), right) else 0
    return 0


class PlainRequestMiddleware:
    """Turns away what no page of ours sends: a zero character, which a database refuses, and a body beyond the limit.

    The limit of the settings holds for fields only; files in a form would be written to disk before anybody is asked
    who they are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say that the request makes no sense."""
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdecimal():
            return errors.wrong_request(request)
        if int(size) > self._most(request):
            return refused(413) if asks_api(request) else errors.wrong_request(request)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.wrong_request(request)
        return self.get_response(request)

    def _most(self, request: HttpRequest) -> int:
        """Return how large a body may be: files come by few addresses, which ask who it is before they read them."""
        if request.path == "/api/v1/loads":
            return settings.UPLOAD_LIMIT
        return max(_largest(request), settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Look through a form before any page reads it."""
        if asks_api(request):  # looks through what it is sent by itself, once it knows who sends it
            return None
        if request.method == "POST" and any("\0" in value for _, values in request.POST.lists() for value in values):
            return errors.wrong_request(request)
        return None


class ContentSecurityMiddleware:
    """Gives every answer the strict policy, and keeps pages with figures out of shared and local stores."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers set."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cache-Control", "private, no-store")
        return response
