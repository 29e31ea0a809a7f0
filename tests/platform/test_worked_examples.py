"""CONTRIBUTING's examples are true: its files make a pack, the pack reads its sheet, the registry holds the figures."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

import loads
from installations import Installation

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```(?:yaml|csv) (\S+)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE))
SHEET = "厂房出租情况表.csv"


@pytest.fixture
def example(installation: Installation) -> Installation:
    """A zone of two parks whose overlay pack is the one of the page."""
    for name, text in FILES.items():
        path = installation.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    units = loads.units_book(installation.home / "in")
    done = installation.run("load", str(units), "--yes")
    assert done.returncode == 0, done.stderr
    return installation


def test_the_page_brings_a_measure_an_indicator_a_case_a_ledger_and_a_sheet():
    assert {name.split("/")[2] for name in FILES if name.startswith("packs/")} == {
        "pack.yaml", "measures", "indicators", "cases", "ledgers"
    }  # fmt: skip
    assert SHEET in FILES


def test_the_examples_are_a_sound_pack_and_their_sheet_is_read(example: Installation):
    checked = example.run("check", str(example.home / "packs" / "local"), "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    loaded = example.run("load", str(example.home / SHEET), "--yes", "--json")
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    told = json.loads(loaded.stdout)
    assert [sheet["ledger"] for sheet in told["sheets"]] == ["workshops"]
    assert (told["new"], told["refused"]) == (4, 0)
    (check,) = [code for code in told["problems"] if "check" in code]
    assert told["problems"][check]["count"] == 1
    assert "已出租面积大于厂房面积" in json.dumps(told["problems"][check], ensure_ascii=False)
    assert facts(example) == [
        ("东园", "workshop_let", 202610, 2, "30.50"),
        ("东园", "workshop_space", 202610, 2, "40.00"),
        ("西园", "workshop_let", 202610, 2, "12.60"),
        ("西园", "workshop_space", 202610, 2, "12.30"),
    ]


def facts(installed: Installation) -> list[tuple[str, str, int, int, str]]:
    """Return the workshop figures as the registry holds them: unit, measure, period, basis, printed text."""
    query = (
        "SELECT unit.name, measure.code, fact.period, fact.basis, fact.text FROM fact"
        " JOIN measure ON measure.id = fact.measure_id JOIN unit ON unit.id = fact.subject_id"
        " WHERE measure.code LIKE 'workshop%' ORDER BY unit.name, measure.code"
    )
    address = installed.environment.get("QIPAN_DATABASE", "")
    if address:
        import psycopg

        with psycopg.connect(address) as connection:
            return sorted(connection.execute(query).fetchall())
    with sqlite3.connect(installed.home / "zone.sqlite3") as connection:
        return sorted(connection.execute(query).fetchall())
