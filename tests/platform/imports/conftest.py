"""The ground of these tests: the shipped definitions, in force."""

from __future__ import annotations

import pytest

import loads


@pytest.fixture
def installed(db: None) -> None:
    """The shipped definitions, in force."""
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
