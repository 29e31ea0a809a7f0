"""The parts of an XLSX, and the safety of every ZIP: what is not honest about its size is not unpacked."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO

from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits, refuse
from qipan.engine.sheets.reading.source import mebibytes

_CHUNK = MEBIBYTE
_DIRECTORY_BYTES = 16 * MEBIBYTE


def listed(stream: BinaryIO, limits: Limits) -> BinaryIO:
    """Return `stream` where the list of a ZIP's members is short enough to be read at all."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(0, size - 65_558))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise refuse("reading.file-damaged", detail="ZIP")
    count, directory = struct.unpack_from("<HI", tail, at + 10)
    if directory == 0xFFFFFFFF and tail[at - 20 : at - 16] == b"PK\x06\x07":
        stream.seek(struct.unpack_from("<Q", tail, at - 12)[0])
        record = stream.read(56)
        stream.seek(0)
        if len(record) == 56:
            directory = struct.unpack_from("<Q", record, 40)[0]
    if directory > _DIRECTORY_BYTES or (count != 0xFFFF and count > limits.members * 2):
        raise refuse("reading.archive-too-many", limit=limits.members)
    return stream


def checked(archive: zipfile.ZipFile, unpacked_limit: int, limits: Limits) -> list[zipfile.ZipInfo]:
    """Return the members of a ZIP that claims to be harmless.

    The claims are enough: `zipfile` stops at the size a member claims and fails where the content does not match it.
    """
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > limits.members:
        raise refuse("reading.archive-too-many", limit=limits.members)
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > unpacked_limit:
        raise refuse("reading.archive-bomb", size=mebibytes(unpacked), limit=mebibytes(unpacked_limit))
    if unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1):
        raise refuse("reading.archive-ratio", ratio=unpacked // max(packed, 1), limit=limits.ratio)
    return members


class Package:
    """The parts of an XLSX by name, whatever case and slashes its writer used."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        members = checked(archive, limits.workbook_bytes, limits)
        if any(member.flag_bits & 1 for member in members):
            raise refuse("reading.file-encrypted")
        self._parts = {_plain(member.filename): member for member in members}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in lower case."""
        return tuple(self._parts)

    def has(self, name: str) -> bool:
        """Tell whether a part is there."""
        return _plain(name) in self._parts

    def size(self, name: str) -> int:
        """Return the unpacked size of a part."""
        return self._parts[_plain(name)].file_size

    def open(self, name: str) -> IO[bytes]:
        """Return a part as a stream."""
        member = self._parts.get(_plain(name))
        if member is None:
            raise refuse("reading.file-damaged", detail=name)
        return self._archive.open(member)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces of a mebibyte."""
        with self.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def tags(self, name: str, before: bytes = b"<") -> Iterator[bytes]:
        """Yield a part in pieces that never cut a tag in two: each but the first begins with `before`."""
        rest = b""
        for chunk in self.chunks(name):
            rest += chunk
            cut = rest.rfind(before)
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > 64 * _CHUNK:
                raise refuse("reading.file-damaged", detail=name)
        if rest:
            yield rest


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
