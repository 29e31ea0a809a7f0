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

# The one address that takes large bodies: a file for a load, as the bytes it is, in a request of its own.
UPLOAD = re.compile(r"/load/[0-9]{1,18}/files/")
PLAIN = "application/octet-stream"

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


def _may_upload(request: HttpRequest) -> bool:
    """Tell whether a large body is a file for a load, sent by somebody who may load: nobody else's is even read."""
    if request.method != "POST" or request.content_type != PLAIN or UPLOAD.fullmatch(request.path) is None:
        return False
    user = get_user(request)
    return isinstance(user, User) and may(person(user), "batch.load")


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
        """Return how large a body may be: files come by two addresses, before which it is asked who sends them."""
        takes_files = request.path == "/api/v1/loads" or _may_upload(request)
        return settings.UPLOAD_LIMIT if takes_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE

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
