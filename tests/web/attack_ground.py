"""A small zone loaded through the real door, and everybody who might try it: the ground of the attacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone

import loads
import loads_on_the_way
from qipan.platform.models import Batch, User
from qipan.registry.models import Enterprise, Grant, Unit

MONTHS_HEAD = (
    "报告期", "企业名称", "统一社会信用代码", "园区", "工业总产值(千元)", "营业收入(千元)", "用电量(万千瓦时)",
    "实缴税金(千元)",
)  # fmt: skip
EAST_FIRM, WEST_FIRM = "云州东方精密机械有限公司", "云州西岭生物制药有限公司"
# What only statistics staff may read of a single firm: printed values that occur nowhere else.
EAST_SECRET, WEST_SECRET, BROKEN_SECRET = "713377", "822488", "九三一五五"
EAST_OPEN, WEST_OPEN = "4117", "5228"  # electricity: an administration's record
# What is written at firms by hand: notes, an address, a telephone number, the content of a file.
EAST_NOTE, WEST_NOTE, WEST_FILE = "东记七七一", "西记八八二", "agreement-5528"
EAST_ADDRESS, WEST_ADDRESS = "云东路七七三号", "云西路八八四号"
EAST_PHONE, WEST_PHONE = "13711110771", "13822220882"
ZONE_FIGURE, WEST_FIGURE = "7273.46", "3971.36"


@dataclass(frozen=True, slots=True)
class Ground:
    """The batches, the firms and the people."""

    months: Batch
    figures: Batch
    own: Batch
    east: Enterprise
    west: Enterprise
    people: dict[str, User]
    way: int = 0  # a load of the economy desk that is not written yet

    def client(self, who: str) -> Client:
        """Return a browser in which `who` is logged in ("anonymous": nobody)."""
        client = Client()
        if who != "anonymous":
            client.force_login(self.people[who])
        return client


def unit(name: str) -> Unit:
    """Return a unit by name."""
    return Unit.objects.get(name=name)


def person(name: str, *grants: tuple[str, str], **fields: object) -> User:
    """Return a person with (role, unit) grants."""
    user = User.objects.create(username=name, **fields)
    for role, at in grants:
        Grant.objects.create(user=user, role=role, unit=unit(at), since=date(2018, 1, 1))
    return user


def of_firm(name: str, firm: str) -> User:
    """Return a person of an enterprise."""
    user = User.objects.create(username=name)
    at = Enterprise.objects.get(name=firm)
    Grant.objects.create(user=user, role="enterprise", firm=at, since=date(2018, 1, 1))
    return user


def everybody() -> dict[str, User]:
    """Return one person of every kind."""
    zone = "云州高新区"
    found = {
        "leader": person("leader", ("leader", zone)),
        "economy": person("economy", ("economy", zone)),
        "park east": person("east", ("park", "东园")),
        "park west": person("west", ("park", "西园")),
        "system": person("system", ("system", zone)),
        # Rights of one unit must not be carried to another by a second grant.
        "system and park east": person("both", ("system", zone), ("park", "东园")),
        "security": person("security", ("security", zone)),
        "audit": person("audit", ("audit", zone)),
        "auditor": person("auditor", ("auditor", zone)),
        "clerk east": person("clerk", ("clerk", "东园")),
        "firm east": of_firm("firm", EAST_FIRM),
        "nobody": person("nobody"),
        "expired": person("expired", ("economy", zone)),
        "closed": person("closed", ("economy", zone), is_active=False),
    }
    Grant.objects.filter(user=found["expired"]).update(until=timezone.localdate() - timedelta(days=1))
    return found


def prepare(folder: Path) -> Ground:
    """Load units, firms, their months and the units' figures; return what there is to attack."""
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
    loads.load(loads.units_book(folder / "zone"))
    loads.load(loads.firms_book(folder, loads.firm(1, EAST_FIRM), loads.firm(2, WEST_FIRM, "西园")))
    rows = (
        MONTHS_HEAD,
        ("2026年10月", EAST_FIRM, loads.code_of(1), "东园", int(EAST_SECRET), 600001, int(EAST_OPEN), 31),
        ("2026年10月", WEST_FIRM, loads.code_of(2), "西园", int(WEST_SECRET), 600002, int(WEST_OPEN), 32),
        ("2026年9月", WEST_FIRM, loads.code_of(2), "西园", f"约{BROKEN_SECRET}吧", 600003, 17, 33),
    )
    months = loads.load(loads.workbook(folder / "企业月报.xlsx", {"企业月报": rows}))
    figures = loads.load(
        loads.figures_book(
            folder,
            ("高新区", "地区生产总值", "2026年9月", float(ZONE_FIGURE), "亿元"),
            ("东园", "规上工业总产值", "2026年10月", 1140.25, "亿元"),
            ("西园", "规上工业总产值", "2026年10月", float(WEST_FIGURE), "亿元"),
            ("高新区", "规上工业总产值", "2026年10月", 9100, "亿元"),
            ("云州市", "规上工业总产值", "2026年10月", 900, "亿元"),
        )
    )
    east = unit("东园").pk
    book = loads.figures_book(
        folder,
        ("东园", "规上工业总产值", "2026年9月", 36.25, "亿元"),
        ("东园", "规上工业总产值", "2026年8月", "不清楚", "亿元"),
        name="东园.xlsx",
    )
    own = loads.load(book, unit=east)
    firms = {firm.name: firm for firm in Enterprise.objects.all()}
    people = everybody()
    way = _on_the_way(folder, rows, people["economy"])
    return Ground(months, figures, own, firms[EAST_FIRM], firms[WEST_FIRM], people, way)


def _on_the_way(folder: Path, rows: tuple[tuple[object, ...], ...], owner: User) -> int:
    """Return a load of the economy desk for the east park, read and not written: the survey of before, once more."""
    from qipan.platform.rights import person as acting

    changed = tuple((*row[:5], 999, *row[6:]) if at else row for at, row in enumerate(rows))
    path = loads.workbook(folder / "企业月报-更正.xlsx", {"企业月报": changed})
    draft = loads_on_the_way.begun(path, by=acting(owner), unit=unit("东园").pk)
    loads_on_the_way.read(draft, acting(owner))
    return draft.pk
