"""A ledger a person named is remembered with its columns: the next sheet of that form is known without being told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import loads
from loads import firm, firms_book, units_book, workbook
from qipan.platform.imports.memory import mapping_of
from qipan.platform.models import SheetMemory, TrailEntry
from qipan.registry.models import Enterprise

if TYPE_CHECKING:
    from pathlib import Path

    from qipan.platform.imports.load import Checked

# Two columns of a ledger beside three of the clerk's own: likely a ledger of firms, not certainly one.
HEAD = ("名称", "地址", "走访组", "下次提醒", "本周颜色")
FIRST = ("云州宏远机械制造有限公司", "东园一路1号", "一组", "电话", "绿")
SECOND = ("云州光华光电科技股份有限公司", "西园二路2号", "二组", "面谈", "黄")


def _book(folder: Path, *rows: tuple[str, ...], name: str = "十月.xlsx", head: tuple[str, ...] = HEAD) -> Path:
    return workbook(folder / name, {"汇总": (head, *rows)})


def _asks(checked: Checked) -> bool:
    return "sheets.unsure-ledger" in checked.problem_counts()


@pytest.fixture
def zone(installed: None, tmp_path: Path) -> None:
    loads.load(units_book(tmp_path / "zone"))


def test_an_unsure_sheet_is_asked_about_and_not_read(zone, tmp_path):
    checked = loads.check(_book(tmp_path, FIRST))
    assert _asks(checked)
    assert checked.counts.read == 0


def test_a_named_ledger_settles_the_question_and_the_next_like_sheet_is_remembered(zone, tmp_path):
    loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    memory = SheetMemory.objects.get()
    assert memory.ledger == "enterprises"
    assert memory.columns == {"名称": "name", "地址": "address"}
    later = loads.check(_book(tmp_path, FIRST, SECOND, name="十一月.xlsx"))
    assert not _asks(later)
    (read,) = later.understood.sheets
    assert [reason.code for reason in read.recognition.reasons] == ["sheets.reason-remembered"]
    assert (later.counts.read, later.counts.new, later.counts.same) == (2, 1, 1)


def test_a_named_ledger_is_asked_about_no_more_and_says_that_it_was_named(zone, tmp_path):
    checked = loads.check(_book(tmp_path, FIRST), ledger="enterprises")
    assert not _asks(checked)
    assert checked.understood.sheets[0].recognition.reasons[0].code == "sheets.reason-named"


def test_the_batch_says_that_the_form_was_remembered(zone, tmp_path):
    loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    batch = loads.load(_book(tmp_path, SECOND, name="十一月.xlsx"))
    assert batch.sheets.get().reasons == [{"code": "sheets.reason-remembered", "params": {}}]


def test_the_trail_says_who_taught_which_form(zone, tmp_path):
    batch = loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    entry = TrailEntry.objects.get(action="mapping.remember")
    assert (entry.noun, entry.actor_name, entry.batch) == ("mapping", "operator", batch.pk)
    assert entry.after["name"] == "十月.xlsx › 汇总"
    assert entry.after["columns"] == {"名称": "name", "地址": "address"}


def test_a_dry_run_remembers_nothing(zone, tmp_path):
    loads.check(_book(tmp_path, FIRST), ledger="enterprises")
    assert not SheetMemory.objects.exists()


def test_a_ledger_nobody_named_is_not_remembered(zone, tmp_path):
    loads.load(firms_book(tmp_path, firm(1, FIRST[0])))
    assert not SheetMemory.objects.exists()


def test_naming_it_again_teaches_nothing_new(zone, tmp_path):
    for _ in range(2):
        loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    assert TrailEntry.objects.filter(action="mapping.remember").count() == 1
    assert SheetMemory.objects.count() == 1


def test_undo_takes_back_what_the_load_taught(zone, tmp_path):
    batch = loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    assert loads.undo(batch) == []
    assert not SheetMemory.objects.exists()
    assert _asks(loads.check(_book(tmp_path, FIRST)))


def test_undo_leaves_what_a_later_load_taught(zone, tmp_path):
    first = loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    SheetMemory.objects.update(columns={"名称": "name"})
    second = loads.load(_book(tmp_path, SECOND, name="十一月.xlsx"), ledger="enterprises")
    assert loads.undo(first) == []
    assert SheetMemory.objects.get().columns == {"名称": "name", "地址": "address"}
    assert loads.undo(second) == []
    assert not SheetMemory.objects.exists()


def test_undo_brings_back_what_an_earlier_load_taught(zone, tmp_path):
    loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    SheetMemory.objects.update(ledger="units", columns={})
    second = loads.load(_book(tmp_path, SECOND, name="十一月.xlsx"), ledger="enterprises")
    SheetMemory.objects.update(columns={"名称": "name"})
    assert loads.undo(second) == []
    memory = SheetMemory.objects.get()
    assert (memory.ledger, memory.columns) == ("enterprises", {"名称": "name", "地址": "address"})


def test_a_column_left_out_stays_left_out(zone, tmp_path):
    loads.load(_book(tmp_path, FIRST), ledger="enterprises")
    SheetMemory.objects.update(columns={"名称": "name", "地址": ""})
    loads.load(_book(tmp_path, SECOND, name="十一月.xlsx"))
    assert Enterprise.objects.get(name=SECOND[0]).address == ""
    loads.load(_book(tmp_path, SECOND, name="十一月.xlsx"), ledger="enterprises")
    assert SheetMemory.objects.get().columns == {"名称": "name", "地址": ""}


def test_headings_that_differ_only_in_their_number_are_not_remembered(zone, tmp_path):
    head = ("名称", "地址", "联系电话", "电话1", "电话2")
    (read,) = loads.check(
        _book(tmp_path, (*FIRST[:2], "0537-1234567", "12", "13"), head=head), ledger="enterprises"
    ).understood.sheets
    kept = mapping_of(read.recognition)
    assert kept["名称"] == "name"
    assert not {"电话1", "电话2"} & kept.keys()
