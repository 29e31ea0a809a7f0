"""The bytes of one file, held still while they are read."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, Self

from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits, refuse

CHUNK = MEBIBYTE


@dataclass(frozen=True, slots=True)
class Source:
    """One file: in memory, or as a private copy on disk where it is large.

    What is hashed is what is parsed: a file that somebody saves meanwhile cannot be half old and half new.
    """

    name: str
    sha256: str
    size: int
    data: bytes | None = None
    path: Path | None = None

    def open(self) -> BinaryIO:
        """Return the bytes as a file that can be sought."""
        if self.data is not None:
            return BytesIO(self.data)
        if self.path is None:
            raise ValueError("a source holds data or a path")
        return self.path.open("rb")

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes."""
        if self.data is not None:
            return self.data[:size]
        with self.open() as stream:
            return stream.read(size)

    @classmethod
    def stored(cls, path: Path) -> Self:
        """Return a file that does not change any more (content-addressed), without hashing or copying it."""
        return cls(path.name, "", path.stat().st_size, path=path)


class Scratch:
    """A folder for large copies, made when first needed and gone afterwards."""

    def __init__(self, place: Path | None) -> None:
        self._place = place
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def path(self) -> Path:
        """Return a fresh place for a copy."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="qipan-", dir=self._place)
        self._count += 1
        return Path(self._folder.name) / str(self._count)


def keep(stream: IO[bytes], name: str, expected: int, scratch: Scratch, limits: Limits) -> Source:
    """Return the bytes of `stream` as a source, in memory up to `limits.memory_bytes`, else copied to scratch."""
    digest = hashlib.sha256()
    size = 0
    path = scratch.path() if expected > limits.memory_bytes else None
    kept = BytesIO()
    try:
        with path.open("wb") if path is not None else kept as target:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limits.file_bytes:
                    raise refuse("reading.file-too-large", size=mebibytes(size), limit=mebibytes(limits.file_bytes))
                digest.update(chunk)
                target.write(chunk)
            data = kept.getvalue() if path is None else None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise refuse("reading.no-space") from error
        raise
    return Source(name, digest.hexdigest(), size, data, path)


def take(path: Path, name: str, scratch: Scratch, limits: Limits) -> Source:
    """Return the file at `path` as it stood; refuses what is missing, closed, empty, too large or changing."""
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            # A folder arrives here only where it could not be listed.
            raise refuse("reading.file-denied" if stat.S_ISDIR(before.st_mode) else "reading.file-not-a-file")
        if before.st_size > limits.file_bytes:
            raise refuse("reading.file-too-large", size=mebibytes(before.st_size), limit=mebibytes(limits.file_bytes))
        with path.open("rb") as stream:
            source = keep(stream, name, before.st_size, scratch, limits)
            after, named = os.fstat(stream.fileno()), path.stat()
    except FileNotFoundError as error:
        raise refuse("reading.file-missing") from error
    except PermissionError as error:
        raise refuse("reading.file-denied") from error
    except OSError as error:
        raise refuse("reading.file-not-readable", detail=error.strerror or type(error).__name__) from error
    marks = {(at.st_ino, at.st_size, at.st_mtime_ns) for at in (before, after, named)}
    if len(marks) > 1 or source.size != before.st_size:
        raise refuse("reading.file-changed")
    if source.size == 0:
        raise refuse("reading.file-empty")
    return source


def mebibytes(size: int) -> str:
    """Return a size as people read it."""
    return f"{size / MEBIBYTE:.1f} MB" if size < 1024 * MEBIBYTE else f"{size / 1024 / MEBIBYTE:.1f} GB"
