"""The zone's own fields in the ledger of firms: known by their headings, typed, changed and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import loads
from loads import FIRM_HEAD, firm

if TYPE_CHECKING:
    from qipan.platform.models import Batch

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
  - {code: floors, names: {zh: 厂房层数, en: Floors}, type: integer, aliases: [层数]}
  - {code: rent, names: {zh: 租金, en: Rent}, type: number, decimals: 2, unit: 万元}
  - {code: moved, names: {zh: 入驻日期, en: Moved in}, type: date}
"""


@pytest.fixture
def local(db: None) -> Iterator[None]:
    """The zone's own pack with fields for firms."""
    from qipan.platform.home import home

    folder = home().overlay / "local"
    (folder / "fields").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "fields" / "firms.yaml").write_text(FIELDS, encoding="utf-8")
    yield
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()


def book(
    folder: Path, name: str, *own: object, head: tuple[str, ...] = ("层数", "租金（元）", "入驻日期", "口碑")
) -> Path:
    rows = [(*FIRM_HEAD, *head), (*firm(1, "云州宏远机械有限公司"), *own)]
    return loads.workbook(folder / name, {"企业台账": rows})


def extra() -> dict[str, object] | None:
    from qipan.registry.models import Enterprise

    return Enterprise.objects.get().extra


def test_a_heading_that_is_a_field_of_the_zones_own_is_typed_and_others_stay_as_they_stood(
    local: None, zone: Batch, tmp_path: Path
):
    batch = loads.load(book(tmp_path, "一.xlsx", "3", 125000, "2024年3月1日", "好"))
    assert batch.refused == 0
    assert extra() == {"floors": 3, "rent": 12.5, "moved": "2024-03-01", "口碑": "好"}


def test_what_cannot_be_read_stays_under_its_heading_and_is_told(local: None, zone: Batch, tmp_path: Path):
    checked = loads.check(book(tmp_path, "一.xlsx", "三四层", 1, "去年", None))
    assert {"screens.want-number", "screens.want-date"} <= set(checked.problem_counts())
    loads.load(book(tmp_path, "一.xlsx", "三四层", 1, "去年", None))
    kept = extra()
    assert kept is not None
    assert kept["层数"] == "三四层"
    assert "floors" not in kept


def test_a_later_sheet_changes_them_one_by_one_and_undo_brings_them_back(local: None, zone: Batch, tmp_path: Path):
    from qipan.platform.models import User
    from qipan.platform.records.history import history
    from qipan.registry.models import Enterprise
    from qipan.registry.screens import FIRMS

    loads.load(book(tmp_path, "一.xlsx", "3", 125000, "2024-03-01", "好"))
    again = loads.load(book(tmp_path, "二.xlsx", "3", 125000, "2024-03-01", "好"))
    assert (again.changed, again.same) == (0, 1)
    checked = loads.check(book(tmp_path, "三.xlsx", "4", None, None, "差"))
    preview = checked.plan.preview_frame().filter(checked.plan.preview_frame()["field"] == "floors")
    assert preview.select("old", "new").rows() == [("3", "4")]
    changed = loads.load(book(tmp_path, "三.xlsx", "4", None, None, "差"))
    assert changed.changed == 1
    assert extra() == {"floors": 4, "rent": 12.5, "moved": "2024-03-01", "口碑": "好"}
    told = history(User(is_active=False), FIRMS, Enterprise.objects.get()).happenings[0].load
    assert told is not None
    assert [(one.field, one.before, one.after) for one in told.changes if one.before != one.after] == [
        ("extra__floors", 3, 4)
    ]
    assert loads.undo(changed) == []
    assert extra() == {"floors": 3, "rent": 12.5, "moved": "2024-03-01", "口碑": "好"}
