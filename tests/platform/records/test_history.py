"""The history of a record: what people did and loads wrote, newest first, by pages, and no more than one may see."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import loads
from loads import firm
from qipan.platform.models import User
from qipan.platform.records import history as told
from qipan.platform.records.history import history
from qipan.platform.rights import machine, person
from qipan.platform.screens.changing import change
from qipan.registry.models import Enterprise, Grant, Unit
from qipan.registry.screens import FIRMS

if TYPE_CHECKING:
    from qipan.platform.models import Batch


@pytest.fixture
def batches(db: None, tmp_path: Path) -> list[Batch]:
    """A zone, a firm, and the same firm with another park and more capital."""
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
    units = loads.load(loads.units_book(tmp_path / "zone", loads.UNITS))
    first = loads.load(book(tmp_path, "一.xlsx", firm(1, "云州宏远机械有限公司")))
    second = loads.load(book(tmp_path, "二.xlsx", firm(1, "云州宏远机械有限公司", "西园", capital=2000)))
    return [units, first, second]


def book(folder: Path, name: str, *rows: Any) -> Path:
    return loads.workbook(folder / name, {"企业台账": [loads.FIRM_HEAD, *rows]})


def person_at(unit: str, role: str) -> User:
    user = User.objects.create(username=f"{role} {unit}")
    Grant.objects.create(user=user, role=role, unit=Unit.objects.get(name=unit), since=date(2020, 1, 1))
    return user


def test_loads_and_people_are_told_in_one_line_of_time(batches: list[Batch]):
    one = Enterprise.objects.get()
    assert change(machine("操作员"), FIRMS, one.pk, None, {"note": "手工"}).done
    found = history(person_at("云州高新区", "economy"), FIRMS, one)
    assert found.earlier is None
    by_hand, moved, registered = found.happenings
    assert by_hand.entry is not None
    assert by_hand.entry.after == {"note": "手工"}
    assert moved.load is not None
    assert {(each.field, each.before, each.after) for each in moved.load.changes if each.field == "capital"} == {
        ("capital", 1000 * 1_000_000, 2000 * 1_000_000)
    }
    assert "unit" in {each.field for each in moved.load.changes}
    assert (moved.load.place, moved.load.row) == ("二.xlsx › 企业台账", 2)
    assert registered.load is not None
    assert registered.load.fresh


def test_a_load_taken_back_is_told_too(batches: list[Batch]):
    assert loads.undo(batches[2]) == []
    found = history(person_at("云州高新区", "economy"), FIRMS, Enterprise.objects.get())
    undone = found.happenings[0].load
    assert undone is not None
    assert undone.batch.kind == "undo"


def test_who_may_not_open_a_batch_reads_the_change_but_not_the_file_it_came_in(batches: list[Batch]):
    found = history(person_at("西园", "park"), FIRMS, Enterprise.objects.get())
    load = found.happenings[0].load
    assert load is not None
    assert (load.open, load.place, load.row) == (False, "", None)
    assert load.changes


def deputy_of(user: User) -> User:
    """Return a person who stands for `user` and has no right of their own."""
    grant = Grant.objects.get(user=user)
    deputy = User.objects.create(username="deputy", last_name="孙代理")
    Grant.objects.create(user=deputy, role=grant.role, unit=grant.unit, since=date(2020, 1, 1), stands_for=grant)
    return deputy


def test_a_deputys_change_load_and_undo_say_in_whose_place_they_acted(batches: list[Batch], tmp_path: Path):
    economy = person_at("云州高新区", "economy")
    User.objects.filter(pk=economy.pk).update(last_name="陈统计")
    deputy = deputy_of(economy)
    one = Enterprise.objects.get()
    assert change(person(deputy), FIRMS, one.pk, None, {"note": "代办"}).done
    third = book(tmp_path, "三.xlsx", firm(1, "云州宏远机械有限公司", "西园", capital=3000))
    loaded = loads.load(third, by=deputy)
    found = history(economy, FIRMS, one).happenings
    assert found[0].load is not None
    assert (found[0].load.batch.by_name, found[0].load.acting_for) == ("孙代理", "陈统计")
    assert found[1].entry is not None
    assert (found[1].entry.actor_name, found[1].entry.acting_for) == ("孙代理", "陈统计")
    assert [one.load.acting_for for one in found[2:] if one.load is not None] == ["", ""], "their own loads"
    assert loads.undo(loaded, by=deputy) == []
    undone = history(economy, FIRMS, one).happenings[0].load
    assert undone is not None
    assert (undone.batch.kind, undone.acting_for) == ("undo", "陈统计")


def test_pages_follow_one_another_and_leave_nothing_out(batches: list[Batch], monkeypatch: pytest.MonkeyPatch):
    one = Enterprise.objects.get()
    for number in range(7):
        assert change(machine("操作员"), FIRMS, one.pk, None, {"note": str(number)}).done
    user = person_at("云州高新区", "economy")
    whole = history(user, FIRMS, one).happenings
    monkeypatch.setattr(told, "PAGE", 3)
    monkeypatch.setattr(told, "LOOKED", 1)
    paged: list[Any] = []
    before, pages = None, 0
    while pages < 20:
        found = history(user, FIRMS, one, before=before)
        paged += found.happenings
        before, pages = found.earlier, pages + 1
        if before is None:
            break
    assert [each.at for each in paged] == [each.at for each in whole]
    assert len(paged) == 9
