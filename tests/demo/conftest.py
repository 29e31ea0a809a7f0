"""One zone for all tests of the demonstration, generated once."""

from __future__ import annotations

from pathlib import Path

import pytest

from qipan.demo import SEED, Truth, truth, write


@pytest.fixture(scope="session")
def zone() -> Truth:
    return truth(SEED)


@pytest.fixture(scope="session")
def ledgers(zone: Truth, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with every ledger file of the zone."""
    out = tmp_path_factory.mktemp("demonstration")
    write(zone, out)
    return out
