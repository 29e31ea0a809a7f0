"""Fixtures of the economy desk's tests: the shipped definitions, and an empty set of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qipan.packs import Resolved, read_pack, resolve_packs, shipped_root

if TYPE_CHECKING:
    from domains.economy.figures import Figures


@pytest.fixture(scope="session")
def definitions() -> Resolved:
    """What the shipped packs say."""
    packs = [read_pack(shipped_root() / code).pack for code in ("cn-base", "cn-hitech")]
    return resolve_packs([pack for pack in packs if pack is not None])


@pytest.fixture
def figures(definitions: Resolved) -> Figures:
    """No figures yet."""
    from domains.economy.figures import Figures

    return Figures(definitions)
