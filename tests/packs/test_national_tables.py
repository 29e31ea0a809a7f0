"""The national tables: conversions, industries, size classes, working days."""

from __future__ import annotations

import csv
import json
import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from qipan.packs import Checked
from qipan.packs.calendars import working_days

DATA = Path(os.environ.get("QIPAN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


@pytest.mark.parametrize(
    ("value", "unit", "other", "expected"),
    [
        ("1", "亿元", "万元", "10000"),
        ("1020", "亿元", "千元", "102000000"),
        ("12.5", "万元", "元", "125000"),
        ("1", "公顷", "亩", "15"),
        ("3", "平方公里", "公顷", "300"),
        ("2.5", "亿千瓦时", "万千瓦时", "25000"),
        ("1", "万吨标准煤", "吨标准煤", "10000"),
        ("0.3", "吨标准煤/万元", "千克标准煤/万元", "300"),
        ("500", "万元/亩", "万元/公顷", "7500"),
        ("1", "万人", "人", "10000"),
        ("8000", "万美元", "亿美元", "0.8"),
    ],
)
def test_units_convert_exactly(hitech: Checked, value: str, unit: str, other: str, expected: str):
    assert hitech.resolved.units.convert(Decimal(value), unit, other) == Decimal(expected)


def test_dollars_never_become_yuan_without_a_dated_rate(hitech: Checked):
    assert hitech.resolved.units.ratio("万美元", "万元") is None
    assert hitech.resolved.units.ratio("百分点", "%") is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位:万元", "万元"),
        ("(亿元)", "亿元"),
        ("亿度", "亿千瓦时"),
        ("㎡", "平方米"),
        ("%", "%"),
        ("吨标煤", "吨标准煤"),
    ],
)
def test_units_go_by_the_names_sheets_give_them(hitech: Checked, text: str, unit: str):
    found = hitech.resolved.units.find(text)
    assert found is not None
    assert found.code == unit


def test_largest_money_of_a_zone_fits_the_store(hitech: Checked):
    units = hitech.resolved.units
    assert units.from_scaled(units.to_scaled(Decimal("99999.99"), "亿元"), "亿元") == Decimal("99999.99")


def test_all_sections_and_divisions_of_the_industry_standard_are_there(hitech: Checked):
    table = hitech.resolved.tables["gbt4754"]
    levels = table.column("level")
    assert (levels.count("section"), levels.count("division")) == (20, 97)
    codes = set(table.column("code"))
    parents = dict(zip(table.column("code"), table.column("parent"), strict=True))
    assert all(parent in codes for code, parent in parents.items() if len(code) > 1)
    assert all(code.startswith(parents[code]) for code in codes if len(code) == 3)


@pytest.mark.realdata
def test_industry_names_agree_with_the_public_copies(hitech: Checked):
    table = hitech.resolved.tables["gbt4754"]
    mine = dict(zip(table.column("code"), table.column("zh"), strict=True))
    with (DATA / "classification" / "gbt4754_2017_merged.csv").open(encoding="utf-8-sig", newline="") as lines:
        public = {row["code_num"]: row["name"] for row in csv.DictReader(lines)}
    differing = {code for code, name in mine.items() if public[code] != name}
    # The public merge shortens these three; the standard reads as the pack does.
    assert differing <= {"278", "395", "746"}


def test_size_thresholds_fall_from_large_to_small_and_say_how_sure_they_are(hitech: Checked):
    table = hitech.resolved.tables["size_classes"]
    for large, medium, small in zip(*(table.column(name) for name in ("large", "medium", "small")), strict=True):
        assert int(large) > int(medium) > int(small) > 0
    assert set(table.column("status")) == {"confirmed", "memory"}
    unsure = {
        name
        for name, status in zip(table.column("industry"), table.column("status"), strict=True)
        if status == "memory"
    }
    assert unsure == {"物业管理", "租赁和商务服务业", "其他未列明行业"}


def test_holidays_of_known_years_are_official_and_next_year_is_provisional(hitech: Checked):
    years = {year.year: year for year in hitech.resolved.calendars["working_days"].years}
    assert [year for year in years if years[year].official] == list(range(2018, 2027))
    assert not years[2027].official
    assert all("国办发明电" in years[year].notice and "gov.cn" in years[year].url for year in range(2018, 2027))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 9, 20), True),  # Sunday, worked for the National Day holiday
        (date(2026, 2, 23), False),
        (date(2020, 2, 2), False),  # lengthened in 2020
        (date(2018, 12, 29), True),  # Saturday, by the notice for 2019
        (date(2026, 11, 20), True),
    ],
)
def test_moved_days_are_as_the_notices_say(hitech: Checked, day: date, works: bool):
    table, problems = working_days(hitech.resolved.calendars["working_days"])
    assert problems == []
    assert table is not None
    assert table.is_workday(day) is works


@pytest.mark.realdata
def test_every_day_of_nine_years_agrees_with_the_public_record(hitech: Checked):
    table, _ = working_days(hitech.resolved.calendars["working_days"])
    assert table is not None
    moved = {
        date.fromisoformat(entry["date"]): not entry["isOffDay"]
        for path in sorted((DATA / "calendar").glob("*.json"))
        for entry in json.loads(path.read_text(encoding="utf-8"))["days"]
    }
    day, wrong = date(2018, 1, 1), []
    while day <= date(2026, 12, 31):
        if table.is_workday(day) is not moved.get(day, day.weekday() < 5):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []
