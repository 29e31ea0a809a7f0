"""A load that is killed at any moment leaves the earlier state, blocks nobody, and the next load works."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import loads
from installations import Installation

# Runs `qipan load` and dies by SIGKILL where the named function is entered (or left) for the n-th time.
DYING = """
import importlib, os, signal, sys
module, name, when, count = sys.argv[1:5]
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
django.setup()
place = importlib.import_module(module)
inner, seen = getattr(place, name), [0]
def dying(*args, **kwargs):
    seen[0] += 1
    if seen[0] == int(count) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = inner(*args, **kwargs)
    if seen[0] == int(count):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
setattr(place, name, dying)
from qipan.cli import main
main(sys.argv[5:])
"""
COMMIT = "qipan.platform.imports.commit"
POINTS = [
    ("qipan.platform.files", "path_of", "before", 1),
    (COMMIT, "_batch", "after", 1),
    (COMMIT, "_sheets", "after", 1),
    (COMMIT, "_write_subjects", "after", 1),
    (COMMIT, "_write_insert", "before", 1),
    (COMMIT, "_write_insert", "after", 1),
    (COMMIT, "write", "after", 1),
    (COMMIT, "store", "after", 2),
]
# What the next commands of these points must find: the load was on record when the process died.
WRITTEN = [("qipan.platform.search", "catch_up", "before", 1), ("qipan.platform.search", "_add", "before", 1)]
SHOW = """
import os, sys, json
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
sys.path.insert(0, sys.argv[1])
import loads
from qipan.platform.models import Batch, CommitLease, TrailEntry
from qipan.platform import lease, search
print(json.dumps({"view": repr(loads.view()), "batches": Batch.objects.count(), "trail": TrailEntry.objects.count(),
                  "free": lease.committing() is None, "found": len(search.find(2, "宏远"))}))
"""
TESTS = str(Path(__file__).resolve().parent.parent)


def state(house: Installation) -> dict:
    """Return what the records say."""
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, TESTS], env=dict(house.environment), capture_output=True, text=True, check=True
    )
    return json.loads(shown.stdout.splitlines()[-1])


def dies(house: Installation, point: tuple[str, str, str, int], *words: str) -> None:
    """Run a command that is killed at `point`."""
    command = [sys.executable, "-c", DYING, *(str(part) for part in point), *words]
    ended = subprocess.run(
        command, env=dict(house.environment), capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]


@pytest.fixture(scope="module")
def house(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a zone and a firm."""
    folder = tmp_path_factory.mktemp("ledgers")
    loads.units_book(folder)
    loads.firms_book(folder, loads.firm(1, "山东云州宏远机械制造有限公司"))
    assert module_installation.run("load", str(folder), "--yes", "--json").returncode == 0
    return module_installation


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that changes a firm, brings others and their figures."""
    folder = tmp_path_factory.mktemp("second")
    loads.firms_book(
        folder, loads.firm(1, "山东云州宏远机械制造有限公司", status="停业"), loads.firm(2, "云州宏远二号有限公司")
    )
    loads.figures_book(folder, ("东园", "规上工业总产值", "2026年10月", 40.25, "亿元", "新口径"))
    return folder


def test_a_load_killed_at_any_step_of_its_commit_leaves_the_earlier_state(house, second):
    before = state(house)
    for point in POINTS:
        dies(house, point, "load", str(second), "--yes", "--json")
        after = state(house)
        assert after == before, point
    ended = house.run("load", str(second), "--yes", "--json")
    assert ended.returncode == 0, ended.stderr
    assert state(house)["found"] == 2
    assert house.run("undo", str(json.loads(ended.stdout)["batch"]), "--yes").returncode == 0
    assert state(house)["view"] == before["view"]


@pytest.mark.parametrize("point", WRITTEN, ids=lambda point: point[1])
def test_a_load_killed_after_its_commit_is_there_and_the_search_catches_up(house, second, point):
    before = state(house)
    dies(house, point, "load", str(second), "--yes", "--json")
    assert state(house)["batches"] == before["batches"] + 1
    assert state(house)["free"]
    again = json.loads(house.run("load", str(second), "--yes", "--json").stdout)
    assert (again["new"], again["changed"]) == (0, 0)
    assert state(house)["found"] == 2
    assert house.run("undo", str(again["batch"] - 1), "--yes").returncode == 0
    assert house.run("undo", str(again["batch"]), "--yes").returncode == 0


@pytest.mark.slow
def test_a_load_killed_at_random_moments_leaves_the_earlier_state(house, tmp_path):
    path = loads.text_file(
        tmp_path / "企业台账.csv",
        (loads.FIRM_HEAD, *(loads.firm(1000 + i, f"云州随机{i}号科技有限公司") for i in range(20_000))),
    )
    before, chance = state(house), random.Random(20261120)
    for _ in range(4):
        running = house.start("load", str(path), "--yes", "--json")
        waiting_for_lease = time.monotonic() + 60
        while state(house)["free"] and running.poll() is None and time.monotonic() < waiting_for_lease:
            pass
        time.sleep(chance.uniform(0, 1.0))
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        after = state(house)
        assert after["free"]
        if after["batches"] > before["batches"]:
            pytest.skip("the machine finished the load before it could be killed")
        assert after == before
    ended = house.run("load", str(path), "--yes", "--json", timeout=240)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["new"] == 20_000


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
from qipan.cli import main
main(sys.argv[1:])
"""


def test_the_disk_is_full_where_the_files_are_kept(installation, tmp_path):
    assert installation.run("load", str(loads.units_book(tmp_path / "z")), "--yes", "--json").returncode == 0
    before = state(installation)
    path = loads.firms_book(tmp_path, *(loads.firm(i, f"云州满盘{i}号有限公司") for i in range(1, 3000)))
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, "load", str(path), "--yes", "--json"],
        env=dict(installation.environment), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr[-3000:]
    answer = json.loads(ended.stdout)
    problems = answer.get("stopped") or answer.get("problems")
    assert "platform.disk-full" in json.dumps(problems), answer
    assert state(installation) == before
    assert installation.run("load", str(path), "--yes", "--json").returncode == 0


def test_a_database_held_by_another_program_is_said_in_words(installation, tmp_path):
    if installation.environment.get("QIPAN_DATABASE"):
        pytest.skip("PostgreSQL holds no file")
    import sqlite3

    assert installation.run("load", str(loads.units_book(tmp_path / "z")), "--yes", "--json").returncode == 0
    holder = sqlite3.connect(installation.home / "zone.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        path = loads.firms_book(tmp_path, loads.firm(1, "山东云州宏远机械制造有限公司"))
        ended = installation.run("load", str(path), "--yes", "--json")
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert ended.returncode == 1
    assert "platform.database-busy" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert installation.run("load", str(path), "--yes", "--json").returncode == 0
