"""Folders become packs; every fault is told with file and line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qipan.engine.problem import Problem
from qipan.packs import read_pack

Text = Callable[..., str]


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, problem.where.text("en")) for problem in problems]


def test_a_sound_folder_is_a_pack_without_problems(pack_at, measure: Text, tables: dict[str, str]):
    read = read_pack(pack_at({"measures/a.yaml": measure(), **tables}))
    assert read.problems == ()
    assert read.pack is not None
    assert [one.code for one in read.pack.measures] == ["output"]
    assert len(read.pack.digest) == 64


def test_the_digest_follows_the_content(pack_at, measure: Text):
    first = read_pack(pack_at({"measures/a.yaml": measure()})).pack
    same = read_pack(pack_at({"measures/a.yaml": measure()})).pack
    other = read_pack(pack_at({"measures/a.yaml": measure(zh="总产值")})).pack
    assert first
    assert same
    assert other
    assert first.digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "valid"),
    [
        ("  unit: 万元\n", "  unt: 万元\n", "packs.unknown-field", 3, "unit"),
        ("basis: cumulative", "basis: cumulativ", "packs.not-allowed", 5, "cumulative"),
        ("decimals: 1", "decimals: one", "packs.want-integer", 4, ""),
        ("decimals: 1", "decimals: 9", "packs.range", 4, "<= 6"),
        ("from: 2020-01-01", "from: 2020年", "packs.want-date", 17, "2026-01-01"),
        ("{day: 18}", "{day: 18, lag: []}", "packs.want-integer", 9, ""),
        ("{day: 18}", "18", "packs.want-mapping", 9, ""),
        ("- code: output", "- code: Output-1", "packs.pattern", 1, "[a-z]"),
        ("theme: 工业", "theme:", "packs.want-text", 13, ""),
        ("theme: 工业", "theme: [工业]", "packs.want-text", 13, ""),
        ("{zh: 甲, en: A}", "{zh: 甲}", "packs.missing", 15, "definition.en"),
        ("{zh: 甲, en: A}", "{zh: 甲, en: A, b}", "packs.unknown-field", 15, ""),
        ("  growth: same_scope\n", "", "packs.missing", 1, "growth"),
        ("  source: {doc: 某文件, status: practice}\n", "", "packs.no-source", 1, "confirmed"),
        ("status: practice", "status: rumour", "packs.not-allowed", 16, "memory"),
    ],
)
def test_a_fault_in_a_measure_names_file_line_and_what_is_valid(
    pack_at, measure: Text, old: str, new: str, code: str, line: int, valid: str
):
    read = read_pack(pack_at({"measures/a.yaml": measure("output", "产值", "万元", (old, new))}))
    assert code in [problem.code for problem in read.problems]
    problem = next(problem for problem in read.problems if problem.code == code)
    assert (problem.where.file, problem.where.row) == ("trial/measures/a.yaml", line)
    assert valid in problem.message("en") + problem.hint("en")
    assert valid in problem.message() + problem.hint()
    assert read.pack is not None
    assert read.pack.measures == ()


def test_all_faults_of_all_files_come_together(pack_at, measure: Text):
    bad = measure("output", "产值", "万元", ("decimals: 1", "decimals: x"), ("basis: cumulative", "basis: x"))
    read = read_pack(pack_at({"measures/a.yaml": bad, "measures/b.yaml": "- [", "boards/c.yaml": "x: 1\n"}))
    assert {problem.where.file for problem in read.problems} == {
        "trial/measures/a.yaml",
        "trial/measures/b.yaml",
        "trial/boards/c.yaml",
    }
    assert sum(problem.where.file == "trial/measures/a.yaml" for problem in read.problems) == 2


def test_what_a_file_shares_is_written_once(pack_at, measure: Text):
    body = "".join(
        f"  {line}\n" for line in measure("output", "产值", "万元", ("  growth: same_scope\n", "")).splitlines()
    )
    read = read_pack(pack_at({"measures/a.yaml": f"defaults:\n  growth: official\nmeasures:\n{body}"}))
    assert read.problems == ()
    assert read.pack is not None
    assert read.pack.measures[0].growth == "official"


def test_a_fault_among_the_defaults_is_told_at_the_line_it_stands_on(pack_at, measure: Text):
    body = "".join(
        f"  {line}\n" for line in measure("output", "产值", "万元", ("  growth: same_scope\n", "")).splitlines()
    )
    read = read_pack(pack_at({"measures/a.yaml": f"defaults:\n  growth: guessed\nmeasures:\n{body}"}))
    assert told(read.problems) == [("packs.not-allowed", "trial/measures/a.yaml › row 2")]


def test_a_code_used_twice_is_told_with_its_first_place(pack_at, measure: Text):
    read = read_pack(pack_at({"measures/a.yaml": measure(), "measures/b.yaml": "\n" + measure()}))
    assert told(read.problems) == [("packs.duplicate-code", "trial/measures/b.yaml › row 2")]
    assert "trial/measures/a.yaml" in read.problems[0].message("en")


def test_siblings_cannot_be_written_by_hand(pack_at, measure: Text):
    read = read_pack(pack_at({"measures/a.yaml": measure("output", "产值", "万元", ("theme:", "of: x\n  theme:"))}))
    assert [problem.code for problem in read.problems] == ["packs.unknown-field"]


def test_a_folder_without_pack_yaml_is_no_pack(tmp_path: Path):
    assert told(read_pack(tmp_path).problems)[0][0] == "packs.no-pack-file"
    assert told(read_pack(tmp_path / "nowhere").problems)[0][0] == "packs.no-folder"


def test_unknown_folders_and_files_are_told_with_those_that_are_valid(pack_at):
    read = read_pack(pack_at({"mesures/a.yaml": "[]", "measures/a.yml": "[]", "notes.txt": "x"}))
    assert sorted(problem.code for problem in read.problems) == [
        "packs.unknown-file",
        "packs.unknown-file",
        "packs.unknown-folder",
    ]
    assert any("measures" in problem.hint() for problem in read.problems)


def test_a_link_out_of_the_pack_is_not_followed(pack_at, tmp_path: Path):
    folder = pack_at({"measures/a.yaml": "[]"})
    (tmp_path / "secret.yaml").write_text("- {code: x}")
    os.symlink(tmp_path / "secret.yaml", folder / "measures" / "b.yaml")
    assert "packs.outside" in [problem.code for problem in read_pack(folder).problems]


def test_a_table_row_without_source_is_refused(pack_at):
    read = read_pack(
        pack_at({"tables/a.csv": "code,zh,source\n1,甲,文件\n2,乙,\n3,丙\n1,丁,文件\n", "tables/b.csv": "code\n1\n"})
    )
    assert sorted(told(read.problems)) == [
        ("packs.csv-twice", "trial/tables/a.csv › row 5"),
        ("packs.csv-width", "trial/tables/a.csv › row 4"),
        ("packs.no-source", "trial/tables/a.csv › row 3"),
        ("packs.table-source", "trial/tables/b.csv › row 1"),
    ]


def test_a_table_may_take_its_source_from_the_file_beside_it(pack_at):
    beside = "names: {zh: 甲, en: A}\nsource: {doc: 文件, status: confirmed}\n"
    read = read_pack(pack_at({"tables/b.csv": 'code,zh\n01,"a, b"\n', "tables/b.yaml": beside}))
    assert read.problems == ()
    assert read.pack is not None
    assert read.pack.tables[0].rows == (("01", "a, b"),)
    assert read.pack.tables[0].column("code") == ("01",)


def test_a_working_day_table_is_checked_line_by_line(pack_at):
    years = "year,status,notice,url\n2026,official,通知,\n2027,guessed,通知,\n2028,official,,\n"
    days = (
        "date,kind,name,source\n2026-01-01,off,元旦,通知\n2026-01-02,rest,元旦,通知\n"
        "2025-01-01,off,元旦,通知\n2026-02-30,off,x,通知\n"
    )
    read = read_pack(pack_at({"calendars/c.years.csv": years, "calendars/c.csv": days}))
    assert told(read.problems) == [
        ("packs.csv-value", "trial/calendars/c.years.csv › row 3"),
        ("packs.no-source", "trial/calendars/c.years.csv › row 4"),
        ("packs.csv-value", "trial/calendars/c.csv › row 3"),
        ("packs.csv-value", "trial/calendars/c.csv › row 4"),
        ("packs.csv-value", "trial/calendars/c.csv › row 5"),
    ]
    assert read.pack is not None
    assert [day.name for day in read.pack.calendars[0].days] == ["元旦"]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"- {{x{i}: 1, code: a}}" for i in range(30_000)),
        "- {" + ", ".join(f"k{i}: 1" for i in range(60_000)) + "}",
        "defaults: {" + ", ".join(f"k{i}: 1" for i in range(60_000)) + "}\nmeasures:\n" + "- {a: 1}\n" * 20_000,
        "a: 1\n" * 60_000,
    ],
)
def test_a_wrong_file_is_told_in_bounds(pack_at, text: str):
    began = time.monotonic()
    read = read_pack(pack_at({"measures/a.yaml": text}))
    assert 0 < len(read.problems) <= 1_300
    assert time.monotonic() - began < 60


def test_many_sound_things_are_read_in_bounds(pack_at, measure: Text):
    texts = (measure(f"m{index}", f"指标{index}") for index in range(1_000))
    began = time.monotonic()
    read = read_pack(pack_at({"measures/a.yaml": "".join(texts)}))
    assert read.pack is not None
    assert len(read.pack.measures) == 1_000
    assert time.monotonic() - began < 60
