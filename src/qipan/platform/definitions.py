"""The definitions this installation works with: shipped packs under the zone's own overlays, resolved once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from qipan.engine.problem import Problem, stops
from qipan.packs import Resolved, read_pack, resolve_packs, shipped_root
from qipan.platform.action import Act, Stopped, action
from qipan.platform.home import home
from qipan.platform.models import InstalledPack

# How long definitions are taken for unchanged by those who ask in every request, and shipped files by everybody.
LOOKED_AT_FOR = 5.0  # seconds
# Every installation has these two; the demonstration zone adds "demo".
ALWAYS = ("cn-base", "cn-hitech")

log = logging.getLogger("qipan.definitions")

Installer = Callable[[Act, Resolved], None]
_installers: list[Installer] = []


def installs(installer: Installer) -> Installer:
    """Let `installer(act, resolved)` write its part of packs that are installed (the registry: measures)."""
    _installers.append(installer)
    return installer


def folders(codes: tuple[str, ...]) -> list[Path]:
    """Return the folders of the shipped packs `codes`, then those of the zone's overlays."""
    overlay = sorted(path for path in home().overlay.iterdir() if (path / "pack.yaml").is_file())
    return [*(shipped_root() / code for code in codes), *overlay]


@lru_cache(maxsize=4)
def _resolve(
    codes: tuple[str, ...], stamp: tuple[tuple[str, float], ...]
) -> tuple[Resolved | None, tuple[Problem, ...]]:
    del stamp  # only part of the key: a changed file is read again
    reads = [read_pack(folder) for folder in folders(codes)]
    problems = [problem for read in reads for problem in read.problems]
    shipped, own = ([read.pack for read in part if read.pack] for part in (reads[: len(codes)], reads[len(codes) :]))
    found = resolve_packs(shipped, overlays=own)
    problems += found.problems
    return (None if stops(problems) else found), tuple(problems)


Stamp = tuple[tuple[str, float], ...]
_shipped: dict[tuple[str, ...], tuple[float, Stamp]] = {}


def _stamp(codes: tuple[str, ...]) -> Stamp:
    """Return the files and when they changed: the zone's own at this moment, the shipped ones some seconds ago."""
    every, now = folders(codes), time.monotonic()
    kept = _shipped.get(codes)
    if kept is None or now - kept[0] > LOOKED_AT_FOR:
        kept = _shipped[codes] = (now, _changed(every[: len(codes)]))
    return kept[1] + _changed(every[len(codes) :])


def _changed(places: list[Path]) -> Stamp:
    return tuple(
        (str(path), path.stat().st_mtime) for folder in places for path in sorted(folder.rglob("*")) if path.is_file()
    )


def resolved(codes: tuple[str, ...] = ALWAYS) -> Resolved:
    """Return the definitions in force; raises Stopped with the problems where a pack cannot be used."""
    found, problems = _resolve(codes, _stamp(codes))
    if found is None:
        raise Stopped(*problems)
    return found


_looked: list[tuple[float, Resolved]] = []


def in_force() -> Resolved | None:
    """Return the definitions as they were looked at in the last seconds: no request walks through their files.

    Where they cannot be used any more the last that could are kept; None where there never were any.
    """
    now = time.monotonic()
    if not _looked or now - _looked[0][0] > LOOKED_AT_FOR:
        try:
            _looked[:] = [(now, resolved())]
        except Stopped as stopped:
            log.warning("definitions cannot be used: %s", stopped)
            if not _looked:
                return None
            _looked[:] = [(now, _looked[0][1])]
    return _looked[0][1]


@action("packs.install", right="packs.install", zh="安装定义包", en="Install definition packs")
def install(act: Act, codes: tuple[str, ...] = ALWAYS, *, generated: bool = False) -> Resolved:
    """Leave the packs installed: measures in the registry, versions on record."""
    found = resolved(codes)
    for pack in found.packs:
        wanted = {"version": pack.version, "hash": pack.digest}
        old = InstalledPack.objects.filter(code=pack.id).values("version", "hash").first()
        if old == wanted:
            continue
        InstalledPack.objects.update_or_create(
            code=pack.id,
            defaults={
                **wanted,
                "names": {"zh": pack.names.zh, "en": pack.names.en},
                "generated": pack.generated or generated,
            },
        )
        act.changed("pack", None, {"code": pack.id, **old} if old else None, {"code": pack.id, **wanted})
    for installer in _installers:
        installer(act, found)
    return found
