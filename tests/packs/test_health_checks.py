"""A check of data health says all it must, and is told with file and line what it says wrongly."""

from __future__ import annotations

import pytest

from qipan.packs import Checked, lint, read_pack, resolve_packs

GOOD = """
code: own
names: {zh: 自查, en: Our own}
detector: condition
severity: info
why: {zh: 要紧, en: It matters}
do: {zh: 核对, en: Check}
parameters: {months: 3}
expression: 税收收入 <= 一般公共预算收入
from: 2026-01-01
source: {doc: 本区惯例, status: practice}
"""


def told(hitech: Checked, pack_at, text: str) -> list[str]:
    read = read_pack(pack_at({"health/own.yaml": text}, name="zone", needs="cn-hitech"))
    if read.pack is None or read.problems:
        return [problem.code for problem in read.problems]
    before = {problem.code for problem in lint(hitech.resolved)}
    found = lint(resolve_packs(hitech.resolved.packs, overlays=[read.pack]))
    return [problem.code for problem in found if problem.code not in before]


def test_a_zones_own_condition_is_sound(hitech: Checked, pack_at):
    assert told(hitech, pack_at, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("parameters: {months: 3}", "parameters: {}", "packs.missing"),
        ("parameters: {months: 3}", "parameters: {months: 3, moons: 1}", "packs.unknown-field"),
        ("expression: 税收收入 <= 一般公共预算收入", "severity_: 1", "packs.unknown-field"),
        ("expression: 税收收入 <= 一般公共预算收入\n", "", "packs.condition-form"),
        ("expression: 税收收入 <= 一般公共预算收入", "rule: no_such_rule", "packs.unknown-code"),
        ("税收收入 <=", "税收入收 <=", "feel.unknown-name-near"),
        ("detector: condition", "detector: oracle", "packs.not-allowed"),
        ("detector: condition", "detector: blank\nfield: phone", "packs.not-allowed"),
        ("severity: info", "severity: grave", "packs.not-allowed"),
        ("severity: info", "severity: info\nmeasures: [gdpp]", "packs.unknown-code"),
        ("severity: info", "severity: info\nledgers: [nothing]", "packs.unknown-code"),
        ("severity: info", "severity: info\ncounts: {gdp: no_title}", "packs.unknown-code"),
        ("source: {doc: 本区惯例, status: practice}\n", "", "packs.no-source"),
        ("from: 2026-01-01", "from: 2026-01-01\nuntil: 2025-01-01", "packs.dates"),
    ],
)
def test_what_is_wrong_with_a_check_is_told(hitech: Checked, pack_at, old: str, new: str, code: str):
    assert old in GOOD
    assert code in told(hitech, pack_at, GOOD.replace(old, new))
