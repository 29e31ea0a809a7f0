"""A load on its way: read again after each decision, written once, and nothing of it left where it is given up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

import loads
import loads_on_the_way as way

if TYPE_CHECKING:
    from qipan.platform.models import Batch

HEAD = ("企业名称", "统一社会信用代码", "所属园区", "安全员")
KNOWN = "云州东方精密机械有限公司"


def book(folder: Path, *rows: loads.Row, name: str = "企业情况.xlsx", head: loads.Row = HEAD) -> Path:
    """Write a ledger of firms with a column nobody knows."""
    return loads.workbook(folder / name, {"企业台账": (head, *rows)})


def row(number: int, name: str, park: str = "东园", officer: str = "王") -> loads.Row:
    """Return a row of it."""
    return (name, loads.code_of(number), park, officer)


def decide(draft, edit) -> None:
    """Decide about the draft's only sheet."""
    from qipan.platform.imports import drafts
    from qipan.platform.imports.results import result_of

    now = way.again(draft)
    result = result_of(now.pk, now.checked)
    assert result is not None
    drafts.decide(draft.pk, result.sheets[0].place, edit)


def codes(result) -> set[str]:
    """Return the kinds of problems of a result."""
    return set(result.problems()["code"])


def test_what_is_wrong_is_mended_in_place_and_written_once(zone: Batch, tmp_path: Path):
    from qipan.engine.sheets.amendments import Edit, Mapped
    from qipan.platform.imports import working
    from qipan.platform.models import Batch as Batches
    from qipan.platform.models import BatchSheet
    from qipan.registry.models import Enterprise

    draft = way.begun(
        book(tmp_path, row(1, KNOWN, "东元区"), row(2, "云州乙有限公司", "东元区"), row(3, "云州丙有限公司"))
    )
    result = way.read(draft)
    assert {"imports.unknown-unit", "sheets.unknown-column"} <= codes(result)
    before = loads.everything()
    decide(draft, lambda one: one.mapped(Mapped(2, "东元区", "东园", "陈")))
    decide(draft, lambda one: one.edited(Edit(4, 0, "云州丙有限公司", "云州丙丁有限公司", "陈")))
    result = way.read(draft)
    assert "imports.unknown-unit" not in codes(result)
    assert {(one.noun, one.new) for one in result.counts} == {("enterprise", 3)}
    assert set(result.preview().collect()["label"]) == {KNOWN, "云州乙有限公司", "云州丙丁有限公司"}
    after = loads.everything()
    assert {name for name in before if before[name] != after[name]} <= {"platform.ImportDraft", "platform.Job"}
    done = way.written(draft)
    assert done.state == "done"
    assert Enterprise.objects.filter(unit__name="东园").count() == 3
    sheet = BatchSheet.objects.get(batch=done.batch)
    assert sheet.changes["maps"][0]["now"] == "东园"
    assert sheet.changes["edits"][0]["was"] == "云州丙有限公司"
    # A worker that died between writing and saying so leaves the job to another: it finds the batch.
    type(done).objects.filter(pk=done.pk).update(state="committing", batch=None)
    assert working.commit(loads.operator(), _job(), {"draft": done.pk}) == {"batch": done.batch}
    assert Batches.objects.filter(draft=done.pk).count() == 1


def _job():
    from qipan.platform.models import Job

    return Job.objects.create(kind="draft.commit")


def test_only_the_sheet_that_was_decided_about_is_read_again(
    zone: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from qipan.engine.sheets.amendments import Edit
    from qipan.platform.imports import understand

    names = {"一": (HEAD, row(1, "云州甲有限公司")), "二": (HEAD, row(2, "云州乙有限公司"))}
    draft = way.begun(loads.workbook(tmp_path / "两张.xlsx", names))
    way.read(draft)
    asked: list[str] = []
    real = understand.recognise
    monkeypatch.setattr(
        understand, "recognise", lambda sheet, *a, **k: asked.append(sheet.name) or real(sheet, *a, **k)
    )
    decide(draft, lambda one: one.edited(Edit(2, 0, "云州甲有限公司", "云州甲甲有限公司")))
    way.read(draft)
    assert asked == ["一"]


def test_a_value_always_treated_so_is_so_next_month_and_an_undo_forgets_it(zone: Batch, tmp_path: Path):
    from qipan.engine.sheets.amendments import Mapped
    from qipan.platform.models import Batch as Batches
    from qipan.platform.models import ValueMemory
    from qipan.registry.models import Enterprise

    draft = way.begun(book(tmp_path, row(1, KNOWN, "东元区")))
    way.read(draft)
    decide(draft, lambda one: one.mapped(Mapped(2, "东元区", "东园", "陈", always=True)))
    way.read(draft)
    batch = Batches.objects.get(pk=way.written(draft).batch)
    assert [(one.was, one.now) for one in ValueMemory.objects.all()] == [("东元区", "东园")]
    later = loads.load(book(tmp_path, row(2, "云州乙有限公司", "东元区"), name="下月.xlsx"))
    assert Enterprise.objects.get(name="云州乙有限公司").unit.name == "东园"
    assert later.sheets.get().changes["maps"][0]["remembered"]
    assert not loads.undo(later)
    assert not loads.undo(batch)
    assert not ValueMemory.objects.exists()


def test_what_a_column_is_was_said_once_and_is_not_asked_next_month(zone: Batch, tmp_path: Path):
    from dataclasses import replace

    from qipan.engine.sheets.columns import KEPT
    from qipan.platform.models import SheetMemory

    draft = way.begun(book(tmp_path, row(1, KNOWN)))
    assert "sheets.unknown-column" in codes(way.read(draft))
    decide(draft, lambda one: replace(one, columns={3: KEPT}))
    assert "sheets.unknown-column" not in codes(way.read(draft))
    way.written(draft)
    assert SheetMemory.objects.get().columns["安全员"] == "+"
    next_month = loads.check(book(tmp_path, row(2, "云州乙有限公司"), name="下月.xlsx"))
    assert "sheets.unknown-column" not in next_month.problem_counts()
    assert next_month.understood.sheets[0].recognition.confidence == 1.0


def test_a_sheet_left_out_is_not_written_and_not_asked_about(zone: Batch, tmp_path: Path):
    from dataclasses import replace

    from qipan.platform.models import BatchSheet

    sheets = {"企业台账": (HEAD, row(1, KNOWN)), "草稿": (("随手写的", "别的"), ("x", "y"))}
    draft = way.begun(loads.workbook(tmp_path / "两张.xlsx", sheets))
    result = way.read(draft)
    other = next(one for one in result.sheets if one.sheet == "草稿")
    assert other.ledger is None
    from qipan.platform.imports import drafts

    drafts.decide(draft.pk, other.place, lambda one: replace(one, left_out=True))
    result = way.read(draft)
    assert not result.whole
    done = way.written(draft)
    assert [one.sheet for one in BatchSheet.objects.filter(batch=done.batch)] == ["企业台账"]


def test_a_verdict_counts_before_the_load_is_written_and_goes_with_its_undo(zone: Batch, tmp_path: Path):
    from qipan.platform.imports import drafts
    from qipan.platform.models import Batch as Batches
    from qipan.registry.models import Enterprise, Uncertain, Verdict

    loads.load(loads.firms_book(tmp_path, loads.firm(1, KNOWN)))
    known = Enterprise.objects.get()
    head, unsure = HEAD[:3], ("云州东方精密机械制造有限公司", None, "西园")
    draft = way.begun(book(tmp_path, unsure, name="新.xlsx", head=head))
    result = way.read(draft)
    asked = result.asked().row(0, named=True)
    assert not Uncertain.objects.exists()
    drafts.judge(draft.pk, asked["name"], asked["name_key"], asked["uscc"], known.pk, "陈")
    result = way.read(draft)
    assert result.asked().is_empty()
    before = loads.view()
    batch = Batches.objects.get(pk=way.written(draft).batch)
    known.refresh_from_db()
    assert known.unit.name == "西园"
    assert Verdict.objects.get().enterprise_id == known.pk
    assert not loads.undo(batch)
    assert loads.view() == before
    assert not Verdict.objects.exists()


def test_a_firm_of_its_own_is_registered_by_a_ledger_that_registers_none(zone: Batch, tmp_path: Path):
    from qipan.platform.imports import drafts
    from qipan.platform.models import Batch as Batches
    from qipan.registry.models import Enterprise, Qualification

    loads.load(loads.firms_book(tmp_path, loads.firm(1, KNOWN)))
    given = ("云州东方精密机械制造有限公司", "高新技术企业", "2024-01-02", "2027-01-01")
    rows = (("企业名称", "资质类型", "认定日期", "有效期至"), given)
    draft = way.begun(loads.workbook(tmp_path / "资质名单.xlsx", {"资质名单": rows}))
    asked = way.read(draft).asked().row(0, named=True)
    drafts.judge(draft.pk, asked["name"], asked["name_key"], asked["uscc"], None, "陈")
    result = way.read(draft)
    assert {(one.noun, one.new) for one in result.counts} == {("enterprise", 1), ("qualification", 1)}
    before = loads.view()
    batch = Batches.objects.get(pk=way.written(draft).batch)
    assert Qualification.objects.get().enterprise.name == "云州东方精密机械制造有限公司"
    assert Enterprise.objects.count() == 2
    assert not loads.undo(batch)
    assert loads.view() == before


def test_a_commit_that_is_stopped_leaves_nothing(zone: Batch, tmp_path: Path):
    from qipan.platform.imports import drafts
    from qipan.platform.models import Job

    draft = way.begun(book(tmp_path, row(1, KNOWN)))
    way.read(draft)
    before = loads.view()
    job = drafts.commit(loads.operator(), way.again(draft))
    assert job is not None
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    assert way.worked(job).state == "cancelled"
    assert loads.view() == before
    assert way.again(draft).state == "asking"
    assert way.written(draft).state == "done"


def test_a_commit_that_has_not_begun_is_stopped_at_once(zone: Batch, tmp_path: Path):
    from qipan.platform.imports import drafts

    draft = way.begun(book(tmp_path, row(1, KNOWN)))
    way.read(draft)
    job = drafts.commit(loads.operator(), way.again(draft))
    drafts.stop(way.again(draft))
    assert way.worked(job).state == "cancelled"
    assert way.again(draft).batch is None


def test_what_was_decided_since_is_read_before_it_is_written(zone: Batch, tmp_path: Path):
    from qipan.engine.sheets.amendments import Edit
    from qipan.platform.imports import drafts

    draft = way.begun(book(tmp_path, row(1, KNOWN)))
    way.read(draft)
    decide(draft, lambda one: one.edited(Edit(2, 0, KNOWN, "云州别的有限公司")))
    assert drafts.commit(loads.operator(), way.again(draft)) is None, "nobody has seen what this would write"


def test_two_who_decide_at_once_both_count(zone: Batch, tmp_path: Path):
    from qipan.engine.sheets.amendments import Edit

    draft = way.begun(book(tmp_path, row(1, KNOWN), row(2, "云州乙有限公司")))
    way.read(draft)
    decide(draft, lambda one: one.edited(Edit(2, 3, "王", "赵")))
    decide(draft, lambda one: one.edited(Edit(3, 3, "王", "钱")))
    stored = next(iter(way.again(draft).decisions.values()))
    assert {one["now"] for one in stored["edits"]} == {"赵", "钱"}


def test_a_job_whose_process_is_gone_is_taken_up_at_once(zone: Batch, tmp_path: Path):
    import socket
    import subprocess
    import sys

    from qipan.platform import jobs
    from qipan.platform.imports import drafts
    from qipan.platform.models import Job

    draft = way.begun(book(tmp_path, row(1, KNOWN)))
    job = drafts.read(loads.operator(), draft)
    assert job is not None
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    here = {"state": "running", "beat": timezone.now(), "started": timezone.now(), "host": socket.gethostname()[:120]}
    Job.objects.filter(pk=job.pk).update(**here, process=gone.pid)
    assert jobs.take_up_lost() == 1
    assert way.worked(job).state == "done"
    import os

    Job.objects.filter(pk=job.pk).update(**here, process=os.getpid())
    assert jobs.take_up_lost() == 0, "this process still runs"


def test_a_draft_given_up_leaves_no_file_and_one_nobody_touched_for_a_month_goes(zone: Batch, tmp_path: Path):
    from qipan.platform import files
    from qipan.platform.imports import drafts
    from qipan.platform.models import ImportDraft

    kept = way.begun(book(tmp_path, row(1, KNOWN)))
    way.read(kept)
    way.written(kept)
    recorded = files.path_of(kept.files[0]["sha256"])
    old = way.begun(book(tmp_path, row(2, "云州乙有限公司"), name="旧.xlsx"))
    path = files.path_of(old.files[0]["sha256"])
    assert path.is_file()
    assert drafts.drop_old() == 0
    ImportDraft.objects.update(touched=timezone.now() - timedelta(days=31))
    assert drafts.drop_old() == 2
    assert not path.exists()
    assert recorded.is_file(), "what was loaded stays"
    assert not drafts.folder_of(old.pk).exists()


def test_a_park_manager_begins_no_load_elsewhere(zone: Batch, tmp_path: Path):
    from datetime import date

    from qipan.platform.imports import drafts
    from qipan.platform.models import User
    from qipan.platform.rights import Refused, person
    from qipan.registry.models import Grant, Unit

    user = User.objects.create(username="east")
    east, west = (Unit.objects.get(name=name) for name in ("东园", "西园"))
    Grant.objects.create(user=user, role="park", unit=east, since=date(2018, 1, 1))
    for unit in (west.pk, None):
        with pytest.raises(Refused):
            drafts.begin(person(user), unit)
    draft = way.begun(book(tmp_path, row(1, KNOWN), row(2, "云州乙有限公司", "西园")), by=person(user), unit=east.pk)
    result = way.read(draft, person(user))
    assert "imports.outside" in codes(result)
    assert set(result.preview().collect().filter(kind="new")["label"]) == {KNOWN}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\\b\\台账.xlsx", "台账.xlsx"),
        ("  .hidden", "hidden"),
        ("", "file"),
        ("x" * 300 + ".xlsx", None),
    ],
)
def test_a_file_lies_under_a_name_that_cannot_lead_anywhere(given: str, kept: str | None):
    from qipan.platform.imports.drafts import file_name

    found = file_name(given)
    assert found == kept or (kept is None and len(found.encode()) <= 200 and found.endswith(".xlsx"))
