"""Figures of one row that must agree: value, target and the share done; value, last year's and growth."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from qipan.engine.periods import Basis
from qipan.engine.sheets.body import Body
from qipan.engine.sheets.troubles import Troubles
from qipan.engine.sheets.understood import ColumnMatch
from qipan.engine.sheets.vocabulary import Vocabulary

HALF = Decimal("0.5")


def cross_check(
    body: Body,
    columns: Sequence[ColumnMatch],
    figures: dict[int, pl.DataFrame],
    facets: pl.DataFrame,
    vocabulary: Vocabulary,
    troubles: Troubles,
) -> None:
    """Add a warning where 完成% contradicts value over target, or a growth its last-year figure, beyond rounding."""
    value = _column(columns, "value", cumulative=True)
    target, progress = _column(columns, "target"), _column(columns, "progress")
    before = _column(columns, "last_year", cumulative=True)
    growth = _column(columns, "yoy", cumulative=True)
    if value is None:
        return
    for at, (measure, unknown) in enumerate(facets.select("measure", "unknown").rows()):
        if unknown:
            continue
        done = _plain(figures, value, at)
        row = int(body.rows[at])
        if target is not None and progress is not None:
            _progress(done, _plain(figures, target, at), _plain(figures, progress, at), row, progress, troubles)
        spec = vocabulary.by_code.get(measure or value.measure or "")
        if before is not None and growth is not None and (spec is None or spec.growth != "official"):
            _growth(done, _plain(figures, before, at), _plain(figures, growth, at), row, growth, troubles)


def _column(columns: Sequence[ColumnMatch], part: str, *, cumulative: bool = False) -> ColumnMatch | None:
    own = [one for one in columns if one.part == part]
    if cumulative:
        own = [one for one in own if one.basis == Basis.CUMULATIVE] or [one for one in own if one.basis is None]
    return own[0] if len(own) == 1 else None


def _plain(figures: dict[int, pl.DataFrame], one: ColumnMatch, at: int) -> Decimal | None:
    """Return a figure that is written without a unit of its own (or as a percentage where that is what it is)."""
    value, own, magnitude, problem = figures[one.index].select("value", "own", "magnitude", "problem").row(at)
    percent = one.part in ("progress", "yoy") and own == "%"
    return value if problem is None and magnitude == 1 and (own is None or percent) else None


def _step(value: Decimal) -> Decimal:
    """Return half a unit of the last decimal a figure shows."""
    exponent = value.normalize().as_tuple().exponent
    return HALF.scaleb(min(int(exponent), 0)) if isinstance(exponent, int) else HALF


def _slack(value: Decimal, base: Decimal, share: Decimal) -> Decimal:
    return abs(share) * (_step(value) / abs(value) + _step(base) / abs(base)) if value else Decimal(0)


def _progress(
    value: Decimal | None, target: Decimal | None, said: Decimal | None, row: int, one: ColumnMatch, troubles: Troubles
) -> None:
    if value is None or said is None or target is None or target <= 0:
        return
    computed = value / target * 100
    if abs(computed - said) > _step(said) + _slack(value, target, computed) + Decimal("0.05"):
        troubles.add(
            "sheets.progress-differs", row=row, column=one.index, name=one.code, value=f"{said.normalize():f}",
            computed=f"{computed:.1f}",
        )  # fmt: skip


def _growth(
    value: Decimal | None, before: Decimal | None, said: Decimal | None, row: int, one: ColumnMatch, troubles: Troubles
) -> None:
    if value is None or said is None or before is None or before <= 0:
        return
    share = value / before * 100
    if abs(share - 100 - said) > _step(said) + _slack(value, before, share) + Decimal("0.05"):
        troubles.add(
            "sheets.growth-differs", row=row, column=one.index, name=one.code, value=f"{said.normalize():f}",
            computed=f"{share - 100:.1f}",
        )  # fmt: skip
