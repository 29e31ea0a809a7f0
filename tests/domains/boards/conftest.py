"""Fixtures of the boards' tests: a small zone loaded through the real door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.attack_ground import Ground


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone with people of every kind; frames made of it go with it."""
    from tests.web import attack_ground

    from qipan.registry import firm_frames, frames

    frames._kept.clear()
    firm_frames.forget()
    yield attack_ground.prepare(tmp_path)
    frames._kept.clear()
    firm_frames.forget()
