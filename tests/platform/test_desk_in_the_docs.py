"""docs/desk.md is true: its files, word for word, make a desk that lists, shows, edits, imports, exports and undoes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import loads
from installations import Installation

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```(?:python|yaml) (\S+)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE))
MOST_LINES = 120


def test_the_desk_costs_at_most_120_lines_of_python_and_yaml():
    lines = {name: len(text.splitlines()) for name, text in FILES.items()}
    assert {Path(name).suffix for name in lines} == {".py", ".yaml"}
    assert sum(lines.values()) <= MOST_LINES, lines


def messy_book(path: Path, power: float = 480.0) -> Path:
    """Write the sheet as an office sends it: a title, units in headings, a merged park, a subtotal, odd cells."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "充电站"
    rows: list[tuple[object, ...]] = [
        ("2026年充电设施台账",),
        ("序号", "充电站名称", "编号", "所在园区", "运营单位", "充电类型", "桩数", "总功率(千瓦)", "投资额（万元）",
         "投运时间", "是否对外", "联系电话", "备注"),
        (1, "东园一号站", "CD-01", "东园", "云州宏远机械有限公司", "快充", "12", power, "350.5", "2025年3月1日", "√",
         "13712345678", "24小时"),
        (2, " 东园二号站 ", "CD-02", None, "没有这家公司", "慢充", "8个", "56", 40, "2025/6/30", "否", None, None),
        ("小计", None, None, None, None, None, 20, 536, 390.5, None, None, None, None),
        (3, "西园换电站", "CD-03", "西园", None, "换电", 4, "约300", None, "去年", "是", None, None),
        (4, None, "CD-04", "西园", None, "快充", 1, 60, None, None, None, None, None),
    ]  # fmt: skip
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells("A1:M1")
    sheet.merge_cells("D3:D4")
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


@pytest.fixture
def desk(installation: Installation) -> Installation:
    """A zone of two parks with a firm, and the desk of the page switched on."""
    for name, text in FILES.items():
        path = installation.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = os.pathsep.join([str(installation.home / "desks"), str(ROOT / "src"), str(ROOT / "tests")])
    environment = {**installation.environment, "PYTHONPATH": found, "QIPAN_DESKS": "charging"}
    made = replace(installation, environment=environment)
    django(made, "-m", "django", "makemigrations", "charging")
    for book in (
        loads.units_book(made.home / "in"),
        loads.firms_book(made.home / "in", loads.firm(1, "云州宏远机械有限公司")),
    ):
        done = made.run("load", str(book), "--yes")
        assert done.returncode == 0, done.stderr
    return made


def django(made: Installation, *words: str) -> str:
    environment = {**made.environment, "DJANGO_SETTINGS_MODULE": "qipan.platform.settings"}
    done = subprocess.run(
        [sys.executable, *words], env=environment, text=True, capture_output=True, check=False, cwd=made.home
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def load(made: Installation, book: Path) -> dict[str, Any]:
    done = made.run("load", str(book), "--yes", "--json")
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_the_ledger_is_read_listed_changed_taken_along_and_taken_back(desk: Installation):
    checked = desk.run("check", str(desk.home / "packs" / "local"), "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    told = load(desk, messy_book(desk.home / "in" / "充电设施台账.xlsx"))
    assert [sheet["ledger"] for sheet in told["sheets"]] == ["charging_facilities"], told
    assert (told["new"], told["changed"], told["refused"]) == (3, 0, 1), told
    assert {"imports.unknown-link", "sheets.required-missing"} <= set(told["problems"])
    again = load(desk, messy_book(desk.home / "in" / "充电设施台账.xlsx"))
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 3), again
    more = load(desk, messy_book(desk.home / "in" / "二.xlsx", power=600.0))
    assert (more["new"], more["changed"]) == (0, 1), more
    undone = desk.run("undo", str(more["batch"]), "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    found = json.loads(django(desk, str(ROOT / "tests" / "platform" / "desk_at_work.py")))
    _loaded(found)
    _seen(found)
    _changed(found)
    refused = desk.run("undo", str(told["batch"]), "--yes")
    assert refused.returncode != 0, "somebody has changed by hand what the load brought"
    assert "手工" in refused.stdout + refused.stderr


def _loaded(found: dict[str, Any]) -> None:
    first, second, third = found["loaded"]
    assert first == [
        "东园一号站",
        "CD-01",
        "东园",
        "云州宏远机械有限公司",
        "fast",
        12,
        480.0,
        350_500_000,
        "2025-03-01",
        True,
    ]
    assert second == ["东园二号站", "CD-02", "东园", None, "slow", 8, 56.0, 40_000_000, "2025-06-30", False]
    assert third[:6] == ["西园换电站", "CD-03", "西园", None, "swap", 4]


def _seen(found: dict[str, Any]) -> None:
    assert all(word in found["list"] for word in ("充电设施", "东园一号站", "西园换电站", "快充", "总功率"))
    assert all(word in found["list in English"] for word in ("Charging facilities", "Station", "battery swap"))
    assert "东园一号站" in found["park's list"]
    assert "西园换电站" not in found["park's list"]
    assert found["park asks for the west"] == 404
    assert all(word in found["page"] for word in ("350.50 万元", "480.0", "云州宏远机械有限公司", "137****5678"))
    assert "13712345678" not in found["page"]
    assert "首次登记" in found["history"]
    assert "总功率" in found["history"], "a load that was taken back is part of what happened"


def _changed(found: dict[str, Any]) -> None:
    assert found["leader's form"] == 403
    assert found["wrong"]
    assert (found["edited"], found["added"]) == (302, 302)
    assert found["added elsewhere"] == 200, "the form comes back: the west park is not the east park manager's"
    after = {row[0]: row for row in found["after"]}
    assert set(after) == {"东园一号站", "东园二号站", "东园三号站", "西园换电站"}
    assert (after["东园一号站"][5], after["东园一号站"][6]) == (20, 960.0)
    assert after["东园三号站"][2:5] == ["东园", "云州宏远机械有限公司", "slow"]
    everything = json.dumps(found["export"], ensure_ascii=False)
    assert "西园换电站" in everything
    assert "13712345678" in everything
    assert "13712345678" not in json.dumps(found["leader's export"], ensure_ascii=False)
    listed = json.dumps(found["api"], ensure_ascii=False)
    assert "东园三号站" in listed
    assert "西园换电站" not in listed
