"""Files made to hurt: every one is answered in bounded time, with an honest exit code and one JSON object."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

import loads
from installations import Installation

# What no hostile file may take beyond, generous for a busy machine; unbounded work takes hours or all memory.
LONGEST = 90


@pytest.fixture(scope="module")
def house(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a small zone."""
    units = loads.units_book(tmp_path_factory.mktemp("zone"))
    ended = module_installation.run("load", str(units), "--yes", "--json")
    assert ended.returncode == 0, ended.stderr
    return module_installation


def load(house: Installation, path: Path, *words: str) -> tuple[int, dict]:
    """Load `path`; returns the exit code and the one object on standard output."""
    ended = house.run("load", str(path), "--yes", "--json", *words, timeout=LONGEST)
    lines = ended.stdout.splitlines()
    assert len(lines) == 1, (ended.stdout[:500], ended.stderr[-2000:])
    assert "Traceback" not in ended.stderr
    answer = json.loads(lines[0])
    assert answer["exit"] == ended.returncode
    return ended.returncode, answer


def refused(house: Installation, path: Path, *codes: str) -> None:
    """Check that nothing of `path` was written and that one of `codes` says why."""
    code, answer = load(house, path)
    assert code == 1
    assert "batch" not in answer
    assert set(answer["problems"]) & set(codes), list(answer["problems"])
    assert all(group["examples"][0]["message"] for group in answer["problems"].values())


def test_a_zip_bomb(house, tmp_path):
    path = tmp_path / "台账.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bomb,
        bomb.open("数据.csv", "w", force_zip64=True) as big,
    ):
        block = b"0" * (1 << 20)
        for _ in range(3 << 10):
            big.write(block)
    refused(house, path, "reading.archive-ratio")


def hostile_workbook(path: Path, sheet: str, **parts: str) -> Path:
    """Write a workbook whose first sheet is exactly `sheet`; `parts` replace or add members."""
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    members.update({name: text.encode() for name, text in parts.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name, content)
    return path


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_sheet_that_claims_sixteen_million_rows(house, tmp_path):
    sheet = (
        f'<worksheet {MAIN}><dimension ref="A1:XFD16000000"/><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>企业名称</t></is></c></row>'
        '<row r="16000000"><c r="A16000000"><v>1</v></c></row></sheetData></worksheet>'
    )
    code, answer = load(house, hostile_workbook(tmp_path / "大.xlsx", sheet))
    assert code == 1
    assert answer["problems"]


def test_an_xml_bomb(house, tmp_path):
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha" * 50}">' for i in range(10))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><worksheet {MAIN}><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row></sheetData></worksheet>'
    )
    code, answer = load(house, hostile_workbook(tmp_path / "炸.xlsx", sheet))
    assert code == 1
    assert answer["problems"]


def test_a_workbook_with_macros_is_read_and_its_macros_never_run(house, tmp_path):
    path = loads.firms_book(tmp_path, loads.firm(1, "山东云州宏远机械制造有限公司"), name="宏.xlsx")
    macro = tmp_path / "宏.xlsm"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(macro, "w") as out:
        for name in book.namelist():
            out.writestr(name, book.read(name))
        out.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"\0" * 512)
    code, answer = load(house, macro, "--dry-run")
    assert code in {0, 1, 4}
    assert any("macro" in problem for problem in answer["problems"]), list(answer["problems"])


def test_a_formula_in_a_name_is_kept_as_text_and_escaped_on_export(house, tmp_path):
    name = '=cmd|"/c calc"!A0有限公司'
    path = loads.text_file(tmp_path / "企业台账.csv", (loads.FIRM_HEAD, loads.firm(77, name)))
    assert load(house, path)[0] == 0
    out = tmp_path / "企业.csv"
    ended = house.run("export", "enterprises", str(out), "--json")
    assert ended.returncode == 0, ended.stderr
    cells = out.read_text(encoding="utf-8-sig")
    assert "calc" in cells
    assert not any(
        cell.lstrip('"').startswith(("=", "+", "@")) for line in cells.splitlines() for cell in line.split(",")
    )
    book = tmp_path / "企业.xlsx"
    assert house.run("export", "enterprises", str(book), "--json").returncode == 0
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("台账.xlsx", b"%PDF-1.7 not a workbook"),
        ("台账.xls", b"\x89PNG\r\n"),
        ("台账.parquet", b"PAR1"),
        ("台账.zip", b"PK"),
    ],
)
def test_a_file_that_is_not_what_its_ending_says(house, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    code, answer = load(house, path)
    assert code == 1
    assert answer["problems"]


def test_a_workbook_named_as_text_is_read_as_what_it_is(house, tmp_path):
    path = loads.firms_book(tmp_path, loads.firm(5, "云州错名企业有限公司"))
    wrong = path.rename(tmp_path / "企业台账.csv")
    code, answer = load(house, wrong, "--dry-run")
    assert (code, answer["read"]) == (0, 1)


def test_sixteen_thousand_columns(house, tmp_path):
    head = [*loads.FIRM_HEAD, *(f"列{i}" for i in range(16_384 - len(loads.FIRM_HEAD)))]
    path = loads.text_file(tmp_path / "宽.csv", (head, [*loads.firm(6, "云州宽表企业有限公司"), *[1] * (16_384 - 7)]))
    code, answer = load(house, path, "--dry-run")
    assert code in {0, 1, 4}
    assert answer["problems"]


@pytest.mark.slow
def test_a_million_problems_are_grouped_and_counted(house, tmp_path):
    path = tmp_path / "企业台账.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join(loads.FIRM_HEAD) + "\n")
        for i in range(1_000_000):
            out.write(f"云州企业{i}有限公司,,东园,3990,没有日期,1,存续\n")
    code, answer = load(house, path, "--dry-run")
    assert code in {0, 1, 4}
    group = max(answer["problems"].values(), key=lambda one: one["count"])
    assert group["count"] > 900_000
    assert len(group["examples"]) <= 5
    assert len(json.dumps(answer)) < 100_000


def test_an_empty_file(house, tmp_path):
    for name in ("空.csv", "空.xlsx"):
        (tmp_path / name).write_bytes(b"")
        code, answer = load(house, tmp_path / name)
        assert code == 1
        assert answer["problems"]


def test_a_file_without_rights(house, tmp_path):
    import os

    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = loads.firms_book(tmp_path, loads.firm(9, "云州无权企业有限公司"))
    path.chmod(0)
    code, answer = load(house, path)
    assert code == 1
    assert answer["problems"]


WRONG = (
    "load nowhere.xlsx",
    "load pyproject.toml --unit 无此单位",
    "undo 99",
    "lock never",
    "user x --role king",
    "restore nowhere.tar",
    "export dreams x.csv",
    "export units x.doc",
)


@pytest.mark.parametrize("words", [line.split() for line in WRONG], ids=lambda words: words[0])
def test_a_wrong_call_is_answered_with_one_object_and_an_exit_code(house, words):
    ended = house.run(*words, "--json", "--yes") if words[0] != "restore" else house.run(*words, "--json")
    assert ended.returncode in {1, 2}
    answer = json.loads(ended.stdout)
    assert answer["exit"] == ended.returncode
    assert "Traceback" not in ended.stderr
