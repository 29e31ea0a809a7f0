"""A backup that somebody else made up, and who may read what an installation writes."""

from __future__ import annotations

import io
import json
import os
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qipan.platform import backup
from qipan.platform.home import Home, home

Put = Callable[[tarfile.TarFile], None]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _file(tar: tarfile.TarFile, name: str, text: bytes = b"x") -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text)
    tar.addfile(entry, io.BytesIO(text))


def _odd(name: str, kind: bytes, link: str = "") -> Put:
    def put(tar: tarfile.TarFile) -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, link
        tar.addfile(entry)

    return put


def _manifest(tar: tarfile.TarFile, **changes: object) -> None:
    from django.db import connection

    said = {"qipan": "1", "made": "", "vendor": connection.vendor, "migrations": backup._migrations(), "sums": {}}
    _file(tar, backup.MANIFEST, json.dumps({**said, **changes}).encode())


HOSTILE: dict[str, Put] = {
    "a link out": _odd("files/x", tarfile.SYMTYPE, "/etc/passwd"),
    "a link inside": _odd("packs", tarfile.SYMTYPE, "."),
    "a hard link": _odd("files/x", tarfile.LNKTYPE, "manifest.json"),
    "a device": _odd("files/x", tarfile.CHRTYPE),
    "a pipe": _odd("files/x", tarfile.FIFOTYPE),
    "an upward path": lambda tar: _file(tar, "../planted"),
    "an absolute path": lambda tar: _file(tar, "/tmp/qipan-planted"),
    "a file nobody listed": lambda tar: _file(tar, "packs/evil/pack.yaml"),
    "a list that looks elsewhere": lambda tar: _manifest(tar, sums={"/etc/hostname": "0" * 64}),
    "a list that is none": lambda tar: _manifest(tar, sums=["files/x"]),
    "a list that is no object": lambda tar: _file(tar, backup.MANIFEST, b"[1]"),
    "no records": lambda tar: _manifest(tar),
}


WITH_ITS_OWN_LIST = {
    "a list that looks elsewhere",
    "a list that is none",
    "a list that is no object",
    "no records",
}


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_a_made_up_backup_is_refused_and_leaves_everything_as_it_was(db: None, tmp_path: Path, kind: str):
    path = tmp_path / "made-up.tar"
    with tarfile.open(path, "w") as tar:
        if kind not in WITH_ITS_OWN_LIST:
            _manifest(tar)
        HOSTILE[kind](tar)
    before = sorted(home().root.rglob("*"))
    problems = backup.restore(path)
    assert [problem.code for problem in problems] in (["platform.backup-unreadable"], ["platform.backup-damaged"])
    assert sorted(home().root.rglob("*")) == before
    assert not (home().root.parent / "planted").exists()
    assert not Path("/tmp/qipan-planted").exists()


def test_a_backup_is_read_by_its_owner_only_and_follows_no_planted_link(db: None, tmp_path: Path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "b.tar.part").symlink_to(victim)
    path = tmp_path / "b.tar.part"

    def stop() -> None:
        with backup._private(path) as file:
            file.write(b"x")
            assert _mode(path) == 0o600
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop()
    assert victim.read_text() == "mine"
    assert not path.exists()


def test_an_installation_is_its_owners_alone_even_in_an_open_folder(tmp_path: Path):
    tmp_path.chmod(0o755)
    (tmp_path / "files").mkdir(mode=0o755)
    (tmp_path / "zone.sqlite3").touch(mode=0o644)
    (tmp_path / "zone.sqlite3-wal").touch(mode=0o644)
    found = Home(tmp_path)
    found.secret_key()
    (tmp_path / "secret_key").chmod(0o644)
    found.prepare(records=True)
    for path in tmp_path.iterdir():
        assert _mode(path) & 0o077 == 0, path.name
    assert found.work.exists()
    assert _mode(tmp_path) == 0o755, "a folder that was there before may be shared"


def test_a_new_data_folder_is_closed_to_others(tmp_path: Path):
    found = Home(tmp_path / "var")
    found.prepare(records=True)
    assert _mode(found.root) == 0o700
    assert os.stat(found.zone).st_size == 0
