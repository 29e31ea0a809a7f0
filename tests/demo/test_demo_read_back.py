"""What the sheet engine reads out of the zone's files is what the zone knew before they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from qipan.demo import Truth
from qipan.demo.printed import printed
from qipan.demo.write_parks import PARK_MEASURES, known
from qipan.demo.write_report import LINES, published_month
from qipan.engine.sheets import Extract, Recognition, Vocabulary, extract, recognise
from qipan.engine.sheets.reading import read_books
from qipan.engine.units import UnitTable
from qipan.packs import load_packs

PAPER = {"千元": "万元", "万元": "万元", "百千瓦时": "万千瓦时", "万美元": "万美元", "家": "家", "户": "户"}


@dataclass(frozen=True, slots=True)
class Reader:
    """The shipped packs, ready to read sheets."""

    ledgers: tuple[object, ...]
    vocabulary: Vocabulary
    codes: dict[str, str]
    units: UnitTable

    def sheets(self, path: Path) -> Iterator[tuple[str, Recognition, Extract | None]]:
        specs = {spec.code: spec for spec in self.ledgers}
        for book in read_books([path]):
            for sheet in book.sheets:
                found = recognise(sheet, list(specs.values()), self.vocabulary, file=path.name)
                ledger = specs.get(found.ledger or "")
                yield sheet.name, found, extract(sheet, found, ledger, self.vocabulary) if ledger else None

    def stored(self, value: int, quantity: str, unit: str) -> int:
        """The figure as it is stored once it was printed in `unit`."""
        return self.units.to_scaled(printed(value, quantity, unit), unit)


@pytest.fixture(scope="module")
def reader() -> Reader:
    resolved, problems = load_packs("cn-hitech")
    assert not problems
    specs = [measure.spec() for measure in resolved.measures.values()]
    codes = {measure.names.zh: measure.code for measure in resolved.measures.values() if measure.about == "unit"}
    ledgers = tuple(ledger.spec for ledger in resolved.ledgers.values())
    return Reader(ledgers, Vocabulary.of(specs, resolved.units), codes, resolved.units)


@pytest.mark.parametrize(
    ("name", "ledger"),
    [
        ("组织机构.xlsx", "units"),
        ("企业台账2026年10月.xlsx", "enterprises"),
        ("资质名单.xlsx", "qualifications"),
        ("年度目标.xlsx", "targets"),
        ("月报/2021年11月月报.xlsx", "monthly_report"),
        ("月报/2026年1月月报.xlsx", "monthly_report"),
        ("月报/2026年10月月报.xlsx", "monthly_report"),
        ("分园区指标/2021年.xlsx", "measures_long"),
        ("分园区指标/2026年.xlsx", "measures_wide"),
        ("全市对比/2026年全市主要经济指标.xlsx", "city"),
        ("企业月度数据/2022年四上企业月度数据.csv", "enterprise_months"),
        ("企业月度数据/2026年四上企业月度数据.xlsx", "enterprise_months"),
        ("历史数据修订/地区生产总值修订（五经普）.xlsx", "measures_long"),
        ("火炬统计年度指标.xlsx", "measures_long"),
    ],
)
def test_every_declared_ledger_is_recognised_with_all_its_columns(reader, ledgers, name, ledger):
    for sheet, found, _ in reader.sheets(ledgers / name):
        unknown = [column.header for column in found.columns if column.code is None]
        assert (found.ledger, unknown) == (ledger, []), sheet
        assert found.confidence > 0.9


@pytest.mark.parametrize("month", [202201, 202302, 202312, 202607, 202610])
def test_the_zones_reports_come_back_as_they_were(reader, ledgers, zone: Truth, month):
    path = ledgers / "月报" / f"{month // 100}年{month % 100}月月报.xlsx"
    _, _, sheet = next(iter(reader.sheets(path)))
    assert sheet is not None
    columns = ("measure", "period", "basis", "value")
    actual = sheet.facts.filter((pl.col("reading") == 0) & (pl.col("subject") == "unit"))
    alone = month % 100 == 1  # what ran up since the year began is January itself
    read = {row[:2]: row[3] for row in actual.select(columns).rows() if row[2] != 0 or alone}
    figures = zone.figures.filter(unit="CCGX")
    checked = 0
    for line in LINES:
        at = published_month(line.measure, month)
        found = figures.filter(measure=line.measure, month=at) if at else figures.clear()
        for total, single, quantity in found.select("total", "single", "quantity").rows():
            if line.measure == "地区生产总值" and month < 202412:
                total = round(total / zone.parameters.events.census.factor)
            if not total and single is None:
                continue
            assert read[reader.codes[line.measure], at] == reader.stored(total, quantity, line.unit), line.measure
            checked += 1
    assert checked >= (6 if month % 100 == 1 else 20)


def test_the_parks_figures_come_back_as_they_were(reader, ledgers, zone: Truth):
    names = {park.code: park.name if park.code != "QW" else park.aliases[0] for park in zone.parameters.parks}
    read: dict[tuple[str, str, int], int] = {}
    for _, _, sheet in reader.sheets(ledgers / "分园区指标" / "2026年.xlsx"):
        assert sheet is not None
        for row in sheet.facts.select("subject_text", "measure", "period", "value").rows():
            read[row[:3]] = row[3]
    year = zone.figures.filter(
        (pl.col("month") // 100 == 2026) & (pl.col("month") <= zone.last) & (pl.col("unit") != "CCGX")
    )
    wrong: list[tuple[object, ...]] = []
    checked = 0
    for unit, measure, month, total, quantity in year.select("unit", "measure", "month", "total", "quantity").rows():
        if measure in PARK_MEASURES and known(measure, month, zone):
            checked += 1
            expected = reader.stored(total, quantity, PAPER[quantity])
            got = read.get((names[unit], reader.codes[measure], month))
            if got != expected:
                wrong.append((unit, measure, month, got, expected))
    assert checked > 2_000
    assert not wrong, (len(wrong), wrong[:5])


def test_the_firms_months_come_back_as_they_were(reader, ledgers, zone: Truth):
    _, _, sheet = next(iter(reader.sheets(ledgers / "企业月度数据" / "2023年四上企业月度数据.csv")))
    assert sheet is not None
    year = zone.firm_months.filter("reported").filter(pl.col("month") // 100 == 2023).sort("month", "firm")
    assert sheet.records.height == year.height
    sums = dict(sheet.facts.group_by("measure").agg(pl.col("value").sum()).rows())
    assert sums["firm_revenue"] == reader.units.to_scaled(Decimal(year["revenue_sum"].sum()), "千元")
    assert sums["firm_output"] == reader.units.to_scaled(Decimal(year["output_sum"].sum()), "千元")
    assert sums["firm_power"] == reader.units.to_scaled(Decimal(year["electricity_sum"].sum()) / 100, "万千瓦时")
    codes = {firm.id: firm.uscc for firm in zone.firms}
    read = sheet.records["uscc"].to_list()
    assert [code for code in read if code] == [
        codes[firm] for firm, code in zip(year["firm"], read, strict=True) if code
    ]


def test_every_firm_of_the_ledger_is_a_record_and_no_subtotal_is(reader, ledgers, zone: Truth):
    _, _, sheet = next(iter(reader.sheets(ledgers / "企业台账2026年10月.xlsx")))
    assert sheet is not None
    listed = {firm.name for firm in zone.firms if firm.status == "存续" or firm.closed.startswith("2026")}
    assert sheet.records.height == len(listed)
    assert set(sheet.records["name"]) == listed


def test_every_firm_that_ever_reported_stands_in_the_ledger(reader, ledgers, zone: Truth):
    known_names: set[str] = set()
    for _, found, sheet in reader.sheets(ledgers / "企业台账2026年10月.xlsx"):
        assert found.ledger == "enterprises"
        assert sheet is not None
        known_names |= set(sheet.records["name"])
    reporting = set(zone.firm_months.filter("reported")["firm"])
    assert {firm.name for firm in zone.firms if firm.id in reporting} <= known_names


def test_targets_of_both_kinds_come_back(reader, ledgers, zone: Truth):
    _, _, sheet = next(iter(reader.sheets(ledgers / "年度目标.xlsx")))
    assert sheet is not None
    facts = sheet.facts.filter(subject_text=zone.parameters.zone.short)
    read = {row[0]: row[1:] for row in facts.select("measure", "value", "reading", "period").rows()}
    assert read["industrial_output"] == (reader.units.to_scaled(Decimal(1010), "亿元"), 1, 202619)
    assert read["gdp.yoy"] == (reader.units.to_scaled(Decimal("6.0"), "%"), 1, 202619)


@pytest.mark.parametrize(
    "name", ["2026年重点项目台账.xlsx", "2026年招商线索台账.xlsx", "2026年科技创新政策兑现台账.xlsx"]
)
def test_ledgers_nobody_has_declared_yet_are_answered_with_a_question(reader, ledgers, name):
    for sheet, found, _ in reader.sheets(ledgers / name):
        assert found.questions, sheet
        assert found.confidence < 0.75, sheet


def test_januarys_report_tells_the_whole_of_last_year_for_what_lags(reader, ledgers, zone: Truth):
    _, _, sheet = next(iter(reader.sheets(ledgers / "月报" / "2026年1月月报.xlsx")))
    assert sheet is not None
    facts = sheet.facts.filter(measure="service_revenue", reading=0)
    total = zone.figures.filter(measure="规上服务业营业收入", unit="CCGX", month=202512)["total"].item()
    said = Decimal(str(printed(total, "千元", "亿元")))
    assert (202512, reader.units.to_scaled(said, "亿元")) in facts.select("period", "value").rows()
