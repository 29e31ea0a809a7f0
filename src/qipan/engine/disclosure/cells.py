"""A sum over a group of firms, and whether it may be shown by itself: enough firms, and none that is most of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Safety:
    """When a sum is safe: so many firms at least, the one and the two largest at most such shares of it (percent)."""

    firms: int = 3
    one: int = 85
    two: int = 90


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum as far as disclosure asks: how large, over how many firms, and its two largest contributions.

    `total` is the sum of the contributions' sizes: a loss counts as much as a gain. `under` names the cell of whose
    total it is a part; None at the top. Where not every firm behind a sum is known, `firms` is as many as are needed
    for it to be safe: only then is the share of the largest known one judged.
    """

    key: int
    under: int | None
    total: int
    firms: int
    first: int = 0
    second: int = 0

    @property
    def empty(self) -> bool:
        """Whether no firm stands behind it: there is nothing to close, and nothing to hide behind."""
        return self.firms == 0


OPEN = Safety(firms=0, one=100, two=100)


def safe(cell: Cell, safety: Safety) -> bool:
    """Tell whether the sum may be shown by itself; an empty one gives nobody away."""
    if cell.empty:
        return True
    if cell.firms < safety.firms:
        return False
    return cell.first * 100 <= safety.one * cell.total and (cell.first + cell.second) * 100 <= safety.two * cell.total


def merged(cells: Iterable[Cell]) -> Cell:
    """Return the sum over all firms of the cells, which share none."""
    total = firms = 0
    largest: list[int] = []
    for cell in cells:
        total, firms = total + cell.total, firms + cell.firms
        largest += (cell.first, cell.second)
    first, second = [*sorted(largest, reverse=True), 0, 0][:2]
    return Cell(0, None, total, firms, first, second)
