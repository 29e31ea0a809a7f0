"""Every ledger's template is taken for its ledger again, with all its columns and without any doubt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from qipan.engine.sheets import Vocabulary, extract, recognise
from qipan.engine.sheets.book import CellValue, Sheet
from qipan.engine.sheets.reading import read_books
from qipan.engine.sheets.spec import ColumnType, Layout, LedgerSpec
from qipan.engine.sheets.templates import EXAMPLE, GUIDE, Filling, is_guide, write_template
from qipan.packs import Checked, Resolved

MONTHS = tuple(f"2026年{month}月" for month in range(1, 11))


@pytest.fixture(scope="module")
def known(hitech: Checked) -> Resolved:
    """The shipped definitions."""
    return hitech.resolved


def filling(resolved: Resolved, rows: tuple[Mapping[str, CellValue], ...] = ()) -> Filling:
    """What the zone would put into a template."""
    measures = tuple(spec.names[0] for spec in resolved.measure_specs() if spec.about == "unit" and not spec.sibling)
    return Filling("2026年1-10月", ("东园", "西园"), measures, ("亿元", "万元", "%"), MONTHS, rows)


def written(ledger: LedgerSpec, number: int) -> dict[str, CellValue]:
    """Return row `number` as somebody fills it in."""
    by_type: dict[ColumnType, CellValue] = {
        ColumnType.INTEGER: number, ColumnType.NUMBER: 34.5 + number, ColumnType.PERCENT: 6.2,
        ColumnType.DATE: date(2024, 5, number), ColumnType.BOOLEAN: True, ColumnType.PHONE: "0537-2345678",
        ColumnType.PERIOD: "2026年" if ledger.code == "targets" else "2026年10月",
    }  # fmt: skip
    by_role = {
        "subject": "东园", "measure": ("规上工业总产值", "工业用电量", "固定资产投资")[number % 3],
        "unit": ("亿元", "万千瓦时", "亿元")[number % 3], "enterprise.unit": "东园",
        "enterprise.name": f"云州第{number}精密制造有限公司",
    }  # fmt: skip
    found: dict[str, CellValue] = {}
    for column in ledger.columns:
        if column.writes in by_role:
            found[column.code] = by_role[column.writes]
        elif column.type is ColumnType.CHOICE:
            found[column.code] = column.allowed[0]
        elif column.type is not ColumnType.USCC:
            found[column.code] = by_type.get(column.type, f"文字{number}")
    return found


def page_of(path: Path, rows: int) -> Sheet:
    """Read a template back: the sheet people fill in, and nothing else of it."""
    (book,) = read_books([path])
    assert not book.problems
    sheets = [sheet for sheet in book.sheets if not is_guide(sheet)]
    assert len(book.sheets) == 2
    assert len(sheets) == 1
    assert sheets[0].grid is not None
    assert len(sheets[0].grid.rows) == 3 + rows
    return sheets[0]


CODES = (
    "units", "enterprises", "qualifications", "enterprise_months", "monthly_report", "measures_long", "measures_wide",
    "city", "targets",
)  # fmt: skip


def test_no_ledger_is_forgotten_here(known: Resolved):
    assert {spec.code for spec in known.ledger_specs()} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_filled_template_is_taken_for_its_ledger_without_doubt(code: str, known: Resolved, tmp_path: Path):
    ledger = next(spec for spec in known.ledger_specs() if spec.code == code)
    rows = tuple(written(ledger, number) for number in (1, 2, 3))
    path = tmp_path / "模板.xlsx"
    write_template(path, ledger, filling(known, rows), date(2026, 11, 25))
    sheet = page_of(path, rows=3)
    vocabulary = Vocabulary.of(known.measure_specs(), known.units)
    found = recognise(sheet, known.ledger_specs(), vocabulary, file=path.name)
    assert found.ledger == code
    assert found.confidence >= 0.995, (found.confidence, [column for column in found.columns if not column.code])
    assert not found.questions
    read = extract(sheet, found, ledger, vocabulary)
    assert "example" in read.skipped["reason"].to_list()
    assert read.records.height == 3, read.problems
    if ledger.layout is not Layout.ROWS:
        values = 3 * (0 if code == "measures_wide" else 1)
        assert read.facts.height >= values


@pytest.mark.parametrize("code", CODES)
def test_an_example_left_in_place_is_no_record(code: str, known: Resolved, tmp_path: Path):
    ledger = next(spec for spec in known.ledger_specs() if spec.code == code)
    path = tmp_path / "模板.xlsx"
    write_template(path, ledger, filling(known), date(2026, 11, 25))
    sheet = page_of(path, rows=0)
    assert any(str(value).startswith(EXAMPLE) for value in sheet.grid.rows[2] if value)


def test_headings_carry_notes_and_columns_what_may_be_chosen(known: Resolved, tmp_path: Path):
    ledger = next(spec for spec in known.ledger_specs() if spec.code == "enterprises")
    path = tmp_path / "企业台账.xlsx"
    write_template(path, ledger, filling(known), date(2026, 11, 25))
    book = openpyxl.load_workbook(path)
    page = book["企业台账"]
    headings = {cell.value: cell for cell in page[2]}
    assert "必填" in headings["企业名称"].comment.text
    lists = {str(rule.sqref).split(":")[0][0]: rule.formula1 for rule in page.data_validations.dataValidation}
    park = headings["园区"].column_letter
    assert lists[park].startswith(GUIDE) or GUIDE in lists[park]
    letter = lists[park].split("$")[1]
    assert [book[GUIDE][f"{letter}{row}"].value for row in (6, 7)] == ["东园", "西园"]


def test_only_forms_of_direct_report_platforms_say_so(known: Resolved):
    assert [spec.code for spec in known.ledger_specs() if spec.direct_report] == ["enterprise_months"]
