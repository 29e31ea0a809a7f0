"""The data folder: everything of one installation lies below it."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The places inside the data folder (`--data`, `QIPAN_HOME`, default `./var`)."""

    root: Path

    @property
    def zone(self) -> Path:
        """The records: units, firms, facts, trail."""
        return self.root / "zone.sqlite3"

    @property
    def work(self) -> Path:
        """Sessions, lock-outs, jobs and progress, so that a long load never blocks a log-in."""
        return self.root / "work.sqlite3"

    @property
    def files(self) -> Path:
        """Files as they came, by content."""
        return self.root / "files"

    @property
    def cache(self) -> Path:
        """What can be rebuilt: frames and the search index."""
        return self.root / "cache"

    @property
    def overlay(self) -> Path:
        """What this zone changes in the packs."""
        return self.root / "packs"

    def prepare(self, *, records: bool = False) -> None:
        """Leave the folders in place, and with `records` the two database files, readable by their owner only.

        A data folder that was there before keeps its own mode (it may be shared); what Qipan puts in it does not.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.files, self.cache, self.overlay):
            folder.mkdir(mode=0o700, exist_ok=True)
            _to_owner(folder)
        for path in (self.zone, self.work):
            # SQLite gives its files to whoever may read the folder, and its journals the mode of the file.
            if records and not path.exists() and os.access(self.root, os.W_OK):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
                _to_owner(file)
        _to_owner(self.root / "secret_key")

    def secret_key(self) -> str:
        """Return this installation's own secret, made at first use."""
        path = self.root / "secret_key"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            key = secrets.token_urlsafe(50)
            file.write(key)
        return key


def _to_owner(path: Path) -> None:
    """Take a file or folder of ours away from everybody else."""
    try:
        found = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    if found.st_mode & 0o077 and found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode):
        path.chmod(stat.S_IMODE(found.st_mode) & 0o700)


def home() -> Home:
    """Return the data folder of this process."""
    return Home(Path(os.environ.get("QIPAN_HOME", "var")).expanduser().resolve())
