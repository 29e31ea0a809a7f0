"""What the API answers with: JSON under a tag of its state, and problems in one shape (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from qipan import __version__
from qipan.engine.problem import Problem
from qipan.platform.imports.commit import change_number
from qipan.web.language import short

BEGINS = "/api/"
PROBLEM = "application/problem+json"
VARIES: Any = ["Authorization", "Cookie", "Accept", "Accept-Language"]
# What a status says where nothing more is known.
CODES = {
    400: "api.wrong-request", 401: "api.no-log-in", 403: "api.no-right", 404: "api.not-found", 405: "api.wrong-method",
    406: "api.not-acceptable", 413: "api.too-large", 415: "api.wrong-media-type", 428: "api.version-needed",
    429: "api.too-many-requests", 500: "api.broken", 503: "api.not-now",
}  # fmt: skip
# Problems that say more than "the content does not do" (422).
STATUSES = {
    "platform.load-committing": 503,
    "platform.database-busy": 503,
    "imports.load-running": 503,
    "screens.changed-meanwhile": 409,
    "screens.no-such-record": 404,
}
AGAIN = 5  # seconds after which asking again makes sense while something else is being written


def asks_api(request: HttpRequest) -> bool:
    """Tell whether a request is one to the API, and is answered as a program reads it."""
    return request.path.startswith(f"{BEGINS}v")


def plain(value: Any) -> Any:
    """Return what JSON has no kind for as it stands in an answer: days and moments as ISO texts, numbers as numbers."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def said(value: Any) -> str:
    """Return `value` as JSON text."""
    return json.dumps(value, ensure_ascii=False, default=plain, separators=(",", ":"))


def answer(value: Any, status: int = 200) -> HttpResponse:
    """Return `value` as a JSON answer."""
    return HttpResponse(said(value), status=status, content_type="application/json")


def spelled(problem: Problem) -> dict[str, object]:
    """Return a problem as a member of an answer; `field` is the column it stands at."""
    language = short()
    named = problem.as_json(language)
    return {**named, "field": problem.where.column}


def refusal(problems: Sequence[Problem], status: int | None = None, **further: object) -> HttpResponse:
    """Return the answer that says what is wrong: the first in the members every client knows, all in `problems`.

    `further` are members of this answer's own.
    """
    first, language = problems[0], short()
    if status is None:
        status = next((STATUSES[one.code] for one in problems if one.code in STATUSES), 422)
    body = {
        "type": f"urn:qipan:problem:{first.code}",
        "title": first.message(language),
        "status": status,
        "detail": first.hint(language),
        "code": first.code,
        "problems": [spelled(one) for one in problems],
        **further,
    }
    response = HttpResponse(said(body), status=status, content_type=PROBLEM)
    response["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(AGAIN)
    return response


def refused(status: int, **params: Any) -> HttpResponse:
    """Return the answer for a status of which nothing more is known."""
    return refusal([Problem.of(CODES.get(status, "api.wrong-request"), **params)], status)


def state_tag(request: HttpRequest, *further: object) -> str:
    """Return the tag of what an address shows now: it moves with every change of records, rights, day and reader.

    And with `further`, where what is shown moves with more than these.
    """
    token = getattr(getattr(request, "auth", None), "pk", None)
    accepted = request.headers.get("Accept", "")
    parts: Iterable[object] = (
        __version__, change_number(), timezone.localdate(), request.user.pk, token, request.get_full_path(), accepted,
        short(), *further,
    )  # fmt: skip
    return f'"{sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]}"'


def tagged(request: HttpRequest, make: Callable[[], HttpResponseBase], tag: str | None = None) -> HttpResponseBase:
    """Return what `make` answers under its tag, or 304 where the client has it already."""
    tag = tag or state_tag(request)
    known = get_conditional_response(request, etag=tag) if request.headers.get("If-None-Match") else None
    response = known if known is not None and known.status_code == HTTPStatus.NOT_MODIFIED else make()
    if response.status_code < HTTPStatus.BAD_REQUEST:
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, VARIES)
    return response


class PlainAnswersMiddleware:
    """Lets every error under the API's address be a problem in the one shape, whoever found it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; a page or a bare text of an error becomes a problem with the same status and headers."""
        response = self.get_response(request)
        status = response.status_code
        if not asks_api(request) or status < HTTPStatus.BAD_REQUEST or response["Content-Type"].startswith(PROBLEM):
            return response
        plainly = refused(status, method=request.method or "")
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if response.has_header(name):
                plainly[name] = response[name]
        return plainly
