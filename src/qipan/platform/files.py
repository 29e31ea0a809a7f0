"""Files as they came, kept under their own fingerprint: the same file is kept once and can be trusted later."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from qipan.platform.home import home
from qipan.platform.models import StoredFile

CHUNK = 1024 * 1024


def path_of(sha256: str) -> Path:
    """Return where the file with this fingerprint lies (whether or not it does)."""
    return home().files / sha256[:2] / sha256


def keep(path: Path) -> StoredFile:
    """Copy `path` into the data folder and return its record; a file already there is kept once.

    Raises OSError where the disk is full; then no half file is left under its fingerprint.
    """
    with path.open("rb") as file:
        sha256, size = put(iter(lambda: file.read(CHUNK), b""))
    record, _ = StoredFile.objects.get_or_create(sha256=sha256, defaults={"size": size})
    return record


def put(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write what comes under its fingerprint and return that and the size; no record is made of it yet.

    Raises OSError where the disk is full; then, and where `chunks` fails, nothing is left.
    """
    descriptor, temporary = tempfile.mkstemp(dir=home().files, prefix=".coming-")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as out:
            for chunk in chunks:
                digest.update(chunk)
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(mode=0o700, exist_ok=True)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest.hexdigest(), size


def drop_unrecorded(sha256: str) -> None:
    """Leave no file under this fingerprint, unless a record says that it is part of the zone's."""
    if not StoredFile.objects.filter(sha256=sha256).exists():
        path_of(sha256).unlink(missing_ok=True)
