"""Figures that are ten, a hundred, a thousand or ten thousand times what they used to be: slips of the unit."""

from __future__ import annotations

import polars as pl


def slips(facts: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Return a problem (PROBLEM_SCHEMA) for every fact that is off its own history by a power of ten.

    `facts` has FACT_SCHEMA plus `key` (the resolved subject, any type); `history` has `key, measure, period, basis, value`.
    """
    raise NotImplementedError
