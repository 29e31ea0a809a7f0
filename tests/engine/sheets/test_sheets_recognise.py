"""Which ledger a sheet is: reasons, memory, contracts, and files that were never meant for us."""

# ruff: noqa: E501 - tables of cells are read row by row, unbroken

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sheets import layouts
from engine.sheets.definitions import ENTERPRISES, LEDGERS, VOCABULARY
from engine.sheets.readings import codes, column, problems, read, skipped, taken
from qipan.engine.problem import catalogue
from qipan.engine.sheets import Context, extract, recognise, signature
from qipan.engine.sheets.book import CellValue, Grid, Sheet
from qipan.engine.sheets.reading import read_books
from qipan.engine.sheets.spec import Contract, LedgerSpec

DATA = Path(os.environ.get("QIPAN_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"))
FIRM = "启盘精密机械有限公司"
FORMS = (
    layouts.enterprises,
    layouts.report,
    layouts.projects,
    layouts.leads,
    layouts.payouts,
    layouts.months,
    layouts.long,
)


def test_a_sheet_that_fits_no_ledger_is_told_the_nearest_ones_and_what_it_lacks() -> None:
    found = recognise(
        layouts.sheet([["企业代号", "行业", "园区"], ["a", "b", "c"], ["d", "e", "f"]]), LEDGERS, VOCABULARY
    )
    assert found.ledger is None
    (question,) = found.questions
    assert question.code == "sheets.no-ledger"
    assert "企业台账" in question.message("zh")
    assert "缺企业名称" in question.message("zh")
    assert "Enterprises" in question.message("en")
    assert "企业代号" in question.hint("zh")


def test_an_empty_sheet_is_said_to_be_empty() -> None:
    for sheet in (layouts.sheet([]), layouts.sheet([[None, None], ["", " "]]), Sheet("x", 0, Grid([]))):
        found = recognise(sheet, LEDGERS, VOCABULARY)
        assert found.ledger is None
        assert found.questions


def test_every_choice_has_reasons_in_both_languages() -> None:
    found = recognise(layouts.enterprises(), LEDGERS, VOCABULARY)
    known = catalogue()
    reasons = [*found.reasons, *(one.reason for one in found.columns)]
    assert {reason.code for reason in reasons} >= {"sheets.reason-columns", "sheets.reason-title", "sheets.reason-name"}
    assert all(known[reason.code].message["zh"] and known[reason.code].message["en"] for reason in reasons)


def test_similar_headings_are_taken_with_a_question_and_distant_ones_only_asked_about() -> None:
    top = ["企业名称", "统一社会信用代码证", "所属的园区", "年龄结构"]
    body = [
        [FIRM, "91110000600037341L", "东园", "x"],
        ["启盘乙有限公司", "91330100799655058B", "东园", "y"],
        ["启盘丙有限公司", None, "西园", "z"],
    ]
    found = recognise(layouts.sheet([top, *body], "企业台账"), LEDGERS, VOCABULARY)
    assert taken(found) == {"企业名称": "name", "统一社会信用代码证": "uscc", "所属的园区": "unit", "年龄结构": None}
    assert [question.code for question in found.questions] == ["sheets.unsure-column", "sheets.unknown-column"]


def test_values_that_cannot_be_what_the_heading_says_are_not_taken_for_it() -> None:
    top = ["企业名称", "园区", "行业", "电话", "成立日期"]
    body = [[f"启盘{at}有限公司", "东园", "制造", "良好", "合格"] for at in range(4)]
    found = recognise(layouts.sheet([top, *body], "企业台账"), LEDGERS, VOCABULARY)
    assert taken(found) == {"企业名称": "name", "园区": "unit", "行业": "industry", "电话": None, "成立日期": None}


def test_a_column_that_stands_twice_is_asked_about() -> None:
    top = ["企业名称", "园区", "园区"]
    found = recognise(
        layouts.sheet([top, [FIRM, "东园", "西园"], ["启盘乙有限公司", "东园", "西园"]], "企业台账"),
        LEDGERS,
        VOCABULARY,
    )
    assert [one.code for one in found.columns] == ["name", "unit", None]
    assert any(question.code.startswith("sheets.unknown-column") for question in found.questions)


def test_a_mapping_people_agreed_to_holds_for_next_months_file_of_the_same_form() -> None:
    top = ["企业", "代号甲", "10月数", "闲话"]
    first = layouts.sheet([["2026年10月", *[None] * 3], top, [FIRM, "甲", 12, "x"], ["启盘乙有限公司", "乙", 13, "y"]])
    unsure = recognise(first, LEDGERS, VOCABULARY)
    mapped = replace(
        unsure,
        ledger="enterprises",
        columns=tuple(
            replace(one, code=code)
            for one, code in zip(unsure.columns, ["name", "industry", "staff", None], strict=True)
        ),
    )
    memory = {mapped.signature: mapped.remember(ignored=["闲话"])}
    next_top = ["企业", "代号甲", "11月数", "闲话"]
    after = layouts.sheet([["2026年11月", *[None] * 3], next_top, [FIRM, "丙", 14, "z"]])
    assert signature(after) == signature(first)
    found = recognise(after, LEDGERS, VOCABULARY, memory=memory)
    assert (found.ledger, found.confidence, found.questions) == ("enterprises", 1.0, ())
    read_again = extract(after, found, ENTERPRISES, VOCABULARY)
    assert column(read_again, "industry") == ["丙"]
    assert column(read_again, "staff") == [14]
    assert column(read_again, "extra") == [None]


def test_forms_that_differ_have_different_fingerprints() -> None:
    assert (
        len(
            {
                signature(build())
                for build in (layouts.enterprises, layouts.report, layouts.projects, layouts.leads, layouts.payouts)
            }
        )
        == 5
    )


def test_a_ledger_a_person_named_is_taken_where_its_required_columns_are() -> None:
    sheet = layouts.sheet(
        [["名称", "甲", "乙", "丙", "丁"], ["启盘甲有限公司", 1, 2, 3, 4], ["启盘乙有限公司", 1, 2, 3, 4]]
    )
    assert recognise(sheet, [ENTERPRISES], VOCABULARY).ledger is None
    assert recognise(sheet, [ENTERPRISES], VOCABULARY, named=True).ledger == "enterprises"


def _kept(ledger: LedgerSpec, rows: list[list[object]]) -> tuple[list[object], list[object], list[str]]:
    sheet = layouts.sheet(rows, "企业台账")  # type: ignore[arg-type]
    found = extract(sheet, recognise(sheet, [ledger], VOCABULARY), ledger, VOCABULARY)
    return column(found, "name"), column(found, "extra"), codes(found)


@pytest.mark.parametrize(
    ("contract", "names", "extra"),
    [
        (Contract.EXTRA, [FIRM, "启盘乙有限公司"], ['{"闲话": "x"}', '{"闲话": "y"}']),
        (Contract.DROP_COLUMN, [FIRM, "启盘乙有限公司"], [None, None]),
        (Contract.REFUSE, [], []),
    ],
)
def test_a_ledger_decides_what_becomes_of_unknown_columns(
    contract: Contract, names: list[str], extra: list[str]
) -> None:
    rows: list[list[object]] = [["企业名称", "园区", "闲话"], [FIRM, "东园", "x"], ["启盘乙有限公司", "东园", "y"]]
    found = _kept(replace(ENTERPRISES, unknown_column=contract), rows)
    assert found[:2] == (names, extra)
    assert "sheets.unknown-column" in found[2]


@pytest.mark.parametrize(
    ("contract", "names"), [(Contract.DROP_ROW, [FIRM]), (Contract.EXTRA, [FIRM, None]), (Contract.REFUSE, [])]
)
def test_a_ledger_decides_what_becomes_of_bad_rows(contract: Contract, names: list[str]) -> None:
    rows: list[list[object]] = [
        ["企业名称", "信用代码", "园区"],
        [FIRM, "91110000600037341L", "东园"],
        [None, "91330100799655058B", "东园"],
    ]
    assert _kept(replace(ENTERPRISES, bad_row=contract), rows)[0] == names


def test_a_grouping_column_filled_once_a_group_is_asked_about_where_merges_were_lost() -> None:
    top = ["企业名称", "园区"]
    body = [["启盘甲有限公司", "东园"], ["启盘乙有限公司", None], ["启盘丙有限公司", "西园"], ["启盘丁有限公司", None]]
    found = read(layouts.sheet([top, *body], "企业台账"))
    assert ("sheets.blank-below", None, 1) in problems(found)
    assert column(found, "unit") == ["东园", None, "西园", None]


def test_who_reports_and_the_scope_are_read_from_above_the_table() -> None:
    rows = [
        ["2026年10月主要经济指标", None, None],
        ["填报单位:东园管委会", "口径:规模以上", "单位:万元"],
        ["指标", "1-10月", "±%"],
        ["规上工业总产值", 10000, 5],
    ]
    sheet = layouts.sheet(rows, "月报")
    about = recognise(sheet, LEDGERS, VOCABULARY).context
    assert about == Context(
        period=202610, unit="万元", scope="规模以上", title="2026年10月主要经济指标", subject="东园管委会", year=2026
    )
    assert read(sheet).facts["value"].to_list() == [10**10, 50_000]
    assert read(sheet).facts["scope"].to_list() == ["规模以上"] * 2


CELLS = st.one_of(
    st.none(), st.integers(-(10**20), 10**20), st.floats(), st.booleans(), st.dates(), st.text(max_size=12), st.text("合计小计注:一二三、()0123456789年月%万亿-—", max_size=8),
    st.sampled_from(["企业名称", "指标", "1-10月", "绝对额", "±%", "#REF!", "9.1E+17", "单位:万元", "5-8亿", "拟6月", "√", "全市", "合计"]),
)  # fmt: skip


@given(st.sampled_from(FORMS), st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14), CELLS), max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_change_to_a_sheet_breaks_the_reading_or_loses_a_row(
    build: Callable[[], Sheet], changes: list[tuple[int, int, CellValue]]
) -> None:
    grid = build().grid
    assert grid is not None
    rows = [list(row) for row in grid.rows]
    for row, at, value in changes:
        if row < len(rows) and at < len(rows[row]):
            rows[row][at] = value
    sheet = Sheet("x", 0, replace(grid, rows=rows))
    found = recognise(sheet, LEDGERS, VOCABULARY)
    if found.ledger is not None:
        read(sheet)


# --- files that were never meant for us ---------------------------------------------------------------------------------


@pytest.mark.realdata
@pytest.mark.parametrize(
    "path",
    [
        "classification/gbt4754_2017_merged.csv", "classification/gbt4754_2011.csv", "io/china_2020_42.csv", "io/china_2020_153.csv",
        "zones/national_hitech_zone_names_unverified.csv", "zones/nbs_zone_like_units.csv", "index/COINr_ASEM_iData.csv",
        "chain/company.csv", "geo/centers.csv", "registry/counts_city_year.csv",
    ],
)  # fmt: skip
def test_tables_of_other_people_are_answered_and_not_taken(path: str) -> None:
    if not (DATA / path).is_file():
        pytest.skip(f"public data are absent: {DATA / path}")
    for book in read_books([DATA / path]):
        for sheet in book.sheets:
            found = recognise(sheet, LEDGERS, VOCABULARY, file=book.name)
            assert found.ledger is None, path
            assert found.questions[0].code == "sheets.no-ledger"
            assert found.nearest


@pytest.mark.realdata
def test_the_firms_of_a_city_are_read_whole_with_every_bad_code_reported() -> None:
    path = DATA / "registry" / "jining.csv"
    if not path.is_file():
        pytest.skip(f"public data are absent: {path}")
    (book,) = read_books([path])
    found = read(book.sheets[0], file=book.name, ledger="enterprises")
    assert (found.rows, found.records.height, skipped(found)) == (4983, 4983, {})
    assert [code for code, _, at in problems(found) if at == 1 and str(code).startswith("codes.")] == ["codes.written"]
    assert found.records["registered"].null_count() == 0
