"""Fixtures of the browser's tests: a small zone served in a thread, and somebody who walks it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer
    from tests.web.sample import Zone


@pytest.fixture
def cleared_trail(transactional_db: None) -> Iterator[None]:
    """Empty the trail after the test: SQLite refuses to delete from it, and Django empties tables by deleting."""
    yield
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail_entry'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("DELETE FROM trail_entry")
        for _, sql in guards:
            cursor.execute(sql)


@pytest.fixture
def served(cleared_trail: None, monkeypatch: pytest.MonkeyPatch) -> Zone:
    """A zone with people and firms, its leader's page answering from a sample."""
    from tests.web import sample

    from qipan.domains.economy import queries
    from qipan.platform.home import home

    shutil.rmtree(home().cache / "search", ignore_errors=True)  # what an earlier test's firms were found by
    zone = sample.new_zone()
    for number in range(60):
        unit = zone.east if number % 2 else zone.west
        sample.new_firm(f"云州{number:02}号精密制造有限公司", unit, city="云州")
    page = sample.leader_page(zone)
    monkeypatch.setattr(queries, "leader_page", lambda user, period=None, unit=None: page)
    monkeypatch.setattr(queries, "why", lambda user, address: sample.why_of(zone, address))
    return zone


@pytest.fixture
def entered(served: Zone, live_server: LiveServer, page: Page) -> Page:
    """The leader, logged in through the page a person uses."""
    from tests.web.sample import PASSWORD

    page.goto(f"{live_server.url}/log-in/")
    page.fill("#id_username", "leader")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".cards")
    return page
