"""Fixtures of the screens' tests: a zone of two parks with firms of every kind, and firms as the test's own noun."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.sample import Zone

    from qipan.platform.screens import Screen


@pytest.fixture
def zone(db: None) -> Zone:
    """A city, a zone of two parks and one person of every role."""
    from tests.web import sample

    return sample.new_zone()


@pytest.fixture
def own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """A register of screens of the test's own."""
    monkeypatch.setattr("qipan.platform.screens.declaration._screens", {})


@pytest.fixture
def firm_screen(own_register: None) -> Screen:
    """Firms as a noun: every kind of column that can be changed."""
    from qipan.platform.screens import Column, Kind, Screen, declare
    from qipan.platform.term import Term
    from qipan.registry.models import Enterprise

    def sizes() -> list[tuple[str, str]]:
        return [("大", "大型"), ("小", "小型")]

    return declare(
        Screen(
            code="firms",
            names=Term("企业", "firms"),
            one=Term("企业", "firm"),
            model=Enterprise,
            columns=(
                Column("name", Term("企业名称", "Name"), edit=True, required=True),
                Column("uscc", Term("信用代码", "Credit code"), Kind.CODE, edit=True),
                Column("park", Term("园区", "Park"), Kind.UNIT, field="unit", edit=True, required=True),
                Column("size", Term("规模", "Size"), Kind.CHOICE, choices=sizes, edit=True),
                Column("registered", Term("成立日期", "Registered"), Kind.DATE, edit=True),
                Column("capital", Term("注册资本", "Capital"), Kind.MONEY, unit="万元", decimals=2, edit=True),
                Column("above", Term("四上", "Above scale"), Kind.BOOLEAN, field="above_scale", edit=True),
                Column("longitude", Term("经度", "Longitude"), Kind.NUMBER, decimals=6, edit=True),
                Column("phone", Term("电话", "Phone"), edit=True, secret="contacts.see"),
                Column("note", Term("备注", "Remarks"), Kind.LONG, edit=True),
                Column("city", Term("城市", "City")),
            ),
            see="firms.see",
            edit="firms.edit",
            remove="firms.remove",
            noun="enterprise",
        )
    )


@pytest.fixture
def firms(zone: Zone) -> Zone:
    """Thirty firms: in two parks and in none, some of unknown age, some with titles."""
    from tests.web.sample import new_firm

    from qipan.registry.models import Qualification

    for number in range(30):
        firm = new_firm(
            f"企业{number:02}",
            (zone.east, zone.west, None)[number % 3],
            registered=None if number % 5 == 0 else date(2000 + number, 1, 1),
            industry="3911" if number % 2 else "5100",
            above_scale=(True, False, None)[number % 4 % 3],
            uscc=f"9137010000000000{number:02}" if number % 6 else None,
            capital=number * 1_000_000 if number % 7 else None,
            city="济宁" if number % 2 else "",
            size="大中小微"[number % 4],
            phone=f"138{number:08}",
            person="张三",
        )
        if number % 3 == 0:
            Qualification.objects.create(enterprise=firm, kind="hightech", since=date(2024, 1, 1))
        if number % 4 == 0:
            Qualification.objects.create(enterprise=firm, kind="gazelle")
            Qualification.objects.create(
                enterprise=firm, kind="hightech", since=date(2019, 1, 1), until=date(2022, 1, 1)
            )
    return zone
