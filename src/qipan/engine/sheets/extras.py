"""What a ledger has no column for, kept beside the record as it stood."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

LARGE = 200_000  # from here on rows are written by the column engine, which keeps blanks as null


def extra_column(unread: Sequence[tuple[str, pl.Series]], height: int) -> pl.Series:
    """Return a JSON object heading → text for every row that has something unread; null for the others."""
    merged: dict[str, pl.Series] = {}
    for name, text in unread:
        own, at = name, 2
        while own in merged and not (merged[own].is_null() | text.is_null()).all():
            own, at = f"{name} ({at})", at + 1
        merged[own] = text if own not in merged else merged[own].zip_with(merged[own].is_not_null(), text)
    empty = pl.repeat(None, height, dtype=pl.String(), eager=True)
    if not merged:
        return empty
    frame = pl.DataFrame([series.alias(name) for name, series in merged.items()])
    told = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    if not told.any():
        return empty
    places = told.arg_true()
    chosen = frame.filter(told)
    if chosen.height > LARGE:
        lines = chosen.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    else:
        names = chosen.columns
        rows = (
            json.dumps(
                {name: value for name, value in zip(names, row, strict=True) if value is not None}, ensure_ascii=False
            )
            for row in chosen.iter_rows()
        )
        lines = pl.Series(list(rows), dtype=pl.String)
    return empty.clone().scatter(places, lines)
