"""Whether two names of one code can be the same name at all."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from qipan.engine.resolve.lexicon import Lexicon
from qipan.engine.resolve.nearest import cores

# Half of the shorter name's brand and trade, and a little more, stands in the other in the same order.
_ALIKE: Final = 60.0


def far_apart(names: pl.Series, others: pl.Series, lexicon: Lexicon | None = None) -> pl.Series:
    """Tell of pairs of normal keys whether they are too unlike for one firm; false where one is missing."""
    compared = (names.is_not_null() & others.is_not_null() & (names != others)).fill_null(value=False)
    far = np.zeros(len(names), dtype=np.bool_)
    if compared.any():
        words = lexicon or Lexicon.default()
        mine, theirs = cores(names.filter(compared), words), cores(others.filter(compared), words)
        alike = cpdist(mine.to_list(), theirs.to_list(), scorer=fuzz.partial_ratio)
        far[compared.to_numpy()] = alike < _ALIKE
    return pl.Series("far", far)
