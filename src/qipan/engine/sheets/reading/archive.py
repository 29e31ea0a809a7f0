"""Folders and ZIPs: the files in them that people mean, under the names people gave them."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from qipan.engine.sheets.reading.limits import Limits, refuse

_UTF8_NAME = 0x800
_NOISE = {"thumbs.db", "desktop.ini", "__macosx"}


def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Return a key that sorts 2月 before 10月."""
    return tuple(
        (0, int(part)) if part.isdecimal() else (1, part.lower()) for part in re.split(r"([0-9]{1,18})", name) if part
    )


def meant(name: str) -> bool:
    """Tell whether a file is one a person put there: not hidden, no lock file of Excel, no litter of a system."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not any(
        part.startswith((".", "~$", ".~")) or part.lower() in _NOISE for part in parts if part not in ("..", "/")
    )


def readable(name: str) -> str:
    """Return a file's name as text: one that is no UTF-8 was most often unpacked from a Chinese Windows ZIP."""
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def walk(folder: Path, limits: Limits) -> Iterator[tuple[Path, str]]:
    """Yield the files below a folder with their names inside it, in natural order; links are not followed."""
    files: list[tuple[Path, str]] = []
    pending = [(folder, 0)]
    while pending:
        current, depth = pending.pop()
        try:
            inside = list(current.iterdir())
        except PermissionError:
            files.append((current, current.relative_to(folder).as_posix()))
            continue
        for path in inside:
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not meant(path.name):
                continue
            if path.is_dir():
                if depth < limits.depth:
                    pending.append((path, depth + 1))
            else:
                files.append((path, name))
            if len(files) > limits.members:
                raise refuse("reading.archive-too-many", limit=limits.members)
    yield from sorted(files, key=lambda one: natural(one[1]))


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the name a member was given: Chinese Windows writes GBK where the format says CP437."""
    name = _unicode_extra(member.extra) or member.filename
    if not member.flag_bits & _UTF8_NAME and not name.isascii() and name == member.filename:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030") if raw else ():
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/").lstrip("/")


def _unicode_extra(extra: bytes) -> str | None:
    """Return the name in Info-ZIP's Unicode path field, where a member has one."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 0x7075 and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return None
