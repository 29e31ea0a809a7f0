"""A zone's own fields are columns like any other: typed, checked, kept with the record, found by the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.sample import Zone

from qipan.platform.home import home
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import person
from qipan.platform.screens import Kind, Screen, columns_of
from qipan.platform.screens.changing import change, create
from qipan.registry.models import Enterprise

PACK = """
id: local
version: "2026.11"
names: {zh: 本区自定, en: The zone's own}
needs: [cn-hitech]
licence: Apache-2.0
"""
FIELDS = """
defaults: {screen: firms, from: 2020-01-01, source: {doc: 招商局台账, status: practice}}
fields:
  - {code: floors, names: {zh: 厂房层数, en: Floors}, type: integer}
  - {code: rent, names: {zh: 租金, en: Rent}, type: number, decimals: 2, unit: 万元}
  - {code: stage, names: {zh: 阶段, en: Stage}, type: choice, choices: [{code: new, names: {zh: 新引进, en: new}}]}
  - {code: moved, names: {zh: 入驻日期, en: Moved in}, type: date}
  - {code: owner, names: {zh: 包保人, en: Owner}, required: true}
  - {code: old, names: {zh: 旧项, en: Old}, until: 2021-01-01}
  - {code: later, names: {zh: 后项, en: Later}, from: 2999-01-01}
  - {code: name, names: {zh: 名称, en: Name}}
  - {code: floors, screen: units, names: {zh: 层, en: Floors}}
"""


@pytest.fixture
def local(firm_screen: Screen) -> Iterator[Path]:
    """The zone's own pack with fields for firm_screen."""
    folder = home().overlay / "local"
    (folder / "fields").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "fields" / "firms.yaml").write_text(FIELDS, encoding="utf-8")
    yield folder
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()


def test_the_pack_adds_its_columns_to_the_noun_it_names_and_only_while_they_hold(local: Path, firm_screen: Screen):
    added = [column.code for column in columns_of(firm_screen) if column.path.startswith("extra__")]
    assert added == ["floors", "rent", "stage", "moved", "owner"]
    floors = firm_screen.column("floors")
    assert floors is not None
    assert (floors.kind, str(floors.names), floors.edit) == (Kind.INTEGER, "厂房层数", True)
    assert firm_screen.column("old") is None


def test_a_declared_column_is_never_replaced(local: Path, firm_screen: Screen):
    assert [column.path for column in columns_of(firm_screen) if column.code == "name"] == ["name"]


def test_a_value_is_typed_checked_kept_and_told(local: Path, firm_screen: Screen, zone: Zone):
    who = person(User.objects.get(pk=zone.economy.pk))
    given = {"name": "甲", "park": "东园", "floors": "三层", "rent": "12.345", "moved": "2026年3月1日"}
    wrong = {problem.where.column: problem.code for problem in create(who, firm_screen, given).problems}
    assert wrong == {"floors": "screens.want-number", "rent": "screens.too-exact", "owner": "screens.missing"}
    made = create(who, firm_screen, {**given, "floors": "3", "rent": "12.5", "owner": "李四", "stage": "新引进"}).value
    made = Enterprise.objects.get(pk=made.pk)
    assert made.extra == {"floors": 3, "rent": 12.5, "owner": "李四", "stage": "new", "moved": "2026-03-01"}
    assert change(who, firm_screen, made.pk, 1, {"floors": "4", "stage": ""}).done
    made.refresh_from_db()
    assert made.extra == {"floors": 4, "rent": 12.5, "owner": "李四", "moved": "2026-03-01"}
    told = TrailEntry.objects.order_by("id").last()
    assert told is not None
    assert (told.before, told.after) == ({"floors": 3, "stage": "new"}, {"floors": 4, "stage": None})


def test_the_database_filters_by_them(local: Path, firm_screen: Screen, zone: Zone):
    who = person(User.objects.get(pk=zone.economy.pk))
    for name, floors, moved in (("甲", "3", "2026-03-01"), ("乙", "10", "2025-12-31"), ("丙", "", "")):
        create(who, firm_screen, {"name": name, "park": "东园", "owner": "李", "floors": floors, "moved": moved})
    path = str(getattr(firm_screen.column("floors"), "path", ""))
    found = Enterprise.objects.filter
    assert {firm.name for firm in found(**{f"{path}__gte": 5})} == {"乙"}
    assert {firm.name for firm in found(**{f"{path}__isnull": True})} == {"丙"}
    assert {firm.name for firm in found(extra__moved__gte="2026-01-01")} == {"甲"}
    assert {firm.name for firm in found(extra__owner__icontains="李")} == {"甲", "乙", "丙"}
