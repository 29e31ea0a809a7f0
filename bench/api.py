"""Figures by the API: 100,000 values as an Arrow stream, from a server over HTTP, out of a million figures of firms.

The peer is what anyone would write first: the same figures of the same person through the ORM and the json module.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import numpy as np
import polars as pl
from installation import fresh, tell
from leader import ready
from processes import QIPAN, ROOT, surroundings
from start import free_port

FIRMS, PARKS, MEASURES, MONTHS = 10_417, 12, 8, 12
ASKED = 100_000
RUNS = 9


def fill() -> list[str]:
    """Write a zone, its firms and a million figures; return the codes of the measures."""
    from django.db import transaction

    from qipan.platform.storage import bulk
    from qipan.registry.models import Enterprise, Fact, Measure, Scope, Subject, Unit, UnitPlace

    Scope.objects.get_or_create(id=0, defaults={"text": ""})
    measures = list(Measure.objects.filter(of=None).order_by("id")[:MEASURES])
    random = np.random.default_rng(7)
    with transaction.atomic():
        units = list(range(1, PARKS + 2))
        bulk.insert(Subject, pl.DataFrame({"id": units, "noun": 1}))
        kinds, names = ["zone"] + ["park"] * PARKS, [f"unit {key}" for key in units]
        bulk.insert(
            Unit,
            pl.DataFrame({"id": units, "kind": kinds, "code": names, "name": names, "aliases": "[]", "extra": "{}"}),
        )
        for park in units[1:]:
            UnitPlace.objects.create(unit_id=park, parent_id=1, since="2000-01-01")
        firms = np.arange(100, 100 + FIRMS)
        bulk.insert(Subject, pl.DataFrame({"id": firms, "noun": 2}))
        owner = pl.DataFrame({"id": firms, "unit_id": 2 + firms % PARKS}).with_columns(
            name=pl.format("firm {}", "id"), name_key=pl.format("firm{}", "id")
        )
        bulk.insert(Enterprise, owner)
        for measure in measures:
            grid = pl.DataFrame({"subject_id": firms}).join(
                pl.DataFrame({"period": range(202601, 202601 + MONTHS)}), how="cross"
            )
            grid = grid.with_columns(
                pl.lit(measure.pk).alias("measure_id"),
                pl.Series("value", random.integers(10**6, 10**12, grid.height)),
                reading=0, basis=1, scope_id=0, origin=2, batch=1, text=pl.lit("1,234.5"),
            )  # fmt: skip
            bulk.insert(Fact, grid)
    return [measure.code for measure in measures]


def people() -> dict[str, str]:
    """Return a token of statistics staff, of a leader and of a park's manager."""
    from qipan.platform.exchange import tokens
    from qipan.platform.models import User
    from qipan.platform.rights import person
    from qipan.registry.models import Grant

    found = {}
    for role, unit in (("economy", 1), ("leader", 1), ("park", 2)):
        user = User.objects.create(username=role)
        Grant.objects.create(user=user, role=role, unit_id=unit, since="2020-01-01")
        made = tokens.create(person(user), "bench", ["figures.see", "firms.see", "units.see"], unit=None, days=1)
        assert made.value is not None, made.problems
        found[role] = made.value.text
    return found


def asked(port: int, token: str, codes: list[str], form: str, limit: int) -> tuple[float, bytes]:
    """Ask once and return the seconds from sending to the last byte, and what came."""
    query = urlencode({"measure": codes, "format": form, "limit": limit}, doseq=True)
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    link.request("GET", f"/api/v1/facts?{query}", headers={"Authorization": f"Bearer {token}"})
    answer = link.getresponse()
    body = answer.read()
    taken = time.perf_counter() - began
    link.close()
    assert answer.status == 200, body[:500]
    return taken, body


def by_hand(codes: list[str]) -> float:
    """Return how long the same figures take row by row."""
    from qipan.platform.models import User
    from qipan.registry.models import Fact
    from qipan.registry.queries import visible_to

    began = time.perf_counter()
    user = User.objects.get(username="economy")
    rows = visible_to(Fact, user).filter(measure__code__in=codes, superseded_by__isnull=True)
    rows = rows.select_related("measure", "subject__enterprise", "scope")
    json.dumps(
        [
            {
                "subject": one.subject_id, "name": one.subject.enterprise.name, "measure": one.measure.code,
                "period": one.period, "value": (one.value or 0) / 100, "text": one.text, "scope": one.scope.text,
            }
            for one in rows[:ASKED]
        ]
    )  # fmt: skip
    return time.perf_counter() - began


def main() -> int:
    """Fill, start the server, ask, tell."""
    home = fresh()
    codes, tokens = fill(), people()
    port = free_port()
    environment = surroundings(Path(home)) | {"QIPAN_API_RATE": "100000"}
    began = time.perf_counter()
    server = subprocess.Popen(
        [*QIPAN, "serve", "--port", str(port), "--workers", "1"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        ready(port, server, began)
        peer = median(by_hand(codes) for _ in range(3))
        for role, token in tokens.items():
            wanted = ASKED if role != "park" else FIRMS // PARKS * MEASURES * MONTHS // 2
            asked(port, token, codes, "arrow", wanted)
            runs = [asked(port, token, codes, "arrow", wanted) for _ in range(RUNS)]
            frame = pl.read_ipc_stream(io.BytesIO(runs[0][1]))
            assert frame.height == wanted, frame.height
            note = f"{len(runs[0][1]) / 2**20:.1f} MiB; slowest of {RUNS} {max(one for one, _ in runs):.2f} s"
            tell(
                f"{wanted:,} figures as Arrow over HTTP, asked by {role}", "0.5 s", median(one for one, _ in runs), "s",
                peer="ORM rows and json, in process" if role == "economy" else "",
                peer_value=peer if role == "economy" else None, note=note,
            )  # fmt: skip
        taken = median(asked(port, tokens["economy"], codes, "json", 10_000)[0] for _ in range(RUNS))
        tell("a page of 10,000 figures as JSON", "", taken, "s")
        taken = median(asked(port, tokens["economy"], codes, "csv", ASKED)[0] for _ in range(3))
        tell("100,000 figures as CSV", "", taken, "s")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QIPAN_DATABASE", "")
    sys.exit(main())
