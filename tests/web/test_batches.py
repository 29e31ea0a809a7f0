"""Batches: what was understood, problems grouped, progress, and taking one back."""

from __future__ import annotations

import re

import polars as pl
import pytest
from django.test import Client
from tests.web.sample import Zone

from qipan.engine.problem import PROBLEM_SCHEMA
from qipan.platform import lease
from qipan.platform.imports.changes import store
from qipan.platform.models import Batch, BatchSheet, StoredFile


@pytest.fixture
def batch(zone: Zone) -> Batch:
    """A committed batch of the zone with two problems in one sheet."""
    rows = {
        "code": ["imports.unknown-firm", "imports.unknown-firm"],
        "sheet": [0, 0],
        "row": [12, 13],
        "column": [1, 1],
        "field": ["name", "name"],
        "value": ["=某厂", "另一厂"],
        "params": [None, None],
    }
    found = Batch.objects.create(
        state=Batch.State.COMMITTED,
        name="10月台账",
        unit=zone.zone.pk,
        by_name="陈统计",
        read=20,
        new=18,
        refused=2,
        problem_counts={"imports.unknown-firm": 2},
        problems_file=store(pl.DataFrame(rows, schema=PROBLEM_SCHEMA)),
    )
    file = StoredFile.objects.create(sha256="1" * 64, size=1)
    BatchSheet.objects.create(
        batch=found,
        number=0,
        file=file,
        file_name="10月.xlsx",
        sheet="台账",
        index=0,
        ledger="enterprises",
        confidence=0.93,
        columns=[{"index": 1, "header": "企业名称", "code": "name", "part": ""}],
        rows=20,
    )
    return found


def test_a_batch_says_what_was_read_and_what_is_wrong_where(zone: Zone, batch: Batch, client: Client):
    client.force_login(zone.leader)
    text = client.get(f"/batches/{batch.pk}/").content.decode()
    assert "识别为“企业台账”" in text
    assert "93%" in text
    assert "10月.xlsx › 台账 › 第12行 › 企业名称" in text
    assert "imports.unknown-firm" not in text


def told(client: Client, batch: Batch) -> str:
    """Return the page of the batch as it reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", client.get(f"/batches/{batch.pk}/").content.decode()))


def kept(batch: Batch, code: str, values: list[str], field: str = "unit") -> None:
    """Leave the batch with one problem a row, from row 2 on."""
    many = len(values)
    rows = {
        "code": [code] * many, "sheet": [0] * many, "row": [*range(2, many + 2)], "column": [None] * many,
        "field": [field] * many, "value": values, "params": [None] * many,
    }  # fmt: skip
    batch.problems_file = store(pl.DataFrame(rows, schema=PROBLEM_SCHEMA))
    batch.problem_counts = {code: many}
    batch.save()


def test_each_unit_nobody_knows_is_a_question_with_its_rows_and_the_first_three_places(
    zone: Zone, batch: Batch, client: Client
):
    heads = [{"index": 2, "header": "所属园区", "code": "unit", "part": ""}]
    BatchSheet.objects.filter(batch=batch).update(columns=heads)
    kept(batch, "imports.unknown-unit", ["南园"] * 5 + ["北园"])
    client.force_login(zone.leader)
    at = "10月.xlsx › 台账 › 第{}行 › 所属园区"
    text = told(client, batch)
    places = "·".join(at.format(row) for row in (2, 3, 4))
    assert f"不认识单位“南园” × 5{places} …" in text.replace("× 5 ", "× 5")
    assert f"不认识单位“北园” × 1{at.format(7)}" in text.replace("× 1 ", "× 1")
    client.cookies["qipan_language"] = "en"
    assert "The unit “南园” is not known × 5" in told(client, batch)
    assert "row 2 › 所属园区" in told(client, batch)


def test_more_units_than_anybody_reads_through_are_one_question_for_the_rest(zone: Zone, batch: Batch, client: Client):
    kept(batch, "imports.unknown-unit", [f"第{number}园" for number in range(30)])
    client.force_login(zone.leader)
    text = told(client, batch)
    assert text.count("不认识单位“第") == 20
    assert "不认识单位“…” × 10" in text


def test_a_firm_nobody_knows_is_told_with_its_rows_and_the_first_three_places(zone: Zone, batch: Batch, client: Client):
    kept(batch, "imports.unknown-firm", ["某厂"] * 4 + ["另一厂"], field="name")
    client.force_login(zone.leader)
    text = told(client, batch)
    assert "10月.xlsx › 台账 › 第2行 › 企业名称、第3行、第4行：没有找到企业“某厂”" in text
    assert "× 4" in text
    assert "第6行 › 企业名称：没有找到企业“另一厂”" in text
    client.cookies["qipan_language"] = "en"
    assert "row 2 › 企业名称, row 3, row 4" in told(client, batch)


def test_all_problems_leave_as_csv_that_no_spreadsheet_runs(zone: Zone, batch: Batch, client: Client):
    client.force_login(zone.leader)
    answer = client.get(f"/batches/{batch.pk}/problems.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 3


def test_a_leader_may_look_but_not_undo(zone: Zone, batch: Batch, client: Client):
    client.force_login(zone.leader)
    assert "撤销这一批" not in client.get(f"/batches/{batch.pk}/").content.decode()
    assert client.post(f"/batches/{batch.pk}/undo/").status_code == 403
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTED


def test_a_batch_of_another_park_does_not_exist_for_a_park_manager(zone: Zone, batch: Batch, client: Client):
    client.force_login(zone.park)
    for path in ("", "undo/", "problems.csv", "files/0/"):
        assert client.get(f"/batches/{batch.pk}/{path}").status_code == 404, path


def test_undo_is_asked_first_and_then_done(zone: Zone, batch: Batch, client: Client):
    client.force_login(zone.economy)
    assert "撤销这一批？" in client.get(f"/batches/{batch.pk}/undo/").content.decode()
    answer = client.post(f"/batches/{batch.pk}/undo/", {"reason": "传错了文件"})
    assert answer.status_code == 302
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNDONE
    assert "已撤销" in client.get(f"/batches/{batch.pk}/").content.decode()


def test_an_undo_that_is_refused_lists_why(zone: Zone, batch: Batch, client: Client):
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE)
    client.force_login(zone.economy)
    answer = client.post(f"/batches/{batch.pk}/undo/")
    assert answer.status_code == 409
    assert "不能撤销" in answer.content.decode()


@pytest.mark.django_db(transaction=True)  # the holder speaks over a connection of its own
def test_progress_is_answered_304_while_nothing_moves(zone: Zone, client: Client):
    client.force_login(zone.leader)
    with lease.lease("大台账", 1000) as mine:
        assert mine is not None
        first = client.get("/batches/loading/")
        assert "大台账" in first.content.decode()
        again = client.get("/batches/loading/", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        mine.tell(1000, 1000)
        moved = client.get("/batches/loading/", headers={"If-None-Match": first["ETag"]})
        assert moved.status_code == 200
    assert "大台账" not in client.get("/batches/loading/").content.decode()
