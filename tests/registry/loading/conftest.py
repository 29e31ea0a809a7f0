"""The ground of the loading tests: definitions installed, and a small zone loaded as a person would load it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import loads
from loads import UNITS, units_book

if TYPE_CHECKING:
    from qipan.platform.models import Batch


@pytest.fixture
def installed(db: None) -> None:
    """The shipped definitions, in force."""
    from qipan.platform.definitions import install

    assert install(loads.operator()).done


@pytest.fixture
def zone(installed: None, tmp_path: Path) -> Batch:
    """A city, a zone and two parks, loaded as a batch."""
    return loads.load(units_book(tmp_path / "zone", UNITS))
