"""While a load is committed on SQLite nobody's change is lost, log-ins go on, and everybody sees how far it is."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

import loads
from installations import Installation

WRITERS, EACH = 8, 150
# One writer: EACH Actions, tried again where a load is being committed; prints how often it had to.
WRITER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
from qipan.platform import action as room
from qipan.platform.action import Act, action
from qipan.platform.rights import machine
from qipan.registry.models import Unit
room.PATIENCE = 2.0

@action("test.note", right="x", zh="记", en="note")
def note(act: Act, unit: int, text: str) -> None:
    act.changed("note", unit, None, {"text": text})

unit, again = Unit.objects.get(code="E").pk, 0
while not os.path.exists(sys.argv[3]):  # until the load commits
    time.sleep(0.02)
for number in range(int(sys.argv[2])):
    while not (outcome := note(machine("writer"), unit, f"{sys.argv[1]}-{number}")).done:
        codes = {problem.code for problem in outcome.problems}
        assert codes <= {"platform.load-committing", "platform.database-busy"}, codes
        again += 1
print(again)
"""
# Logs in as long as it is told and prints the longest wait, and how far it saw the load to be.
SIGNER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
from django.contrib.sessions.backends.db import SessionStore
from qipan.platform import lease
from qipan.platform.models import SignIn
longest, seen = 0.0, set()
open(sys.argv[2], "w").close()
while not os.path.exists(sys.argv[1]):
    began = time.monotonic()
    session = SessionStore(); session["user"] = 1; session.create()
    SignIn.objects.create(user=1)
    longest = max(longest, time.monotonic() - began)
    if (holder := lease.committing()) is not None:
        seen.add(holder.done)
        open(sys.argv[3], "a").close()
    time.sleep(0.02)
print(longest, len(seen))
"""


def program(house: Installation, text: str, *words: str) -> subprocess.Popen[str]:
    """Start a small program in the installation."""
    return subprocess.Popen(
        [sys.executable, "-c", text, *words], env=dict(house.environment), text=True, stdout=subprocess.PIPE
    )


def answered(running: subprocess.Popen[str], seconds: float) -> str:
    """Return what a program said at its end."""
    said, _ = running.communicate(timeout=seconds)
    assert running.returncode == 0
    return said


@pytest.mark.slow
def test_eight_writers_lose_nothing_while_a_big_load_is_committed(installation, tmp_path):
    house = installation
    assert house.run("load", str(loads.units_book(tmp_path)), "--yes", "--json").returncode == 0
    rows = (loads.firm(1000 + i, f"云州第{i}号科技有限公司") for i in range(40_000))
    path = loads.text_file(tmp_path / "企业台账.csv", (loads.FIRM_HEAD, *rows))
    stop, ready, gate = (tmp_path / name for name in ("stop", "ready", "gate"))
    signer = program(house, SIGNER, str(stop), str(ready), str(gate))
    while not ready.exists() and signer.poll() is None:
        time.sleep(0.1)
    writers = [program(house, WRITER, f"w{number}", str(EACH), str(gate)) for number in range(WRITERS)]
    loading = house.start("load", str(path), "--yes", "--json")
    while not gate.exists() and loading.poll() is None:
        time.sleep(0.05)
    gate.touch()  # a load that ended unseen fails below, and keeps nobody waiting
    for writer in writers:
        answered(writer, 400)
    said, _ = loading.communicate(timeout=400)
    stop.touch()
    longest, steps = answered(signer, 60).split()
    assert loading.returncode == 0, said[-2000:]
    assert json.loads(said.splitlines()[-1])["new"] == 40_000
    assert kept(house) == WRITERS * EACH
    assert int(steps) >= 2, longest
    # A machine that also runs eight writers and a load may breathe; a log-in behind the load would wait for minutes.
    assert float(longest) < 5.0


def kept(house: Installation) -> int:
    """Return how many of the writers' changes stand in the trail."""
    count = "\n".join(
        (
            "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'qipan.platform.settings'",
            "import django; django.setup()",
            "from qipan.platform.models import TrailEntry",
            "print(len({e.after['text'] for e in TrailEntry.objects.filter(noun='note')}))",
        )
    )
    return int(answered(program(house, count), 60))


def test_an_action_waits_for_a_load_in_bounds_and_says_whose(db, monkeypatch):
    from qipan.platform import action as room
    from qipan.platform import lease
    from qipan.registry.people import put

    monkeypatch.setattr(room, "PATIENCE", 0.2)
    with lease.lease("十月报表", 10) as held:
        assert held is not None
        held.tell(4, 10)
        began = time.monotonic()
        outcome = put(loads.operator(), "somebody")
        assert time.monotonic() - began < 5
        assert [problem.code for problem in outcome.problems] == ["platform.load-committing"]
        assert "十月报表" in outcome.problems[0].message()
        with lease.lease("另一个", 1) as second:
            assert second is None
    assert put(loads.operator(), "somebody").done


def test_a_dead_holder_blocks_nobody(db):
    from django.utils import timezone

    from qipan.platform import lease
    from qipan.platform.models import CommitLease

    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    CommitLease.objects.create(pk=1, name="死", process=gone.pid, since=timezone.now(), beat=timezone.now())
    assert lease.committing() is None
    # The number may go to another process; one that began long after the lease was taken is not its holder.
    early = timezone.now() - timezone.timedelta(days=1)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        CommitLease.objects.create(pk=1, name="死", process=other.pid, since=early, beat=early)
        assert (lease.committing() is None) == Path("/proc/self/stat").exists()
        other.kill()
