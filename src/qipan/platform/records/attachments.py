"""Files at records: kept once under their fingerprint, limited in size and kind, removed with a line in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qipan.engine.problem import Problem
from qipan.platform import files
from qipan.platform.action import Act, Stopped, action
from qipan.platform.records import standing
from qipan.platform.records.models import Attachment, Notice
from qipan.platform.records.telling import tell_watchers
from qipan.platform.rights import Refused
from qipan.platform.screens.changing import may_at, unit_of
from qipan.platform.screens.declaration import Screen

RIGHT = "files.write"
MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
MOST = 100
_ZIP, _OLE, _TEXT = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b""
# How a file of each kind begins; a text has no beginning of its own, and no zero bytes but those of UTF-16.
BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF",), "ofd": (_ZIP,), "zip": (_ZIP,), "docx": (_ZIP,), "xlsx": (_ZIP,), "pptx": (_ZIP,),
    "doc": (_OLE, _ZIP), "xls": (_OLE, _ZIP), "ppt": (_OLE, _ZIP), "wps": (_OLE, _ZIP), "et": (_OLE, _ZIP),
    "png": (b"\x89PNG",), "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",), "gif": (b"GIF8",),
    "tif": (b"II*\x00", b"MM\x00*"), "tiff": (b"II*\x00", b"MM\x00*"), "webp": (b"RIFF",), "dwg": (b"AC10",),
    "txt": (_TEXT,), "csv": (_TEXT,), "md": (_TEXT,),
}  # fmt: skip


def check(name: str, path: Path) -> Problem | None:
    """Return why the file cannot be kept; None where it can."""
    size = path.stat().st_size
    if size == 0:
        return Problem.of("records.file-empty", name=name)
    if size > LARGEST:
        return Problem.of("records.file-too-large", name=name, size=-(-size // MEGABYTE), limit=LARGEST // MEGABYTE)
    wanted = BEGINNINGS.get(Path(name).suffix.casefold().removeprefix("."))
    if wanted is None:
        return Problem.of("records.file-type", name=name, valid=" ".join(BEGINNINGS))
    with path.open("rb") as opened:
        head = opened.read(4096)
    if wanted == (_TEXT,):
        sound = b"\x00" not in head or head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    else:
        sound = head.startswith(wanted)
    return None if sound else Problem.of("records.file-disguised", name=name)


def _may(act: Act, screen: Screen, key: int) -> None:
    """Refuse where the person may not change the record: who changes a record decides what lies at it."""
    record = standing.found(act, screen, key)
    if not may_at(act.actor, screen.edit, unit_of(screen, record)):
        raise Refused(screen.edit)


@action("files.attach", right=RIGHT, zh="上传附件", en="Attach a file")
def attach(act: Act, screen: Screen, key: int, name: str, path: Path) -> Attachment:
    """Leave the file at `path` at the record, called `name`; raises Refused without the right to change the record."""
    _may(act, screen, key)
    name = Path(name.replace("\\", "/")).name.strip()[-255:] or "—"
    problem = check(name, path)
    if problem is not None:
        raise Stopped(problem)
    held = Attachment.objects.filter(screen=screen.code, record=key)
    if held.count() >= MOST:
        raise Stopped(Problem.of("records.too-many-files", limit=MOST))
    kept = Attachment.objects.create(
        screen=screen.code, record=key, file=files.keep(path), name=name, **standing.author(act)
    )
    standing.told(act, screen, key, None, {"file": name})
    tell_watchers(act, screen, standing.found(act, screen, key), Notice.Kind.FILE, ())
    return kept


@action("files.remove", right=RIGHT, zh="删除附件", en="Remove a file")
def remove(act: Act, screen: Screen, key: int, number: int) -> None:
    """Leave the record without file `number`; raises Refused without the right to change the record."""
    _may(act, screen, key)
    held = Attachment.objects.filter(pk=number, screen=screen.code, record=key).first()
    if held is None:
        raise Stopped(Problem.of("records.gone", number=number))
    standing.told(act, screen, key, {"file": held.name}, None)
    held.delete()
