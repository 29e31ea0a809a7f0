"""What packs declare about each other is checked before anybody relies on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qipan.packs import check

Text = Callable[..., str]
INDICATOR = """\
- code: {code}
  names: {{zh: {zh}, en: {code}}}
  unit: {unit}
  decimals: 1
  direction: up
  from: 2020-01-01
  source: {{doc: 惯例, status: practice}}
  expression: {expression}
  words: {{zh: 甲, en: A}}
"""
RULE = """\
code: light
names: {{zh: 灯, en: Light}}
kind: light
from: 2020-01-01
source: {{doc: 惯例, status: practice}}
words: {{zh: 甲, en: A}}
inputs:
  - {{name: 增速, en: growth, what: "{what}"}}
rows:
  - {{when: {when}, gives: {gives}, words: {{zh: 好, en: good}}}}
otherwise: red
"""
LEDGER = """\
code: firms
names: [企业台账]
en: Firms
layout: rows
noun: enterprise
key: [{key}]
from: 2020-01-01
source: {{doc: 惯例, status: practice}}
columns:
  - {{code: name, names: [企业名称], en: Name, writes: enterprise.name}}
  - {{code: output, names: [{heading}], en: Output, type: number, unit: {unit}, writes: "{writes}"}}
checks:
  - {{code: positive, expression: {check}, severity: error, zh: 负, en: negative}}
"""
BOARD = """\
code: leader
names: {{zh: 板, en: Board}}
from: 2020-01-01
source: {{doc: 惯例, status: practice}}
sentence: [{{code: a, zh: "{sentence}", en: "{{total}}", when: {when}}}]
cards:
  - {{code: output, names: {{zh: 甲, en: A}}, measure: {measure}, show: growth, target: none, scope: {{zh: 甲, en: A}}}}
parks: [output]
"""


@pytest.fixture
def linted(pack_at, measure: Text, tables: dict[str, str]) -> Callable[..., list[tuple[str, str, int | None]]]:
    """Return code, file and line of what lint says of a pack with these files, missing cases aside."""

    def run(files: dict[str, str]) -> list[tuple[str, str, int | None]]:
        folder: Path = pack_at({"measures/a.yaml": measure(), **tables, **files})
        problems = check(folder, roots=()).problems
        return [
            (problem.code, (problem.where.file or "").removeprefix("trial/"), problem.where.row)
            for problem in problems
            if problem.code != "packs.no-case"
        ]

    return run


def indicator(expression: str, code: str = "share", zh: str = "占比", unit: str = '"%"') -> str:
    return INDICATOR.format(code=code, zh=zh, unit=unit, expression=expression)


def test_a_sound_pack_has_nothing_to_say(linted):
    files = {
        "indicators/a.yaml": indicator("产值 / 产值上年同期 * 100 - 产值增速"),
        "rules/a.yaml": RULE.format(what="measure:output.yoy", when="增速 > 5", gives="green"),
        "ledgers/a.yaml": LEDGER.format(
            key="name", heading="产值", unit="万元", writes="fact:output", check="产值 >= 0"
        ),
        "boards/a.yaml": BOARD.format(sentence="{total}项", when="locked > 0", measure="output"),
    }
    assert linted(files) == []


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("产量 / 产值", "feel.unknown-name-near"),
        ("产值 / ", "feel.unfinished"),
        ("产值 （ 2", "feel.typed"),
        ("abx(产值)", "feel.unknown-function"),
    ],
)
def test_an_expression_that_cannot_be_read_is_told_with_its_line(linted, expression: str, code: str):
    assert linted({"indicators/a.yaml": indicator(expression)}) == [(code, "indicators/a.yaml", 8)]


def test_indicators_may_build_on_each_other_but_not_in_a_ring(linted):
    chain = indicator("产值 * 2", "double", "两倍") + indicator("两倍 * 2", "fourfold", "四倍")
    assert linted({"indicators/a.yaml": chain}) == []
    ring = indicator("四倍 * 2", "double", "两倍") + indicator("两倍 * 2", "fourfold", "四倍")
    assert [problem[0] for problem in linted({"indicators/a.yaml": ring})] == ["packs.indicator-ring"]


def test_units_nobody_knows_are_told(linted, measure: Text):
    found = linted({"indicators/a.yaml": indicator("产值", unit="亿圆"), "measures/b.yaml": measure("a", "甲", "万圆")})
    assert found == [("packs.unknown-unit", "measures/b.yaml", 3), ("packs.unknown-unit", "indicators/a.yaml", 3)]


def test_one_name_cannot_mean_two_measures(linted, measure: Text):
    twice = measure("sales", "销售", "万元", ("theme:", "aliases: [产值]\n  theme:"))
    assert {problem[0] for problem in linted({"measures/b.yaml": twice})} == {"packs.same-name"}


def test_a_weighted_measure_needs_its_weight(linted, measure: Text):
    bare = measure("rate", "率", "万元", ("aggregation: sum", "aggregation: weighted"))
    wrong = measure("rate", "率", "万元", ("aggregation: sum", "aggregation: weighted\n  weight: outptu"))
    assert [problem[0] for problem in linted({"measures/b.yaml": bare})] == ["packs.no-weight"]
    assert [problem[0] for problem in linted({"measures/b.yaml": wrong})] == ["packs.unknown-code"]


@pytest.mark.parametrize(
    ("what", "when", "gives", "expected"),
    [
        ("measure:outptu", "增速 > 5", "green", ("packs.unknown-code", 8)),
        ("增速", "增速度 > 5", "green", ("feel.unknown-name-near", 10)),
        ("增速", "增速 > 5", "blue", ("packs.not-allowed", 10)),
    ],
)
def test_a_light_that_cannot_shine_is_told(linted, what: str, when: str, gives: str, expected: tuple[str, int]):
    found = linted({"rules/a.yaml": RULE.format(what=what, when=when, gives=gives)})
    assert [(code, line) for code, _, line in found] == [expected]


@pytest.mark.parametrize(
    ("swap", "expected"),
    [
        ({"key": "nama"}, ("packs.unknown-code", 6)),
        ({"writes": "fact:outptu"}, ("packs.unknown-code", 11)),
        ({"writes": "enterprise.nama"}, ("packs.unknown-code", 11)),
        ({"writes": "nowhere"}, ("packs.unknown-code", 11)),
        ({"unit": "万圆"}, ("packs.unknown-unit", 11)),
        ({"heading": "企业名称"}, ("packs.same-name", 11)),
        ({"check": "产量 > 0"}, ("feel.unknown-name-near", 13)),
    ],
)
def test_a_ledger_that_leads_nowhere_is_told(linted, swap: dict[str, str], expected: tuple[str, int]):
    parts = {"key": "name", "heading": "产值", "unit": "万元", "writes": "fact:output", "check": "output >= 0", **swap}
    assert [(code, line) for code, _, line in linted({"ledgers/a.yaml": LEDGER.format(**parts)})] == [expected]


@pytest.mark.parametrize(
    ("swap", "expected"),
    [
        ({"measure": "outptu"}, ("packs.unknown-code", 7)),
        ({"sentence": "{totl}项"}, ("packs.unknown-code", 5)),
        ({"sentence": "{total项"}, ("packs.template", 5)),
        ({"when": "lockd > 0"}, ("feel.unknown-name-near", 5)),
    ],
)
def test_a_board_that_shows_nothing_is_told(linted, swap: dict[str, str], expected: tuple[str, int]):
    parts = {"sentence": "{total}项", "when": "locked > 0", "measure": "output", **swap}
    assert [(code, line) for code, _, line in linted({"boards/a.yaml": BOARD.format(**parts)})] == [expected]


def test_a_failing_case_says_what_was_expected_and_what_came(linted):
    case = '- {name: 错的, of: "indicator:share", given: {产值: 4}, expect: 9}\n'
    wrong = '- {name: 不存在, of: "indicator:shar", given: {产值: 4}, expect: 9}\n'
    typo = '- {name: 写错, of: "indicator:share", given: {产直: 4}, expect: 9}\n'
    found = linted({"indicators/a.yaml": indicator("产值 * 2"), "cases/a.yaml": case + wrong + typo})
    assert found == [
        ("packs.case-failed", "cases/a.yaml", 1),
        ("packs.unknown-subject", "cases/a.yaml", 2),
        ("packs.unknown-input", "cases/a.yaml", 3),
    ]


def test_an_indicator_without_a_case_passes_but_is_named(pack_at, measure: Text, tables: dict[str, str]):
    folder = pack_at({"measures/a.yaml": measure(), **tables, "indicators/a.yaml": indicator("产值 * 2")})
    assert [problem.code for problem in check(folder, roots=()).problems] == ["packs.no-case"]
