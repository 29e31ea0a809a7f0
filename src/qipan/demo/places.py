"""Where the zone's parks and firms lie: authored boundaries, and for each firm a place inside its park's."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from qipan.demo.chance import stream
from qipan.demo.parameters import Parameters, pack_folder
from qipan.demo.roster import Firm
from qipan.engine.geo import Datum, convert

Corner = tuple[float, float]
Ring = tuple[Corner, ...]
FILE = "园区边界.geojson"
DATUM = Datum.CGCS2000
# Firms stand together along streets: so many groups a park, so far apart (degrees).
STREETS, SPREAD = 14, 0.0016
NOWHERE = 0.04  # share of the ledger without a place
SHIFTED = 0.03  # share whose place was copied from a public map


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the ledger states it."""

    longitude: float
    latitude: float
    datum: str


def read_rings(folder: Path | None = None) -> dict[str, Ring]:
    """Return the boundaries (code of a park or of the zone → its ring, in CGCS2000)."""
    path = (folder or pack_folder()) / "tables" / "zone_boundaries.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: _ring(row["ring"]) for row in csv.DictReader(lines)}


def _ring(text: str) -> Ring:
    corners: list[Corner] = []
    for corner in text.split():
        longitude, latitude = corner.split(",")
        corners.append((float(longitude), float(latitude)))
    return tuple(corners)


def inside(ring: Ring, longitude: float, latitude: float) -> bool:
    """Tell whether a place lies inside a ring: a ray to the east crosses it an odd number of times."""
    found = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
            found = not found
    return found


def _anywhere(ring: Ring, random: Random) -> Corner:
    xs, ys = [corner[0] for corner in ring], [corner[1] for corner in ring]
    while True:
        longitude, latitude = random.uniform(min(xs), max(xs)), random.uniform(min(ys), max(ys))
        if inside(ring, longitude, latitude):
            return longitude, latitude


def _near(street: Corner, ring: Ring, random: Random) -> Corner:
    for _ in range(8):
        longitude, latitude = (random.gauss(at, SPREAD) for at in street)
        if inside(ring, longitude, latitude):
            return longitude, latitude
    return street


def places(parameters: Parameters, firms: Sequence[Firm], seed: int) -> Mapping[int, Place]:
    """Return the place of each firm (by its id) that has one; firms of no park lie anywhere in the zone."""
    random = stream(seed, "places")
    rings = read_rings()
    zone = rings[parameters.zone.code]
    streets = {park: [_anywhere(ring, random) for _ in range(STREETS)] for park, ring in rings.items()}
    found: dict[int, Place] = {}
    for firm in firms:
        ring = rings.get(firm.park, zone)
        street = random.choice(streets.get(firm.park, streets[parameters.zone.code]))
        longitude, latitude = _near(street, ring, random)
        draw = random.random()
        if draw < NOWHERE:
            continue
        datum = DATUM
        if draw < NOWHERE + SHIFTED:
            datum = Datum.GCJ02
            longitude, latitude = convert(longitude, latitude, DATUM, datum)
        found[firm.id] = Place(round(longitude, 6), round(latitude, 6), str(datum))
    return found


def write_boundaries(parameters: Parameters, out: Path) -> Path:
    """Write the boundaries of the zone and its parks as GeoJSON; return the path."""
    names = {parameters.zone.code: parameters.zone.name, **{park.code: park.name for park in parameters.parks}}
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names[code]},
            "geometry": {"type": "Polygon", "coordinates": [list(map(list, ring))]},
        }
        for code, ring in read_rings().items()
    ]
    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path
