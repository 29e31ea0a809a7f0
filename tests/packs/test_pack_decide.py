"""Rules decide by their first true line; unknown is never true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from qipan.packs import Checked, Names, Rule, RuleInput, RuleRow, Source, decide, read_rule

WORDS = Names("甲", "A")
RULE = Rule(
    code="light",
    names=WORDS,
    inputs=(RuleInput("增速", "growth", "增速"), RuleInput("目标增速", "target growth", "目标")),
    words=WORDS,
    source=Source("惯例", "practice"),
    valid_from=date(2020, 1, 1),
    rows=(
        RuleRow("增速 >= 目标增速", "green", Names("达到", "on target")),
        RuleRow("增速 >= 0", "amber", Names("为正", "positive")),
    ),
    otherwise="red",
)


@pytest.mark.parametrize(
    ("growth", "target", "value", "row"),
    [
        (7, 7, "green", 0),
        (Decimal("6.9"), 7, "amber", 1),
        (-1, 7, "red", None),
        (6, None, "amber", 1),
        (None, 7, "red", None),
    ],
)
def test_the_first_line_that_is_true_decides(growth: object, target: object, value: str, row: int | None):
    decision = decide(read_rule(RULE), {"增速": growth, "目标增速": target})
    assert (decision.value, decision.row) == (value, row)
    assert decision.problems == ()


def test_an_input_left_out_is_unknown_and_an_extra_one_is_ignored():
    assert decide(read_rule(RULE), {"产值": 3}).value == "red"


def test_inputs_may_be_named_in_english():
    english = replace(RULE, rows=(RuleRow("growth >= target growth", "green", WORDS),))
    assert decide(read_rule(english), {"增速": 3, "目标增速": 2}).value == "green"


def test_a_rule_that_cannot_be_read_says_so_and_never_shines():
    broken = replace(RULE, rows=(RuleRow("增束 >= 1", "green", WORDS),))
    read = read_rule(broken)
    assert [problem.code for problem in read.problems] == ["feel.unknown-name-near"]
    assert decide(read, {"增速": 9}).value == "red"


def test_data_that_do_not_fit_are_told_with_the_decision():
    decision = decide(read_rule(RULE), {"增速": "六", "目标增速": 7})
    assert {problem.code for problem in decision.problems} == {"feel.operand-type"}


def test_the_growth_of_a_share_is_in_points(hitech: Checked):
    measures = hitech.resolved.measures
    assert measures["tax_ratio.yoy"].unit == "百分点"
    assert measures["tax_revenue.yoy"].unit == "%"
