"""What a person said of an uncertain firm holds for every later load, until somebody says otherwise."""

from __future__ import annotations

import pytest
from tests.web.sample import new_person

import loads
from loads import code_of, firm, firms_book, workbook
from qipan.platform.models import TrailEntry
from qipan.platform.rights import Refused, person
from qipan.registry.models import Enterprise, Fact, Subject, Uncertain, Unit, Verdict
from qipan.registry.queries import visible_to
from qipan.registry.verdicts import judge, withdraw

BOLT = firm(1, "山东云州宏远机械制造有限公司")
LIKE = "山东云州宏远机戒制造有限公司"
MONTH_HEAD = ("月份", "企业名称", "统一社会信用代码", "所属园区", "工业总产值(千元)", "营业收入(千元)")


def months_book(folder, *rows):
    return workbook(folder / "四上企业月度数据.xlsx", {"企业月度数据": (MONTH_HEAD, *rows)})


@pytest.fixture
def asked(zone, tmp_path):
    """A registered firm, and monthly figures of a firm that looks like it."""
    loads.load(firms_book(tmp_path, BOLT))
    path = months_book(tmp_path, ("2026年10月", LIKE, None, "东园", 1200, 1500))
    loads.load(path)
    return path


def test_figures_of_an_uncertain_firm_wait_and_are_written_after_the_verdict(asked):
    assert not Fact.objects.filter(measure__code="firm_output").exists()
    known = Enterprise.objects.get()
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=known.pk).done
    loads.load(asked)
    assert Fact.objects.get(measure__code="firm_output").subject_id == known.pk
    again = loads.load(asked)
    assert (again.new, again.changed, again.conflicts) == (0, 0, 0)


def test_figures_of_a_firm_of_its_own_are_written_for_the_firm_the_verdict_registered(asked):
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=None).done
    new = Enterprise.objects.get(name=LIKE)
    loads.load(asked)
    loads.load(asked)
    assert Fact.objects.get(measure__code="firm_output").subject_id == new.pk
    assert Enterprise.objects.count() == 2


def test_a_verdict_new_stays_with_the_firm_it_registered_load_after_load(zone, tmp_path):
    loads.load(firms_book(tmp_path, BOLT))
    path = firms_book(tmp_path, firm(8, LIKE, code=None), name="疑.xlsx")
    loads.load(path)
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=None).done
    for _ in range(3):
        last = loads.load(path)
    assert (last.new, last.changed, last.same, last.conflicts) == (0, 0, 1, 0)
    assert Verdict.objects.get().enterprise == Enterprise.objects.get(name=LIKE)


def test_one_verdict_answers_the_same_name_wherever_it_waits(asked):
    first = Uncertain.objects.get()
    Uncertain.objects.create(
        name=first.name,
        name_key=first.name_key,
        uscc=first.uscc,
        problem=first.problem,
        batch=first.batch,
        sheet=3,
        row=9,
    )
    other = Uncertain.objects.create(
        name=first.name,
        name_key=first.name_key,
        uscc=code_of(5),
        problem=first.problem,
        batch=first.batch,
        sheet=3,
        row=10,
    )
    assert judge(loads.operator(), first.pk, same_as=Enterprise.objects.get().pk).done
    assert list(Uncertain.objects.filter(decided__isnull=True)) == [other]


def test_a_verdict_outlives_the_batch_that_asked(asked, zone):
    from qipan.platform.models import Batch

    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=Enterprise.objects.get().pk).done
    assert loads.undo(Batch.objects.order_by("-pk")[0]) == []
    assert not Uncertain.objects.exists()
    again = loads.load(asked)
    assert (again.new, again.conflicts) == (2, 0)


def test_a_verdict_is_told_on_the_trail_of_the_firm(asked):
    known = Enterprise.objects.get()
    judge(loads.operator(), Uncertain.objects.get().pk, same_as=known.pk, reason="电话核实")
    entry = TrailEntry.objects.get(noun="verdict")
    assert (entry.subject, entry.actor_name, entry.reason) == (known.pk, "operator", "电话核实")
    assert (entry.after["name"], entry.after["firm"], entry.after["said"]) == (LIKE, BOLT[0], "same")


def test_a_firm_that_is_gone_cannot_be_meant(asked):
    answer = judge(loads.operator(), Uncertain.objects.get().pk, same_as=987_654)
    assert [problem.code for problem in answer.problems] == ["registry.no-such-firm"]
    assert not Verdict.objects.exists()
    assert Uncertain.objects.get().decided is None


def test_a_park_manager_may_not_judge(asked):
    park = new_person("park", "park", Unit.objects.get(name="东园"))
    with pytest.raises(Refused):
        judge(person(park), Uncertain.objects.get().pk, same_as=None)
    assert not visible_to(Uncertain, park).exists()


def test_who_judges_for_one_park_does_not_judge_a_load_of_the_whole_zone(asked):
    desk = new_person("desk", "economy", Unit.objects.get(name="东园"))
    with pytest.raises(Refused):
        judge(person(desk), Uncertain.objects.get().pk, same_as=None)
    assert not visible_to(Uncertain, desk).exists()


def test_a_verdict_taken_back_asks_again_and_leaves_what_was_loaded(asked):
    known = Enterprise.objects.get()
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=known.pk).done
    loads.load(asked)
    figures = Fact.objects.filter(superseded_by__isnull=True).count()
    taken = withdraw(loads.operator(), Verdict.objects.get().pk, reason="看错了")
    assert (taken.done, taken.value) == (True, LIKE)
    assert not Verdict.objects.exists()
    assert Uncertain.objects.get().decided is None
    assert Fact.objects.filter(superseded_by__isnull=True).count() == figures
    entry = TrailEntry.objects.filter(noun="verdict").latest("pk")
    assert (entry.subject, entry.reason, entry.after) == (known.pk, "看错了", None)
    assert (entry.before["name"], entry.before["said"]) == (LIKE, "same")
    other = months_book(asked.parent, ("2026年9月", LIKE, None, "东园", 1100, 1400))
    loads.load(other)
    assert not Fact.objects.filter(period=202609, measure__code="firm_output").exists()


def test_a_firm_that_only_a_verdict_registered_goes_with_it(asked):
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=None).done
    new = Enterprise.objects.get(name=LIKE)
    assert withdraw(loads.operator(), Verdict.objects.get().pk).done
    assert not Enterprise.objects.filter(pk=new.pk).exists()
    assert not Subject.objects.filter(pk=new.pk).exists()
    assert [entry.before["name"] for entry in TrailEntry.objects.filter(noun="enterprise", after__isnull=True)] == [
        LIKE
    ]
    assert judge(loads.operator(), Uncertain.objects.get(decided=None).pk, same_as=Enterprise.objects.get().pk).done


def test_a_verdict_on_whose_firm_others_built_stays(asked):
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=None).done
    loads.load(asked)
    refused = withdraw(loads.operator(), Verdict.objects.get().pk)
    assert [problem.code for problem in refused.problems] == ["registry.verdict-built-on"]
    assert Verdict.objects.exists()
    assert Enterprise.objects.filter(name=LIKE).exists()
    gone = withdraw(loads.operator(), 987_654)
    assert [problem.code for problem in gone.problems] == ["registry.no-such-verdict"]


def test_another_name_of_a_firm_that_a_verdict_registered_is_no_reason_to_remove_it(asked, tmp_path):
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=None).done
    new = Enterprise.objects.get(name=LIKE)
    second = Verdict.objects.create(name_key="别的写法", enterprise=new, by_name="陈统计")
    assert withdraw(loads.operator(), second.pk).done
    assert Enterprise.objects.filter(pk=new.pk).exists()


def test_who_may_not_judge_takes_nothing_back(asked):
    assert judge(loads.operator(), Uncertain.objects.get().pk, same_as=Enterprise.objects.get().pk).done
    verdict = Verdict.objects.get()
    for name, role, at in (("park", "park", "东园"), ("west", "economy", "西园")):
        with pytest.raises(Refused):
            withdraw(person(new_person(name, role, Unit.objects.get(name=at))), verdict.pk)
    assert withdraw(person(new_person("east", "economy", Unit.objects.get(name="东园"))), verdict.pk).done
