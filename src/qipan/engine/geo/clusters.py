"""Points of a map put together by a grid, so that a hundred thousand firms stay readable and few."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

# What is clustered: one row a point, in WGS-84. Further columns are allowed.
POINTS: dict[str, pl.DataType] = {"subject": pl.Int64(), "longitude": pl.Float64(), "latitude": pl.Float64()}
# What comes of it: `count` points around a place; `subject` where it is a single one, else null.
CLUSTERS: dict[str, pl.DataType] = {
    "longitude": pl.Float64(),
    "latitude": pl.Float64(),
    "count": pl.Int64(),
    "subject": pl.Int64(),
    # The box around the points of a cluster: where a map goes when somebody opens it.
    "west": pl.Float64(),
    "south": pl.Float64(),
    "east": pl.Float64(),
    "north": pl.Float64(),
}
WORLD = 512  # pixels of the whole world at zoom 0
CELL = 72  # pixels of a cell of the grid
MOST = 2_000
HIGHEST_ZOOM = 22.0


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def sound(self) -> bool:
        """Whether it is a piece of this globe."""
        numbers = (self.west, self.south, self.east, self.north)
        if not all(math.isfinite(number) for number in numbers):
            return False
        return -540 <= self.west < self.east <= 540 and -90 <= self.south < self.north <= 90


def within(points: pl.DataFrame, box: Box) -> pl.DataFrame:
    """Return the points inside `box`, its edges included."""
    return points.filter(
        pl.col("longitude").is_between(box.west, box.east), pl.col("latitude").is_between(box.south, box.north)
    )


def _cell(zoom: float) -> tuple[pl.Expr, pl.Expr]:
    """Return the column and row of the grid a point falls into, in the projection of web maps (Mercator)."""
    cells = WORLD * 2.0**zoom / CELL
    angle = pl.col("latitude").clip(-85, 85) * (math.pi / 180)
    x = (pl.col("longitude") + 180) / 360
    y = 0.5 - (angle.tan() + 1 / angle.cos()).log() / (2 * math.pi)
    return (x * cells).floor().cast(pl.Int64), (y * cells).floor().cast(pl.Int64)


def _finest(box: Box, most: int) -> float:
    """Return the zoom at which the box has a few times `most` cells: a finer grid over it would be made for nothing."""
    cells = (box.east - box.west) * (box.north - box.south) * (WORLD / CELL / 360) ** 2
    return max(math.log2(4 * most / cells) / 2, 0.0)


def clustered(points: pl.DataFrame, box: Box, zoom: float, *, most: int = MOST) -> pl.DataFrame:
    """Return the clusters (CLUSTERS) of the `points` inside `box` on a map at `zoom`, largest first.

    Σ of `count` is the number of points inside. Where there would be more than `most`, the grid is made coarser: an
    answer is bounded however large the piece of the map.
    """
    inside = within(points.select(*POINTS), box)
    at = min(max(zoom, 0.0), HIGHEST_ZOOM, _finest(box, most))
    while True:
        column, row = _cell(at)
        found = (
            inside.lazy()
            .with_columns(column=column, row=row)
            .group_by("column", "row")
            .agg(
                pl.col("longitude", "latitude").mean(),
                pl.len().cast(pl.Int64).alias("count"),
                pl.col("subject").min(),
                pl.col("longitude").min().alias("west"),
                pl.col("latitude").min().alias("south"),
                pl.col("longitude").max().alias("east"),
                pl.col("latitude").max().alias("north"),
            )
            .with_columns(subject=pl.when(pl.col("count") == 1).then("subject"))
            .sort("count", "column", "row", descending=[True, False, False])
            .select(*CLUSTERS)
            .collect()
        )
        if found.height <= most or at <= 0.0:
            return found.head(most)
        at = max(at - 1.0, 0.0)
