"""A loaded zone with everybody in it, and programs that come in with tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.attack_ground import Ground


@pytest.fixture
def ground(db: None, tmp_path: Path) -> Iterator[Ground]:
    """A zone of two parks, firms with figures, and one person of every kind."""
    from tests.web import attack_ground

    from qipan.registry import frames

    frames._kept.clear()
    yield attack_ground.prepare(tmp_path)
    frames._kept.clear()
