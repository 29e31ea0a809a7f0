"""Boundaries of parks out of a GeoJSON file: checked, brought to one datum, with the area they enclose."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from shapely import Geometry, MultiPolygon, Point, Polygon, make_valid, transform
from shapely.geometry import mapping, shape

from qipan.engine.geo.datum import Datum, moved
from qipan.engine.problem import Problem, Where

# Under which of its properties a feature may say whose boundary it is, in the order in which they are tried.
NAMES = ("unit", "code", "name", "名称", "园区", "单位", "代码", "name_zh", "NAME", "Name")
MOST_FEATURES = 2_000
MOST_BYTES = 32 * 1024 * 1024
MOST_CORNERS = 200_000
METRES_A_DEGREE = 111_320.0
DIGITS = 6  # of a degree: about a decimetre


@dataclass(frozen=True, slots=True)
class Boundary:
    """A boundary in WGS-84: what its file calls it, GeoJSON text, area in km², and a place inside for its label."""

    names: tuple[str, ...]
    geometry: str
    area: float
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class BoundariesRead:
    """What came of a file: the sound boundaries, and everything wrong with the others."""

    boundaries: tuple[Boundary, ...]
    problems: tuple[Problem, ...]


def read_boundaries(content: bytes, datum: Datum, file: str) -> BoundariesRead:
    """Return the boundaries in a GeoJSON file whose places are given in `datum`, and every problem found.

    A ring that crosses itself is mended and told as a warning.
    """
    where = Where(file=file)
    if len(content) > MOST_BYTES:
        return BoundariesRead((), (Problem.of("geo.too-large", where=where, limit=MOST_BYTES // 1024 // 1024),))
    try:
        value: object = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return BoundariesRead((), (Problem.of("geo.not-geojson", where=where),))
    features = _features(value)
    if features is None:
        return BoundariesRead((), (Problem.of("geo.not-geojson", where=where),))
    if len(features) > MOST_FEATURES:
        return BoundariesRead((), (Problem.of("geo.too-many", where=where, limit=MOST_FEATURES),))
    found: list[Boundary] = []
    problems: list[Problem] = []
    for number, feature in enumerate(features, 1):
        boundary, told = _boundary(feature, datum, Where(file=file, row=number))
        problems += told
        if boundary is not None:
            found.append(boundary)
    if not features:
        problems.append(Problem.of("geo.empty", where=where))
    return BoundariesRead(tuple(found), tuple(problems))


def _features(value: object) -> Sequence[object] | None:
    if not isinstance(value, dict):
        return None
    given = cast("dict[str, object]", value)
    if given.get("type") == "FeatureCollection" and isinstance(given.get("features"), list):
        return cast("list[object]", given["features"])
    return [given] if given.get("type") == "Feature" else None


def _boundary(feature: object, datum: Datum, where: Where) -> tuple[Boundary | None, list[Problem]]:
    if not isinstance(feature, dict):
        return None, [Problem.of("geo.not-geojson", where=where)]
    given = cast("dict[str, Any]", feature)
    properties: Mapping[str, Any] = given.get("properties") or {}
    names = tuple(str(properties[name]).strip() for name in NAMES if properties.get(name) not in (None, ""))
    if not names:
        return None, [Problem.of("geo.nameless", where=where, names="、".join(NAMES[:6]))]
    try:
        drawn = shape(given.get("geometry") or {})
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        drawn = None
    if not isinstance(drawn, Polygon | MultiPolygon) or drawn.is_empty:
        return None, [Problem.of("geo.not-polygon", where=where, name=names[0])]
    return _sound(drawn, names, datum, where)


def _sound(
    drawn: Polygon | MultiPolygon, names: tuple[str, ...], datum: Datum, where: Where
) -> tuple[Boundary | None, list[Problem]]:
    west, south, east, north = drawn.bounds
    if not all(map(math.isfinite, drawn.bounds)) or west < -180 or east > 180 or south < -85 or north > 85:
        return None, [Problem.of("geo.not-degrees", where=where, name=names[0])]
    if sum(len(part.exterior.coords) for part in _parts(drawn)) > MOST_CORNERS:
        return None, [Problem.of("geo.too-many-corners", where=where, name=names[0], limit=MOST_CORNERS)]
    told: list[Problem] = []
    whole: Geometry = drawn
    if not drawn.is_valid:
        whole = make_valid(drawn)
        told.append(Problem.of("geo.crosses-itself", where=where, name=names[0]))
    there = transform(MultiPolygon(_parts(whole)), lambda corners: _moved(corners, datum))
    if there.is_empty or there.area == 0:
        return None, [*told, Problem.of("geo.not-polygon", where=where, name=names[0])]
    inside: Point = there.representative_point()
    text = json.dumps(mapping(there), separators=(",", ":"))
    return Boundary(names, text, _area(there), round(inside.x, DIGITS), round(inside.y, DIGITS)), told


def _moved(corners: npt.NDArray[np.float64], datum: Datum) -> npt.NDArray[np.float64]:
    longitude, latitude = moved(corners[:, 0], corners[:, 1], datum, Datum.WGS84)
    return np.column_stack([longitude, latitude]).round(DIGITS)


def _parts(whole: Geometry) -> list[Polygon]:
    if isinstance(whole, Polygon):
        return [whole]
    inner: Sequence[Geometry] = getattr(whole, "geoms", ())
    return [part for one in inner for part in _parts(one)]


def _area(whole: MultiPolygon) -> float:
    """Return the area in km²: degrees made metres at the middle latitude, right to a few per mille for a park."""
    middle = math.cos(math.radians(whole.centroid.y))
    flat = transform(whole, lambda corners: corners * METRES_A_DEGREE * np.array([middle, 1.0]))
    return round(float(flat.area) / 1e6, 3)
