"""Locked returns refuse, people load only where they may, and a plan others have overtaken is made again."""

from __future__ import annotations

import pytest
from tests.web.sample import new_person

import loads
from loads import code_of, figure, figures_book, firm, firms_book, units_book, view, workbook
from qipan.platform.imports import load
from qipan.platform.imports.undo import undo
from qipan.platform.rights import Refused, person
from qipan.registry.loading.returns import lock
from qipan.registry.models import Enterprise, Unit

OUTPUT = ("东园", "规上工业总产值", "2026年10月", 40.25, "亿元")
WEST = ("西园", "规上工业总产值", "2026年10月", 8, "亿元")
CHANGED = (*OUTPUT[:3], 41, "亿元")


@pytest.fixture
def locked(zone, tmp_path):
    """October locked in the east park."""
    batch = loads.load(figures_book(tmp_path, OUTPUT))
    assert lock(loads.operator(), 202610).value == 1
    return batch


@pytest.fixture
def manager(zone):
    """Who manages the east park."""
    return new_person("east", "park", Unit.objects.get(name="东园"))


def test_a_locked_return_refuses_a_change(locked, tmp_path):
    path = figures_book(tmp_path, CHANGED, WEST, name="二.xlsx")
    checked = loads.check(path)
    assert checked.problem_counts() == {"imports.locked": 1}
    assert (checked.counts.new, checked.counts.changed, checked.counts.refused) == (1, 0, 1)
    loads.load(path)
    assert figure("东园", "industrial_output", 202610) == (4_025_000_000_00, "40.25")
    assert figure("西园", "industrial_output", 202610) is not None


def test_a_locked_return_refuses_a_new_figure(locked, tmp_path):
    checked = loads.check(figures_book(tmp_path, ("东园", "一般公共预算收入", "2026年10月", 3, "亿元"), name="二.xlsx"))
    assert checked.problem_counts() == {"imports.locked": 1}
    assert checked.plan.empty


def test_a_rerun_of_what_is_locked_changes_nothing_and_is_no_problem(locked, tmp_path):
    before = view()
    again = loads.load(figures_book(tmp_path, OUTPUT))
    assert (again.same, again.refused) == (1, 0)
    assert view() == before


def test_a_locked_return_refuses_undo(locked):
    before = view()
    assert loads.undo(locked) == ["imports.undo-locked"]
    assert view() == before


def test_a_refused_undo_names_what_is_locked_as_a_range(zone, tmp_path):
    months = [(*OUTPUT[:2], f"{year}年{month}月", month, "亿元") for year, month in ((2025, 11), (2025, 12), (2026, 1))]
    batch = loads.load(figures_book(tmp_path, *months, (*WEST[:2], "2026年5月", 9, "亿元")))
    for period in (202511, 202512, 202601, 202605):
        assert lock(loads.operator(), period).done
    (problem,) = undo(loads.operator(), batch.pk).problems
    assert problem.message("zh") == "已锁定：2025年11月—2026年1月、2026年5月，2 个单位共 4 份报送"
    assert "…" not in problem.message("en")


def test_the_city_s_figures_are_locked_with_the_unit_that_reported_them(zone, tmp_path):
    head = ("指标", "时期", "计量单位", "全市绝对额", "全市增速(%)")
    city = workbook(
        tmp_path / "全市主要经济指标.xlsx", {"全市对比": (head, ("地区生产总值", "2026年9月", "亿元", 1200, 5.1))}
    )
    batch = loads.load(city)
    assert figure("云州市", "gdp", 202609) is not None
    assert lock(loads.operator(), 202609).value == 1
    assert loads.undo(batch) == ["imports.undo-locked"]


def test_a_lock_names_what_it_locked_in_the_trail(locked):
    from qipan.platform.models import TrailEntry

    entry = TrailEntry.objects.get(action="returns.lock")
    which = {"ledger": "measures_long", "period": 202610}
    assert (entry.before, entry.after) == ({**which, "status": "submitted"}, {**which, "status": "locked"})


def test_nothing_is_locked_twice(locked):
    assert [problem.code for problem in lock(loads.operator(), 202610).problems] == ["registry.nothing-to-lock"]


def test_a_park_manager_loads_figures_of_the_park_only(manager, tmp_path):
    checked = loads.check(figures_book(tmp_path, OUTPUT, WEST), by=manager)
    assert checked.problem_counts() == {"imports.outside": 1}
    loads.load(tmp_path / "园区指标.xlsx", by=manager, unit=Unit.objects.get(name="东园").pk)
    assert figure("东园", "industrial_output", 202610) is not None
    assert figure("西园", "industrial_output", 202610) is None


def test_a_park_manager_cannot_load_for_the_zone(manager, tmp_path):
    zone = Unit.objects.get(kind="zone").pk
    checked = loads.check(figures_book(tmp_path, OUTPUT), by=manager, unit=zone)
    with pytest.raises(Refused):
        load.write(checked, person(manager))


def test_a_park_manager_neither_changes_nor_takes_a_firm_of_another_park(manager, tmp_path):
    west = firm(2, "云州光华光电科技股份有限公司", "西园")
    loads.load(firms_book(tmp_path, west))
    for number, row in enumerate((firm(2, str(west[0]), "西园", status="注销"), firm(2, str(west[0]), "东园"))):
        path = firms_book(tmp_path, row, firm(3, "云州自有企业有限公司"), name=f"{number}.xlsx")
        checked = loads.check(path, by=manager, unit=Unit.objects.get(name="东园").pk)
        assert checked.problem_counts() == {"imports.outside": 1}
        assert (checked.counts.new, checked.counts.changed, checked.counts.refused) == (1, 0, 1)
    assert Enterprise.objects.get(uscc=code_of(2)).status == "存续"


def test_what_was_checked_by_another_is_planned_again_for_who_commits_it(manager, tmp_path):
    checked = loads.check(figures_book(tmp_path, OUTPUT, WEST), unit=Unit.objects.get(name="东园").pk)
    assert load.write(checked, person(manager)).done
    assert figure("西园", "industrial_output", 202610) is None


def test_a_park_manager_cannot_change_units(manager, tmp_path):
    path = units_book(
        tmp_path, (loads.UNITS[0], ("N", "新园", "园区", "GX", None, None), ("W", "西边园", "园区", "GX", None, None))
    )
    checked = loads.check(path, by=manager, unit=Unit.objects.get(name="东园").pk)
    assert checked.plan.empty
    assert checked.problem_counts() == {"imports.outside": 2}


def test_a_park_manager_undoes_only_the_parks_batches(manager, tmp_path):
    east = Unit.objects.get(name="东园").pk
    own = loads.load(figures_book(tmp_path, OUTPUT), by=manager, unit=east)
    whole = loads.load(figures_book(tmp_path, WEST, name="二.xlsx"))
    with pytest.raises(Refused):
        undo(person(manager), whole.pk)
    assert loads.undo(own, by=manager) == []


def test_a_leader_loads_nothing(zone, tmp_path):
    leader = new_person("leader", "leader", Unit.objects.get(kind="zone"))
    with pytest.raises(Refused):
        load.write(loads.check(figures_book(tmp_path, OUTPUT), by=leader), person(leader))


def test_a_plan_another_change_has_overtaken_is_made_again(zone, tmp_path):
    slow = loads.check(figures_book(tmp_path, OUTPUT))
    loads.load(figures_book(tmp_path, OUTPUT, name="同.xlsx"))
    outcome = load.write(slow, loads.operator())
    assert outcome.value is not None
    assert (outcome.value.new, outcome.value.same) == (0, 1)


def test_a_unit_that_moves_keeps_where_it_stood(zone, tmp_path):
    from datetime import date

    head = loads.UNITS[0]
    before = view()
    moved = ("W", "西园", "园区", "E", None, date(2025, 1, 1))
    batch = loads.load(units_book(tmp_path, (head, moved)))
    west = Unit.objects.get(code="W")
    assert [(p.parent.code, str(p.since), str(p.until)) for p in west.places.order_by("since")] == [
        ("GX", "2012-01-01", "2025-01-01"),
        ("E", "2025-01-01", "None"),
    ]
    assert loads.undo(batch) == []
    assert view() == before
