"""A load that is killed at any moment leaves the earlier state, blocks nobody, and the next load works."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import loads
from installations import Installation

# Starts once; then every load, and every look at the records, is a child of its own. A load dies by SIGKILL where the
# named function is entered (or left) for the n-th time.
DRIVER = """
import importlib, json, os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
sys.path.insert(0, sys.argv[1])
import loads
from qipan.cli import main
from qipan.platform import lease, search
from qipan.platform.models import Batch, TrailEntry

def armed(module, name, when, count):
    place = importlib.import_module(module)
    inner, seen = getattr(place, name), [0]
    def dying(*args, **kwargs):
        seen[0] += 1
        if seen[0] == count and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = inner(*args, **kwargs)
        if seen[0] == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
    setattr(place, name, dying)

def state():
    last = Batch.objects.order_by("-pk").values_list("pk", flat=True).first()
    return {"view": repr(loads.view()), "batches": Batch.objects.count(), "trail": TrailEntry.objects.count(),
            "last": last, "free": lease.committing() is None, "found": len(search.find("firms", "宏远"))}

for line in sys.stdin:
    point, words = json.loads(line)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        if words is None:
            print(json.dumps(state()), flush=True)
            os._exit(0)
        if point:
            armed(*point)
        os.dup2(2, 1)
        try:
            main(words)
        except SystemExit as ended:
            os._exit(ended.code or 0)
        os._exit(99)
    _, status = os.waitpid(child, 0)
    if words is not None:
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)
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
WRITTEN = [("qipan.platform.search", "catch_up", "before", 1), ("qipan.platform.search.index", "_add", "before", 1)]
TESTS = str(Path(__file__).resolve().parent.parent)


@dataclass(slots=True)
class Driver:
    """A process that runs commands in children and looks at the records after them."""

    process: subprocess.Popen[str]

    def _ask(self, point: tuple[str, str, str, int] | None, words: Sequence[str] | None) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([point, words]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def state(self) -> dict[str, Any]:
        """Return what the records say."""
        return self._ask(None, None)

    def run(self, *words: str) -> int:
        """Run a command to its end and return its exit code."""
        return self._ask(None, words)

    def dies(self, point: tuple[str, str, str, int], *words: str) -> None:
        """Run a command that is killed at `point`."""
        assert self._ask(point, words) == -signal.SIGKILL, point


@pytest.fixture(scope="module")
def driver(house: Installation) -> Iterator[Driver]:
    """The driver of this module's installation."""
    command = [sys.executable, "-c", DRIVER, TESTS]
    with subprocess.Popen(
        command, env=dict(house.environment), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Driver(process)
        process.kill()


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


def test_a_load_killed_at_any_step_of_its_commit_leaves_the_earlier_state(driver, second):
    before = driver.state()
    for point in POINTS:
        driver.dies(point, "load", str(second), "--yes", "--json")
        assert driver.state() == before, point
    assert driver.run("load", str(second), "--yes", "--json") == 0
    after = driver.state()
    assert (after["found"], after["batches"]) == (2, before["batches"] + 1)
    assert driver.run("undo", str(after["last"]), "--yes") == 0
    assert driver.state()["view"] == before["view"]


@pytest.mark.parametrize("point", WRITTEN, ids=lambda point: point[1])
def test_a_load_killed_after_its_commit_is_there_and_the_search_catches_up(driver, second, point):
    before = driver.state()
    driver.dies(point, "load", str(second), "--yes", "--json")
    after = driver.state()
    assert (after["batches"], after["free"]) == (before["batches"] + 1, True)
    assert driver.run("load", str(second), "--yes", "--json") == 0
    again = driver.state()
    assert (again["view"], again["found"]) == (after["view"], 2)
    assert driver.run("undo", str(after["last"]), "--yes") == 0
    assert driver.state()["view"] == before["view"]


@pytest.mark.slow
def test_a_load_killed_at_random_moments_leaves_the_earlier_state(house, driver, tmp_path):
    rows = (loads.firm(1000 + i, f"云州随机{i}号科技有限公司") for i in range(20_000))
    path = loads.text_file(tmp_path / "企业台账.csv", (loads.FIRM_HEAD, *rows))
    before, chance, killed = driver.state(), random.Random(20261120), 0
    while killed < 4:
        running = house.start("load", str(path), "--yes", "--json")
        while driver.state()["free"] and running.poll() is None:
            pass
        time.sleep(chance.uniform(0, 0.8))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        after = driver.state()
        assert after["free"]
        if after["batches"] > before["batches"]:  # it was done before it could be killed
            assert driver.run("undo", str(after["last"]), "--yes") == 0
            before = driver.state()
            continue
        killed += 1
        assert after == before
    assert driver.run("load", str(path), "--yes", "--json") == 0


# No file may grow beyond the first word; the rest is a command.
LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from qipan.cli import main
main(sys.argv[2:])
"""


def full(house: Installation, path: Path, room: int) -> None:
    """Load `path` where no file may grow beyond `room` bytes, and check that the disk is said to be full."""
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(room), "load", str(path), "--yes", "--json"],
        env=dict(house.environment), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr[-3000:]
    assert "Traceback" not in ended.stderr
    answer = json.loads(ended.stdout)
    assert "batch" not in answer
    assert "platform.disk-full" in json.dumps(answer.get("stopped") or answer.get("problems")), answer


def test_the_disk_is_full_where_the_files_are_kept(installation, tmp_path):
    assert installation.run("load", str(loads.units_book(tmp_path / "z")), "--yes", "--json").returncode == 0
    path = loads.firms_book(tmp_path, *(loads.firm(i, f"云州满盘{i}号有限公司") for i in range(1, 3000)))
    full(installation, path, 40_000)
    again = json.loads(installation.run("load", str(path), "--yes", "--json").stdout)
    assert (again["new"], again["batch"]) == (2999, 2)


# A full disk of the server's, said in the server's own words while the firms are written.
FULL_SERVER = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'could not extend file "base/5/2619": No space left on device';
END $$;
CREATE TRIGGER no_room AFTER INSERT ON enterprise EXECUTE FUNCTION no_room();
"""


def test_the_disk_is_full_where_the_database_lies(house, driver, tmp_path):
    rows = (loads.firm(50_000 + i, f"云州无盘{i}号科技有限公司") for i in range(20_000))
    path = loads.text_file(tmp_path / "企业台账.csv", (loads.FIRM_HEAD, *rows))
    before = driver.state()
    server = house.environment.get("QIPAN_DATABASE")
    if server:
        import psycopg

        with psycopg.connect(server) as link:
            link.execute(FULL_SERVER)
        room = 1 << 40
    else:
        # The file itself has room; the database has none, which first writes ten times as much beside its own file.
        room = path.stat().st_size + (1 << 20)
    full(house, path, room)
    assert driver.state() == before
    if server:
        with psycopg.connect(server) as link:
            link.execute("DROP FUNCTION no_room CASCADE")
    again = json.loads(house.run("load", str(path), "--yes", "--json").stdout)
    assert again["new"] == 20_000
    assert driver.run("undo", str(again["batch"]), "--yes") == 0
    assert driver.state()["view"] == before["view"]


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
