"""Records are created, changed and removed through one Action each: nothing wrong is kept, nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.web.sample import Zone, new_firm

from qipan.engine.problem import Problem
from qipan.platform.action import VERBS
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import Refused, machine, person
from qipan.platform.screens import Screen
from qipan.platform.screens.changing import change, create, may_change, may_create, may_remove, remove
from qipan.platform.screens.hanging import hanging_on
from qipan.registry.models import Enterprise, EnterpriseName, Fact, Measure, Qualification, Scope, Subject

GOOD = {"name": "云州光电有限公司", "park": "东园", "capital": "1200", "registered": "2019-05-01", "above": "是"}


def as_user(user: User) -> Any:
    return person(User.objects.get(pk=user.pk))


def places(problems: Sequence[Problem]) -> dict[str | None, str]:
    return {problem.where.column: problem.code for problem in problems}


def test_a_record_is_created_with_its_subject_and_a_line_in_the_trail(zone: Zone, firm_screen: Screen):
    done = create(as_user(zone.economy), firm_screen, GOOD)
    assert done.problems == ()
    made = Enterprise.objects.get(pk=done.value.pk)
    assert (made.unit_id, made.capital, made.registered, made.above_scale) == (
        zone.east.pk, 1200 * 10_000 * 100, date(2019, 5, 1), True
    )  # fmt: skip
    assert made.subject.noun == Subject.Noun.ENTERPRISE
    entry = TrailEntry.objects.get(subject=made.pk)
    assert (entry.action, entry.noun, entry.before) == ("firms.create", "enterprise", None)
    assert entry.after["name"] == GOOD["name"]
    assert entry.after["registered"] == "2019-05-01"


def test_everything_wrong_is_told_at_once_beside_its_field(zone: Zone, firm_screen: Screen):
    given = {
        "name": " ", "park": "北园", "capital": "很多", "registered": "2019-02-30", "above": "也许", "size": "巨",
        "longitude": "1度", "phone": "1\x00", "note": "x", "city": "云州",
    }  # fmt: skip
    done = create(as_user(zone.economy), firm_screen, given)
    assert places(done.problems) == {
        "name": "screens.missing", "park": "screens.no-such-unit", "capital": "screens.want-number",
        "registered": "screens.want-date", "above": "screens.want-boolean", "size": "screens.not-a-choice",
        "longitude": "screens.want-number", "phone": "screens.not-text", None: "screens.unchangeable",
    }  # fmt: skip
    assert not Enterprise.objects.exists()
    assert not Subject.objects.filter(noun=Subject.Noun.ENTERPRISE).exists()
    assert all(problem.message("zh") and "…" not in problem.message("en") for problem in done.problems)


def test_a_required_field_that_was_not_given_at_all_is_missed(zone: Zone, firm_screen: Screen):
    done = create(as_user(zone.economy), firm_screen, {"name": "甲"})
    assert places(done.problems) == {"park": "screens.missing"}


def test_a_change_touches_what_it_names_and_tells_before_and_after(zone: Zone, firm_screen: Screen):
    firm = new_firm("甲", zone.east, note="旧")
    done = change(as_user(zone.park), firm_screen, firm.pk, 1, {"note": "新", "size": "大型"})
    assert done.done
    firm.refresh_from_db()
    assert (firm.note, firm.size, firm.name, firm.version) == ("新", "大", "甲", 2)
    entry = TrailEntry.objects.get(subject=firm.pk)
    assert (entry.before, entry.after) == ({"note": "旧", "size": ""}, {"note": "新", "size": "大"})


def test_a_change_that_changes_nothing_leaves_no_trace(zone: Zone, firm_screen: Screen):
    firm = new_firm("甲", zone.east)
    assert change(as_user(zone.park), firm_screen, firm.pk, 1, {"name": "甲", "registered": ""}).done
    assert not TrailEntry.objects.exists()
    firm.refresh_from_db()
    assert firm.version == 1


def test_who_saw_an_older_version_is_told_what_the_other_changed(zone: Zone, firm_screen: Screen):
    firm = new_firm("甲", zone.east, note="旧")
    assert change(as_user(zone.economy), firm_screen, firm.pk, 1, {"note": "陈的备注", "capital": "5"}).done
    late = change(as_user(zone.park), firm_screen, firm.pk, 1, {"note": "王的备注", "name": "甲"})
    assert not late.done
    told = {problem.where.column: problem for problem in late.problems}
    assert set(told) == {None, "note"}
    assert told[None].code == "screens.changed-meanwhile"
    assert told[None].params == {"who": "陈统计", "version": 2}
    assert told["note"].params["theirs"] == "陈的备注"
    firm.refresh_from_db()
    assert firm.note == "陈的备注"
    assert change(as_user(zone.park), firm_screen, firm.pk, 2, {"note": "王的备注"}).done


def test_a_secret_is_masked_to_whoever_may_not_read_it_also_in_a_conflict(zone: Zone, firm_screen: Screen):
    hidden = replace(
        firm_screen, columns=tuple(replace(c, secret="none.such" if c.secret else "") for c in firm_screen.columns)
    )
    firm = new_firm("甲", zone.east, version=2, phone="13712345678")
    late = change(as_user(zone.park), hidden, firm.pk, 1, {"phone": "1"})
    (told,) = [problem for problem in late.problems if problem.where.column == "phone"]
    assert (told.params["theirs"], told.params["typed"]) == ("137****5678", "")


def test_nobody_changes_a_record_outside_their_units(zone: Zone, firm_screen: Screen):
    firm = new_firm("西方", zone.west)
    homeless = new_firm("无园", None)
    for one in (firm, homeless):
        outcome = change(as_user(zone.park), firm_screen, one.pk, 1, {"note": "x"})
        assert [problem.code for problem in outcome.problems] == ["screens.no-such-record"]
    with pytest.raises(Refused):
        change(as_user(zone.leader), firm_screen, firm.pk, 1, {"note": "x"})
    assert change(as_user(zone.economy), firm_screen, homeless.pk, 1, {"note": "x", "park": "西园"}).done


def test_nobody_puts_a_record_into_a_unit_where_the_right_does_not_hold(zone: Zone, firm_screen: Screen):
    firm = new_firm("东方", zone.east)
    for target, code in (
        (zone.west.pk, "screens.no-such-unit"),
        (zone.city.pk, "screens.outside"),
        ("", "screens.missing"),
    ):
        moved = change(as_user(zone.park), firm_screen, firm.pk, 1, {"park": str(target)})
        assert places(moved.problems) == {"park": code}, target
    created = create(as_user(zone.park), firm_screen, {**GOOD, "park": zone.city.pk})
    assert places(created.problems) == {"park": "screens.outside"}
    firm.refresh_from_db()
    assert firm.unit_id == zone.east.pk


def test_a_value_only_one_record_may_have_is_told_beside_its_field(zone: Zone, firm_screen: Screen):
    new_firm("甲", zone.west, uscc="91370800MA3TEST001")
    done = create(as_user(zone.economy), firm_screen, {**GOOD, "uscc": "91370800MA3TEST001"})
    assert places(done.problems) == {"uscc": "screens.taken"}
    two = [create(as_user(zone.economy), firm_screen, {**GOOD, "name": name, "uscc": ""}) for name in "甲乙"]
    assert all(one.done for one in two), "no code is no code: many firms may have none"


def test_what_follows_from_a_change_is_settled_in_the_same_transaction(zone: Zone, firm_screen: Screen):
    asked: list[tuple[Any, Any]] = []

    def settle(act: Any, record: Any, before: Any) -> list[Problem]:
        asked.append((record.pk is not None, dict(before)))
        record.name_key = record.name.casefold()
        return [Problem.of("screens.taken", name="x", name_en="x")] if record.name == "不行" else []

    settled = replace(firm_screen, settle=settle)
    made = create(as_user(zone.economy), settled, {**GOOD, "name": "ABC"}).value
    assert Enterprise.objects.get(pk=made.pk).name_key == "abc"
    refused = change(as_user(zone.economy), settled, made.pk, 1, {"name": "不行"})
    assert not refused.done
    assert Enterprise.objects.get(pk=made.pk).name == "ABC"
    assert asked == [(True, {}), (True, {"name": "ABC"})]


def test_removing_takes_what_belongs_to_the_record_and_nothing_else(zone: Zone, firm_screen: Screen):
    firm = new_firm("甲", zone.east)
    EnterpriseName.objects.create(enterprise=firm, kind="former", name="旧甲", name_key="旧甲")
    assert remove(as_user(zone.economy), firm_screen, firm.pk, 1).done
    assert not Enterprise.objects.filter(pk=firm.pk).exists()
    assert not Subject.objects.filter(pk=firm.pk).exists()
    assert not EnterpriseName.objects.exists()
    gone = TrailEntry.objects.filter(noun="enterprise").get()
    assert (gone.action, gone.before["name"], gone.after) == ("firms.remove", "甲", None)


def test_a_record_others_point_at_is_not_removed_and_what_points_is_named(zone: Zone, firm_screen: Screen):
    firm = new_firm("甲", zone.east)
    Qualification.objects.create(enterprise=firm, kind="hightech")
    common = {"unit": "亿元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}
    measure = Measure.objects.create(code="m", pack="p", version="1", **common)
    Scope.objects.create(id=0, text="")
    Fact.objects.create(subject_id=firm.pk, measure=measure, period=202610, basis=1, value=1, batch=1)
    hanging = hanging_on(firm_screen, firm.pk, zone.economy)
    assert [group.count for group in hanging.belongs] == [1]
    assert [group.count for group in hanging.hinders] == [1]
    refused = remove(as_user(zone.economy), firm_screen, firm.pk, 1)
    assert [problem.code for problem in refused.problems] == ["screens.hanging"]
    assert Enterprise.objects.filter(pk=firm.pk).exists()
    survey = Fact.objects.filter(subject=firm.pk)
    survey.update(origin=Fact.Origin.SURVEY)
    told = hanging_on(firm_screen, firm.pk, zone.park)
    assert (told.hinders, told.unseen) == ((), True), "a survey's figures are not even counted to others"


def test_a_removal_waits_for_the_version_that_was_seen(zone: Zone, firm_screen: Screen):
    firm = new_firm("甲", zone.east, version=3)
    late = remove(as_user(zone.economy), firm_screen, firm.pk, 2)
    assert [problem.code for problem in late.problems] == ["screens.changed-meanwhile"]
    with pytest.raises(Refused):
        remove(as_user(zone.park), firm_screen, firm.pk, 3)


def test_a_screen_registers_its_actions_under_their_words_when_it_is_declared(firm_screen: Screen):
    assert VERBS["firms.change"].names == {"zh": "修改企业", "en": "Change the firm"}
    assert VERBS["firms.remove"].right == "firms.remove"


def test_who_may_do_what_is_answered_before_anybody_tries(zone: Zone, firm_screen: Screen):
    east, west = new_firm("东", zone.east), new_firm("西", zone.west)
    park = User.objects.get(pk=zone.park.pk)
    assert may_create(park, firm_screen)
    assert not may_create(User.objects.get(pk=zone.leader.pk), firm_screen)
    assert [may_change(park, firm_screen, one) for one in (east, west)] == [True, False]
    assert not may_remove(park, firm_screen, east)


def test_the_machine_itself_may_do_everything(zone: Zone, firm_screen: Screen):
    made = create(machine("操作员"), firm_screen, {**GOOD, "park": zone.west.pk})
    assert made.done
    assert remove(machine("操作员"), firm_screen, made.value.pk, None).done
