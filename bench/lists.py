"""Lists and search at 1.5 million firms and as many figures, on SQLite and PostgreSQL: what a request costs.

Server time is that of the whole request through Django's handlers (its test client: session, rights, queries, page),
the network left out. On PostgreSQL it is a database of its own that goes away. A database's name as a word: only there.
"""

from __future__ import annotations

import http.client
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from threading import Thread
from typing import Any
from urllib.parse import quote

from both_databases import on_both
from installation import fresh, tell

FAR = 5_000  # rows behind the first page where a deep page begins
WORDS = 300
PORTRAITS = 100
ROUNDS = 3
USERS = 20
ASKED = 12  # lists each user asks for
EVERY = 5.0  # seconds from one to the next: the rhythm of mixed use
WARM = 8  # requests before: both workers have read the definitions and opened the index


def leader(name: str = "leader") -> Any:
    """Return a test client that a leader of the whole zone has logged in with, and the leader."""
    from django.test import Client

    from qipan.platform.models import User
    from qipan.registry.models import Grant, Unit

    person = User.objects.create(username=name, is_active=True)
    Grant.objects.create(user=person, role="leader", unit=Unit.objects.get(kind="zone"), since="2020-01-01")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client, person


def filters() -> dict[str, str]:
    """Return the filters of the list of firms, by what they are, as the address says them."""
    from qipan.registry.models import Unit

    parks = Unit.objects.filter(kind="park").order_by("pk").values_list("pk", flat=True)
    park, other = parks[2], parks[5]
    return {
        "none": "", "park": f"park={park}", "two parks": f"park={park}&park={other}", "industry": "industry=C39",
        "industry section": "industry=C", "above scale": "above_scale=yes", "not above scale": "above_scale=no",
        "registered": "registered.from=2015-01-01&registered.to=2016-12-31",
        "registered lately": "registered.from=2017-06-01", "registered unknown": "registered.empty=1",
        "city": "city.is=济宁", "large city": "city.is=广州", "title": "title=hightech", "rare title": "title=gazelle",
        "two titles": "title=gazelle&title=hightech",
        "park, industry, scale": f"park={park}&industry=C39&above_scale=yes",
        "city, industry, registered": "city.is=青岛&industry=C26&registered.from=2010-01-01",
        "title, park": f"title=tech_sme&park={park}",
    }  # fmt: skip


def other_lists() -> list[tuple[str, str]]:
    """Return lists of other nouns: titles and figures, by every order and indexed filter."""
    from qipan.registry.models import Enterprise, Measure, Unit

    park = Unit.objects.filter(kind="park").order_by("pk").values_list("pk", flat=True)[2]
    firm = Enterprise.objects.order_by("-pk").values_list("pk", flat=True)[1000]
    measure = Measure.objects.order_by("pk").values_list("pk", flat=True)[0]
    titles = [f"{order}{turn}" for order in ("sort=kind", "sort=since", "sort=until") for turn in ("", "&falling=1")]
    return [
        *((f"titles; {query}", f"/records/qualifications/?{query}") for query in ("", *titles)),
        ("titles of a kind", "/records/qualifications/?kind=hightech"),
        ("titles of a firm", f"/records/qualifications/?firm={firm}"),
        ("titles of a park", f"/records/qualifications/?park={park}"),
        ("figures", "/records/facts/"),
        ("figures of a firm", f"/records/facts/?subject={firm}"),
        ("figures of a measure", f"/records/facts/?measure={measure}"),
        ("figures of a month", "/records/facts/?period=202605"),
        ("figures of a measure and period", f"/records/facts/?measure={measure}&period=202609"),
    ]


def addresses(person: Any) -> Iterator[tuple[str, str]]:
    """Yield every list that is asked for, by name: filters × orders × first, second and deep page; other nouns."""
    from django.http import QueryDict

    from qipan.platform.screens import screen_of
    from qipan.platform.screens.listing import list_page, read_wanted

    firms = screen_of("firms")
    assert firms is not None
    for name, query in filters().items():
        for sort in ("name", "registered", "park"):
            for falling in (False, True):
                order = f"sort={sort}" + ("&falling=1" if falling else "")
                said = f"{name}; by {sort}{', falling' if falling else ''}"
                yield said, f"/firms/?{query}&{order}"
                wanted, problems = read_wanted(firms, QueryDict(f"{query}&{order}"))
                if problems:
                    raise RuntimeError(f"{query}: {problems[0].message('en')}")
                for place, limit in (("second page", 50), ("deep page", FAR)):
                    found = list_page(person, firms, wanted, limit=limit)
                    if found.following:
                        yield f"{said}; {place}", f"/firms/?{query}&{order}&at={found.following}"
    yield from other_lists()


def by_lot(count: int) -> list[int]:
    """Return the numbers of so many firms."""
    from qipan.registry.models import Enterprise

    last = Enterprise.objects.order_by("-pk").values_list("pk", flat=True)[0]
    return random.Random(17).sample(range(last - 1_000_000, last), count)


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


@dataclass(slots=True)
class Answers:
    """What came: milliseconds, and every answer that was no page."""

    taken: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def asks(port: int, cookie: str, addresses: list[str], times: Iterable[float], answers: Answers) -> None:
    """Be one user: ask for a list at each of the times."""
    lot = random.Random(cookie)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for at in times:
        time.sleep(max(0.0, at - time.perf_counter()))
        address = quote(lot.choice(addresses), safe="/?&=")
        began = time.perf_counter()
        line.request("GET", address, headers={"Cookie": f"sessionid={cookie}", "Accept-Language": "zh"})
        answer = line.getresponse()
        answer.read()
        answers.taken.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            answers.wrong.append(f"{address} answers {answer.status}")


def twenty(database: str, addresses: list[str]) -> None:
    """Tell how long lists take for twenty people at once, asked of a real server over the loopback."""
    cookies = [leader(f"leader {number}")[0].cookies["sessionid"].value for number in range(USERS)]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "qipan.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _until_open(port)
            asks(port, cookies[0], addresses, [0.0] * WARM, Answers())
            answers, lot, now = Answers(), random.Random(11), time.perf_counter()
            firsts = [now + lot.random() * EVERY for _ in cookies]
            users = [
                Thread(target=asks, args=(port, cookie, addresses, [at + EVERY * n for n in range(ASKED)], answers))
                for cookie, at in zip(cookies, firsts, strict=True)
            ]
            for user in users:
                user.start()
            for user in users:
                user.join()
        finally:
            server.terminate()
    if answers.wrong:
        raise RuntimeError(answers.wrong[0])
    taken = answers.taken
    note = f"{USERS} users, {len(taken)} requests, each one every {EVERY:g} s; the slowest {max(taken):.0f} ms"
    tell(f"any list at {USERS} users, {database}, p95", "300 ms", p95(taken), "ms", note=note)


def _until_open(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise RuntimeError("the server did not open")


def measure(database: str) -> None:
    """Fill a registry, ask for its lists and words, tell how long the slowest twentieth takes."""
    import many_firms

    fresh()
    firms = many_firms.fill(figures=True)
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
    tell(f"lists with filter and sort, {database}, p95", "300 ms", p95(values), "ms", note=note)
    twenty(database, [address for _name, address in asked])
    searched = [milliseconds(client, f"/firms/?q={word}") for word in words()]
    note = f"{WORDS} words out of names, the page with them; the slowest {max(searched):.0f} ms"
    tell(f"search for two characters, {database}, p95", "100 ms", p95(searched), "ms", note=note)
    opened = [milliseconds(client, f"/firms/{key}/") for key in by_lot(PORTRAITS)]
    note = f"{PORTRAITS} firms by lot, each among all its peers; the slowest {max(opened):.0f} ms"
    tell(f"a firm's page, {database}, p95", "", p95(opened), "ms", note=note)


def main() -> int:
    """Measure on both databases."""
    return on_both(__file__, "lists of many firms", measure)


if __name__ == "__main__":
    sys.exit(main())
