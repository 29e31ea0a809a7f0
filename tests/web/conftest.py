"""Fixtures of the pages' tests: a zone with people, and the economy desk answering from a sample."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.attack_ground import Ground
    from tests.web.sample import Zone

    from qipan.platform.models import User


@pytest.fixture(autouse=True)
def patience() -> None:
    """Let every test begin as if nobody had tried anything."""
    from qipan.platform import limits

    limits.forget()


@pytest.fixture
def zone(db: None) -> Zone:
    """A city, a zone of two parks and one person of every role."""
    from tests.web import sample

    return sample.new_zone()


@pytest.fixture
def board(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> Zone:
    """The zone, with a leader's page that answers whatever is asked."""
    from tests.web import sample

    from qipan.domains.economy import queries

    page = sample.leader_page(zone)
    monkeypatch.setattr(queries, "leader_page", lambda user, period=None, unit=None: page)
    monkeypatch.setattr(queries, "why", lambda user, address: sample.why_of(zone, address))
    return zone


@pytest.fixture
def ground(db: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone of two parks, firms with figures, and one person of every kind."""
    from tests.web import attack_ground

    from qipan.registry import frames

    frames._kept.clear()
    yield attack_ground.prepare(tmp_path)
    frames._kept.clear()


@pytest.fixture
def trail_ends(transactional_db: None) -> Iterator[None]:
    """The trail can be emptied after the test: SQLite empties a table by DELETE, which the trail refuses."""
    from django.db import connection

    yield
    if connection.vendor != "sqlite":
        return
    guards = import_module("qipan.platform.migrations.0002_append_only").SQLITE
    with connection.cursor() as cursor:
        for name in ("trail_entry_kept_u", "trail_entry_kept_d"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute("DELETE FROM trail_entry")
        for statement in guards:
            cursor.execute(statement)


@pytest.fixture
def logged_in(trail_ends: None, page: Page, live_server: LiveServer) -> Callable[[User], Page]:
    """Log a person in, in a real browser."""
    from django.test import Client

    def enter(user: User) -> Page:
        client = Client()
        client.force_login(user)
        cookie = {"url": live_server.url, "name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        return page

    return enter
