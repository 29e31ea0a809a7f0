"""Figures written short for the tests of detectors, and findings read back short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from qipan.engine.health import FIGURES

Key = tuple[int, str, int]


def figures(values: Mapping[Key, int | None], scopes: Mapping[Key, int] | None = None) -> pl.DataFrame:
    """Return FIGURES of (subject, measure, period) → value; each figure's number is its place in the mapping."""
    rows = [
        (subject, measure, period, (scopes or {}).get((subject, measure, period), 0), value, number)
        for number, ((subject, measure, period), value) in enumerate(values.items(), start=1)
    ]
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def series(values: Mapping[int, int | None], subject: int = 1, measure: str = "m") -> pl.DataFrame:
    """Return FIGURES of one series, period → value."""
    return figures({(subject, measure, period): value for period, value in values.items()})


def told(found: pl.DataFrame) -> list[Key]:
    """Return what was found: subject, thing, period."""
    return list(found.select("subject", "thing", "period").iter_rows())


def steps(measures: Iterable[str] = ("m",), step: int = 1) -> pl.DataFrame:
    """Return what one in the last printed digit is, for each measure."""
    return pl.DataFrame({"measure": list(measures), "step": [step] * len(list(measures))})


def months(first: int, count: int) -> list[int]:
    """Return so many months from `first` on."""
    start = first // 100 * 12 + first % 100 - 1
    return [number // 12 * 100 + number % 12 + 1 for number in range(start, start + count)]
