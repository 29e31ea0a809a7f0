"""Who comes in: a program with a token, or a person who is logged in and only reads."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from qipan.platform import limits
from qipan.platform.exchange import tokens
from qipan.platform.exchange.models import Token
from qipan.platform.models import User
from qipan.web import pages
from qipan.web.login import address_of

RATE = limits.Rate(settings.API_RATE, 60)
READS = frozenset({"GET", "HEAD"})


class Request(pages.Request):
    """A request of a program with its token, or of a person who is logged in."""

    auth: Token | User


class TooMany(Exception):
    """Somebody asks more often than they may."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def count(who: str) -> None:
    """Count a request in; raises TooMany where it is one too many."""
    if seconds := limits.wait("api", who, RATE):
        raise TooMany(seconds)


class Bearer:
    """A token in the header `Authorization: Bearer …`; its person acts with no more rights than it carries."""

    openapi_security_schema: dict[str, Any] = {"type": "http", "scheme": "bearer"}  # noqa: RUF012 - ninja's name

    def __call__(self, request: HttpRequest) -> Token | None:
        """Return the token and let its person be the request's, or None."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = tokens.bearer(text.strip())
        if token is None:
            return None
        count(f"token {token.pk}")
        tokens.note_use(token, address_of(request))
        request.user = token.user
        return token


class LoggedIn:
    """A person's session, for reading only: so no page of another site can make a browser change anything."""

    openapi_security_schema: dict[str, Any] = {  # noqa: RUF012 - ninja's name
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
    }

    def __call__(self, request: HttpRequest) -> User | None:
        """Return who is logged in, or None."""
        user = request.user
        if "Authorization" in request.headers or request.method not in READS or not isinstance(user, User):
            return None
        if user.must_change_password:
            return None
        count(f"user {user.pk}")
        return user


DOORS = (Bearer(), LoggedIn())
