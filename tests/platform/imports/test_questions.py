"""What a load asks about whole sheets stays with its batch, in words and with the place; a ledger goes by its names."""

from __future__ import annotations

import pytest

import loads
from loads import firm, firms_book, units_book, workbook
from qipan.engine.problem import PROBLEM_SCHEMA
from qipan.platform.imports.changes import stored
from qipan.platform.imports.report import names_of, spelled

HEAD = ("名称", "地址", "走访组", "下次提醒", "本周颜色")
ROW = ("云州宏远机械制造有限公司", "东园一路1号", "一组", "电话", "绿")


@pytest.fixture
def zone(installed, tmp_path):
    loads.load(units_book(tmp_path / "zone"))


def test_questions_about_a_sheet_that_was_not_read_are_kept_with_their_words_and_place(zone, tmp_path):
    unsure = workbook(tmp_path / "十月.xlsx", {"汇总": (HEAD, ROW)})
    checked = loads.check(unsure, firms_book(tmp_path, firm(1, "云州光华光电科技股份有限公司")))
    batch = loads.load(unsure, firms_book(tmp_path, firm(1, "云州光华光电科技股份有限公司")))
    kept = stored(batch.problems_file, PROBLEM_SCHEMA)
    told = [spelled(row, names_of(checked.understood.sheets)) for row in kept.iter_rows(named=True)]
    said = {(one.where.text("zh"), one.message("zh")) for one in told}
    assert ("十月.xlsx › 汇总 › 走访组", "不认识这一列：走访组（例如 一组）") in said
    assert any(place == "十月.xlsx › 汇总" and "企业台账" in words for place, words in said)
    assert not any("…" in words for _, words in said)


def test_a_file_that_could_not_be_read_is_kept_by_its_name(zone, tmp_path):
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    batch = loads.load(broken, firms_book(tmp_path, firm(1, "云州光华光电科技股份有限公司")))
    kept = stored(batch.problems_file, PROBLEM_SCHEMA)
    assert any("坏.xlsx" in (row["field"] or "") for row in kept.iter_rows(named=True))


@pytest.mark.parametrize("name", ["enterprises", "企业台账", "Enterprises"])
def test_a_ledger_is_named_by_code_or_by_the_names_people_use(zone, tmp_path, name):
    checked = loads.check(workbook(tmp_path / "十月.xlsx", {"汇总": (HEAD, ROW)}), ledger=name)
    assert checked.counts.new == 1


def test_a_ledger_that_does_not_exist_is_answered_with_those_that_do(zone, tmp_path):
    checked = loads.check(firms_book(tmp_path, firm(1, "云州光华光电科技股份有限公司")), ledger="企业帐")
    (problem,) = [one for one in checked.understood.problems if one.code == "imports.no-such-ledger"]
    assert "企业台账" in problem.hint("zh")
    assert "Enterprises" in problem.hint("en")
    assert checked.counts.read == 0
