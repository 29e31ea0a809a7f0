"""The list of firms and search at 1.5 million firms, on SQLite and PostgreSQL: what a request costs the server.

Server time is that of the whole request through Django's handlers (its test client: session, rights, queries, page),
the network left out. On PostgreSQL it is a database of its own that goes away. A database's name as a word: only there.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any

from installation import fresh, real_data, tell

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))

DATABASES = ("SQLite", "PostgreSQL")
FAR = 5_000  # rows behind the first page where a deep page begins
WORDS = 300
ROUNDS = 3


def leader() -> Any:
    """Return a test client that a leader of the whole zone has logged in with."""
    from django.test import Client

    from qipan.platform.models import User
    from qipan.registry.models import Grant, Unit

    person = User.objects.create(username="leader", is_active=True)
    Grant.objects.create(user=person, role="leader", unit=Unit.objects.get(kind="zone"), since="2020-01-01")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client, person


def filters() -> dict[str, str]:
    """Return the filters of the list, by what they are, as the address says them."""
    from qipan.registry.models import Unit

    park = Unit.objects.filter(kind="park").order_by("pk").values_list("pk", flat=True)[2]
    return {
        "none": "", "park": f"park={park}", "industry": "industry=C39", "industry section": "industry=C",
        "above scale": "scale=yes", "not above scale": "scale=no",
        "registered": "since=2015-01-01&until=2016-12-31", "registered lately": "since=2017-06-01",
        "city": "city=济宁", "large city": "city=广州", "title": "title=hightech",
        "rare title": "title=gazelle", "park, industry, scale": f"park={park}&industry=C39&scale=yes",
        "city, industry, registered": "city=青岛&industry=C26&since=2010-01-01",
        "title, park": f"title=tech_sme&park={park}",
    }  # fmt: skip


def addresses(person: Any) -> Iterator[tuple[str, str]]:
    """Yield every list that is asked for, by name: filters × orders × first, second and deep page."""
    from qipan.registry.firm_list import FirmFilter, firm_page

    given = {"park": ("park", int), "industry": ("industry", str), "city": ("city", str),
             "title": ("qualification", str),
             "since": ("since", date.fromisoformat), "until": ("until", date.fromisoformat),
             "scale": ("above_scale", lambda text: text == "yes")}  # fmt: skip
    for name, query in filters().items():
        wanted = FirmFilter()
        for part in filter(None, query.split("&")):
            key, _, text = part.partition("=")
            field, kind = given[key]
            wanted = replace(wanted, **{field: kind(text)})
        for sort in ("name", "registered", "park"):
            for falling in (False, True):
                order = f"sort={sort}" + ("&falling=1" if falling else "")
                said = f"{name}; by {sort}{', falling' if falling else ''}"
                yield said, f"/firms/?{query}&{order}"
                for place, limit in (("second page", 50), ("deep page", FAR)):
                    found = firm_page(person, wanted, sort=sort, falling=falling, limit=limit)
                    if found.following:
                        yield f"{said}; {place}", f"/firms/?{query}&{order}&at={found.following}"


def words() -> list[str]:
    """Return two-character words out of firms' names, each as often as it is met there."""
    from qipan.registry.models import Enterprise

    lot = random.Random(5)
    last = Enterprise.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found: list[str] = []
    while len(found) < WORDS:
        name = Enterprise.objects.filter(pk=lot.randint(last - 1_000_000, last)).values_list("name", flat=True).first()
        if name and len(name) > 3:
            at = lot.randint(0, len(name) - 2)
            if name[at : at + 2].isalnum():
                found.append(name[at : at + 2])
    return found


def milliseconds(client: Any, address: str) -> float:
    """Return how long the server works on one request; raises RuntimeError for an answer that is not a page."""
    began = time.perf_counter()
    response = client.get(address)
    taken = (time.perf_counter() - began) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}")
    return taken


def p95(values: list[float]) -> float:
    """Return what 95 of 100 requests stay under."""
    return quantiles(values, n=20, method="inclusive")[-1]


def measure(database: str) -> None:
    """Fill a registry, ask for its lists and words, tell how long the slowest twentieth takes."""
    import many_firms

    fresh()
    firms = many_firms.fill()
    client, person = leader()
    asked = list(addresses(person))
    milliseconds(client, "/firms/")
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, address in asked:
            taken.setdefault(name, []).append(milliseconds(client, address))
    slowest = max(taken, key=lambda name: min(taken[name]))
    values = [value for found in taken.values() for value in found]
    if "--slow" in sys.argv:
        for name in sorted(taken, key=lambda name: -min(taken[name]))[:40]:
            print(f"{min(taken[name]):8.0f} ms  {name}", file=sys.stderr)
    note = (
        f"{firms:,} firms, {len(asked)} lists, {len(values)} requests; slowest: {slowest}, {min(taken[slowest]):.0f} ms"
    )
    tell(f"firm list with filter and sort, {database}, p95", "300 ms", p95(values), "ms", note=note)
    searched = [milliseconds(client, f"/firms/?q={word}") for word in words()]
    note = f"{WORDS} words out of names, the page with them; the slowest {max(searched):.0f} ms"
    tell(f"search for two characters, {database}, p95", "100 ms", p95(searched), "ms", note=note)


def main() -> int:
    """Measure on both databases, each in a process of its own: a process has one database."""
    named = [word for word in sys.argv[1:] if word in DATABASES]
    if not (real_data() / "registry" / "enterprises.parquet").exists():
        tell("lists of firms", "", None, "", note=f"skipped: no data in {real_data()} (set QIPAN_DATA)")
        return 0
    if "--here" in sys.argv:
        measure(named[0])
        return 0
    worst = 0
    for database in named or DATABASES:
        if database == "SQLite":
            worst |= apart(database, "")
            continue
        from postgres import server, throwaway_database

        with server() as url:
            if url is None:
                tell("firm list, PostgreSQL", "300 ms", None, "ms", note="skipped: no PostgreSQL to be had")
                continue
            with throwaway_database(url) as own:
                worst |= apart(database, own)
    return worst


def apart(database: str, url: str) -> int:
    """Measure on one database in a process of its own; returns how it ended."""
    command = [sys.executable, __file__, *(word for word in sys.argv[1:] if word not in DATABASES), database, "--here"]
    return subprocess.run(command, env={**os.environ, "QIPAN_DATABASE": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
