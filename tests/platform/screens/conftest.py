"""Fixtures of the screens' tests: a zone of two parks, and firms of every kind in them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.sample import Zone


@pytest.fixture
def zone(db: None) -> Zone:
    """A city, a zone of two parks and one person of every role."""
    from tests.web import sample

    return sample.new_zone()


@pytest.fixture
def firms(zone: Zone) -> Zone:
    """Thirty firms: in two parks and in none, some of unknown age, some with titles."""
    from tests.web.sample import new_firm

    from qipan.registry.models import Qualification

    for number in range(30):
        firm = new_firm(
            f"企业{number:02}",
            (zone.east, zone.west, None)[number % 3],
            registered=None if number % 5 == 0 else date(2000 + number, 1, 1),
            industry="3911" if number % 2 else "5100",
            above_scale=(True, False, None)[number % 4 % 3],
            uscc=f"9137010000000000{number:02}" if number % 6 else None,
            capital=number * 1_000_000 if number % 7 else None,
            city="济宁" if number % 2 else "",
            size="大中小微"[number % 4],
            phone=f"138{number:08}",
            person="张三",
        )
        if number % 3 == 0:
            Qualification.objects.create(enterprise=firm, kind="hightech", since=date(2024, 1, 1))
        if number % 4 == 0:
            Qualification.objects.create(enterprise=firm, kind="gazelle")
            Qualification.objects.create(
                enterprise=firm, kind="hightech", since=date(2019, 1, 1), until=date(2022, 1, 1)
            )
    return zone
