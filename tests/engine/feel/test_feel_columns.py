"""The column evaluator: the same answers as by the value, on every row, in whatever type the columns come."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qipan.engine.feel import (
    Columns,
    NotCompiledError,
    Scope,
    Uncompiled,
    compile_columns,
    evaluate,
    parse,
    parse_tests,
    run_columns,
)

TODAY = dt.date(2026, 11, 20)
SCHEMA = {
    "f": pl.Float64(), "g": pl.Float64(), "i": pl.Int64(), "k": pl.Int32(), "d": pl.Decimal(18, 2),
    "h": pl.Decimal(38, 4), "s": pl.String(), "e": pl.Enum(["甲", "乙", "a", "B"]), "b": pl.Boolean(),
    "c": pl.Boolean(), "t": pl.Date(), "u": pl.Date(), "z": pl.Null(),
}  # fmt: skip


def read(text: str, names=tuple(SCHEMA)):
    parsed = parse(text, names)
    assert parsed.expression is not None, (text, parsed.problems)
    return parsed.expression


def by_value(expression, frame: pl.DataFrame) -> list[object]:
    return [
        evaluate(expression, Scope.of(row, today=TODAY, subject=row.get("?"))).value
        for row in frame.iter_rows(named=True)
    ]


def same(got: object, expected: object) -> bool:
    if isinstance(expected, Decimal) and isinstance(got, float):
        return abs(Decimal(got) - expected) <= abs(expected) * Decimal("1.1e-12")
    return got == expected and (got is None) == (expected is None) and type(got) is type(expected)


def check(text: str, frame: pl.DataFrame) -> None:
    expression = read(text, tuple(frame.columns))
    got = run_columns(expression, frame, today=TODAY, by_value=True)
    expected = by_value(expression, frame)
    assert got.len() == frame.height
    for index, (one, other) in enumerate(zip(got.to_list(), expected, strict=True)):
        if isinstance(other, Decimal) and other and not Decimal("1e-300") < abs(other) < Decimal("1e300"):
            continue  # no float is near it
        assert same(one, other), f"{text}\nrow {frame.row(index, named=True)}\ncolumns {one!r}, value {other!r}"


# -- random expressions over random frames --

NASTY = [0.0, -0.0, 0.1, 0.2, 0.3, 2.99, 3.0, 100.0, 0.03, 1.005, 2.675, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-7, 1e15,
         1e16, 1 / 3, 123456.789, 1e25, 1e-25, float("nan"), float("inf"), 0.30000000000000004]  # fmt: skip
CENTS = st.integers(-500, 500).map(lambda n: Decimal(n) / 100)
LARGE = st.integers(-(10**24), 10**24).map(lambda n: Decimal(n).scaleb(-4))
floats = st.one_of(st.none(), st.sampled_from(NASTY), st.floats(-1e6, 1e6), CENTS.map(float))
integers = st.one_of(st.none(), st.integers(-5, 5), st.sampled_from([0, 1, 2**53 + 1, -(2**63), 2**63 - 1, 100, 3]))
WORDS = ["", "甲", "乙", "a", "B", "ab", "Straße", "2026-10-31", "甲a\n", "10", "aXb", "é"]
texts = st.one_of(st.none(), st.sampled_from(WORDS))
days = st.one_of(st.none(), st.dates(dt.date(2023, 12, 25), dt.date(2027, 1, 5)))
ROW = st.fixed_dictionaries({
    "f": floats, "g": floats, "i": integers, "k": st.one_of(st.none(), st.integers(-9, 9)),
    "d": st.one_of(st.none(), CENTS, st.just(Decimal("9999999999999999.99"))),
    "h": st.one_of(st.none(), LARGE, st.just(Decimal("0.3"))),
    "s": texts, "e": st.one_of(st.none(), st.sampled_from(["甲", "乙", "a", "B"])),
    "b": st.sampled_from([True, False, None]), "c": st.sampled_from([True, False, None]), "t": days, "u": days,
    "z": st.none(),
})  # fmt: skip
FRAME = st.lists(ROW, min_size=1, max_size=25).map(lambda rows: pl.DataFrame(rows, schema=SCHEMA))

COMPARE = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
NUMBER_LEAF = st.sampled_from(
    ["f", "g", "i", "k", "d", "h", "f", "g", "0", "1", "3", "0.1", "0.3", "100", "0.03", "2.5", "-1", "1e3", 
     "0.1234567", "0.30000000000000001", "9007199254740993", "t.year", "month(t)", "string length(s)", "null", "1/3"]
)  # fmt: skip
TEXT_LEAF = st.sampled_from(["s", "e", '"甲"', '"a"', '"zz"', '""', "s", "e", "null"])
DAY_LEAF = st.sampled_from(["t", "u", '@"2026-10-31"', "today()", "date(2024, 2, 29)", "date(s)", "null"])


def join(pattern: str, *parts):
    return st.tuples(*parts).map(lambda found: pattern.format(*found))


@st.composite
def number(draw, depth: int) -> str:
    if depth <= 0 or draw(st.integers(0, 3)) == 0:
        return draw(NUMBER_LEAF)
    n, b = number(depth - 1), boolean(depth - 1)
    return draw(st.one_of(
        join("({} {} {})", n, st.sampled_from(["+", "-", "*", "/", "+", "-"]), n),
        join("({})**{}", n, st.sampled_from(["2", "3", "-1"])),
        join("-({})", n),
        join("(if {} then {} else {})", b, n, n),
        join("{}({})", st.sampled_from(["abs", "floor", "ceiling", "sqrt"]), n),
        join("{}({}, {})", st.sampled_from(["round half up", "round half down", "round up", "round down", "decimal"]),
             n, st.sampled_from(["0", "1", "2", "-1", "4"])),
        join("{}({}, {})", st.sampled_from(["min", "max", "sum", "mean", "modulo", "product"]), n, n),
        join("{}([{}, {}, {}])", st.sampled_from(["min", "max", "sum", "mean", "count"]), n, n, n),
        join("{}({})", st.sampled_from(["year", "month", "day", "day of year", "week of year"]), day(depth - 1)),
    ))  # fmt: skip


@st.composite
def text(draw, depth: int) -> str:
    if depth <= 0 or draw(st.integers(0, 1)) == 0:
        return draw(TEXT_LEAF)
    t = text(depth - 1)
    return draw(st.one_of(
        join("({} + {})", t, t),
        join("{}({})", st.sampled_from(["upper case", "lower case", "string"]), t),
        join("substring({}, {})", t, st.sampled_from(["1", "2", "-1", "-2", "0", "2, 1", "1, 2.7", "1, 0"])),
        join("substring {}({}, {})", st.sampled_from(["before", "after"]), t,
             st.sampled_from(['"a"', '"X"', '""', '"甲"'])),
        join('replace({}, "{}", "{}")', t, st.sampled_from(["a", "[a-c]", "(X)", "x*"]),
             st.sampled_from(["-", "<$1>"])),
        join("(if {} then {} else {})", boolean(depth - 1), t, t),
        join("string({})", day(depth - 1)),
        join("string({})", boolean(depth - 1)),
        join("{}({})", st.sampled_from(["day of week", "month of year"]), day(depth - 1)),
        join("max({}, {})", t, t),
    ))  # fmt: skip


@st.composite
def day(draw, depth: int) -> str:
    if depth <= 0 or draw(st.booleans()):
        return draw(DAY_LEAF)
    d = day(depth - 1)
    return draw(st.one_of(
        join("(if {} then {} else {})", boolean(depth - 1), d, d),
        join("{}({}, {})", st.sampled_from(["min", "max"]), d, d),
    ))  # fmt: skip


@st.composite
def boolean(draw, depth: int) -> str:
    if depth <= 0:
        return draw(st.sampled_from(["b", "c", "true", "false", "null", "b", "c", "z"]))
    n, t, d, b = number(depth - 1), text(depth - 1), day(depth - 1), boolean(depth - 1)
    own = draw(st.sampled_from([n, n, n, t, d]))
    return draw(st.one_of(
        join("({} {} {})", own, COMPARE, own),
        join("({} {} {})", n, COMPARE, NUMBER_LEAF),
        join("({} {} {})", own, st.sampled_from(["=", "!="]), st.sampled_from(["null", "z", "f", "s"])),
        join("({} and {})", b, b), join("({} or {} or {})", b, b, b), join("not({})", b),
        join("({} between {} and {})", own, own, own),
        join("({} in {}{}..{}{})", own, st.sampled_from("[("), own, own, st.sampled_from("])")),
        join("({} in (< {}, {}, [{}..{}]))", own, own, own, own, own),
        join("({} in [{}, {}, null])", own, own, own),
        join("list contains([{}, {}], {})", own, own, own),
        join('({} in [0.1, 3, "a", 2.5, null, 0.30000000000000001, 100, "甲"])', own),
        join('list contains([1, "a", 0.3, "乙", [2], [1..2]], {})', own),
        join("(if {} then {} else {})", b, b, b),
        join("is defined({})", own),
        join("{}({}, {})", st.sampled_from(["contains", "starts with", "ends with"]), t, t),
        join('matches({}, "{}")', t, st.sampled_from(["a", "^[甲乙]$", "(", ".b"])),
        join("{}({})", st.sampled_from(["even", "odd"]), n),
        join("{}({}, {})", st.sampled_from(["all", "any"]), b, b),
    ))  # fmt: skip


# Without shrinking: a failing expression is short enough to read, and shrinking a frame takes minutes.
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@QUICK
@given(st.one_of(boolean(3), boolean(2)), FRAME)
def test_random_conditions_agree_on_every_row(expression: str, frame: pl.DataFrame):
    check(expression, frame)


@QUICK
@given(number(3), FRAME)
def test_random_numbers_agree_on_every_row(expression: str, frame: pl.DataFrame):
    check(expression, frame)


@QUICK
@given(st.one_of(text(2), day(2)), FRAME)
def test_random_texts_and_days_agree_on_every_row(expression: str, frame: pl.DataFrame):
    check(expression, frame)


@QUICK
@given(number(3), FRAME, st.sampled_from([0, 2, 4]))
def test_random_numbers_rounded_to_places_are_exact(expression: str, frame: pl.DataFrame, places: int):
    tree = read(expression)
    got = run_columns(tree, frame, today=TODAY, places=places, by_value=True).to_list()
    rounding = read(f"round half up({expression}, {places})")
    for one, other in zip(got, by_value(rounding, frame), strict=True):
        if isinstance(other, Decimal) and abs(other.scaleb(places)) < 2**62:
            assert one == other.scaleb(places), expression
        elif other is None:
            assert one is None


# -- what the design names --


def run(text: str, **columns: object) -> list[object]:
    frame = pl.DataFrame(columns)
    return run_columns(read(text, tuple(columns)), frame).to_list()


def test_a_tenth_and_two_tenths_are_three_tenths():
    assert run("a + b = c", a=[0.1, 0.1], b=[0.2, 0.2], c=[0.3, 0.31]) == [True, False]
    assert run("a + b", a=[0.1], b=[0.2]) == [0.3]


def test_two_ninety_nine_of_a_hundred_is_not_three_percent():
    text = "研发费用 / 营业收入 >= 0.03"
    assert run(text, 研发费用=[2.99, 3.0, 3.01, None], 营业收入=[100.0] * 4) == [False, True, True, None]
    money = {"研发费用": ["2.99", "3.00"], "营业收入": ["100.00"] * 2}
    frame = pl.DataFrame(money).cast(pl.Decimal(18, 2))
    assert run_columns(read(text, tuple(money)), frame).to_list() == [False, True]
    assert run_columns(read("研发费用 / 营业收入", tuple(money)), frame).to_list() == pytest.approx(
        [0.0299, 0.03], rel=1e-12
    )


def test_a_zero_denominator_is_unknown_and_stops_nobody_else():
    assert run("a / b", a=[1.0, 0.0, 6.0], b=[0.0, 0.0, 3.0]) == [None, None, 2.0]
    assert run("a / (b - c)", a=[1.0, 1.0], b=[0.3, 0.3], c=[0.1 + 0.2, 0.1])[1] == 5.0


def test_a_denominator_that_only_rounding_keeps_from_zero_is_zero():
    assert run("1 / (a + b - c)", a=[0.1], b=[0.2], c=[0.3]) == [None]


def test_unknown_equals_unknown_and_nothing_else():
    assert run("a = null", a=[None, 1.0]) == [True, False]
    assert run("a != null", a=[None, 1.0]) == [False, True]
    assert run("a = b", a=[None, 1.0, None], b=[None, None, 1.0]) == [True, False, False]
    assert run("a > b", a=[None, 1.0], b=[1.0, None]) == [None, None]


def test_logic_is_three_valued():
    columns = {"a": [True, False, None] * 3, "b": [True] * 3 + [False] * 3 + [None] * 3}
    assert run("a and b", **columns) == [True, False, None, False, False, False, None, False, None]
    assert run("a or b", **columns) == [True, True, True, True, False, None, True, None, None]


def test_large_whole_numbers_are_not_blurred():
    big = 2**53 + 1
    assert run("a = b", a=[big], b=[big - 1]) == [False]
    assert run("a - b = 1", a=[big], b=[big - 1]) == [True]
    assert run("a >= 9007199254740992.5", a=[big - 1, big]) == [False, True]


def test_floats_that_are_not_finite_are_unknown():
    assert run("a + 1", a=[float("nan"), float("inf"), 1.0]) == [None, None, 2.0]


def test_huge_and_tiny_floats_are_computed_exactly():
    assert run("a * a / b = a", a=[1e200, 1.0, 3e-200], b=[1e200, 2.0, 3e-200]) == [True, False, True]
    assert run("a * a > b", a=[1e-200, 2.0], b=[0.0, 3.0]) == [True, True]


def test_text_may_be_an_enum():
    frame = pl.DataFrame({"x": ["高", "低", None]}, schema={"x": pl.Enum(["低", "中", "高"])})
    assert run_columns(read('x in ("高", "特高")', ("x",)), frame).to_list() == [True, False, False]
    assert run_columns(read('x = "没有"', ("x",)), frame).to_list() == [False, False, False]
    assert run_columns(read('upper case(x) + "!"', ("x",)), frame).to_list() == ["高!", "低!", None]


def test_an_identity_that_holds_everywhere_needs_no_row_by_row():
    rows = 5_000
    frame = pl.DataFrame({"a": [n / 100 for n in range(rows)], "b": [n / 1000 for n in range(rows)]})
    frame = frame.with_columns(c=pl.col("a") + pl.col("b")).with_columns(pl.col("c").round(3))
    compiled = compile_columns(read("a + b = c", ("a", "b", "c")), frame.schema, exact=True)
    assert isinstance(compiled, Columns)
    assert compiled.undecided is not None
    assert frame.select(compiled.undecided.sum()).item() == 0
    assert run_columns(read("a + b = c", ("a", "b", "c")), frame).all()


def test_as_many_rows_come_out_as_go_in():
    for frame in (pl.DataFrame({"a": [1.0, 2.0, 3.0]}), pl.DataFrame({"a": []}, schema={"a": pl.Float64})):
        for text in ("1", '"x"', "null", "a", "1 / 0", "today()", "a > 1", "string(a)"):
            assert run_columns(read(text, ("a",)), frame, by_value=True).len() == frame.height


def test_the_cells_of_a_table_run_over_the_column_under_test():
    frame = pl.DataFrame({"?": [5.0, 15.0, 25.0, None], "top": [30.0] * 4})
    for text, expected in [
        ("-", [True] * 4),
        ("< 10, [20..top]", [True, False, True, None]),
        ("not(5, 15)", [False, False, True, True]),
        ("? > 10 and ? < 20", [False, True, False, None]),
    ]:
        cell = parse_tests(text, ["top"]).expression
        assert cell is not None
        assert run_columns(cell, frame).to_list() == expected == by_value(cell, frame), text


def test_what_has_no_column_form_is_said_and_computed_only_where_asked():
    expression = read("exp(f) > 1")
    compiled = compile_columns(expression, SCHEMA)
    assert isinstance(compiled, Uncompiled)
    assert [p.code for p in compiled.problems] == ["feel.not-by-column"]
    frame = pl.DataFrame({"f": [0.0, 1.0]})
    with pytest.raises(NotCompiledError):
        run_columns(expression, frame)
    assert run_columns(expression, frame, by_value=True).to_list() == [False, True]


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    compiled = compile_columns(read("产值 + 1", ("产值",)), {"总产值": pl.Float64()})
    assert isinstance(compiled, Uncompiled)
    assert compiled.problems[0].params["nearest"] == "总产值"


def test_a_clash_of_types_is_null_on_every_row_and_said():
    compiled = compile_columns(read('f + "a" > 1'), SCHEMA)
    assert isinstance(compiled, Columns)
    assert [p.code for p in compiled.problems] == ["feel.operand-type"]


def test_places_give_scaled_integers_rounded_half_up():
    frame = pl.DataFrame({"a": [1.005, 2.675, -1.005, None, 1 / 3]})
    assert run_columns(read("a", ("a",)), frame, places=2).to_list() == [101, 268, -101, None, 33]


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["f"] * 140),
        "max(" + ",".join(f"f + {n}" for n in range(40)) + ")",
        "max(f, min(g, " * 20 + "f" + "))" * 20,
        " and ".join(["f > g"] * 1_000),
        " or ".join(f"(f + {n} > g * {n} and not(b))" for n in range(60)),
        "round half up(" * 40 + "f" + ", 2)" * 40,
        "(if " * 12 + "f" + " > g then 1 else g)" * 12,
        "/".join(["(f + g)"] * 60),
        "f in [" + ",".join(map(str, range(2_000))) + "]",
    ],
)
def test_hostile_expressions_over_columns_end_in_bounded_time(text: str):
    began = time.perf_counter()
    frame = pl.DataFrame({"f": [1.5, 2.0, None], "g": [0.1, 0.2, 0.3], "b": [True, False, None]})
    assert run_columns(read(text, ("f", "g", "b")), frame, by_value=True).len() == 3
    assert time.perf_counter() - began < 10
