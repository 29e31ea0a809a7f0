"""Findings open, close by themselves when the data is put right, are let be until a day, and stay explained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.domains.health.ground import drop, only, put, run, to_date

from qipan.domains.health import actions, keeping, queries, watch
from qipan.domains.health.models import DailyCount, Explanation, Finding, Run
from qipan.domains.health.queries import Wanted
from qipan.platform.action import VERBS
from qipan.platform.models import TrailEntry
from qipan.platform.rights import Refused, machine, person

if TYPE_CHECKING:
    from tests.web.sample import Zone

    from qipan.platform.action import Outcome

RETAIL = "retail_sales"


def codes(outcome: Outcome[object]) -> list[str]:
    return [problem.code for problem in outcome.problems]


@pytest.fixture
def gap(sound: Zone) -> Zone:
    """The zone with one month missing in the east."""
    drop(sound.east.pk, RETAIL, 202610)
    assert run() == [("figure_missing", sound.east.pk, RETAIL, 202610)]
    return sound


def test_a_finding_closes_by_itself_when_the_data_is_corrected_and_comes_back_as_the_same(gap: Zone):
    number = only().pk
    put(gap.east.pk, RETAIL, {202610: to_date(3)[202610]})
    assert run() == []
    assert only().closed is not None
    drop(gap.east.pk, RETAIL, 202610)
    assert len(run()) == 1
    assert (only().pk, only().closed) == (number, None)


def test_looking_twice_changes_nothing_and_leaves_no_line_in_the_trail(gap: Zone):
    before, lines = Finding.objects.values().get(), TrailEntry.objects.count()
    assert len(run()) == 1
    after = Finding.objects.values().get()
    assert {**after, "seen": None} == {**before, "seen": None}
    assert TrailEntry.objects.count() == lines
    assert "health.keep" in VERBS


def test_what_is_ignored_counts_again_on_its_day(gap: Zone, today: Callable[[date], None]):
    outcome = actions.ignore(person(gap.economy), [only().pk], date(2026, 12, 20), reason="园区系统升级")
    assert outcome.value == 1
    assert run() == []
    assert queries.finding_page(gap.economy, Wanted(shown="ignored")).count == 1
    today(date(2026, 12, 19))
    assert not queries.findings(gap.economy, Wanted(code="figure_missing", period=202610)).exists()
    today(date(2026, 12, 20))
    assert queries.findings(gap.economy, Wanted(code="figure_missing", period=202610)).exists()
    line = TrailEntry.objects.filter(noun="finding").get()
    assert (line.subject, line.reason, line.actor_name) == (gap.east.pk, "园区系统升级", str(gap.economy))


def test_ignoring_wants_a_reason_and_a_day_to_come_within_a_year(gap: Zone):
    economy, number = person(gap.economy), [only().pk]
    assert codes(actions.ignore(economy, number, date(2026, 12, 20), reason=" ")) == ["health.no-reason"]
    for day in (date(2026, 11, 25), date(2028, 1, 1)):
        assert codes(actions.ignore(economy, number, day, reason="x")) == ["health.until"]
    assert codes(actions.ignore(economy, [only().pk + 99], date(2026, 12, 1), reason="x")) == ["health.not-there"]
    assert only().ignored_until is None
    assert not TrailEntry.objects.filter(noun="finding").exists()


def test_what_comes_back_after_it_was_mended_is_not_ignored_any_more(gap: Zone):
    actions.ignore(person(gap.economy), [only().pk], date(2027, 3, 1), reason="x")
    put(gap.east.pk, RETAIL, {202610: to_date(3)[202610]})
    run()
    drop(gap.east.pk, RETAIL, 202610)
    assert len(run()) == 1


def test_a_rest_stays_explained_until_its_share_changes(sound: Zone, today: Callable[[date], None]):
    put(sound.zone.pk, RETAIL, {202610: to_date(5)[202610] * 1.02})
    assert [one[0] for one in run()] == ["zone_is_sum_of_parks"]
    economy = person(sound.economy)
    assert codes(actions.explain(economy, only().pk, "enclave", reason="")) == ["health.no-reason"]
    assert codes(actions.explain(economy, only().pk, "moon", reason="飞地")) == ["health.explanation-kind"]
    assert actions.explain(economy, only().pk, "enclave", reason="飞地园区在外县").done
    assert run() == []
    for unit, part in ((sound.east, 3), (sound.west, 2)):
        put(unit.pk, RETAIL, {202611: to_date(part)[202610] * 1.1})
    today(date(2026, 12, 25))
    put(sound.zone.pk, RETAIL, {202611: to_date(5)[202610] * 1.1 * 1.022})
    assert run() == [], "the same share in the next month is explained already"
    put(sound.zone.pk, RETAIL, {202611: to_date(5)[202610] * 1.1 * 1.04})
    assert run() == [("zone_is_sum_of_parks", sound.zone.pk, RETAIL, 202611)]
    assert Explanation.objects.count() == 1


def test_only_a_rest_can_be_explained(gap: Zone):
    outcome = actions.explain(person(gap.economy), only().pk, "enclave", reason="x")
    assert codes(outcome) == ["health.nothing-to-explain"]


def test_what_was_ignored_or_explained_can_count_again(gap: Zone):
    economy = person(gap.economy)
    actions.ignore(economy, [only().pk], date(2027, 1, 1), reason="x")
    assert actions.heed(economy, [only().pk]).value == 1
    assert len(run()) == 1
    assert only().ignored_reason == ""


def test_a_unit_can_be_asked_to_mend_and_must_be_one_that_is_seen(gap: Zone):
    assert actions.assign(person(gap.economy), [only().pk], gap.west.pk).value == 1
    assert queries.finding_page(gap.economy, Wanted(assigned=gap.west.pk)).count == 1
    assert codes(actions.assign(person(gap.park), [only().pk], gap.west.pk)) == ["health.no-such-unit"]
    assert actions.assign(person(gap.economy), [only().pk], None).value == 1
    assert only().assigned is None


def test_nobody_mends_what_is_not_theirs(gap: Zone):
    until = date(2027, 1, 1)
    with pytest.raises(Refused):
        actions.ignore(person(gap.leader), [only().pk], until, reason="x")
    Finding.objects.update(unit=gap.west.pk)
    assert codes(actions.ignore(person(gap.park), [only().pk], until, reason="x")) == ["health.not-there"]
    Finding.objects.update(unit=gap.east.pk, secret=True)
    assert codes(actions.ignore(person(gap.park), [only().pk], until, reason="x")) == ["health.not-there"]
    assert actions.ignore(person(gap.economy), [only().pk], until, reason="x").done
    assert TrailEntry.objects.filter(noun="survey_finding").count() == 1


def test_each_day_is_counted_once_by_unit_and_a_clean_day_counts_as_none(gap: Zone, today: Callable[[date], None]):
    run()
    assert list(DailyCount.objects.values_list("code", "unit", "open")) == [("figure_missing", gap.east.pk, 1)]
    put(gap.east.pk, RETAIL, {202610: to_date(3)[202610]})
    today(date(2026, 11, 26))
    run()
    assert queries.trends(gap.economy)[""] == ((date(2026, 11, 25), 1), (date(2026, 11, 26), 0))
    assert queries.trends(gap.leader)["figure_missing"] == ((date(2026, 11, 25), 1), (date(2026, 11, 26), 0))


def test_more_findings_than_anybody_works_through_are_counted_and_not_kept(
    sound: Zone, monkeypatch: pytest.MonkeyPatch
):
    from tests.web.sample import new_firm

    monkeypatch.setattr(keeping, "MOST", 3)
    for number in range(8):
        new_firm(f"无码{number}", sound.east, industry="3990", status="存续")
    assert len(run()) == 3
    counted = queries.counts(sound.economy)["code_absent"]
    assert (counted.open, counted.beyond) == (3, 5)
    assert len(run()) == 3, "the next look keeps no more"
    assert Finding.objects.count() == 3


def test_a_page_follows_a_page_and_every_finding_is_met_once(sound: Zone, monkeypatch: pytest.MonkeyPatch):
    from tests.web.sample import new_firm

    monkeypatch.setattr(queries, "PAGE", 4)
    for number in range(10):
        new_firm(f"无码{number}", sound.east if number % 2 else None, status="存续", industry="" if number > 6 else "1")
    run()
    met, at = [], ""
    while True:
        page = queries.finding_page(sound.economy, Wanted(), at)
        met += [one.pk for one in page.findings]
        if not page.following:
            break
        at = page.following
    assert sorted(met) == sorted(Finding.objects.values_list("pk", flat=True))
    assert len(met) == len(set(met)) == page.count
    assert queries.finding_page(sound.economy, Wanted(), "nonsense").count == page.count


def test_a_look_is_due_after_a_change_a_new_day_or_new_definitions_and_not_after_words_about_findings(
    gap: Zone, today: Callable[[date], None]
):
    assert not watch.due()
    actions.ignore(person(gap.economy), [only().pk], date(2027, 1, 1), reason="x")
    assert not watch.due()
    TrailEntry.objects.create(actor_name="x", action="batch.commit", noun="batch")
    assert watch.due()
    run()
    assert not watch.due()
    today(date(2026, 11, 26))
    assert watch.due()
    run()
    Run.objects.update(definitions="older")
    assert watch.due()


def test_the_worker_waits_until_the_records_have_come_to_rest_and_starts_one_look(
    gap: Zone, monkeypatch: pytest.MonkeyPatch
):
    from qipan.platform.models import Job

    clock = {"now": 1000.0}
    monkeypatch.setattr(watch.time, "monotonic", lambda: clock["now"])
    monkeypatch.setattr(watch, "_seen", watch._Seen())

    def rounds(seconds: float) -> int:
        for _ in range(int(seconds / watch.EVERY) + 1):
            clock["now"] += watch.EVERY
            watch.keep_watch()
        return Job.objects.filter(kind=watch.KIND).count()

    assert rounds(60) == 0, "nothing changed since the last look"
    TrailEntry.objects.create(actor_name="x", action="batch.commit", noun="batch")
    assert rounds(5) == 0
    TrailEntry.objects.create(actor_name="x", action="batch.commit", noun="batch")
    assert rounds(5) == 0
    assert rounds(30) == 1
    assert rounds(60) == 1, "one waits already"


def test_a_look_runs_as_a_job_and_says_what_it_found(gap: Zone):
    from qipan.platform import jobs
    from qipan.platform.models import Job

    job = jobs.start(watch.KIND, person(gap.economy), {})
    jobs.run.func(job.pk)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.result) == (Job.State.DONE, {"found": 1, "opened": 0, "closed": 0, "beyond": 0})
    assert watch.running() is None


def test_the_machine_may_look_and_a_leader_may_not(gap: Zone):
    assert watch.run(machine("worker")).done
    with pytest.raises(Refused):
        watch.run(person(gap.leader))
