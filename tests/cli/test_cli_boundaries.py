"""`qipan boundaries` loads a file of boundaries, or says everything that is wrong with it and writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import loads
from installations import Installation

RING = [[112.39, 30.09], [112.41, 30.09], [112.41, 30.11], [112.39, 30.11], [112.39, 30.09]]


def file_of(folder: Path, *names: str) -> str:
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [RING]}}
        for name in names
    ]
    path = folder / "parks.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


def test_boundaries_are_loaded_for_the_units_they_name(installation: Installation, tmp_path: Path):
    assert installation.run("load", str(loads.units_book(tmp_path / "zone")), "--yes").returncode == 0
    wrong = installation.run("boundaries", file_of(tmp_path, "东园", "南园"), "--json")
    assert wrong.returncode == 1
    assert json.loads(wrong.stdout)["problems"][0]["code"] == "boards.no-boundary-unit"
    done = installation.run("boundaries", file_of(tmp_path, "东部园区"), "--datum", "gcj02", "--json")
    assert (done.returncode, json.loads(done.stdout)["new"]) == (0, ["东园"])
    again = installation.run("boundaries", file_of(tmp_path, "东部园区"), "--datum", "gcj02")
    assert "未变 1 个" in again.stdout + again.stderr
    assert installation.run("boundaries", str(tmp_path / "none.geojson")).returncode == 2
