"""Chance that is the same every time: one stream of numbers for each purpose, so that adding one disturbs no other."""

from __future__ import annotations

from random import Random


def stream(seed: int, purpose: str) -> Random:
    """Return the numbers that belong to a seed and a purpose; a text seed gives the same ones on every machine."""
    return Random(f"{seed}:{purpose}")  # noqa: S311 (a demonstration, no secret)
