"""Back up while in use, wipe, restore, compare: equal on either database; a damaged backup changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import loads
from installations import Installation

SHOW = """
import os, sys, json, hashlib
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
sys.path.insert(0, sys.argv[1])
import loads
from qipan.platform import files, search
from qipan.platform.home import home
from qipan.platform.models import StoredFile
rows = loads.everything()
daily = {"platform.SignIn", "platform.Job", "platform.CommitLease", "sessions.Session"}
kept = sorted((record.sha256, hashlib.sha256(files.path_of(record.sha256).read_bytes()).hexdigest() == record.sha256)
              for record in StoredFile.objects.all())
print(json.dumps({"rows": repr(sorted((n, r) for n, r in rows.items() if n not in daily)), "files": kept,
                  "secret": home().secret_key(), "found": len(search.find("firms", "宏远")),
                  "firms": len(rows["registry.Enterprise"])}))
"""
TESTS = str(Path(__file__).resolve().parent.parent)


def state(house: Installation) -> dict:
    """Return every row, every file and what search finds."""
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, TESTS], env=dict(house.environment), capture_output=True, text=True, check=True
    )
    return json.loads(shown.stdout.splitlines()[-1])


def wipe(house: Installation) -> None:
    """Leave nothing of an installation."""
    shutil.rmtree(house.home)
    if url := house.environment.get("QIPAN_DATABASE"):
        import psycopg

        with psycopg.connect(url, autocommit=True) as link:
            link.execute("DROP SCHEMA public CASCADE")
            link.execute("CREATE SCHEMA public")


@pytest.fixture
def house(installation: Installation, tmp_path: Path) -> Installation:
    """An installation with units, firms, figures, a correction, an undone batch and a person."""
    folder = tmp_path / "ledgers"
    loads.units_book(folder)
    loads.firms_book(folder, loads.firm(1, "山东云州宏远机械制造有限公司"))
    loads.figures_book(folder, ("东园", "规上工业总产值", "2026年10月", 40.25, "亿元"))
    assert installation.run("load", str(folder), "--yes", "--json").returncode == 0
    later = loads.figures_book(tmp_path, ("东园", "规上工业总产值", "2026年10月", 41, "亿元"))
    assert installation.run("load", str(later), "--yes", "--json").returncode == 0
    assert installation.run("undo", "2", "--yes", "--json").returncode == 0
    assert installation.run("user", "zhang", "--role", "economy", "--json").returncode == 0
    return installation


def test_backup_wipe_restore_is_equal(house, tmp_path):
    before = state(house)
    out = tmp_path / "backup.tar"
    made = house.run("backup", str(out), "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["bytes"] == out.stat().st_size
    wipe(house)
    back = house.run("restore", str(out), "--yes", "--json")
    assert back.returncode == 0, back.stderr
    assert state(house) == before
    path = loads.firms_book(tmp_path, loads.firm(2, "云州恢复后企业有限公司"))
    assert json.loads(house.run("load", str(path), "--yes", "--json").stdout)["new"] == 1


def test_a_backup_made_during_a_load_is_of_one_moment(house, tmp_path):
    before = state(house)
    rows = (loads.firm(1000 + i, f"云州在途{i}号科技有限公司") for i in range(8_000))
    path = loads.text_file(tmp_path / "企业台账.csv", (loads.FIRM_HEAD, *rows))
    running = house.start("load", str(path), "--yes", "--json")
    out = tmp_path / "backup.tar"
    made = []
    while running.poll() is None:
        ended = house.run("backup", str(out), "--json")
        assert ended.returncode == 0, ended.stderr
        made.append(ended)
    assert made
    assert running.wait() == 0, running.stdout and running.stdout.read()
    assert house.run("restore", str(out), "--yes", "--json").returncode == 0
    after = state(house)
    assert after["firms"] in {before["firms"], before["firms"] + 8_000}
    assert all(whole for _, whole in after["files"])
    again = json.loads(house.run("load", str(path), "--yes", "--json").stdout)
    assert again["new"] + again["same"] == 8_000


def test_a_backup_that_is_none_or_damaged_changes_nothing(house, tmp_path):
    good = tmp_path / "backup.tar"
    assert house.run("backup", str(good), "--json").returncode == 0
    before, whole = state(house), good.read_bytes()
    (tmp_path / "text.tar").write_text("no archive")
    (tmp_path / "half.tar").write_bytes(whole[: len(whole) // 2])
    place = whole.index(b"PK\x03\x04") + 40
    (tmp_path / "bit.tar").write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as tar:
        (tmp_path / "manifest.json").write_text("{}")
        tar.add(tmp_path / "manifest.json", arcname="manifest.json")
    outside = tmp_path / "outside.tar"
    with tarfile.open(outside, "w") as tar:
        tar.add(tmp_path / "text.tar", arcname="../escaped")
    for name in ("text.tar", "half.tar", "bit.tar", "other.tar", "outside.tar"):
        ended = house.run("restore", str(tmp_path / name), "--yes", "--json")
        assert ended.returncode == 1, (name, ended.stderr)
        assert json.loads(ended.stdout)["problems"][0]["code"].startswith("platform.backup-"), name
        assert state(house) == before, name


def test_a_restore_nobody_agreed_to_changes_nothing(house, tmp_path):
    good = tmp_path / "backup.tar"
    assert house.run("backup", str(good), "--json").returncode == 0
    before = state(house)
    assert house.run("restore", str(good), "--json").returncode == 3
    assert state(house) == before
