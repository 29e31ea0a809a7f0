"""Reading FEEL: grammar, names, and what is said about a text that cannot be read."""

from __future__ import annotations

import time

import pytest

from qipan.engine.feel import names_in, parse, parse_tests
from qipan.engine.feel.syntax import Arithmetic, Junction, Literal, Name
from qipan.engine.problem import stops

NAMES = (
    "产值",
    "产值增速",
    "Monthly Salary",
    "1-10月产值",
    "R&D经费",
    "产值(亿元)",
    "count",
    "output.yoy",
    "in service days",
)


def problem(text: str, names=NAMES):
    parsed = parse(text, names)
    assert parsed.expression is None
    return parsed.problems[-1]


def codes(text: str, names=NAMES) -> list[str]:
    return [found.code for found in parse(text, names).problems]


@pytest.mark.parametrize("name", NAMES)
def test_a_declared_name_is_one_name_whatever_characters_it_has(name: str):
    parsed = parse(f"{name} + 1", NAMES)
    assert parsed.problems == ()
    assert parsed.expression is not None
    assert names_in(parsed.expression) == {name}


def test_the_longest_declared_name_wins():
    parsed = parse("产值增速 - 产值", NAMES)
    assert parsed.expression is not None
    assert names_in(parsed.expression) == {"产值增速", "产值"}
    assert parse("产值增速", ["产值"]).problems[0].params["name"] == "产值增速"


def test_the_spaces_in_a_name_may_be_any_white_space():
    parsed = parse("Monthly\n  Salary * 12", NAMES)
    assert parsed.expression is not None
    assert names_in(parsed.expression) == {"Monthly Salary"}


def test_an_alias_is_read_as_the_name_it_stands_for():
    parsed = parse("总产值 + output", {"总产值": "output", "产值": "output"})
    assert parsed.expression is not None
    assert names_in(parsed.expression) == {"output"}


def test_a_name_that_is_also_a_function_is_a_name_unless_it_is_called():
    parsed = parse("count > count(1, 2)", NAMES)
    assert parsed.expression is not None
    assert names_in(parsed.expression) == {"count"}


def test_every_unknown_name_is_reported_with_the_nearest_declared_one():
    found = parse("产质 + Monthly Salry + 1", NAMES).problems
    assert [(p.code, p.params["nearest"], p.params["column"]) for p in found] == [
        ("feel.unknown-name-near", "产值", 1),
        ("feel.unknown-name-near", "Monthly Salary", 6),
    ]
    assert "产值" in found[0].hint("zh")


def test_without_declared_names_any_name_is_allowed():
    parsed = parse("some thing > 3".replace("some", "any") + " and 产值 = 1")
    assert parsed.expression is not None
    assert names_in(parsed.expression) == {"any thing", "产值"}


def test_a_chain_of_conditions_is_one_node():
    parsed = parse("产值 > 1 and 产值 < 9 and 产值 != 3", NAMES)
    assert parsed.expression is not None
    root = parsed.expression.root
    assert isinstance(root, Junction)
    assert len(root.items) == 3


def test_nodes_know_where_they_stand():
    parsed = parse("1 + 产值 * 2", NAMES)
    assert parsed.expression is not None
    root = parsed.expression.root
    assert isinstance(root, Arithmetic)
    assert parsed.expression.source(root.right) == "产值 * 2"
    assert root.right == Arithmetic(4, 10, "*", Name(4, 6, "产值"), Literal(9, 10, parse("2").expression.root.value))


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("产值 >", "feel.unfinished", 1, 5),
        ("产值 ≥ 3", "feel.typed", 1, 4),
        ("产值 == 3", "feel.typed", 1, 4),
        ("1，2", "feel.typed", 1, 2),
        ("“abc”", "feel.typed", 1, 1),
        ('"abc', "feel.open-text", 1, 1),
        ("1 < 产值 < 3", "feel.two-comparisons", 1, 8),
        ("产值 +\n  * 3", "feel.unexpected", 2, 3),
        ("100万", "feel.unexpected", 1, 4),
        ("1e9999", "feel.number-range", 1, 1),
        ('@"2026-02-30"', "feel.at-literal", 1, 1),
        ("floo(1)", "feel.unknown-function", 1, 1),
        ("产值.jahr", "feel.unknown-property", 1, 4),
        ("for x in [1] return x", "feel.not-yet", 1, 1),
        ("some x in [1] satisfies x > 1", "feel.not-yet", 1, 1),
        ("{a: 1}", "feel.not-yet", 1, 1),
        ("产值[1]", "feel.not-yet", 1, 3),
        ("产值 instance of number", "feel.not-yet", 1, 4),
        ("", "feel.unfinished", 1, 1),
        ("(1", "feel.unfinished", 1, 3),
    ],
)
def test_a_text_that_cannot_be_read_says_where_and_what_is_valid(text: str, code: str, line: int, column: int):
    found = problem(text)
    assert (found.code, found.params["line"], found.params["column"]) == (code, line, column)
    for language in ("zh", "en"):
        assert "…" not in found.message(language) + found.hint(language) or "1-10" in found.hint(language)


def test_a_wrong_number_of_arguments_is_an_error_that_leaves_the_expression_readable():
    parsed = parse("sqrt(1, 2)")
    assert parsed.expression is not None
    assert stops(parsed.problems)
    assert "sqrt(number)" in parsed.problems[0].hint("en")


def test_comments_and_line_ends_are_space():
    assert codes("产值 // so far\n + /* more\n of it */ 1") == []


def test_a_cell_of_a_table_is_read_as_tests():
    for text in (
        "-",
        "",
        "< 10",
        "[20..30], > 50",
        'not("a", "b")',
        "? > 3 and ? < 5",
        '"x"',
        "not(产值 > 3) and ? = 1",
    ):
        assert parse_tests(text, NAMES).problems == (), text


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "(" * 40 + "1" + ")" * 40 + "+1" * 20_000,
        "-" * 49_000 + "1",
        "if true then " * 3_000 + "1",
        "[" * 1_000 + "]" * 1_000,
        "a" * 50_000,
        "1 +" * 16_000,
        '"' + "\\" * 49_000,
        "/*" * 25_000,
        "a " * 25_000,
        "9" * 49_000,
        "1e" + "9" * 49_000,
        "not(" * 12_000,
        "x" * 100_000,
        "产值 in (" * 5_000,
        "a:" * 20_000,
        "min(" + "a b:" * 10_000,
    ],
)
def test_hostile_text_ends_as_a_problem_soon(text: str):
    began = time.perf_counter()
    parsed = parse(text, NAMES)
    assert time.perf_counter() - began < 3
    assert parsed.problems or parsed.expression
