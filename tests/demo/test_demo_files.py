"""The files are as messy as real ones, say what the zone says, and come out the same every time."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.worksheet.worksheet import Worksheet

from qipan.demo import generate, truth
from qipan.demo.printed import capital_numerals, points, printed
from qipan.demo.roster import firms

Row = list[object]


def rows(path: Path, sheet: int = 0) -> list[Row]:
    return [
        list(row) for row in python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(sheet).to_python()
    ]


@pytest.fixture(scope="module")
def ledger(ledgers) -> list[Row]:
    return rows(ledgers / "企业台账2026年10月.xlsx")


@pytest.fixture(scope="module")
def report(ledgers) -> dict[str, Row]:
    return {str(row[0]).strip(): row for row in rows(ledgers / "月报" / "2026年10月月报.xlsx")}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path):
    summary = generate(tmp_path / "here", seed=11, months=3)
    program = "import sys, pathlib, qipan.demo as d; d.generate(pathlib.Path(sys.argv[1]), seed=11, months=3)"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "there")], check=True, env=environment)
    here = digests(tmp_path / "here")
    assert here == digests(tmp_path / "there")
    assert len(here) == len({*summary.files, summary.boundaries})


def test_another_seed_gives_other_firms(zone):
    others = {firm.name for firm in firms(zone.parameters, 11, (202111, 202610))}
    assert len(others & {firm.name for firm in zone.firms}) < 0.1 * len(others)


def test_there_is_a_report_for_each_of_sixty_months(ledgers):
    assert len(list((ledgers / "月报").glob("*.xlsx"))) == 60


def test_a_zone_may_end_in_january_when_hardly_anything_is_published(tmp_path):
    summary = generate(tmp_path, months=2, last_month=202201)
    assert all(path.is_file() for path in summary.files)
    assert summary.firms == 12_000


def test_months_outside_the_known_years_are_refused():
    with pytest.raises(ValueError, match="2021"):
        truth(last_month=202701)


def test_the_enterprise_ledger_has_a_title_and_a_header_of_two_rows(ledger):
    assert ledger[0][0] == "澄川高新区企业台账"
    assert ledger[2][17] == "2025年"
    assert ledger[3][17:24] == ["营收", "税收", "用电", "研发费用", "从业人员", "产值", "±%"]


def test_the_enterprise_ledger_lists_every_living_firm_and_a_subtotal_for_each_park(ledger, zone):
    firms = [row for row in ledger[4:] if isinstance(row[0], float)]
    subtotals = [row for row in ledger if "小计" in str(row[1])]
    closed = [firm for firm in zone.firms if firm.closed.startswith("2026")]
    assert len(firms) == 12_000 + len(closed)
    assert len(subtotals) == len(zone.parameters.parks)
    assert sum(float(str(row[22])) for row in subtotals) == pytest.approx(8_357_927, rel=0.001)


def test_some_codes_are_floats_and_some_have_nine_characters(ledger):
    codes = [row[2] for row in ledger[4:] if isinstance(row[0], float)]
    assert sum(isinstance(code, float) and 9e17 < code < 9.2e17 for code in codes) > 50
    assert sum(isinstance(code, str) and len(code) == 9 for code in codes) > 200


def test_telephones_stand_below_the_contact_with_a_line_break(ledger):
    assert sum("\n" in str(row[10]) for row in ledger[4:]) > 3_000


def test_park_cells_are_merged_over_their_firms(ledgers):
    book = openpyxl.load_workbook(ledgers / "分园区指标" / "2026年.xlsx")
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    assert any(merged.min_col == 1 and merged.max_row - merged.min_row > 20 for merged in sheet.merged_cells.ranges)


def test_gdp_and_services_say_how_far_they_have_come(report):
    assert "地区生产总值（1-9月）" in report
    assert "规上服务业营业收入（1-9月）" in report


def test_a_share_changes_in_words(report):
    assert "个百分点" in str(report["税收占一般公共预算收入比重"][6])


def test_the_report_prints_what_the_zone_made(report, zone):
    total = zone.figures.filter(measure="规上工业总产值", unit="CCGX", month=202610)["total"].item()
    assert report["规上工业总产值"][5] == float(printed(total, "千元", "亿元"))
    assert report["规上工业总产值"][2] == 1010.0


def test_gdp_was_smaller_before_the_census(ledgers, zone):
    before = {str(row[0]): row for row in rows(ledgers / "月报" / "2023年12月月报.xlsx")}["地区生产总值"][5]
    revised = {str(row[2]): row[3] for row in rows(ledgers / "历史数据修订" / "地区生产总值修订（五经普）.xlsx")}
    assert revised["2023年1-12月"] == 452.4
    assert float(str(before)) == pytest.approx(452.4 / 1.024, abs=0.01)


def test_monthly_figures_of_firms_come_in_three_encodings(ledgers, zone):
    folder = ledgers / "企业月度数据"
    old = (folder / "2022年四上企业月度数据.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        old.decode("utf-8")
    lines = list(csv.reader(old.decode("gb18030").splitlines()))
    assert (
        len(lines) - 1
        == zone.firm_months.filter("reported")
        .filter((zone.firm_months.filter("reported")["month"] // 100) == 2022)
        .height
    )
    assert (folder / "2024年四上企业月度数据.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (folder / "2026年四上企业月度数据.xlsx").is_file()


def test_projects_tell_how_they_stand_only_by_colour(ledgers):
    book = openpyxl.load_workbook(ledgers / "2026年重点项目台账.xlsx")
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    colours = {str(cell.fill.start_color.rgb) for (cell,) in sheet.iter_rows(min_col=8, max_col=8, min_row=5)}
    assert {"FF92D050", "FFFFFF00", "FFFF0000"} <= colours
    sections = [
        str(cell.value) for (cell,) in sheet.iter_rows(max_col=1) if str(cell.value).startswith(("一、", "（一）"))
    ]
    assert len(sections) >= 3


def test_leads_have_a_sheet_a_team_and_refusals_a_sheet_of_their_own(ledgers):
    leads = python_calamine.CalamineWorkbook.from_path(str(ledgers / "2026年招商线索台账.xlsx"))
    paid = python_calamine.CalamineWorkbook.from_path(str(ledgers / "2026年科技创新政策兑现台账.xlsx"))
    assert len(leads.sheet_names) == 4
    assert paid.sheet_names == ["拟兑现", "不予兑现"]


def test_the_total_of_payouts_stands_in_capital_numerals(ledgers, zone):
    total = sum(payout.approved for payout in zone.payouts)
    text = [str(row[0]) for row in rows(ledgers / "2026年科技创新政策兑现台账.xlsx")]
    assert f"大写合计：人民币{capital_numerals(total)}" in text


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (0, "零元整"),
        (10, "壹拾元整"),
        (4_020_000, "肆佰零贰万元整"),
        (100_005, "壹拾万零伍元整"),
        (1_000_000_000, "壹拾亿元整"),
        (100_020_003, "壹亿零贰万零叁元整"),
        (15_050, "壹万伍仟零伍拾元整"),
    ],
)
def test_capital_numerals_are_written_as_on_a_cheque(yuan, words):
    assert capital_numerals(yuan) == words


def test_points_are_told_by_direction():
    assert (points(1.2), points(-0.3), points(0)) == ("提高1.2个百分点", "下降0.3个百分点", "持平")


def test_targets_have_both_kinds(ledgers):
    found = rows(ledgers / "年度目标.xlsx")[3:]
    assert any(row[3] and not row[5] for row in found)
    assert any(row[5] and not row[3] for row in found)


def test_one_park_spans_districts_and_one_goes_by_other_names(ledgers):
    units = {str(row[2]): row for row in rows(ledgers / "组织机构.xlsx")}
    assert str(units["南塬合作共建园"][9]).startswith("跨")
    assert len(str(units["青梧新材料产业园"][6]).split("、")) == 4
    assert units["青梧新材料产业园"][7] == date(2011, 3, 1)


def test_two_former_parks_were_merged_and_one_was_split(ledgers):
    found = rows(ledgers / "组织机构.xlsx")
    units = {str(row[2]): row for row in found}
    into = {name: (row[8], str(row[10]).split("、")) for name, row in units.items() if row[10] and row[8]}
    assert into["望澜医药工业园"] == into["澄东医疗器械园"] == (date(2012, 9, 1), ["望澜生物医药产业园"])
    day, parts = into["澄西机械工业园"]
    assert parts == ["松涧装备制造产业园", "白鹭汽车零部件产业园"]
    assert {units[name][7] for name in parts} == {day}
    assert units["望澜生物医药产业园"][7] == date(2012, 9, 1)
