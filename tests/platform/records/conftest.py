"""Fixtures: a zone of two parks, a firm in each, and whoever acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.sample import Zone

    from qipan.platform.screens import Screen
    from qipan.registry.models import Enterprise


@pytest.fixture
def zone(db: None) -> Zone:
    """A city, a zone of two parks and one person of every role."""
    from tests.web import sample

    return sample.new_zone()


@pytest.fixture
def firms() -> Screen:
    """The registry's own screen of firms."""
    from qipan.registry.screens import FIRMS

    return FIRMS


@pytest.fixture
def east(zone: Zone) -> Enterprise:
    """A firm in the east park."""
    from tests.web.sample import new_firm

    return new_firm("东方光电有限公司", zone.east, phone="13712345678")


@pytest.fixture
def west(zone: Zone) -> Enterprise:
    """A firm in the west park."""
    from tests.web.sample import new_firm

    return new_firm("西部重工有限公司", zone.west)
