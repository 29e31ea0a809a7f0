"""The leader's page under load: 50 people, a request every five seconds each, a real server with two workers.

The demonstration zone; people are logged in beforehand; nothing keeps rendered pages, so every request renders anew.
Time is that of the client, from sending to the last byte.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from installation import fresh, tell
from processes import QIPAN, ROOT, surroundings
from start import free_port

PEOPLE, EVERY, LASTING = 50, 5.0, 60.0
LONGEST = 180.0


@dataclass(slots=True)
class Answers:
    """What the people got: milliseconds of every page, and every answer that was none."""

    taken: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    size: int = 0


def cookies() -> list[str]:
    """Log fifty leaders in and return what their browsers would send."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    from qipan.platform.models import User
    from qipan.registry.models import Grant, Unit

    zone, sent = Unit.objects.get(kind="zone"), []
    for number in range(PEOPLE):
        person = User.objects.create(username=f"bench{number}", is_active=True)
        Grant.objects.create(user=person, role="leader", unit=zone, since="2020-01-01")
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        sent.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    connections.close_all()
    return sent


def page(port: int, cookie: str, answers: Answers) -> None:
    """Ask for the leader's page once and note how it went."""
    began = time.perf_counter()
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        link.request("GET", "/", headers={"Cookie": cookie})
        response = link.getresponse()
        body = response.read()
        link.close()
    except OSError as error:
        answers.errors.append(repr(error))
        return
    if response.status != 200 or b"/why/" not in body:
        answers.errors.append(f"{response.status}, {len(body)} bytes")
        return
    answers.taken.append((time.perf_counter() - began) * 1000)
    answers.size = len(body)


def visit(port: int, cookie: str, first: float, until: float, answers: Answers) -> None:
    """Be one person: ask at `first`, then every five seconds."""
    at = first
    while at < until:
        time.sleep(max(0.0, at - time.perf_counter()))
        page(port, cookie, answers)
        at += EVERY


def crowd(port: int, sent: list[str]) -> Answers:
    """Let all people ask for as long as the bench lasts."""
    answers, lot = Answers(), random.Random(3)
    for _ in range(8):  # both workers have read the definitions and the figures
        page(port, sent[0], Answers())
    began = time.perf_counter()
    people = [
        threading.Thread(target=visit, args=(port, one, began + lot.random() * EVERY, began + LASTING, answers))
        for one in sent
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return answers


def ready(port: int, server: subprocess.Popen[bytes], began: float) -> float:
    """Wait for the first page and return how long it took; raises RuntimeError where it does not come."""
    while time.perf_counter() - began < LONGEST and server.poll() is None:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/log-in/")
            if link.getresponse().status == 200:
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server did not answer")


def main() -> int:
    """Fill, start, let people in, tell."""
    with tempfile.TemporaryDirectory(prefix="qipan-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        environment = surroundings(home)
        filled = subprocess.run(
            [*QIPAN, "demo", "--yes", "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
        )
        seconds = json.loads(filled.stdout.splitlines()[-1])["seconds"]
        os.environ["QIPAN_DATABASE"] = ""
        fresh(home)
        sent, port = cookies(), free_port()
        began = time.perf_counter()
        command = [*QIPAN, "serve", "--port", str(port), "--workers", "2"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            start = ready(port, server, began)
            answers = crowd(port, sent)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    if answers.errors:
        print("\n".join(answers.errors[:5]), file=sys.stderr)
    if len(answers.taken) < 2:
        return 1
    note = f"demonstration filled in {seconds:.0f} s before"
    tell("start of a filled installation to the first page", "5 s", start, "s", note=note)
    p95 = quantiles(answers.taken, n=20, method="inclusive")[-1]
    note = (
        f"{len(answers.taken)} pages of {answers.size // 1024} KiB, {len(answers.errors)} errors; median "
        f"{median(answers.taken):.0f} ms, slowest {max(answers.taken):.0f} ms"
    )
    tell("leader's page, 50 people, two workers, p95", "300 ms", p95, "ms", note=note)
    return 1 if answers.errors else 0


if __name__ == "__main__":
    sys.exit(main())
