"""The ledger of firms: registered once, told by code or name, changed field by field, never merged in silence."""

from __future__ import annotations

import pytest

import loads
from loads import code_of, figure, figures_book, firm, firms_book, units_book, view, workbook
from qipan.platform.imports.report import problem_groups
from qipan.platform.models import TrailEntry
from qipan.registry.models import Enterprise, EnterpriseName, Fact, Qualification, Uncertain, Verdict
from qipan.registry.verdicts import judge

BOLT = firm(1, "山东云州宏远机械制造有限公司")
LIGHT = firm(2, "云州光华光电科技股份有限公司", "西园")
MONTH_HEAD = ("月份", "企业名称", "统一社会信用代码", "所属园区", "工业总产值(千元)", "营业收入(千元)")


def months_book(folder, *rows, name="四上企业月度数据.xlsx"):
    return workbook(folder / name, {"企业月度数据": (MONTH_HEAD, *rows)})


def test_firms_are_registered_with_what_their_ledger_says(zone, tmp_path):
    batch = loads.load(firms_book(tmp_path, BOLT, LIGHT))
    assert (batch.read, batch.new) == (2, 2)
    found = Enterprise.objects.get(uscc=code_of(1))
    assert (found.name, found.unit.name, found.industry, found.status) == (BOLT[0], "东园", "3990", "存续")
    assert (found.capital, str(found.registered)) == (1000 * 10_000 * 100, "2015-03-01")
    assert (found.batch, found.row) == (batch.pk, 2)


def test_a_rerun_of_firms_changes_nothing(zone, tmp_path):
    path = firms_book(tmp_path, BOLT, LIGHT, firm(3, "无码企业有限公司", code=None))
    loads.load(path)
    before = view()
    again = loads.load(path)
    assert (again.read, again.new, again.changed, again.same) == (3, 0, 0, 3)
    assert view() == before


def test_a_change_is_shown_old_to_new_by_names_a_person_knows(zone, tmp_path):
    loads.load(firms_book(tmp_path, BOLT))
    path = firms_book(tmp_path, firm(1, str(BOLT[0]), "西园", capital=2000, status="注销"), name="二.xlsx")
    shown = loads.check(path).plan.preview_frame().sort("field").select("label", "field", "old", "new").rows()
    assert shown == [
        (BOLT[0], "capital", "1000", "2000"),
        (BOLT[0], "status", "存续", "注销"),
        (BOLT[0], "unit", "东园", "西园"),
    ]


def test_undo_of_changed_firms_restores_every_field(zone, tmp_path):
    loads.load(firms_book(tmp_path, BOLT, LIGHT))
    before = view()
    changed = firm(1, "云州宏远智能装备有限公司", "西园", capital=2000, since="2016-01-02")
    batch = loads.load(firms_book(tmp_path, changed, firm(9, "云州新来科技有限公司"), name="二.xlsx"))
    assert (batch.new, batch.changed) in {(1, 1), (1, 0)}
    assert view() != before
    assert loads.undo(batch) == []
    assert view() == before


def test_a_renamed_firm_keeps_its_former_name(zone, tmp_path):
    loads.load(firms_book(tmp_path, BOLT))
    loads.load(firms_book(tmp_path, firm(1, "山东云州宏远机械制造集团有限公司"), name="二.xlsx"))
    now = Enterprise.objects.get(uscc=code_of(1))
    assert now.name == "山东云州宏远机械制造集团有限公司"
    assert EnterpriseName.objects.filter(enterprise=now, kind="former", name=BOLT[0]).exists()


def test_a_damaged_code_is_reported_and_the_name_still_tells_the_firm(zone, tmp_path):
    loads.load(firms_book(tmp_path, BOLT))
    checked = loads.check(
        firms_book(tmp_path, firm(1, str(BOLT[0]), code="9.13708E+17", status="注销"), name="二.xlsx")
    )
    assert checked.problem_counts()["codes.scientific"] == 1
    assert (checked.counts.new, checked.counts.changed) == (0, 1)
    loads.load(firms_book(tmp_path, firm(1, str(BOLT[0]), code="9.13708E+17", status="注销"), name="二.xlsx"))
    assert Enterprise.objects.get().uscc == code_of(1)


def test_all_problems_of_all_rows_are_told_at_once(zone, tmp_path):
    checked = loads.check(
        firms_book(
            tmp_path,
            firm(1, str(BOLT[0]), "南园"),
            firm(2, "云州光华光电科技股份有限公司", code="91370800MA3WRONG1X"),
            firm(3, "云州三号企业有限公司", since="某年某月"),
            firm(4, "云州四号企业有限公司", capital="很多"),
            firm(4, "云州四号企业有限公司"),
            firm(5, ""),
        )
    )
    assert {"imports.unknown-unit", "sheets.bad-date", "sheets.bad-number", "imports.repeated-firm"} <= set(
        checked.problem_counts()
    )
    assert any(code.startswith("codes.") for code in checked.problem_counts())


def test_units_firms_and_figures_may_come_in_one_load_and_go_again(installed, tmp_path):
    batch = loads.load(
        units_book(tmp_path),
        firms_book(tmp_path, BOLT, LIGHT),
        months_book(tmp_path, ("2026年10月", BOLT[0], BOLT[1], "东园", 1200, 1500)),
        figures_book(tmp_path, ("西园", "规上工业总产值", "2026年10月", 8, "亿元")),
    )
    assert Enterprise.objects.get(uscc=code_of(2)).unit.name == "西园"
    bolt = Enterprise.objects.get(uscc=code_of(1))
    assert Fact.objects.get(subject_id=bolt.pk, measure__code="firm_output").value == 1200 * 1000 * 100
    assert figure("西园", "industrial_output", 202610) is not None
    assert loads.undo(batch) == []
    assert all(not rows for rows in view().values())


def test_a_figure_of_a_firm_nobody_knows_is_refused_and_said(zone, tmp_path):
    checked = loads.check(months_book(tmp_path, ("2026年10月", BOLT[0], BOLT[1], "东园", 1200, 1500)))
    assert checked.problem_counts()["imports.unknown-firm"] == 1
    assert (checked.counts.new, checked.counts.refused) == (0, 2)


def test_every_row_that_names_what_nobody_knows_is_counted_and_three_of_them_are_told(zone, tmp_path):
    firms = [firm(number, f"云州第{number}有限公司", "南园" if number < 6 else "北园") for number in range(1, 8)]
    checked = loads.check(firms_book(tmp_path, *firms))
    assert checked.problem_counts()["imports.unknown-unit"] == 7
    groups = problem_groups(checked.understood, checked.problems())
    group = next(one for one in groups if one.code == "imports.unknown-unit")
    assert (group.count, group.differ) == (7, True)
    assert len(group.examples) == 3
    months = [(f"2026年{month}月", BOLT[0], BOLT[1], "南园", 1200, 1500) for month in range(7, 11)]
    checked = loads.check(months_book(tmp_path, *months))
    assert checked.problem_counts()["imports.unknown-firm"] == 4
    assert checked.problem_counts()["imports.unknown-unit"] == 4
    groups = problem_groups(checked.understood, checked.problems())
    told = {one.code: [example.where.row for example in one.examples] for one in groups}
    assert told["imports.unknown-firm"] == told["imports.unknown-unit"] == [2, 3, 4]


def test_undo_refuses_where_later_figures_hang_on_the_batchs_firms(zone, tmp_path):
    firms = loads.load(firms_book(tmp_path, BOLT))
    months = loads.load(months_book(tmp_path, ("2026年10月", BOLT[0], BOLT[1], "东园", 1200, 1500)))
    before = view()
    assert set(loads.undo(firms)) == {"imports.undo-hanging"}
    assert view() == before
    assert loads.undo(months) == []
    assert loads.undo(firms) == []


def test_undo_of_units_refuses_while_firms_belong_to_them(zone, tmp_path):
    loads.load(firms_book(tmp_path, BOLT))
    before = view()
    assert "imports.undo-hanging" in loads.undo(zone)
    assert view() == before


def test_undo_refuses_after_a_later_batch_changed_the_same_field(zone, tmp_path):
    loads.load(firms_book(tmp_path, BOLT))
    second = loads.load(firms_book(tmp_path, firm(1, str(BOLT[0]), status="停业"), name="二.xlsx"))
    loads.load(firms_book(tmp_path, firm(1, str(BOLT[0]), status="注销"), name="三.xlsx"))
    assert loads.undo(second) == ["imports.undo-overtaken"]


def test_undo_refuses_after_a_person_changed_the_firm_by_hand(zone, tmp_path, monkeypatch):
    from qipan.platform import action as actions
    from qipan.platform.action import Act, action

    monkeypatch.setattr(actions, "VERBS", dict(actions.VERBS))  # the change made up here is nobody else's

    @action("test.rename", right="x", zh="改", en="change")
    def change(act: Act, key: int) -> None:
        Enterprise.objects.filter(pk=key).update(status="停业")
        act.changed("enterprise", key, {"status": "存续"}, {"status": "停业"})

    batch = loads.load(firms_book(tmp_path, BOLT, LIGHT))
    other = loads.load(firms_book(tmp_path, firm(7, "云州旁观者有限公司"), name="二.xlsx"))
    assert change(loads.operator(), Enterprise.objects.get(uscc=code_of(1)).pk).done
    assert loads.undo(batch) == ["imports.undo-by-hand"]
    assert loads.undo(other) == []


@pytest.fixture
def uncertain(zone, tmp_path):
    """A firm that looks like a registered one, and the file that names it."""
    loads.load(firms_book(tmp_path, BOLT))
    path = firms_book(tmp_path, firm(8, "山东云州宏远机戒制造有限公司", code=None), name="疑.xlsx")
    loads.load(path)
    return path


def test_a_firm_that_only_looks_alike_waits_for_a_person(uncertain):
    assert Enterprise.objects.count() == 1
    waiting = Uncertain.objects.get()
    assert waiting.problem == "resolve.look-alike"
    assert waiting.candidates[0]["name"] == BOLT[0]


def test_a_rerun_does_not_ask_twice(uncertain):
    before = view()
    again = loads.load(uncertain)
    assert (again.new, again.changed, again.conflicts) == (0, 0, 1)
    assert view() == before


def test_the_verdict_same_firm_is_remembered(uncertain):
    known = Enterprise.objects.get()
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=known.pk).done
    assert Uncertain.objects.get().decided is not None
    assert Verdict.objects.get().enterprise == known
    again = loads.load(uncertain)
    assert (again.new, again.conflicts) == (0, 0)
    assert Enterprise.objects.count() == 1
    assert TrailEntry.objects.filter(action="firms.judge").exists()


def test_the_verdict_a_firm_of_its_own_registers_it(uncertain):
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=None).done
    assert Enterprise.objects.count() == 2
    again = loads.load(uncertain)
    assert (again.new, again.changed, again.conflicts) == (0, 1, 0)
    assert Enterprise.objects.get(name="山东云州宏远机戒制造有限公司").industry == "3990"
    loads.load(uncertain)
    assert Enterprise.objects.count() == 2


def test_a_question_is_decided_once(uncertain):
    number = Uncertain.objects.get().pk
    assert judge(loads.operator(), number, same_as=None).done
    again = judge(loads.operator(), number, same_as=None)
    assert [problem.code for problem in again.problems] == ["registry.nothing-to-judge"]


def test_titles_are_held_once_and_their_end_is_moved(zone, tmp_path):
    head = ("企业名称", "统一社会信用代码", "资质类型", "证书编号", "认定日期", "有效期至")
    loads.load(firms_book(tmp_path, BOLT))
    row = (BOLT[0], BOLT[1], "高新技术企业", "GR1", "2023-11-01", "2026-10-31")
    first = loads.load(workbook(tmp_path / "资质名单.xlsx", {"资质名单": (head, row)}))
    before = view()
    assert (first.read, first.new) == (1, 1)
    again = loads.load(tmp_path / "资质名单.xlsx")
    assert (again.new, again.changed, again.same) == (0, 0, 1)
    longer = workbook(tmp_path / "资质名单2.xlsx", {"资质名单": (head, (*row[:5], "2027-10-31"))})
    second = loads.load(longer)
    assert second.changed == 1
    assert str(Qualification.objects.get().until) == "2027-10-31"
    assert loads.undo(second) == []
    assert view() == before
