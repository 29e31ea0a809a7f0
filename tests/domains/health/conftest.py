"""A zone of two parks with figures, and people to look at what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.sample import Zone

TODAY = date(2026, 11, 25)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """It is 25 November 2026, until the test says otherwise."""
    from django.utils import timezone

    stands = {"day": TODAY}
    nine = time(9)
    monkeypatch.setattr(timezone, "localdate", lambda *_: stands["day"])
    monkeypatch.setattr(timezone, "now", lambda: timezone.make_aware(datetime.combine(stands["day"], nine)))
    return lambda day: stands.update(day=day)


@pytest.fixture
def zone(db: None, today: Callable[[date], None]) -> Zone:
    """A city, a zone of two parks, one person of every role; the definitions are installed."""
    from tests.web import sample

    from qipan.platform.definitions import install
    from qipan.platform.rights import machine

    assert install(machine("test")).done
    return sample.new_zone()


@pytest.fixture
def sound(zone: Zone) -> Zone:
    """The zone with figures in which nothing is wrong."""
    from tests.domains.health.ground import put, to_date

    put(zone.zone.pk, "retail_sales", to_date(5))
    put(zone.east.pk, "retail_sales", to_date(3))
    put(zone.west.pk, "retail_sales", to_date(2))
    return zone
