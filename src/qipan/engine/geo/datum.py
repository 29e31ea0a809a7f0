"""The datums in which Chinese places are given, and the way from each to each.

GCJ-02 is the shifted datum that public maps in China must use, BD-09 is Baidu's shift on top of it. Their shift is a
formula; the way back is found by putting the way there right, round by round. CGCS2000 (the national datum) and WGS-84
differ by centimetres, less than any figure here: they are treated as one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers: TypeAlias = npt.NDArray[np.float64]


class Datum(StrEnum):
    """What a pair of degrees is measured from; spelt as ledgers write it."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


# Krasovsky 1940, on which the shift is worked out.
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943
# Baidu's own shift.
_BAIDU = np.pi * 3000.0 / 180.0
# Outside this box there is no shift.
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
# Each round of the way back leaves about a thousandth of the error: three make half a kilometre less than a millimetre.
_ROUNDS = 3


def datum_of(text: str) -> Datum | None:
    """Return the datum people mean by `text` ("gcj-02", "火星坐标"); null where it names none."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    if plain in Datum.__members__:
        return Datum(plain)
    spoken = {"火星坐标": Datum.GCJ02, "国测局": Datum.GCJ02, "百度": Datum.BD09, "国家2000": Datum.CGCS2000}
    return spoken.get(plain) or ({"EPSG4326": Datum.WGS84, "EPSG4490": Datum.CGCS2000}.get(plain))


def _wave(of: Numbers, *terms: tuple[float, float]) -> Numbers:
    """Return the sum of sines of the shift: (amplitude, divisor of π) a term."""
    found = np.zeros_like(of)
    for amplitude, divisor in terms:
        found += amplitude * np.sin(of / divisor * np.pi)
    return found * 2.0 / 3.0


def _shift(longitude: Numbers, latitude: Numbers) -> tuple[Numbers, Numbers]:
    """Return by how many degrees GCJ-02 moves places of WGS-84."""
    x, y = longitude - 105.0, latitude - 35.0
    both = x * y
    root = np.sqrt(np.abs(x))
    ripple = _wave(x, (20.0, 1 / 6), (20.0, 1 / 2))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * both + 0.2 * root + ripple
    north += _wave(y, (20.0, 1.0), (40.0, 3.0)) + _wave(y, (160.0, 12.0), (320.0, 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * both + 0.1 * root + ripple
    east += _wave(x, (20.0, 1.0), (40.0, 3.0)) + _wave(x, (150.0, 12.0), (300.0, 30.0))
    angle = latitude / 180.0 * np.pi
    magic = 1 - _ECCENTRICITY * np.sin(angle) ** 2
    north = north * 180.0 / (_AXIS * (1 - _ECCENTRICITY) / (magic * np.sqrt(magic)) * np.pi)
    east = east * 180.0 / (_AXIS / np.sqrt(magic) * np.cos(angle) * np.pi)
    return east, north


def _outside(longitude: Numbers, latitude: Numbers) -> npt.NDArray[np.bool_]:
    return (longitude < _WEST) | (longitude > _EAST) | (latitude < _SOUTH) | (latitude > _NORTH)


def _to_gcj(longitude: Numbers, latitude: Numbers) -> tuple[Numbers, Numbers]:
    east, north = _shift(longitude, latitude)
    still = _outside(longitude, latitude)
    return np.where(still, longitude, longitude + east), np.where(still, latitude, latitude + north)


def _from_gcj(longitude: Numbers, latitude: Numbers) -> tuple[Numbers, Numbers]:
    x, y = longitude.copy(), latitude.copy()
    for _ in range(_ROUNDS):
        moved_x, moved_y = _to_gcj(x, y)
        x, y = x + longitude - moved_x, y + latitude - moved_y
    return x, y


def _to_baidu(longitude: Numbers, latitude: Numbers) -> tuple[Numbers, Numbers]:
    far = np.hypot(longitude, latitude) + 0.00002 * np.sin(latitude * _BAIDU)
    angle = np.arctan2(latitude, longitude) + 0.000003 * np.cos(longitude * _BAIDU)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def _from_baidu(longitude: Numbers, latitude: Numbers) -> tuple[Numbers, Numbers]:
    x, y = longitude - 0.0065, latitude - 0.006
    for _ in range(_ROUNDS):
        moved_x, moved_y = _to_baidu(x, y)
        x, y = x + longitude - moved_x, y + latitude - moved_y
    return x, y


def moved(longitude: Numbers, latitude: Numbers, source: Datum, target: Datum) -> tuple[Numbers, Numbers]:
    """Return places given in `source` as they are given in `target`."""
    plain = (Datum.WGS84, Datum.CGCS2000)
    if source is target or (source in plain and target in plain):
        return longitude, latitude
    if source is Datum.BD09:
        longitude, latitude = _from_baidu(longitude, latitude)
    elif source in plain:
        longitude, latitude = _to_gcj(longitude, latitude)
    # Everything now stands in GCJ-02, which lies between the others.
    if target is Datum.BD09:
        return _to_baidu(longitude, latitude)
    return _from_gcj(longitude, latitude) if target in plain else (longitude, latitude)


def convert(longitude: float, latitude: float, source: Datum, target: Datum) -> tuple[float, float]:
    """Return a place given in `source` as it is given in `target`, in degrees; exact to well below a metre."""
    x, y = moved(np.array([longitude], dtype=np.float64), np.array([latitude], dtype=np.float64), source, target)
    return float(x[0]), float(y[0])


def converted(places: pl.DataFrame, target: Datum = Datum.WGS84) -> pl.DataFrame:
    """Return `places` (longitude, latitude, datum and what else stands there) with every place given in `target`.

    An empty or unknown datum counts as WGS-84. A place that is null or lies outside the globe becomes null.
    """
    known = places.with_columns(
        datum=pl.when(pl.col("datum").is_in([str(one) for one in Datum])).then("datum").otherwise(pl.lit("WGS84"))
    )
    sound = pl.col("longitude").is_between(-180, 180) & pl.col("latitude").is_between(-85, 85)
    known = known.with_columns(pl.when(sound).then(pl.col(name)).alias(name) for name in ("longitude", "latitude"))
    parts: list[pl.DataFrame] = []
    for (name,), part in known.with_row_index("_at").group_by("datum"):
        x, y = moved(
            part["longitude"].cast(pl.Float64).to_numpy().astype(np.float64),
            part["latitude"].cast(pl.Float64).to_numpy().astype(np.float64),
            Datum(str(name)),
            target,
        )
        there = part.with_columns(longitude=pl.Series(x).fill_nan(None), latitude=pl.Series(y).fill_nan(None))
        parts.append(there.with_columns(datum=pl.lit(str(target))))
    whole = pl.concat(parts).sort("_at").drop("_at") if parts else known
    return whole.with_columns(
        pl.when(pl.col("longitude").is_not_null() & pl.col("latitude").is_not_null()).then(pl.col(name)).alias(name)
        for name in ("longitude", "latitude")
    )
