"""Small pictures drawn on the server: they print, weigh nothing and need no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT, EDGE = 240, 44, 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of months as SVG: `path` in a box of WIDTH × HEIGHT, the last point, zero where it is inside, breaks."""

    path: str
    area: str
    last: tuple[float, float] | None
    zero: float | None
    breaks: tuple[float, ...]
    width: int = WIDTH
    height: int = HEIGHT


def _segments(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            found.append([])
        else:
            found[-1].append((x, y))
    return [segment for segment in found if segment]


def bridged(months: Sequence[tuple[int, float | None]]) -> list[float | None]:
    """Return the values; where no two months in a row are known (a quarterly figure) gaps inside a year are bridged."""
    values = [value for _, value in months]
    if any(one is not None and other is not None for one, other in pairwise(values)):
        return values
    known = [i for i, value in enumerate(values) if value is not None]
    for left, right in pairwise(known):
        start, end = values[left], values[right]
        if months[left][0] // 100 == months[right][0] // 100 and start is not None and end is not None:
            for i in range(left + 1, right):
                values[i] = start + (end - start) * (i - left) / (right - left)
    return values


def _path(segment: Sequence[tuple[float, float]]) -> str:
    if len(segment) == 1:  # a lone month is a dot: a line of no length with round ends
        x, y = segment[0]
        return f"M{x:g} {y:g}h0.01"
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in segment)


def path_of(points: Sequence[tuple[float, float | None]]) -> str:
    """Return the path through `points`; where one is unknown the line stops and begins again."""
    return "".join(map(_path, _segments(points)))


def line(months: Sequence[tuple[int, float | None]], breaks: Sequence[int] = ()) -> Line | None:
    """Return the picture of `months` (period, value); None where fewer than two are known. A gap stays a gap."""
    known = [value for _, value in months if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    spread = (high - low) or abs(high) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(months) - 1)

    def y(value: float) -> float:
        return round(HEIGHT - EDGE - (value - low) / spread * (HEIGHT - 2 * EDGE), 1)

    points = [(round(EDGE + i * step, 1), None if v is None else y(v)) for i, v in enumerate(bridged(months))]
    segments = _segments(points)
    floor = HEIGHT - 1
    area = "".join(f"{_path(s)}L{s[-1][0]:g} {floor}L{s[0][0]:g} {floor}Z" for s in segments if len(s) > 1)
    cut = [points[i][0] for i, (period, _) in enumerate(months) if period in set(breaks)]
    return Line(
        path="".join(map(_path, segments)),
        area=area,
        last=segments[-1][-1],
        zero=y(0.0) if low < 0 < high else None,
        breaks=tuple(cut),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """Progress to a target as SVG, on a scale of 0—100 (more where the target is passed): fill and two ticks."""

    fill: float
    pace: float | None
    season: float | None

    @property
    def season_mark(self) -> float | None:
        """Where the seasonal tick stands in a box 1,000 wide."""
        return None if self.season is None else round(self.season * 10)


def bar(progress: float | None, pace: float | None, season: float | None) -> Bar | None:
    """Return the bar for percentages; None where progress is unknown."""
    if progress is None:
        return None
    top = max(100.0, progress, pace or 0.0, season or 0.0)

    def place(value: float | None) -> float | None:
        return None if value is None else round(max(0.0, value) / top * 100, 1)

    return Bar(place(progress) or 0.0, place(pace), place(season))


def number(text: str) -> float | None:
    """Return the number a figure shows ("1,020.35", "−3.1"); None where it shows none."""
    try:
        return float(text.replace(",", "").replace("−", "-").replace("+", ""))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class BandPoint:
    """One year of a firm, and of its peers: a quarter below, the middle, a quarter above."""

    value: float | None
    band: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class BandPicture:
    """A firm's line over the band of its peers, in a box of `width` × `height`; years without peers have no band."""

    bands: tuple[str, ...]
    middles: tuple[str, ...]
    path: str
    dots: tuple[tuple[float, float], ...]
    width: int = WIDTH
    height: int = 64


def band_picture(points: Sequence[BandPoint]) -> BandPicture:
    """Return the picture of a few years; a lone year is drawn as wide as a bar, so that it can be seen."""
    height = 64
    known = [one.value for one in points if one.value is not None]
    known += [edge for one in points if one.band is not None for edge in one.band]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    spread = (high - low) or abs(high) or 1.0
    step = (WIDTH - 4 * EDGE) / max(len(points) - 1, 1)

    def x(place: int) -> float:
        return round(WIDTH / 2 if len(points) == 1 else 2 * EDGE + place * step, 1)

    def y(value: float) -> float:
        return round(height - EDGE - (value - low) / spread * (height - 2 * EDGE), 1)

    bands: list[str] = []
    middles: list[str] = []
    for run in _runs(points):
        places = [x(place) for place in run]
        if len(places) == 1:
            places = [places[0] - 8, places[0] + 8]
            run = run * 2
        edges = [points[place].band or (0.0, 0.0, 0.0) for place in run]
        lower = [(at, y(edge[0])) for at, edge in zip(places, edges, strict=True)]
        upper = [(at, y(edge[2])) for at, edge in zip(places, edges, strict=True)]
        bands.append(f"{_path(lower)}L{_path(upper[::-1])[1:]}Z")
        middles.append(_path([(at, y(edge[1])) for at, edge in zip(places, edges, strict=True)]))
    own = [(x(place), None if one.value is None else y(one.value)) for place, one in enumerate(points)]
    dots = tuple((at, where) for at, where in own if where is not None)
    return BandPicture(tuple(bands), tuple(middles), "".join(map(_path, _segments(own))), dots)


def _runs(points: Sequence[BandPoint]) -> list[list[int]]:
    """Return the years that follow one another and have a band."""
    found: list[list[int]] = [[]]
    for place, one in enumerate(points):
        if one.band is None:
            found.append([])
        else:
            found[-1].append(place)
    return [run for run in found if run]
