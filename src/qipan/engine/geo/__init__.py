"""Places on the earth: datums and the way between them, boundaries out of files, clusters of points for a map."""

from __future__ import annotations

from qipan.engine.geo.boundaries import BoundariesRead, Boundary, read_boundaries
from qipan.engine.geo.clusters import CLUSTERS, POINTS, Box, clustered, within
from qipan.engine.geo.datum import Datum, convert, converted, datum_of

__all__ = [
    "CLUSTERS",
    "POINTS",
    "BoundariesRead",
    "Boundary",
    "Box",
    "Datum",
    "clustered",
    "convert",
    "converted",
    "datum_of",
    "read_boundaries",
    "within",
]
