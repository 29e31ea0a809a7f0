"""Programs that ask the API: a client that sends a token with every request."""

from __future__ import annotations

from typing import Any

from django.test import Client

from qipan.platform.exchange import tokens
from qipan.platform.models import User
from qipan.platform.rights import person
from qipan.registry.rights import reach

V1 = "/api/v1"


def token_of(user: User, *rights: str, unit: int | None = None, days: int = 30) -> str:
    """Return the text of a new token of `user`, for all they may do where no right is named."""
    user = User.objects.get(pk=user.pk)
    wanted = rights or tuple(sorted(right for right in reach(user).units if reach(user).at(right)))
    outcome = tokens.create(person(user), "程序", wanted, unit=unit, days=days)
    assert outcome.value is not None, outcome.problems
    return outcome.value.text


def program(user: User, *rights: str, unit: int | None = None) -> Client:
    """Return a client that comes in with a new token of `user`."""
    return with_token(token_of(user, *rights, unit=unit))


def with_token(text: str) -> Client:
    """Return a client that comes in with this token."""
    return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)


def facts(client: Client, **asked: Any) -> list[dict[str, Any]]:
    """Return the figures a client is given."""
    answer = client.get(f"{V1}/facts", asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["facts"]
