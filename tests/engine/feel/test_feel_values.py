"""The value evaluator: exact numbers, three-valued logic, reasons for nulls, traces."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest

from qipan.engine.feel import Scope, evaluate, parse, parse_tests, text_of, value_of

VALUES = {"x": 5, "n": None, "s": "横綱 abc", "d": dt.date(2026, 10, 31), "t": True, "研发费用": 2.99, "营业收入": 100}


def value(text: str, **more: object):
    expression = parse(text, [*VALUES, *more]).expression
    assert expression is not None, parse(text, [*VALUES, *more]).problems
    return evaluate(expression, Scope.of(VALUES | more, today=dt.date(2026, 11, 20))).value


def reasons(text: str) -> list[str]:
    expression = parse(text, list(VALUES)).expression
    assert expression is not None
    result = evaluate(expression, Scope.of(VALUES))
    assert result.value is None
    return [problem.code for problem in result.problems]


# Expression and the value the standard gives it, printed as FEEL prints.
STANDARD = """
0.1 + 0.2 = 0.3                          | true
研发费用 / 营业收入 >= 0.03               | false
-3 ** 2                                  | 9
3 ** 4 ** 5                              | 3486784401
10 ** -5                                 | 0.00001
2 ** 0.5                                 | 1.414213562373095048801688724209698
10 + 20 / -5 - 3                         | 3
1 / 3                                    | 0.3333333333333333333333333333333333
1.10 + 2                                 | 3.1
"a" + "b"                                | ab
null + 1                                 | null
null = null                              | true
null != null                             | false
1 = null                                 | false
1 != null                                | true
1 = "1"                                  | null
n > 3                                    | null
true and null                            | null
false and null                           | false
null and false                           | false
true or null                             | true
false or null                            | null
false or 123                             | null
true or 123                              | true
not(null)                                | null
not(1)                                   | null
not(false)                               | true
if null then 1 else 2                    | 2
if x > 3 then "a" else "b"               | a
5 between 1 and 5                        | true
n between 1 and 5                        | null
"b" between "b" and "d"                  | true
1 in [1..3]                              | true
1 in (1..3]                              | false
3 in [1..3[                              | false
3 in ]1..3]                              | true
n in [1..3]                              | null
x in (< 3, [5..9])                       | true
x in (1, 2)                              | false
x in (1, null)                           | false
n in (1, null)                           | true
x in [1, 5]                              | true
x in [[1..2], [4..6]]                    | true
d in [date("2026-10-01")..date("2026-10-31")] | true
d = @"2026-10-31"                        | true
d.year * 100 + d.month                   | 202610
d.weekday                                | 6
date(2026, 2, 30)                        | null
date("2026-2-3")                         | null
day of week(d)                           | Saturday
week of year(date(2005, 1, 1))           | 53
today() > d                              | true
abs(-1.5)                                | 1.5
floor(-1.5)                              | -2
floor(-1.56, 1)                          | -1.6
ceiling(1.5)                             | 2
round half up(5.125, 2)                  | 5.13
round half up(-5.5, 0)                   | -6
round half down(5.125, 2)                | 5.12
round half down(-5.5, 0)                 | -5
round up(5.121, 2)                       | 5.13
round down(5.129, 2)                     | 5.12
decimal(2.5, 0)                          | 2
decimal(1234, -2)                        | 1200
round half down(5.5, 6176)               | 5.5
round half down(5.5, 6177)               | null
modulo(12, 5)                            | 2
modulo(-12, 5)                           | 3
modulo(12, -5)                           | -3
modulo(-10.1, 4.5)                       | 3.4
modulo(10, 0)                            | null
sqrt(16)                                 | 4
sqrt(-1)                                 | null
log(1)                                   | 0
exp(0)                                   | 1
odd(5)                                   | true
even(2.5)                                | false
min(3, 1, 2)                             | 1
max(["a", "c", "b"])                     | c
sum([1, 2.5])                            | 3.5
sum(1, null)                             | null
mean(1, 2, 6)                            | 3
median(1, 9, 2, 3)                       | 2.5
count(1, null)                           | 2
product(2, 3, 4)                         | 24
all(true, null, false)                   | false
any(false, null)                         | null
list contains([1, null], null)           | true
list contains([1, 2], 3)                 | false
distinct values([1, 1.0, 2])             | [1, 2]
is defined(n)                            | false
is defined(x)                            | true
string length("横綱")                     | 2
substring("foobar", -2, 1)               | a
substring("foobar", 3, 3.8)              | oba
substring("foobar", 0)                   | null
substring("f", 9)                        | null
substring(string: "foobar", start position: 3) | obar
substring before("foobar", "bar")        | foo
substring after("foobar", "ob")          | ar
upper case("aß横")                        | ASS横
lower case("ABC")                        | abc
contains(s, "横")                         | true
starts with(s, "横")                      | true
ends with(s, "x")                        | false
matches("abc", "^a(b+)c$")               | true
matches("ABC", "b", "i")                 | true
matches("abc", "(")                      | null
replace("banana", "(an)", "[$1]")        | b[an][an]a
replace("a.b", "[.]", "\\\\$")           | a$b
replace("abc", "x*", "-")                | null
split("a;b;;c", ";")                     | ["a", "b", "", "c"]
string join(["a", null, "b"], "-")       | a-b
number("1 000 000.01", " ", ".")         | 1000000.01
number("1.000.000,01", ".", ",")         | 1000000.01
number("1,000,000.00", ".", ".")         | null
number("12e3")                           | 12000
number("abc")                            | null
string(1.50)                             | 1.5
string([1, "a"])                         | [1, "a"]
string(1e3)                              | 1000
"A\\u6a2a"                               | A横
[1..3] = [1..3]                          | true
[1, [2, 3]] = [1, [2, 3]]                | true
[1, 2] = [1]                             | false
s.year                                   | null
"b" > "a"                                | true
true > false                             | null
[] = 0                                   | null
"""


@pytest.mark.parametrize("line", [line for line in STANDARD.splitlines() if line])
def test_an_expression_has_the_value_the_standard_gives_it(line: str):
    text, _, expected = line.rpartition("|")
    assert text_of(value(text)) == expected.strip()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x / 0", "feel.divide-by-zero"),
        ("0 ** -1", "feel.divide-by-zero"),
        ("x + s", "feel.operand-type"),
        ("-s", "feel.operand-type"),
        ("x < s", "feel.operand-type"),
        ("10 ** 6000 * 10 ** 6000", "feel.overflow"),
        ("exp(100000)", "feel.overflow"),
        ("(0 - 8) ** 0.5", "feel.overflow"),
        ("sqrt(0 - 1)", "feel.out-of-range"),
        ("sqrt(s)", "feel.argument-type"),
        ("sum(1, s)", "feel.argument-type"),
        ('matches(s, "(")', "feel.bad-pattern"),
        ('date("x")', "feel.not-a-date"),
        ('number("x")', "feel.not-a-number"),
        ("today()", "feel.no-today"),
        ("s.year", "feel.no-property"),
    ],
)
def test_an_error_in_data_is_null_with_its_reason(text: str, code: str):
    assert reasons(text) == [code]


def test_an_unknown_input_is_null_without_complaint():
    assert reasons("n + 1 > 3") == []


def test_a_name_without_a_value_is_null_and_said():
    expression = parse("y + 1", ["y"]).expression
    assert expression is not None
    result = evaluate(expression, Scope.of({}))
    assert (result.value, [p.code for p in result.problems]) == (None, ["feel.no-value"])


def test_python_values_become_exact_ones():
    assert value_of(0.1) == Decimal("0.1")
    assert value_of(float("nan")) is None
    assert value_of(float("inf")) is None
    assert value_of(10**40 + 1) == Decimal(10) ** 40
    assert value_of(Decimal("1e9999")) is None
    assert value_of([1, "a", None]) == (Decimal(1), "a", None)
    with pytest.raises(TypeError):
        value_of(object())


def test_a_trace_shows_each_part_with_its_value():
    expression = parse("研发费用 / 营业收入 >= 0.03 and x > 1", list(VALUES)).expression
    assert expression is not None
    trace = evaluate(expression, Scope.of(VALUES | {"研发费用": 4}), trace=True).trace
    assert trace is not None
    assert (trace.text, trace.value) == ("研发费用 / 营业收入 >= 0.03 and x > 1", True)
    ratio = trace.parts[0].parts[0]
    assert (ratio.text, ratio.value) == ("研发费用 / 营业收入", Decimal("0.04"))
    assert [(part.text, part.value) for part in ratio.parts] == [("研发费用", 4), ("营业收入", 100)]
    assert evaluate(expression, Scope.of(VALUES)).trace is None


def test_the_tests_of_a_cell_judge_the_value_under_test():
    for text, subject, expected in [
        ("-", None, True),
        ("< 10, [20..30]", 25, True),
        ("< 10, [20..30]", 15, False),
        ("< 10", None, None),
        ('not("a", "b")', "c", True),
        ('not("a", "b")', "a", False),
        ('"Medium","Low"', "Low", True),
        ("? > 3 and ? < 5", 4, True),
        ("? in (1, 2)", 2, True),
        ("null", None, True),
        ("x", 5, True),
    ]:
        expression = parse_tests(text, list(VALUES)).expression
        assert expression is not None
        assert evaluate(expression, Scope.of(VALUES, subject=subject)).value is expected, (text, subject)


@pytest.mark.parametrize(
    "text",
    [
        'matches("' + "a" * 5_000 + '!", "(a+)+$")',
        'matches("' + "a" * 3_000 + '", "((a{100}){100}){100}")',
        'replace(replace(replace("' + "a" * 9_000 + '", "a", "' + "a" * 9_000 + '"), "a", "aaaa"), "a", "aa")',
        "2 ** 99999999999999999999",
        "1.0000000001 ** 99999999999.5",
        "exp(1e30)",
        "log(1e-6000) ** 1e30",
        "round up(1e6000, 6000)",
        "modulo(1e6000, 3)",
        "odd(1e6000)",
        "string(1e6000)",
        "sqrt(1e6000)",
        "+".join(["1"] * 140),
        " and ".join(["x > 1"] * 5_000),
        "(" * 55 + "1" + ")" * 55,
    ],
)
def test_hostile_expressions_end_in_bounded_time(text: str):
    began = time.perf_counter()
    expression = parse(text, list(VALUES)).expression
    assert expression is not None
    evaluate(expression, Scope.of(VALUES), trace=True)
    assert time.perf_counter() - began < 2
