"""What every page shows around its content: who is logged in, what they may open, and whether the zone is generated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qipan.platform.models import InstalledPack, User
from qipan.registry.models import Unit
from qipan.registry.rights import reach
from qipan.web.records.notices import unread_count


@dataclass(frozen=True, slots=True)
class Door:
    """An entry of the main menu."""

    name: Any
    address: str
    right: str
    heads: tuple[str, ...] = ()  # how the names of further pages behind it begin
    codes: tuple[str, ...] = ()  # the nouns whose own pages stand behind it

    def leads(self, here: str, code: str) -> bool:
        """Tell whether the page named `here`, of the noun `code`, stands behind this door."""
        return code in self.codes or here.startswith((self.address[:8], *self.heads))


DOORS = (
    Door(_("领导首页"), "web:leader", "board.see"),
    Door(_("看板"), "web:boards", "board.see"),
    Door(_("地图"), "web:map", "units.see"),
    Door(_("企业"), "web:firms", "firms.see", codes=("firms",)),
    Door(_("加载台账"), "web:load", "batch.load"),
    Door(_("全部列表"), "web:lists", "units.see", ("web:record", "web:list", "web:many")),
    Door(_("批次"), "web:batches", "batch.see"),
    Door(_("体检"), "web:health", "health.see"),
    Door(_("组织"), "web:units", "units.see"),
    Door(_("指标"), "web:measures", "definitions.see"),
    Door(_("用户"), "web:people", "people.see", ("web:person",)),
    Door(_("留痕"), "web:trail", "trail.see"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what the layout needs."""
    user = getattr(request, "user", None)
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    shown: dict[str, Any] = {
        "generated": InstalledPack.objects.filter(generated=True).exists(),
        "here": here,
        "language_code": getattr(request, "LANGUAGE_CODE", "zh-hans"),
        "doors": (),
    }
    if isinstance(user, User):
        found = reach(user)
        code = str(match.kwargs.get("code", "")) if match else ""
        shown["door_here"] = next((door for door in DOORS if door.leads(here, code)), None)
        shown["doors"] = tuple(door for door in DOORS if found.any(door.right))
        shown["unread"] = unread_count(user)
        shown["may_token"] = found.any("tokens.own") or found.any("tokens.manage")
        shown["may_push"] = found.any("webhooks.manage")
        shown["unit_on_top"] = Unit.objects.filter(kind=Unit.Kind.ZONE).first()
    return shown
