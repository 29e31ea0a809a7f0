"""Every page a person's screen can show, found from the addresses, with who may open it; and a zone that fills them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.test import Client
from django.utils import timezone
from tests.web import attack_ground as ground
from tests.web import test_attack_every_address as attack
from tests.web.attack_ground import Ground

import loads
from qipan.domains.boards.models import Board
from qipan.domains.health import watch
from qipan.domains.health.models import Finding, Run
from qipan.platform.models import InstalledPack
from qipan.registry import firm_frames, frames
from qipan.registry.models import Enterprise

# Who is asked, in this order: whoever may first shows the page.
WHO = ("economy", "leader", "system", "security", "audit", "park east", "firm east", "anonymous")
TRIED = 12  # addresses asked for before a person counts as unable to see the page
ENOUGH = 2  # pages of which the fuller is looked at

OK, UNKNOWN, NOT_TO_BE_READ = 200, 404, 405


@dataclass(frozen=True, slots=True)
class Opened:
    """A page, its address, and who looks at it."""

    name: str
    path: str
    who: str


def filled(folder: Path) -> Iterator[Ground]:
    """Yield a zone with firms on the map, findings, notes, files, a board of one's own and a load under way."""
    frames._kept.clear()
    firm_frames.forget()
    made = ground.prepare(folder)
    assert watch.run(loads.operator()).done
    attack._slips(made)
    attack._attached(made, folder)
    Enterprise.objects.update(longitude=112.4, latitude=30.1, datum="WGS84")
    Board.objects.create(owner=made.people["leader"], name="全", tiles=attack.TILES, link="shared", changed_by="x")
    now = timezone.now()
    Finding.objects.create(
        code="code_absent", subject=made.east.pk, rank=2, unit=made.east.unit_id, opened=now, seen=now
    )
    assert Run.objects.exists()
    InstalledPack.objects.update(generated=True)
    yield made
    frames._kept.clear()
    firm_frames.forget()


def every_page(zone: Ground) -> list[Opened]:
    """Return one whole page for every address of a person's screens that shows one, the fullest of a few."""
    clients = {who: zone.client(who) for who in WHO}
    addresses: dict[str, list[str]] = {}
    for name, path in attack._addresses():
        kind = f"{name} {path.split('/')[2]}" if path.startswith("/records/") and path.count("/") > 2 else name
        addresses.setdefault(kind, []).append(path)
    found = [_fullest(kind.split()[0], paths, clients) for kind, paths in addresses.items()]
    return [opened for opened in found if opened is not None]


def _fullest(name: str, paths: list[str], clients: dict[str, Client]) -> Opened | None:
    for who, client in clients.items():
        pages: list[tuple[int, str]] = []
        for path in paths[:TRIED]:
            answer = client.get(path)
            whole = answer.status_code == OK and not answer.streaming and b"<html" in answer.content
            if answer.status_code == NOT_TO_BE_READ or (answer.status_code == OK and not whole):
                return None
            if whole:
                pages.append((len(answer.content), path))
            if len(pages) >= ENOUGH or answer.status_code not in (OK, UNKNOWN):
                break
        if pages:
            return Opened(name, max(pages)[1], who)
    return None
