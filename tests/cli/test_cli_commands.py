"""Every command has help in both languages, answers machines with one object and leaves an honest exit code."""

from __future__ import annotations

import json
import subprocess
import sys

import openpyxl
import pytest

import loads
from installations import Installation

COMMANDS = ("serve", "demo", "load", "undo", "lock", "check", "export", "user", "backup", "restore")


@pytest.fixture(scope="module")
def house(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a zone, a firm and a month's figures."""
    folder = tmp_path_factory.mktemp("ledgers")
    loads.units_book(folder)
    loads.firms_book(
        folder, loads.firm(1, "山东云州宏远机械制造有限公司"), loads.firm(2, "云州坏码企业有限公司", code="91370800BAD")
    )
    loads.figures_book(folder, ("东园", "规上工业总产值", "2026年10月", 40.25, "亿元"))
    said(module_installation, "load", str(folder), "--yes")
    return module_installation


def said(house: Installation, *words: str, code: int = 0) -> dict:
    """Run a command for a machine and return its one object."""
    ended = house.run(*words, "--json")
    assert ended.returncode == code, (ended.stdout, ended.stderr[-2000:])
    assert ended.stdout.count("\n") == 1
    return json.loads(ended.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_both_languages(command):
    ended = subprocess.run(
        [sys.executable, "-m", "qipan.cli", command, "--help"], capture_output=True, text=True, check=True
    )
    assert any("\u4e00" <= letter <= "\u9fff" for letter in ended.stdout)
    assert "Usage" in ended.stdout


def test_the_help_loads_neither_django_nor_polars():
    probe = "import sys; from qipan import cli; sys.exit(bool({'django', 'polars'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_a_load_counts_what_it_read_and_a_rerun_changes_nothing(house, tmp_path):
    path = loads.firms_book(tmp_path, loads.firm(3, "云州三号企业有限公司"))
    first = said(house, "load", str(path), "--yes")
    assert (first["read"], first["new"], first["same"], first["exit"]) == (1, 1, 0, 0)
    assert {"batch", "seconds", "problems", "changed", "refused"} <= set(first)
    again = said(house, "load", str(path), "--yes")
    assert (again["new"], again["same"]) == (0, 1)


def test_a_dry_run_leaves_no_batch(house, tmp_path):
    path = loads.firms_book(tmp_path, loads.firm(4, "云州四号企业有限公司"))
    assert "batch" not in said(house, "load", str(path), "--dry-run")
    assert said(house, "load", str(path), "--yes")["new"] == 1


def test_nobody_to_ask_is_not_taken_for_a_yes(house, tmp_path):
    path = loads.firms_book(tmp_path, loads.firm(5, "云州五号企业有限公司"))
    assert "batch" not in said(house, "load", str(path), code=3)


def test_an_annotated_copy_of_the_persons_own_workbook(house, tmp_path):
    path = loads.firms_book(
        tmp_path,
        loads.firm(6, "云州六号企业有限公司"),
        loads.firm(7, "云州七号企业有限公司", since="某天"),
        loads.firm(8, "云州八号企业有限公司"),
        name="台账.xlsx",
    )
    said(house, "load", str(path), "--dry-run", "--annotate", str(tmp_path / "out"), code=4)
    copies = list((tmp_path / "out").iterdir())
    assert len(copies) == 1
    book = openpyxl.load_workbook(copies[0])
    assert any(cell.comment for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_load_is_undone_once(house, tmp_path):
    batch = said(house, "load", str(loads.firms_book(tmp_path, loads.firm(7, "云州七号企业有限公司"))), "--yes")[
        "batch"
    ]
    assert said(house, "undo", str(batch), "--yes")["done"] is True
    assert said(house, "undo", str(batch), "--yes", code=1)["problems"][0]["code"] == "imports.not-undoable"


def test_a_locked_month_refuses_a_change(house, tmp_path):
    assert said(house, "lock", "2026-10", "--yes")["locked"] == 1
    changed = loads.figures_book(tmp_path, ("东园", "规上工业总产值", "2026年10月", 41, "亿元"))
    answer = said(house, "load", str(changed), "--yes")
    assert (answer["changed"], answer["refused"]) == (0, 1)
    assert answer["problems"]["imports.locked"]["count"] == 1


@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
@pytest.mark.parametrize("what", ["enterprises", "facts", "units", "measures"])
def test_everything_can_be_exported(house, tmp_path, what, ending):
    out = tmp_path / f"{what}.{ending}"
    answer = said(house, "export", what, str(out))
    assert answer["rows"] > 0
    assert out.stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_an_exported_ledger_of_units_reads_back_as_the_same_units(house, tmp_path):
    out = tmp_path / "组织机构.xlsx"
    said(house, "export", "units", str(out))
    answer = said(house, "load", str(out), "--dry-run")
    assert (answer["read"], answer["new"], answer["changed"], answer["same"]) == (4, 0, 0, 4)


def test_a_batchs_problems_are_exported_in_words(house, tmp_path):
    out = tmp_path / "problems.csv"
    assert said(house, "-l", "en", "export", "problems", str(out), "--batch", "1")["rows"] > 0
    assert "Severity" in out.read_text(encoding="utf-8-sig")
    assert said(house, "export", "problems", str(out), "--batch", "999", "--yes", code=1)["problems"]


def test_people_are_added_changed_and_closed(house):
    added = said(house, "user", "zhang", "--role", "economy")
    assert added["password"]
    assert said(house, "user", "zhang", "--role", "park", "--unit", "东园")["password"] is None
    assert said(house, "user", "zhang", "--password")["password"] not in {None, added["password"]}
    assert said(house, "user", "zhang", "--remove")["done"] is True
    assert said(house, "user", "zhang", "--remove", code=1)["problems"][0]["code"] == "registry.no-such-person"


def test_the_shipped_packs_pass_their_own_check(house):
    answer = said(house, "check")
    assert answer["failed"] == []
    assert answer["cases"] > 0
