"""The old container of Office (OLE2, 复合文档): its directory and its streams, bounded and without trust."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from qipan.engine.sheets.reading.limits import refuse

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # from here on: marks, not sectors
_ENTRY = 128


@dataclass(frozen=True, slots=True)
class _Stream:
    name: str
    start: int
    size: int


class Compound:
    """A compound file opened over its bytes; broken chains are refused, circles end."""

    def __init__(self, data: bytes) -> None:
        if data[:8] != MAGIC or len(data) < 512:
            raise refuse("reading.file-damaged", detail="OLE2")
        self._data = data
        self._shift, self._mini_shift = struct.unpack_from("<HH", data, 30)
        if self._shift not in (9, 12) or self._mini_shift != 6:
            raise refuse("reading.file-damaged", detail="OLE2")
        fat_count, directory_start = struct.unpack_from("<I I", data, 44)
        self._cutoff, self._mini_start = struct.unpack_from("<II", data, 56)
        self._fat = self._allocation(fat_count)
        self._entries = self._directory(directory_start)

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams and folders."""
        return frozenset(entry.name for entry in self._entries)

    def stream(self, name: str) -> bytes | None:
        """Return a stream's bytes, or None where there is none of that name."""
        entry = next((entry for entry in self._entries if entry.name.lower() == name.lower()), None)
        if entry is None:
            return None
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        return self._small(entry)[: entry.size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) << self._shift
        return self._data[at : at + (1 << self._shift)]

    def _chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        seen = 0
        limit = (len(self._data) >> self._shift) + 1
        while start < _LAST_SECTOR and start < len(self._fat) and seen <= limit:
            parts.append(self._sector(start))
            start = self._fat[start]
            seen += 1
        return b"".join(parts)

    def _allocation(self, count: int) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        following, more = struct.unpack_from("<II", self._data, 68)
        limit = (len(self._data) >> self._shift) + 1
        width = (1 << self._shift) // 4
        while following < _LAST_SECTOR and more > 0 and len(sectors) < limit:
            block = self._numbers(self._sector(following))
            if len(block) < width:
                break
            sectors += block[:-1]
            following = block[-1]
            more -= 1
        fat: list[int] = []
        for sector in sectors[: min(count, limit)]:
            if sector < _LAST_SECTOR:
                fat += self._numbers(self._sector(sector))
        return fat

    @staticmethod
    def _numbers(block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    def _directory(self, start: int) -> list[_Stream]:
        table = self._chain(start)
        entries: list[_Stream] = []
        for at in range(0, len(table) - _ENTRY + 1, _ENTRY):
            length = min(struct.unpack_from("<H", table, at + 64)[0], 64)
            if table[at + 66] == 0 or length < 2:
                continue
            name = table[at : at + length - 2].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<IQ", table, at + 116)
            entries.append(_Stream(name, first, size & 0xFFFFFFFF))
        return entries

    def _small(self, entry: _Stream) -> bytes:
        """Return a stream below the cut-off: its sectors of 64 bytes stand inside the root entry's stream."""
        root = self._chain(self._entries[0].start)
        table = self._numbers(self._chain(self._mini_start))
        parts: list[bytes] = []
        at, size = entry.start, 1 << self._mini_shift
        while at < len(table) and len(parts) <= len(table):
            parts.append(root[at * size : (at + 1) * size])
            at = table[at]
        return b"".join(parts)
