"""A batch of many sheets stays a page: grouped by ledger, folded beyond ten; what waits for a person comes first."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest
from django.test import Client
from tests.web.sample import Zone

from qipan.engine.problem import PROBLEM_SCHEMA
from qipan.platform.imports.changes import store
from qipan.platform.models import Batch, BatchSheet, StoredFile
from qipan.registry.models import Uncertain

QUESTIONS = (
    ("sheets.unsure-ledger", 139, None, {"ledger": "企业台账", "other": "企业台账", "percent": 67}, None),
    ("sheets.unknown-column", 139, 2, {"heading": "走访组", "sample": "一组"}, "走访组"),
    *(("sheets.colour-meaning", sheet, None, {"count": 3, "colour": "黄", "rows": "5、6"}, None) for sheet in range(7)),
)


@pytest.fixture
def batch(zone: Zone) -> Batch:
    """139 monthly reports that were read, and one sheet that asks first."""
    rows = [
        (code, sheet, None, column, field, None, json.dumps(params)) for code, sheet, column, params, field in QUESTIONS
    ]
    rows.append(("sheets.bad-number", 5, 8, 3, "value", "多", None))
    found = Batch.objects.create(
        state=Batch.State.COMMITTED,
        name="历年月报",
        unit=zone.zone.pk,
        by_name="陈统计",
        problem_counts={"sheets.bad-number": 1},
        problems_file=store(pl.DataFrame(rows, schema=PROBLEM_SCHEMA, orient="row")),
    )
    file = StoredFile.objects.create(sha256="2" * 64, size=1)
    months = [
        BatchSheet(
            batch=found, number=number, file=file, file_name=f"{number}.xlsx", sheet=f"{number % 12 + 1}月", index=0,
            ledger="monthly_report", confidence=0.97, rows=34,
            columns=[{"index": 0, "header": f"{number % 12 + 1}月", "code": "value", "part": "value"}],
            reasons=[{"code": "sheets.reason-columns", "params": {"known": 10, "of": 11}}],
        )
        for number in range(139)
    ]  # fmt: skip
    heads = [{"index": 2, "header": "走访组", "code": None, "part": ""}]
    unsure = BatchSheet(
        batch=found, number=139, file=file, file_name="十月.xlsx", sheet="汇总", index=0, confidence=0.67, columns=heads
    )
    BatchSheet.objects.bulk_create([*months, unsure])
    return found


@pytest.fixture
def text(zone: Zone, batch: Batch, client: Client) -> str:
    client.force_login(zone.economy)
    return client.get(f"/batches/{batch.pk}/").content.decode()


def test_sheets_of_one_ledger_are_folded_beyond_ten(text: str):
    months = text[text.index("识别为“月报”") :]
    shown, folded = months.split("其余 129 张工作表")
    assert (shown.count('class="name"'), folded.count('class="name"')) == (10, 129)


def test_what_was_not_recognised_comes_before_what_was(text: str):
    assert text.index("没有认出是哪种台账，或要先确认") < text.index("识别为“月报”")


def test_the_sheet_with_problems_is_the_first_of_its_ledger(text: str):
    table = text[text.index("识别为“月报”") :]
    assert re.findall(r'class="name">([^<]+)<', table)[0] == "5.xlsx › 6月"


def test_columns_of_one_form_are_told_once(text: str):
    assert text.count("各列读作什么") == 2
    assert "139 张" in text


def test_reasons_are_told_in_words(text: str):
    assert "11 列中认出 10 列" in text
    assert "sheets.reason" not in text


def test_questions_stand_at_the_top_each_once_with_its_places(text: str):
    top = text[text.index("等您答复") : text.index('id="problems"')]
    assert "不认识这一列：走访组（例如 一组）" in top
    assert "十月.xlsx › 汇总 › 走访组" in top
    assert top.count("颜色是什么意思") == 1
    assert "× 7" in top
    assert "--ledger 企业台账" in top
    assert "“多”不是数字" not in top
    below = text[text.index('id="problems"') : text.index('id="sheets"')]
    assert "颜色是什么意思" not in below
    assert "“多”不是数字" in below


def test_waiting_firms_are_linked_from_their_batch_for_who_may_judge(zone: Zone, batch: Batch, client: Client):
    Uncertain.objects.create(name="甲", name_key="甲", problem="resolve.look-alike", batch=batch.pk, sheet=0, row=2)
    for user, linked in ((zone.economy, True), (zone.leader, False)):
        client.force_login(user)
        text = client.get(f"/batches/{batch.pk}/").content.decode()
        assert (f"/firms/uncertain/?batch={batch.pk}" in text) == linked


def test_the_page_needs_as_many_queries_for_many_sheets_as_for_few(zone: Zone, batch: Batch, client: Client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/batches/{batch.pk}/").status_code == 200
        return len(asked)

    client.force_login(zone.economy)
    counted()
    many = counted()
    BatchSheet.objects.filter(batch=batch, number__lt=130).delete()
    assert counted() == many
