"""The API itself: its routes, what it says of itself, and how it says that something is wrong."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from qipan import __version__
from qipan.engine.problem import Problem, Where
from qipan.platform import faults
from qipan.platform.action import Stopped
from qipan.platform.rights import Refused
from qipan.web.api import definitions, documents, facts, loads, records
from qipan.web.api.answers import answer, refusal, refused, tagged
from qipan.web.api.asked import Wrong
from qipan.web.api.doors import DOORS, Request, TooMany
from qipan.web.api.words import both, operation

log = logging.getLogger(__name__)

ABOUT = both(
    "棋盘的接口：与页面同样的数据、同样的权限。用令牌访问：Authorization: Bearer qipan_…",
    "The interface of Qipan: the same records as the pages, under the same rights. Come in with a token: "
    "Authorization: Bearer qipan_…",
)


class Api(NinjaAPI):
    """The routes, and the document that describes them."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """Return the document, completed by what every operation shares."""
        return documents.completed(super().get_openapi_schema(**given))

    def get_openapi_operation_id(self, operation: Any) -> str:
        """Return the name of an operation, by which clients that are generated call it."""
        return operation.view_func.__name__


def _not_read(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer what the types of the parameters found wrong, each at its name."""
    del request
    found = []
    for one in error.errors:
        place = [str(part) for part in one["loc"] if str(part) not in {"query", "body", "path", "form", "file"}]
        name = ".".join(place[:3])[:60] or "body"
        where = Where(column=name)
        if one["type"] == "missing":
            found.append(Problem.of("api.missing-value", where=where, name=name))
        else:
            found.append(Problem.of("api.wrong-value", where=where, name=name, why=str(one["msg"])[:200]))
    return refusal(found, 422)


def _fault(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer what the machine refuses just now; anything else is ours and goes on to the log and the last answer."""
    found = faults.said(error) if isinstance(error, OperationalError | OSError) else None
    if found is None:
        raise error
    log.warning("%s %s: %s", request.method, request.path, error)
    return refusal([found], 503)


def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    del request, error
    response = refused(401)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _too_many(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    response = refused(429, seconds=error.seconds)
    response["Retry-After"] = str(error.seconds)
    return response


def _by_status(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    return refused(error.status_code)


def _stopped(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    return refusal(error.problems)


def _wrong(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    return refusal(error.problems, error.status)


def _made() -> Api:
    found = Api(
        title=both("棋盘接口", "Qipan API"), version=__version__, description=ABOUT, auth=list(DOORS), docs_url=None,
        openapi_url=None, urls_namespace="api", openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
    )  # fmt: skip
    found.add_exception_handler(Exception, _fault)
    found.add_exception_handler(Http404, lambda _request, _error: refused(404))
    found.add_exception_handler(HttpError, _by_status)
    found.add_exception_handler(AuthenticationError, _unknown)
    found.add_exception_handler(ValidationError, _not_read)
    found.add_exception_handler(Refused, lambda _request, _error: refused(403))
    found.add_exception_handler(Stopped, _stopped)
    found.add_exception_handler(Wrong, _wrong)
    found.add_exception_handler(TooMany, _too_many)
    itself = Router(tags=[both("接口", "The API")])
    itself.get("/openapi.json", operation_id="openapi", response=dict[str, Any], **OF_ITSELF)(openapi)
    for router in (itself, definitions.router, facts.router, loads.router, records.router):
        found.add_router("", router)
    return found


OF_ITSELF = operation("接口说明（OpenAPI）", "This document (OpenAPI)")


def openapi(request: Request) -> HttpResponseBase:
    """Return the document itself."""
    return tagged(request, lambda: answer(document()))


@cache
def api() -> Api:
    """Return the API; made at the first request, when every noun has been declared."""
    return _made()


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return api().get_openapi_schema()
