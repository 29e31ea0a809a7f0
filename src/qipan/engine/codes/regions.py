"""Where a code was issued, read from the code itself."""

from __future__ import annotations

from typing import Literal

import polars as pl

Level = Literal["province", "prefecture", "county"]
_DIGITS = {"province": 2, "prefecture": 4, "county": 6}


def region_prefix(codes: pl.Expr, level: Level = "county") -> pl.Expr:
    """Read the six-digit region (行政区划) of tidy credit codes or old registration numbers, padded with zeros.

    Null for 9-character codes, which carry no region. The region is that of the registering authority when the
    code was issued: mergers of districts leave old prefixes behind, so it supports a guess and proves nothing.
    """
    width = _DIGITS[level]
    prefix = (
        pl.when(codes.str.len_chars() == 18)
        .then(codes.str.slice(2, width))
        .when(codes.str.len_chars() == 15)
        .then(codes.str.slice(0, width))
    )
    return pl.when(prefix.str.contains(r"^[0-9]+$")).then(prefix.str.pad_end(6, "0"))
