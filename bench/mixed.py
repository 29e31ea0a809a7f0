"""A working day in ten minutes: 50 people, a request every five seconds each, everything mixed, a real server.

The demonstration zone. Leaders read their page, officers filter lists, search, open firms and ask why; programs ask the
API. Nothing keeps rendered pages. Time is the client's, from sending to the last byte; memory is what the server's
processes hold of their own, after a minute of warming up and at the end. `--minutes N` for another length.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

from installation import fresh, tell
from leader import ready
from processes import QIPAN, ROOT, surroundings
from start import free_port

PEOPLE, EVERY = 50, 5.0
WARM = 60.0
ROLES = ("leader", "economy", "economy", "park", "program")


@dataclass(frozen=True, slots=True)
class Zone:
    """What can be asked for: firms, parks, words, addresses of figures."""

    firms: tuple[int, ...]
    parks: tuple[int, ...]
    words: tuple[str, ...]
    figures: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks: with which headers, and whether they are a program."""

    role: str
    headers: dict[str, str]


@dataclass(slots=True)
class Answers:
    """What came: milliseconds by kind of request, and every answer that was none."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float) -> None:
        """Keep how long one took."""
        with self.lock:
            self.taken.setdefault(kind, []).append(seconds * 1000)


def people() -> list[Person]:
    """Let everybody in and return what they send with each request."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    from qipan.platform.exchange import tokens
    from qipan.platform.models import User
    from qipan.platform.rights import person
    from qipan.registry.models import Grant, Unit

    zone, parks = Unit.objects.get(kind="zone"), list(Unit.objects.filter(kind="park", closed=None))
    found = []
    for number in range(PEOPLE):
        role = ROLES[number % len(ROLES)]
        user = User.objects.create(username=f"bench{number}")
        unit = parks[number % len(parks)] if role == "park" else zone
        held = "economy" if role == "program" else role
        Grant.objects.create(user=user, role=held, unit=unit, since="2020-01-01")
        if role == "program":
            rights = ["figures.see", "firms.see", "units.see", "definitions.see"]
            made = tokens.create(person(user), "bench", rights, unit=None, days=1)
            assert made.value is not None, made.problems
            found.append(Person(role, {"Authorization": f"Bearer {made.value.text}"}))
            continue
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        found.append(Person(role, {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}))
    connections.close_all()
    return found


def zone() -> Zone:
    """Return what there is to ask for."""
    from qipan.registry.disclosed import closed_facts
    from qipan.registry.models import Enterprise, Fact, Unit

    firms = list(Enterprise.objects.order_by("pk").values_list("pk", "name")[:2_000])
    parks = tuple(Unit.objects.filter(kind="park", closed=None).values_list("pk", flat=True))
    open_to_all = Fact.objects.filter(subject__noun=1, superseded_by=None, reading=0).exclude(pk__in=closed_facts())
    facts = open_to_all.select_related("measure")
    figures = tuple(
        f"{one.subject_id}-{one.measure.code}-{one.period}-{one.reading}-{one.basis}-{one.scope_id}-value"
        for one in facts.order_by("-period")[:500]
    )
    measures = tuple(dict.fromkeys(one.split("-")[1] for one in figures))
    words = tuple(name[2:4] for _, name in firms[::20])
    return Zone(tuple(pk for pk, _ in firms), parks, words, figures, measures)


def requests(role: str) -> tuple[tuple[str, float, Callable[[Zone, random.Random], str]], ...]:
    """Return what a person of a role asks for: the kind, how often, and the address."""
    pages: dict[str, Callable[[Zone, random.Random], str]] = {
        "leader's page": lambda at, lot: "/" if lot.random() < 0.7 else f"/?unit={lot.choice(at.parks)}",
        "list": lambda at, lot: f"/firms/?park={lot.choice(at.parks)}&sort={lot.choice(('name', 'registered'))}",
        "search": lambda at, lot: f"/firms/?q={quote(lot.choice(at.words))}",
        "firm": lambda at, lot: f"/firms/{lot.choice(at.firms)}/",
        "why": lambda at, lot: f"/why/{lot.choice(at.figures)}/",
        "API figures": lambda at, lot: f"/api/v1/facts?measure={lot.choice(at.measures)}&kind=unit&limit=500",
        "API list": lambda at, lot: f"/api/v1/records/firms?park={lot.choice(at.parks)}&limit=50",
    }
    shares = {
        "leader": {"leader's page": 0.7, "why": 0.2, "list": 0.1},
        "economy": {"list": 0.3, "search": 0.2, "firm": 0.2, "why": 0.15, "leader's page": 0.15},
        "park": {"leader's page": 0.2, "list": 0.4, "search": 0.2, "why": 0.2},
        "program": {"API figures": 0.6, "API list": 0.4},
    }
    return tuple((kind, share, pages[kind]) for kind, share in shares[role].items())


def ask(port: int, who: Person, kind: str, address: str, answers: Answers) -> None:
    """Ask once and note how it went; what a park's manager may not see is a good answer too."""
    began = time.perf_counter()
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        link.request("GET", address, headers={**who.headers, "Accept-Encoding": "gzip"})
        answer = link.getresponse()
        answer.read()
        link.close()
    except OSError as error:
        answers.errors.append(f"{address}: {error!r}")
        return
    good = {200} | ({404} if who.role == "park" else set())
    if answer.status not in good:
        answers.errors.append(f"{who.role} {address}: {answer.status}")
        return
    answers.note(kind, time.perf_counter() - began)


def work(port: int, who: Person, at: Zone, seed: int, until: float, answers: Answers) -> None:
    """Be one person: ask for something every five seconds."""
    lot = random.Random(seed)
    kinds = requests(who.role)
    due = time.perf_counter() + lot.random() * EVERY
    while due < until:
        time.sleep(max(0.0, due - time.perf_counter()))
        kind, _, address = lot.choices(kinds, [share for _, share, _ in kinds])[0]
        ask(port, who, kind, address(at, lot), answers)
        due += EVERY


def held(process: int) -> float:
    """Return the MiB that a process and those it started hold of their own (proportionally, what they share)."""
    total, waiting = 0.0, [process]
    while waiting:
        one = waiting.pop()
        try:
            said = Path(f"/proc/{one}/smaps_rollup").read_text()
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", said, re.MULTILINE)
        total += int(found[1]) / 1024 if found else 0
    return total


def crowd(port: int, server: int, everybody: list[Person], at: Zone, lasting: float) -> tuple[Answers, float, float]:
    """Let all work for as long as it lasts; return the answers, and the memory early and at the end."""
    answers, until = Answers(), time.perf_counter() + lasting
    threads = [
        threading.Thread(target=work, args=(port, one, at, seed, until, answers)) for seed, one in enumerate(everybody)
    ]
    for thread in threads:
        thread.start()
    time.sleep(min(WARM, lasting / 4))
    early = held(server)
    for thread in threads:
        thread.join()
    return answers, early, held(server)


def report(answers: Answers, early: float, late: float, lasting: float) -> int:
    """Tell the figures."""
    every = [one for taken in answers.taken.values() for one in taken]
    if answers.errors:
        print("\n".join(answers.errors[:5]), file=sys.stderr)
    if len(every) < 20:
        return 1
    note = "; ".join(
        f"{kind} {median(taken):.0f} (p95 {quantiles(taken, n=20, method='inclusive')[-1]:.0f})"
        for kind, taken in sorted(answers.taken.items())
        if len(taken) > 1
    )
    p95 = quantiles(every, n=20, method="inclusive")[-1]
    title = f"mixed use, 50 people, {lasting / 60:.0f} minutes, two workers, p95"
    tell(title, "300 ms", p95, "ms", note=f"{len(every)} answers; medians in ms: {note}")
    tell("answers that were none", "0", len(answers.errors), "", note="; ".join(answers.errors[:3]))
    tell("memory of all processes, end against the first minute", "flat", late / early, "×", note=f"{late:.0f} MiB")
    return 1 if answers.errors else 0


def main() -> int:
    """Fill, start, let people in, work, tell."""
    minutes = float(sys.argv[sys.argv.index("--minutes") + 1]) if "--minutes" in sys.argv else 10.0
    with tempfile.TemporaryDirectory(prefix="qipan-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        environment = surroundings(home)
        subprocess.run(
            [*QIPAN, "demo", "--yes", "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
        )
        os.environ["QIPAN_DATABASE"] = ""
        fresh(home)
        everybody, at, port = people(), zone(), free_port()
        began = time.perf_counter()
        command = [*QIPAN, "serve", "--port", str(port), "--workers", "2"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            ready(port, server, began)
            for who in everybody[:5] * 2:  # both workers have read the definitions and the figures
                for kind, _, address in requests(who.role):
                    ask(port, who, kind, address(at, random.Random(1)), Answers())
            answers, early, late = crowd(port, server.pid, everybody, at, minutes * 60)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    return report(answers, early, late, minutes * 60)


if __name__ == "__main__":
    sys.exit(main())
