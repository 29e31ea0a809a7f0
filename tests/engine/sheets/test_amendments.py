"""A sheet is read as a person corrects it: the same rows under the same numbers, nothing else changed."""

from __future__ import annotations

from datetime import date

import polars as pl

from engine.sheets.definitions import ENTERPRISES, VOCABULARY
from qipan.engine.sheets import Amendments, Wanted, amended, extract, recognise
from qipan.engine.sheets.amendments import Edit, Mapped, shown
from qipan.engine.sheets.book import Grid, Sheet, Span
from qipan.engine.sheets.columns import KEPT, LEFT_OUT

ROWS = (
    ("企业台账", None, None, None, None),
    ("企业名称", "园区", "成立日期", "税收", "安全员"),
    ("甲公司", "东元区", "待定", 12.5, "王"),
    ("乙公司", "东元区", "2020-01-02", 13, "李"),
    ("丙公司", None, "2021-03-04", 14, None),
)


def sheet(**changes: object) -> Sheet:
    """A small ledger of firms as a workbook gives it."""
    grid: dict[str, object] = {"rows": ROWS, **changes}
    return Sheet("企业台账", 0, Grid(**grid))  # type: ignore[arg-type]


def read(given: Sheet, changes: Amendments = Amendments(), wanted: Wanted = Wanted()):  # noqa: B008 - both are frozen
    """Recognise the sheet as it came, change it, read it."""
    found = recognise(given, (ENTERPRISES,), VOCABULARY, named=True, wanted=wanted)
    changed = amended(given, changes, found.header_rows[1])
    return found, extract(changed, found, ENTERPRISES, VOCABULARY)


def test_an_edited_cell_is_read_as_it_was_edited_and_the_file_still_says_what_it_said():
    given = sheet()
    _, found = read(given, Amendments(edits=(Edit(3, 2, "待定", "2019-05-06"),)))
    assert found.records["registered"].to_list()[0] == date(2019, 5, 6)
    assert found.records["row"].to_list() == [3, 4, 5]
    assert shown(given, 3, 2) == "待定"


def test_a_value_is_changed_in_the_whole_column_and_nowhere_else():
    _, found = read(sheet(), Amendments(maps=(Mapped(1, "东元区", "东园区"),)))
    assert found.records["unit"].to_list() == ["东园区", "东园区", None]


def test_an_edit_of_a_cell_goes_before_the_map_of_its_column():
    changes = Amendments(edits=(Edit(3, 1, "东元区", "西园区"),), maps=(Mapped(1, "东元区", "东园区"),))
    _, found = read(sheet(), changes)
    assert found.records["unit"].to_list() == ["西园区", "东园区", None]


def test_a_row_left_out_is_no_record_and_the_others_keep_their_numbers():
    _, found = read(sheet(), Amendments(skipped=(4,)))
    assert found.records["row"].to_list() == [3, 5]
    assert found.skipped.filter(pl.col("row") == 4)["reason"].to_list() == ["blank"]


def test_a_merged_value_stays_with_the_rows_below_when_its_first_row_is_left_out():
    rows = (
        *ROWS[:2],
        ("甲公司", "东园区", None, 1, None),
        ("乙公司", None, None, 2, None),
        ("丙公司", None, None, 3, None),
    )
    given = sheet(rows=rows, spans=(Span(2, 1, 4, 1),))
    _, found = read(given, Amendments(skipped=(3,)))
    assert found.records["name"].to_list() == ["乙公司", "丙公司"]
    assert found.records["unit"].to_list() == ["东园区", "东园区"]


def test_an_edit_to_nothing_empties_the_cell_and_one_of_an_error_takes_the_error_away():
    given = sheet(
        errors={(3, 3): "#REF!"},
        rows=tuple((*row[:3], None, row[4]) if at == 3 else row for at, row in enumerate(ROWS)),
    )
    assert shown(given, 4, 3) == "#REF!"
    _, found = read(given, Amendments(edits=(Edit(4, 3, "#REF!", "7"), Edit(3, 2, "待定", ""))))
    assert found.problems.is_empty() or "sheets.formula-error" not in found.problems["code"].to_list()
    assert found.records["registered"].to_list()[0] is None
    assert "sheets.bad-date" not in found.problems["code"].to_list()


def test_headings_are_out_of_reach():
    given = sheet()
    changed = amended(given, Amendments(edits=(Edit(2, 0, "企业名称", "别的"),), skipped=(2,)), 1)
    assert changed.grid is not None
    assert changed.grid.rows[1] == ROWS[1]


def test_a_large_plain_table_is_changed_alike():
    frame = pl.DataFrame(
        {"企业名称": ["甲公司", "乙公司", "丙公司"], "园区": ["东元区", "东元区", " 东元区 "], "税收": [1.5, 2.0, 3.0]}
    )
    given = Sheet("t", 0, None, frame, first_row=2)
    changes = Amendments(edits=(Edit(3, 2, "2", "约两百"),), maps=(Mapped(1, "东元区", "东园区"),), skipped=(4,))
    changed = amended(given, changes).frame
    assert changed is not None
    assert changed["园区"].to_list() == ["东园区", "东园区", None]
    assert changed["税收"].to_list() == ["1.5", "约两百", None]
    assert shown(given, 3, 2) == "2"
    _, found = read(given, Amendments(maps=(Mapped(1, "东元区", "东园区"),), skipped=(4,)))
    assert found.records["unit"].to_list() == ["东园区", "东园区"]


def test_nothing_said_changes_nothing():
    given = sheet()
    assert amended(given, Amendments()) is given
    assert shown(given, 99, 0) == shown(given, 3, 99) == ""


def test_a_column_somebody_chose_is_that_column_and_is_asked_about_no_more():
    found, _ = read(sheet())
    assert [one.code for one in found.questions] == ["sheets.unknown-column"]
    found, out = read(sheet(), wanted=Wanted(columns={4: "note"}))
    assert found.columns[4].code == "note"
    assert not found.questions
    assert out.records["note"].to_list() == ["王", "李", None]


def test_a_column_can_be_kept_beside_the_record_or_left_out():
    kept, out = read(sheet(), wanted=Wanted(columns={4: KEPT}))
    assert not kept.questions
    assert "王" in out.records["extra"].to_list()[0]
    left, out = read(sheet(), wanted=Wanted(columns={4: LEFT_OUT}))
    assert not left.questions
    assert "王" not in (out.records["extra"].to_list()[0] or "")


def test_a_field_given_to_one_column_is_taken_from_the_one_that_had_it():
    found, _ = read(sheet(), wanted=Wanted(columns={4: "unit"}))
    assert [column.code for column in found.columns] == ["name", None, "registered", "tax", "unit"]


def test_figures_are_read_in_the_unit_somebody_chose():
    rows = (ROWS[0], ("企业名称", "2026年1-10月税收"), ("甲公司", 5))
    given = sheet(rows=rows)
    _, plain = read(given, wanted=Wanted(columns={1: "tax"}))
    _, chosen = read(given, wanted=Wanted(columns={1: "tax"}, units={1: "亿元"}))
    assert chosen.facts["value"].item() == plain.facts["value"].item() * 10_000
