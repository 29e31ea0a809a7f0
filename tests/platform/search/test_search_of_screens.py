"""A noun that declares a screen with a name is found, by whoever may see it, and followed as it changes."""

from __future__ import annotations

import shutil

import pytest
from tests.web import sample

from qipan.platform.home import home
from qipan.platform.models import Batch, TrailEntry, User
from qipan.platform.screens import Column, Kind, Screen, declaration, declare
from qipan.platform.search import How, catch_up, complete, matches, of_screens, searchable_of
from qipan.platform.term import Term

CODE = "search_trial"


def new_screen(**changes: object) -> Screen:
    given: dict[str, object] = {
        "code": CODE, "names": Term("文件", "Files"), "one": Term("文件", "file"), "model": Batch, "see": "batch.see",
        "columns": (Column("name", Term("名称", "Name")),), "noun": "trial", **changes,
    }  # fmt: skip
    return Screen(**given)  # type: ignore[arg-type]


@pytest.fixture
def trial(db, monkeypatch):
    """A zone, and a screen of its batches that only this test knows."""
    monkeypatch.setattr(declaration, "_screens", dict(declaration._screens))
    shutil.rmtree(home().cache / "search" / CODE, ignore_errors=True)
    declare(new_screen())
    made = sample.new_zone()
    for name, unit in (("十月企业台账", made.east), ("十月项目台账", made.west)):
        Batch.objects.create(state="committed", name=name, by_name="陈统计", unit=unit.pk)
    assert complete()
    return made


def found(user: User, text: str) -> list[tuple[str, How]]:
    kind = searchable_of(CODE)
    assert kind is not None
    return [(match.shown.name, match.how) for match in matches(user, kind, text).matches]


def test_its_records_are_found_by_name_and_sound(trial):
    assert found(trial.leader, "企业台账") == [("十月企业台账", How.WORDS)]
    assert found(trial.leader, "syqytz") == [("十月企业台账", How.INITIALS)]
    (match,) = matches(trial.leader, searchable_of(CODE), "项目").matches
    assert (match.shown.page, match.shown.place[0]) == ("web:record", CODE)


def test_only_who_may_see_them_finds_them(trial):
    assert [name for name, _ in found(trial.park, "十月")] == ["十月企业台账"]
    assert found(trial.system, "十月") == []


def test_a_change_is_followed_by_its_entry_in_the_trail(trial):
    batch = Batch.objects.get(name="十月企业台账")
    Batch.objects.filter(pk=batch.pk).update(name="冬月企业台账")
    assert catch_up()
    assert found(trial.leader, "冬月") == []
    TrailEntry.objects.create(actor_name="甲", action="x", noun="trial", subject=batch.pk)
    assert catch_up()
    assert found(trial.leader, "冬月") == [("冬月企业台账", How.WORDS)]
    assert [name for name, how in found(trial.leader, "十月") if how is How.WORDS] == ["十月项目台账"]


def test_a_change_that_does_not_say_of_what_is_followed_too(trial):
    Batch.objects.filter(name="十月企业台账").delete()
    TrailEntry.objects.create(actor_name="甲", action="x", noun="trial")
    assert catch_up()
    assert [name for name, _ in found(trial.leader, "十月")] == ["十月项目台账"]


def test_a_screen_without_a_name_everybody_may_read_is_not_searched(trial, monkeypatch):
    name = Term("名称", "Name")
    for columns in (
        (Column("name", name, secret="contacts.see"),),
        (Column("name", name, value=lambda one, _user: one.name),),
        (Column("name", name, Kind.CHOICE),),
        (Column("state", name),),
    ):
        monkeypatch.setitem(declaration._screens, CODE, new_screen(columns=columns))
        assert CODE not in {kind.code for kind in of_screens()}
