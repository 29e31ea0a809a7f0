"""The parks of a zone side by side, under the zone they add up to."""

from __future__ import annotations

from decimal import Decimal

from qipan.domains.economy.figures import address, growth_figure
from qipan.domains.economy.numbers import figure, stored_value, unit_text
from qipan.domains.economy.shapes import Address, Figure, ParkRow, Text
from qipan.domains.economy.standing import Desk, Standing, standing
from qipan.packs import Board
from qipan.registry.frames import ACTUAL, CLOSED
from qipan.registry.models import Unit


def park_rows(desk: Desk, board: Board, zone: int, parks: list[Unit], period: int) -> tuple[ParkRow, ...]:
    """Return the zone, its parks side by side, and the rest of the zone that no park holds."""
    if not parks:
        return ()
    rows = [ParkRow(zone, Text("全区", "Whole zone"), _cells(desk, board, zone, period), total=True)]
    rows += [
        ParkRow(park.pk, Text(park.name, park.name_en or park.name), _cells(desk, board, park.pk, period))
        for park in parks
    ]
    rest = tuple(_rest(desk, zone, [park.pk for park in parks], code, period) for code in board.parks)
    if any(cell[0].known and cell[0].text.strip("0.") for cell in rest):
        rows.append(ParkRow(zone, Text("未分园区", "in no park"), rest, residual=True))
    return tuple(rows)


def _cells(desk: Desk, board: Board, unit: int, period: int) -> tuple[tuple[Figure, Figure | None], ...]:
    cells: list[tuple[Figure, Figure | None]] = []
    for code in board.parks:
        at = standing(desk, unit, code, period)
        if at is None:
            cells.append((figure(None, 0, Text("", ""), Address(unit, code, period)), None))
            continue
        words = unit_text(desk.resolved.units, at.measure.unit)
        stored = desk.facts.get(unit, code, period, ACTUAL, at.basis)
        if stored is not None and stored.text == CLOSED:
            cells.append((Figure(CLOSED, words, address(at), known=False), None))
            continue
        value = figure(at.value, at.measure.decimals, words, address(at))
        cells.append((value, growth_figure(desk, at) if at.growth is not None else None))
    return tuple(cells)


def _rest(desk: Desk, zone: int, parks: list[int], code: str, period: int) -> tuple[Figure, Figure | None]:
    """Return the figure of zone − Σ parks; unknown where not all of it is."""
    at = standing(desk, zone, code, period)
    rest = residual(desk, at, parks) if at is not None else None
    if at is None or rest is None:
        return figure(None, 0, Text("", ""), Address(zone, code, period, what="residual")), None
    words = unit_text(desk.resolved.units, at.measure.unit)
    return figure(rest, at.measure.decimals, words, address(at, "residual")), None


def residual(desk: Desk, at: Standing, parks: list[int]) -> Decimal | None:
    """Return zone − Σ parks; None where the measure does not add up, or a park that reports it has not reported yet."""
    code = at.measure.code
    if at.measure.aggregation != "sum" or at.stored is None or at.stored.value is None:
        return None
    lines = [line for park in parks if (line := desk.facts.line(park, code, ACTUAL, at.basis))]
    parts = [stored.value for line in lines if (stored := line.get(at.period)) and stored.value is not None]
    if not parts or len(parts) < len(lines):
        return None
    return stored_value(desk.resolved, code, at.stored.value - sum(parts))
