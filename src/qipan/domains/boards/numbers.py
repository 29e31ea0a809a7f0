"""Rows of the desks' frames as numbers and units a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from qipan.domains.boards.shapes import NOTHING, Number, UnitChoice
from qipan.platform.term import Term


def both(row: Mapping[str, Any] | None, name: str) -> Term:
    """Return the words of a row that come in both languages."""
    return NOTHING if row is None else Term(row[f"{name}_zh"] or "", row[f"{name}_en"] or "")


def number(row: Mapping[str, Any]) -> Number:
    """Return the number of a row with its unit and its address."""
    return Number(row["text"], both(row, "of"), row["why"], row["number"])


def choices(found: pl.DataFrame) -> tuple[UnitChoice, ...]:
    """Return the units of a frame of units, in its order."""
    return tuple(
        UnitChoice(row["unit"], row["code"], row["kind"], both(row, "name")) for row in found.iter_rows(named=True)
    )


def rows_of(found: pl.DataFrame, unit: int) -> list[dict[str, Any]]:
    """Return the rows of one unit, in their order."""
    return found.filter(pl.col("unit") == unit).to_dicts()


def known(found: pl.DataFrame, **wanted: Any) -> list[dict[str, Any]]:
    """Return the rows in which every named column has the named value."""
    return found.filter(*(pl.col(name) == value for name, value in wanted.items())).to_dicts()
