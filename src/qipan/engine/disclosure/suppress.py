"""Closing further sums, so that what is closed cannot be worked out by taking sub-totals from totals (次级抑制)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qipan.engine.disclosure.cells import Cell, Safety, merged, safe


def closed(cells: Iterable[Cell], safety: Safety) -> frozenset[int]:
    """Return the keys of the cells that may not be shown, among cells in which every total is the sum of its parts.

    Whoever sees a total and all but some of its parts knows the sum over the closed ones: so these together are safe
    as one group wherever the total is shown, and a closed total has at least one closed part. The smallest parts are
    closed first. The pattern is the same for every reader: two of them learn no more together than each alone.
    """
    known = {cell.key: cell for cell in cells}
    parts: dict[int, list[Cell]] = {}
    for cell in known.values():
        if cell.under is not None and cell.under in known:
            parts.setdefault(cell.under, []).append(cell)
    for under in parts.values():
        under.sort(key=lambda cell: (cell.total, cell.key))
    shut = {cell.key for cell in known.values() if not safe(cell, safety)}
    before = -1
    while before != len(shut):
        before = len(shut)
        for total, under in parts.items():
            _close_more(total, under, shut, safety)
    return frozenset(shut)


def _close_more(total: int, under: Sequence[Cell], shut: set[int], safety: Safety) -> None:
    """Close parts of a total, and the total itself where its parts do not suffice."""
    others = [cell for cell in under if cell.key not in shut and not cell.empty]
    while total not in shut and _given_away(under, shut, safety):
        if not others:
            shut.add(total)
            break
        shut.add(others.pop(0).key)
    if total in shut and others and not any(cell.key in shut for cell in under):
        shut.add(others[0].key)


def _given_away(under: Sequence[Cell], shut: set[int], safety: Safety) -> bool:
    """Tell whether the closed parts of a shown total, taken together, give a firm away."""
    hidden = [cell for cell in under if cell.key in shut]
    return bool(hidden) and (len(hidden) == 1 or not safe(merged(hidden), safety))
