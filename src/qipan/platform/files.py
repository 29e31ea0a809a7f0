"""Files as they came, kept under their own fingerprint: the same file is kept once and can be trusted later."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from qipan.platform.home import home
from qipan.platform.models import StoredFile


def path_of(sha256: str) -> Path:
    """Return where the file with this fingerprint lies (whether or not it does)."""
    return home().files / sha256[:2] / sha256


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path, *, sha256: str | None = None) -> StoredFile:
    """Copy `path` into the data folder and return its record; a file already there is not copied again.

    Raises OSError where the disk is full; then no half file is left under its fingerprint.
    """
    sha256 = sha256 or fingerprint(path)
    target = path_of(sha256)
    if not target.exists():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".coming-")
        try:
            with os.fdopen(descriptor, "wb") as out, path.open("rb") as file:
                shutil.copyfileobj(file, out, 1024 * 1024)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(target)
        finally:
            Path(temporary).unlink(missing_ok=True)
    record, _ = StoredFile.objects.get_or_create(sha256=sha256, defaults={"size": target.stat().st_size})
    return record
