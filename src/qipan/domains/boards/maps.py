"""What a map shows: boundaries of the units a person sees, clusters of the firms they see, firms in a box."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.utils import timezone

from qipan.domains.boards.models import Boundary
from qipan.engine.geo import Box, clustered, within
from qipan.platform.models import User
from qipan.platform.visible import visible_to
from qipan.registry.firm_frames import all_firms, seen_firms
from qipan.registry.models import Enterprise, Unit
from qipan.registry.rights import reach

LISTED = 50
NAMED = 300  # single firms that are named on one piece of the map


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which firms a map shows; empty fields do not narrow it."""

    unit: int | None = None
    industry: str = ""  # GB/T 4754, by its first characters
    title: str = ""
    above_scale: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster, or a single firm with its name."""

    longitude: float
    latitude: float
    count: int
    firm: int | None
    name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Places:
    """What lies on a piece of the map: `inside` firms in all; `everywhere` firms match, `placeless` have no place."""

    places: tuple[Place, ...]
    inside: int
    everywhere: int
    placeless: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A unit's boundary as the map draws it."""

    unit: Unit
    geometry: str
    area: float
    longitude: float
    latitude: float


def reach_of(user: User) -> frozenset[str]:
    """Return what decides which firms and units `user` sees: an answer kept for them holds while it is the same."""
    found = reach(user)
    scope = (
        found.at("firms.see"),
        found.own("firms.see"),
        found.at("units.see"),
        frozenset(found.whole & {"firms.see", "units.see"}),
    )
    return frozenset(f"{at}:{one}" for at, part in enumerate(scope) for one in part)


def firms(user: User, wanted: Narrowed) -> pl.DataFrame:
    """Return the firms `user` may see that `wanted` leaves, those without a place included."""
    found = seen_firms(user, wanted.unit)
    if wanted.industry:
        found = found.filter(pl.col("industry").str.starts_with(wanted.industry))
    if wanted.above_scale:
        found = found.filter(pl.col("above_scale"))
    if wanted.title:
        holders = all_firms().holders(wanted.title, timezone.localdate())
        found = found.join(holders, on="subject", how="semi")
    return found


def places(user: User, wanted: Narrowed, box: Box, zoom: float) -> Places:
    """Return the firms of a piece of the map, put together by a grid that fits the zoom."""
    found = firms(user, wanted)
    placed = found.filter(pl.col("longitude").is_not_null())
    clusters = clustered(placed, box, zoom)
    singles = clusters["subject"].drop_nulls().head(NAMED).to_list()
    names = dict(visible_to(Enterprise, user).filter(pk__in=singles).values_list("pk", "name"))
    shown = tuple(
        Place(
            round(row["longitude"], 6), round(row["latitude"], 6), row["count"], row["subject"],
            names.get(row["subject"] or 0, ""), (row["west"], row["south"], row["east"], row["north"]),
        )
        for row in clusters.iter_rows(named=True)
    )  # fmt: skip
    inside = int(clusters["count"].sum())
    return Places(shown, inside, found.height, found.height - placed.height)


def firms_in(user: User, wanted: Narrowed, box: Box) -> tuple[Sequence[Enterprise], int]:
    """Return the first firms inside a box by name, and how many there are."""
    found = within(firms(user, wanted).filter(pl.col("longitude").is_not_null()), box)
    few = found["subject"].sort().head(LISTED).to_list()
    return list(visible_to(Enterprise, user).filter(pk__in=few).order_by("name", "pk")), found.height


def extent(user: User, wanted: Narrowed) -> tuple[float, float, float, float] | None:
    """Return the box around what a map shows first: the boundaries seen, else the firms; None for nothing."""
    shapes = outlines(user)
    if wanted.unit is not None and any(one.unit.pk == wanted.unit for one in shapes):
        shapes = [one for one in shapes if one.unit.pk == wanted.unit]
    corners = [corner for one in shapes for corner in _corners(json.loads(one.geometry)["coordinates"])]
    if not corners:
        placed = firms(user, wanted).filter(pl.col("longitude").is_not_null())
        if placed.is_empty():
            return None
        # Two in a hundred may lie anywhere: a wrong place must not make the map a map of the country.
        ends = [placed[name].quantile(part) or 0.0 for name in ("longitude", "latitude") for part in (0.01, 0.99)]
        return ends[0] - 0.01, ends[2] - 0.01, ends[1] + 0.01, ends[3] + 0.01
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _corners(nested: list[object]) -> list[tuple[float, float]]:
    if nested and isinstance(nested[0], int | float):
        return [(float(nested[0]), float(nested[1]))]  # type: ignore[arg-type]
    return [corner for inner in nested for corner in _corners(inner)]  # type: ignore[arg-type]


def outlines(user: User) -> list[Outline]:
    """Return the boundaries of the units `user` sees, in the units' order."""
    found = visible_to(Boundary, user).select_related("unit").filter(unit__closed__isnull=True)
    return [
        Outline(one.unit, one.geometry, one.area, one.longitude, one.latitude)
        for one in found.order_by("unit__sort", "unit__code")
    ]
