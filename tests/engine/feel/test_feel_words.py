"""Expressions as officers see them: rows of conditions, sentences, both languages."""

from __future__ import annotations

import pytest

from qipan.engine.feel import in_words, parse

NAMES = ("研发费用", "营业收入", "注册满年数", "类型", "规上", "开工日期", "output")


def rows(text: str, language="zh", **more):
    expression = parse(text, NAMES).expression
    assert expression is not None
    return [(r.join, r.condition, r.comparison, r.value) for r in in_words(expression, language, **more).rows]


def sentence(text: str, language="zh") -> str:
    expression = parse(text, NAMES).expression
    assert expression is not None
    return in_words(expression, language).sentence


def test_conditions_joined_by_and_are_a_table():
    text = '研发费用 / 营业收入 >= 0.03 and 注册满年数 >= 1 and 类型 in ("高企", "科小") and 规上'
    assert rows(text) == [
        ("", "研发费用 ÷ 营业收入", "不小于", "0.03"),
        ("且", "注册满年数", "不小于", "1"),
        ("且", "类型", "为其中之一", "“高企”、“科小”"),
        ("且", "规上", "成立", ""),
    ]
    assert rows(text, "en")[0] == ("", "研发费用 ÷ 营业收入", "is at least", "0.03")
    assert sentence(text).startswith("研发费用 ÷ 营业收入 不小于 0.03 且 注册满年数 不小于 1")


def test_a_group_in_parentheses_keeps_its_number():
    expression = parse("规上 and (营业收入 > 1 or 研发费用 > 2)", NAMES).expression
    assert expression is not None
    found = in_words(expression).rows
    assert [(r.join, r.group) for r in found] == [("", 0), ("且", 1), ("或", 1)]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("营业收入 between 1 and 2", ("", "营业收入", "属于", "1至2（含两端）")),
        ("营业收入 in (1..2]", ("", "营业收入", "属于", "1至2（不含1）")),
        ("营业收入 in < 5", ("", "营业收入", "小于", "5")),
        ("5 < 营业收入", ("", "营业收入", "大于", "5")),
        ("营业收入 = null", ("", "营业收入", "未知", "")),
        ("营业收入 != null", ("", "营业收入", "已知", "")),
        ("not(营业收入 > 5)", ("", "营业收入", "不大于", "5")),
        ("not(规上)", ("", "规上", "不成立", "")),
        ("is defined(规上)", ("", "规上", "已知", "")),
        ('开工日期 <= date("2026-10-31")', ("", "开工日期", "不大于", "2026年10月31日")),
        ('开工日期.year >= 2026', ("", "开工日期的年份", "不小于", "2026")),
        ('开工日期 <= @"2026-10-31"', ("", "开工日期", "不大于", "2026年10月31日")),
    ],
)  # fmt: skip
def test_a_simple_condition_is_a_row(text: str, row: tuple[str, ...]):
    assert rows(text) == [row]


def test_what_is_no_condition_has_a_sentence_and_no_rows():
    text = "if 规上 then (研发费用 + 1) * 2 else null"
    assert rows(text) == []
    assert sentence(text) == "若规上，则(研发费用 + 1) × 2，否则未知"
    assert sentence(text, "en") == "if 规上 then (研发费用 + 1) × 2, otherwise unknown"


def test_labels_name_the_names():
    assert rows("output > 3", labels={"output": "总产值"}) == [("", "总产值", "大于", "3")]
