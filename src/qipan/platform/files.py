"""Files as they came, kept under their own fingerprint: the same file is kept once and can be trusted later."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from qipan.platform.home import home
from qipan.platform.models import StoredFile


def path_of(sha256: str) -> Path:
    """Return where the file with this fingerprint lies (whether or not it does)."""
    return home().files / sha256[:2] / sha256


def keep(path: Path) -> StoredFile:
    """Copy `path` into the data folder and return its record; a file already there is kept once.

    Raises OSError where the disk is full; then no half file is left under its fingerprint.
    """
    folder = home().files
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".coming-")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as out, path.open("rb") as file:
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(mode=0o700, exist_ok=True)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    record, _ = StoredFile.objects.get_or_create(sha256=digest.hexdigest(), defaults={"size": size})
    return record
