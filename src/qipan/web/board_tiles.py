"""A filled board as a page shows it: tiles with their pictures, and the series of the large chart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from qipan.domains.boards.shapes import Filled, Line, Page, Point, TrendBody
from qipan.engine.periods import Period
from qipan.web import addresses, drawing
from qipan.web.language import short

# A wall shows so many rows at once: twelve columns by eight rows fill 16:9.
WALL_ROWS = 8
TICKS = 4


@dataclass(frozen=True, slots=True)
class Plot:
    """A line of months as SVG in a box that is stretched, with the texts of its axes: downwards, and to the right."""

    path: str
    dots: str
    breaks: tuple[float, ...]
    zero: float | None
    grid: tuple[float, ...]
    ys: tuple[str, ...]
    xs: tuple[str, ...]
    width: int = 600
    height: int = 200


@dataclass(frozen=True, slots=True)
class Chart:
    """A line of a tile: whose it is, its picture, its newest point, and what the large chart draws."""

    name: str
    plot: Plot | None
    last: Point | None
    last_period: str
    series: dict[str, Any]
    series_id: str
    line: bool = True  # the chart dialog carries it


@dataclass(frozen=True, slots=True)
class Shown:
    """A tile as the page lays it out."""

    filled: Filled
    template: str
    charts: tuple[Chart, ...] = ()
    y: int = 0  # its row on this page; a wall begins anew on every page

    @property
    def bottom(self) -> int:
        """The row below the tile."""
        return self.y + self.filled.tile.height

    @property
    def place(self) -> str:
        """The classes that put the tile in its place."""
        tile = self.filled.tile
        return f"x{tile.x} y{self.y} w{tile.width} h{min(tile.height, 24)}"


def scale(low: float, high: float, *, ticks: int = TICKS) -> tuple[float, ...]:
    """Return evenly spaced round numbers from below `low` to above `high`, rising; about `ticks` steps."""
    if not math.isfinite(low) or not math.isfinite(high) or low > high:
        return (0.0, 1.0)
    spread = (high - low) or abs(high) or 1.0
    rough = spread / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    return tuple(at * step for at in range(first, last + 1))


def tick_text(value: float, steps: Sequence[float]) -> str:
    """Return a number of an axis with as many decimals as its steps need."""
    step = steps[1] - steps[0] if len(steps) > 1 else 1.0
    decimals = max(0, min(6, -math.floor(math.log10(step) + 1e-9))) if step < 1 else (1 if step % 1 else 0)
    return f"{value:,.{decimals}f}"


def plot(points: Sequence[Point], steps: Sequence[float] | None = None) -> Plot | None:
    """Return the picture of a line; None where fewer than two points are known. A gap stays a gap."""
    known = [point.value for point in points if point.value is not None]
    if len(known) < 2:
        return None
    steps = steps or scale(min(known), max(known))
    low, high = steps[0], steps[-1]
    width, height = 600, 200
    across = width / max(len(points) - 1, 1)

    def y(value: float) -> float:
        return round(height - (value - low) / (high - low) * height, 1)

    bridged = drawing.bridged([(point.period, point.value) for point in points])
    placed = [(round(i * across, 1), None if value is None else y(value)) for i, value in enumerate(bridged)]
    own = [(x, at) for (x, at), point in zip(placed, points, strict=True) if point.value is not None and at is not None]
    return Plot(
        path=drawing.path_of(placed),
        dots="".join(f"M{x:g} {at:g}h0.01" for x, at in own),
        breaks=tuple(placed[i][0] for i, point in enumerate(points) if point.broken),
        zero=y(0.0) if low < 0 < high else None,
        grid=tuple(y(step) for step in steps),
        ys=tuple(tick_text(step, steps) for step in reversed(steps)),
        xs=tuple(_month(points[i].period) for i in (0, len(points) // 2, len(points) - 1)),
    )


def _month(code: int) -> str:
    return f"{code // 100}-{code % 100:02}" if 1 <= code % 100 <= 12 else Period(code).text(short())


def _series(body: TrendBody, line: Line, title: str) -> dict[str, Any]:
    """Return what the large chart draws; `why` is an address with {period} where the month's code goes."""
    point = line.last
    why = ""
    if point is not None:
        token = point.why.replace(f"-{point.period}-", "-{period}-", 1)
        why = addresses.why_token(token)
    known = [one.value is not None for one in line.points]
    return {
        "name": f"{title} · {line.name}",
        "note": f"{body.basis} · {body.scope}" if str(body.scope) else str(body.basis),
        "periods": [one.period for one in line.points],
        "values": [one.value for one in line.points],
        "breaks": [one.period for one in line.points if one.broken],
        "unit": str(body.of),
        "why": why,
        "sparse": not any(one and other for one, other in pairwise(known)),
    }


def _charts(filled: Filled, body: TrendBody) -> tuple[Chart, ...]:
    steps = None
    if body.many:  # small multiples share a scale, or they could not be compared
        known = [point.value for line in body.lines for point in line.points if point.value is not None]
        steps = scale(min(known), max(known), ticks=3)
    found: list[Chart] = []
    for line in body.lines:
        last = line.last
        period = Period(last.period).text(short()) if last is not None else ""
        series = _series(body, line, str(filled.title))
        found.append(
            Chart(
                str(line.name), plot(line.points, steps), last, period, series, f"line-{filled.tile.code}-{line.unit}"
            )
        )
    return tuple(found)


def shown(filled: Filled, y: int | None = None) -> Shown:
    """Return a tile ready to be laid out."""
    kind = filled.tile.kind
    name = "parks" if kind == "table" and filled.tile.by == "parks" else kind
    charts = _charts(filled, filled.body) if isinstance(filled.body, TrendBody) else ()
    return Shown(filled, f"web/tiles/{name}.html", charts, filled.tile.y if y is None else y)


def tiles_of(page: Page) -> list[Shown]:
    """Return all tiles of a board."""
    return [shown(filled) for filled in page.tiles]


@dataclass(frozen=True, slots=True)
class WallPage:
    """What a wall shows at once: tiles, and how many rows they fill."""

    tiles: tuple[Shown, ...]

    @property
    def rows(self) -> int:
        """The rows the tiles fill, within what a screen holds; a few tiles are not blown up."""
        return min(max(4, *(tile.bottom for tile in self.tiles)), WALL_ROWS)


def wall_pages(page: Page) -> list[WallPage]:
    """Return the tiles in pages of a wall screen: none is cut, each page begins with the first that did not fit."""
    pages: list[list[Shown]] = []
    top = 0
    for filled in page.tiles:
        bottom = filled.tile.y + min(filled.tile.height, WALL_ROWS)
        if not pages or bottom - top > WALL_ROWS:
            pages.append([])
            top = filled.tile.y
        pages[-1].append(shown(filled, max(filled.tile.y - top, 0)))
    return [WallPage(tuple(tiles)) for tiles in pages]


def chart_words(tiles: Iterable[Shown]) -> dict[str, Any]:
    """Return what all charts of a page share: the names of months, and what a break is called."""
    codes = sorted({code for tile in tiles for chart in tile.charts for code in chart.series["periods"]})
    return {
        "months": {code: Period(code).text(short()) for code in codes},
        "axis": {code: _month(code) for code in codes},
        "break": _("口径调整"),
    }
