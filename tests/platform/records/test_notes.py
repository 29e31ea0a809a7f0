"""Notes stand at records and are seen where these are; who is mentioned hears of it, if they may see the record."""

from __future__ import annotations

from typing import Any

import pytest
from tests.web.sample import Zone, new_person

from qipan.platform.models import TrailEntry, User
from qipan.platform.records import notes
from qipan.platform.records.models import Note, Notice, Watch
from qipan.platform.records.telling import mark_read, watch
from qipan.platform.rights import Refused, person
from qipan.platform.screens import Screen
from qipan.platform.screens.changing import change, remove
from qipan.platform.visible import visible_to
from qipan.registry.models import Enterprise


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def as_user(user: User) -> Any:
    return person(again(user))


def told(user: User) -> list[tuple[str, int]]:
    return list(visible_to(Notice, again(user)).order_by("id").values_list("kind", "record"))


def test_a_note_is_kept_with_its_writer_and_a_line_in_the_trail(zone: Zone, firms: Screen, east: Enterprise):
    done = notes.write(as_user(zone.leader), firms, east.pk, "  请本周走访\r\n并回报 ")
    assert done.problems == ()
    note = Note.objects.get()
    assert (note.text, note.by, note.by_name) == ("请本周走访\n并回报", zone.leader.pk, "李主任")
    entry = TrailEntry.objects.get()
    assert (entry.action, entry.noun, entry.subject) == ("notes.write", "enterprise", east.pk)


@pytest.mark.parametrize(("text", "code"), [(" \n", "records.empty-note"), ("长" * 4001, "records.long-note")])
def test_an_empty_or_endless_note_is_refused(zone: Zone, firms: Screen, east: Enterprise, text: str, code: str):
    assert [one.code for one in notes.write(as_user(zone.leader), firms, east.pk, text).problems] == [code]
    assert not Note.objects.exists()


def test_a_note_is_seen_exactly_where_its_record_is(zone: Zone, firms: Screen, east: Enterprise, west: Enterprise):
    for firm in (east, west):
        assert notes.write(as_user(zone.economy), firms, firm.pk, f"记 {firm.name}").done
    assert {note.record for note in visible_to(Note, again(zone.park))} == {east.pk}
    assert {note.record for note in visible_to(Note, again(zone.leader))} == {east.pk, west.pk}
    assert not visible_to(Note, again(zone.system)).exists()


def test_nobody_writes_at_a_record_they_do_not_see(zone: Zone, firms: Screen, west: Enterprise):
    done = notes.write(as_user(zone.park), firms, west.pk, "看看")
    assert [one.code for one in done.problems] == ["screens.no-such-record"]
    with pytest.raises(Refused):
        notes.write(as_user(zone.system), firms, west.pk, "看看")


def test_who_is_mentioned_gets_a_notice_and_who_may_not_see_the_record_does_not(
    zone: Zone, firms: Screen, west: Enterprise
):
    text = "@陈统计 请核对产值；@park @陈统计 也看一下，@没有这人"
    done = notes.write(as_user(zone.leader), firms, west.pk, text)
    assert done.value is not None
    assert [(one.code, one.params["name"]) for one in done.value.remarks] == [("records.unseen-mention", "王园长")]
    assert told(zone.economy) == [("mention", west.pk)]
    assert told(zone.park) == []


def test_the_longest_name_is_meant(zone: Zone, firms: Screen, east: Enterprise):
    longer = new_person("chen2", "economy", zone.zone, name="陈统计员")
    assert notes.mentions("@陈统计员 好") == [longer]
    assert notes.mentions("写信给 a@example.org") == []


def test_only_its_writer_removes_a_note_and_the_trail_keeps_what_it_said(zone: Zone, firms: Screen, east: Enterprise):
    notes.write(as_user(zone.leader), firms, east.pk, "原话")
    number = Note.objects.get().pk
    refused = notes.remove(as_user(zone.economy), firms, east.pk, number)
    assert [one.code for one in refused.problems] == ["records.not-yours"]
    assert notes.remove(as_user(zone.leader), firms, east.pk, number).done
    assert not Note.objects.exists()
    last = TrailEntry.objects.order_by("id").last()
    assert last is not None
    assert (last.before, last.after) == ({"note": "原话"}, None)


def test_a_watcher_hears_of_a_change_by_hand_but_not_of_their_own(zone: Zone, firms: Screen, east: Enterprise):
    for user in (zone.leader, zone.economy):
        assert watch(as_user(user), firms, east.pk, on=True).done
    assert change(as_user(zone.economy), firms, east.pk, 1, {"note": "x", "city": "云州"}).done
    assert told(zone.leader) == [("changed", east.pk)]
    assert told(zone.economy) == []
    assert set(Notice.objects.get().fields) == {"note", "city"}
    assert watch(as_user(zone.leader), firms, east.pk, on=False).done
    assert change(as_user(zone.economy), firms, east.pk, 2, {"note": "y"}).done
    assert Notice.objects.count() == 1


def test_a_notice_is_gone_from_sight_when_the_record_is(zone: Zone, firms: Screen, east: Enterprise):
    watch(as_user(zone.park), firms, east.pk, on=True)
    change(as_user(zone.economy), firms, east.pk, 1, {"note": "x"})
    assert told(zone.park) == [("changed", east.pk)]
    change(as_user(zone.economy), firms, east.pk, 2, {"park": "西园"})
    assert told(zone.park) == []
    assert Notice.objects.filter(user=zone.park).count() == 2


def test_notices_are_read_by_whom_they_are_for(zone: Zone, firms: Screen, east: Enterprise):
    notes.write(as_user(zone.leader), firms, east.pk, "@economy 看")
    number = Notice.objects.get().pk
    assert mark_read(as_user(zone.park), [number]).value == 0
    assert mark_read(as_user(zone.economy), None).value == 1
    assert Notice.objects.get().read is not None


def test_what_hangs_on_a_removed_record_goes_with_it(zone: Zone, firms: Screen, east: Enterprise):
    notes.write(as_user(zone.leader), firms, east.pk, "@economy 看")
    watch(as_user(zone.leader), firms, east.pk, on=True)
    assert remove(as_user(zone.economy), firms, east.pk, 1).done
    assert not Note.objects.exists()
    assert not Watch.objects.exists()
    assert not Notice.objects.exists()


def test_those_offered_for_a_mention_may_see_the_record(zone: Zone, firms: Screen, west: Enterprise):
    offered = notes.people_to_mention(firms, west.pk, "")
    assert {user.username for user in offered} == {"leader", "economy"}
    assert [user.username for user in notes.people_to_mention(firms, west.pk, "陈")] == ["economy"]
