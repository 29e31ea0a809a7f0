"""Many records at once: the preview says what happens, what happens is what it said, one refusal stops no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qipan.platform import jobs
from qipan.platform.models import Job, TrailEntry
from qipan.platform.rights import person
from qipan.platform.screens import Screen, screen_of
from qipan.platform.screens.bulk import change_many, changeable, leaving, plan, remove_many
from qipan.platform.screens.selection import Selection, read_selection, selected_keys
from qipan.platform.screens.work import CHANGE
from qipan.registry.models import Enterprise, Fact, Measure, Scope

if TYPE_CHECKING:
    from tests.web.sample import Zone


def screen() -> Screen:
    found = screen_of("firms")
    assert found is not None
    return found


def every() -> list[int]:
    return list(Enterprise.objects.order_by("pk").values_list("pk", flat=True))


def test_a_preview_counts_what_changes_and_what_is_so_already(firms: Zone):
    found = plan(firms.economy, screen(), every(), {"city": "济宁", "size": "大"})
    assert found.problems == ()
    assert [(one.column.code, one.changes, one.same) for one in found.effects] == [("size", 22, 8), ("city", 15, 15)]
    assert found.changing == 30 - Enterprise.objects.filter(city="济宁", size="大").count()
    assert found.lines[0].title == "企业00"
    assert found.lines[0].old == (None, "")
    assert found.lines[1].old == ("中型", None)


def test_what_was_previewed_is_what_happens(firms: Zone):
    keys, texts = every(), {"city": "济宁", "registered": ""}
    expected = plan(firms.economy, screen(), keys, texts)
    done = change_many(person(firms.economy), screen(), keys, texts, reason="统一口径")
    assert (done.done, done.same, done.refused) == (expected.changing, 30 - expected.changing, 0)
    assert not Enterprise.objects.exclude(city="济宁", registered__isnull=True).exists()
    entries = TrailEntry.objects.filter(action="firms.change")
    assert entries.count() == done.done
    assert {entry.reason for entry in entries} == {"统一口径"}


def test_a_park_manager_changes_their_own_and_learns_nothing_of_the_rest(firms: Zone):
    done = change_many(person(firms.park), screen(), every(), {"city": "曲阜"})
    assert (done.done, done.refused, done.refusals) == (10, 20, [])
    assert not Enterprise.objects.filter(city="曲阜").exclude(unit=firms.east).exists()


def test_who_may_only_see_is_told_so_before_and_after(firms: Zone):
    assert plan(firms.leader, screen(), every(), {"city": "曲阜"}).outside == 30
    done = change_many(person(firms.leader), screen(), every(), {"city": "曲阜"})
    assert (done.done, done.refused) == (0, 30)
    assert {refusal.problems[0].code for refusal in done.refusals} == {"screens.no-right-there"}


def test_a_value_that_makes_no_sense_changes_nothing_and_is_told_at_its_column(firms: Zone):
    found = plan(firms.economy, screen(), every(), {"registered": "明天", "name": ""})
    assert {problem.where.column for problem in found.problems} == {"registered", "name"}
    with pytest.raises(ValueError, match="looked through"):
        change_many(person(firms.economy), screen(), every(), {"registered": "明天"})


def test_a_code_two_firms_cannot_share_is_refused_record_by_record(firms: Zone):
    keys = every()[:3]
    done = change_many(person(firms.economy), screen(), keys, {"uscc": "91370100000000990X"})
    assert done.done + done.refused == 3
    assert Enterprise.objects.filter(uscc="91370100000000990X").count() <= 1
    assert all(refusal.problems for refusal in done.refusals)


def test_who_reads_a_contact_masked_sets_none_for_many(firms: Zone):
    assert "phone" not in {column.code for column in changeable(screen(), firms.leader)}
    assert "phone" in {column.code for column in changeable(screen(), firms.economy)}


def test_what_hangs_on_records_is_listed_before_they_are_removed(firms: Zone):
    Scope.objects.create(id=0, text="")
    common = {"unit": "亿元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}
    measure = Measure.objects.create(code="m", pack="p", version="1", **common)
    keys = every()
    Fact.objects.create(subject_id=keys[0], measure=measure, period=202610, basis=1, value=1, batch=1)
    found = leaving(firms.economy, screen(), keys)
    assert [(str(group.names), group.count) for group in found.belongs] == [("资质", 26)]
    assert [(str(group.names), group.count) for group in found.hinders] == [("数据", 1)]
    done = remove_many(person(firms.economy), screen(), keys, reason="重复登记")
    assert (done.done, done.refused) == (29, 1)
    assert every() == [keys[0]]
    assert [problem.code for problem in done.refusals[0].problems] == ["screens.hanging"]


def test_nobody_removes_without_the_right(firms: Zone):
    done = remove_many(person(firms.leader), screen(), every())
    assert (done.done, done.refused) == (0, 30)


def test_a_selection_is_some_by_number_or_all_that_match(firms: Zone):
    some = read_selection(screen(), {"chosen": ["1,2", "x", "3"], "seen": ["9"]})
    assert some == Selection(keys=(1, 2, 3))
    everything = read_selection(screen(), {"all": ["1"], "city": ["济宁"], "step": ["do"], "back": ["/x"]})
    assert everything.wanted is not None
    assert len(selected_keys(firms.leader, screen(), everything)) == 15
    assert selected_keys(firms.park, screen(), Selection(keys=tuple(every()))) == list(
        Enterprise.objects.filter(unit=firms.east).values_list("pk", flat=True)
    )


def test_a_job_changes_what_the_conditions_find_and_tells_the_result(firms: Zone):
    arguments = {"screen": "firms", "query": "city=%E6%B5%8E", "values": {"city": "曲阜"}, "language": "zh-hans"}
    job = Job.objects.create(kind=CHANGE, arguments=arguments, by=firms.economy.pk)
    jobs.run.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"done": 15, "same": 0, "refused": 0, "refusals": []})
    assert Enterprise.objects.filter(city="曲阜").count() == 15


def test_a_job_that_is_stopped_keeps_what_it_did(firms: Zone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("qipan.platform.screens.work.BREATH", 0.0)
    arguments = {"screen": "firms", "keys": every(), "values": {"city": "曲阜"}}
    job = Job.objects.create(kind=CHANGE, arguments=arguments, by=firms.economy.pk, cancel_asked=True)
    jobs.run.call(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert Enterprise.objects.filter(city="曲阜").count() == 1
