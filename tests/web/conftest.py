"""Fixtures of the pages' tests: a zone with people, and the economy desk answering from a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.attack_ground import Ground
    from tests.web.sample import Zone


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
