"""While a load is committed on SQLite nobody's change is lost, log-ins go on, and everybody sees how far it is."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

import loads
from beside_load import COUNT, EACH, SIGNER, WRITER, WRITERS
from installations import Installation


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
    assert int(answered(program(house, COUNT), 60)) == WRITERS * EACH
    assert int(steps) >= 2, longest
    # A machine that also runs eight writers and a load may breathe; a log-in behind the load would wait for minutes.
    assert float(longest) < 5.0


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
