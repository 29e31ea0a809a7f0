"""Codes are judged by both check digits, and a damaged one is explained and never repaired in silence."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.codes import (
    code_findings,
    code_problem,
    code_problems,
    is_registration,
    is_uscc,
    normalise_code,
    organisation_check,
    region_prefix,
    registration_check,
    suggestions,
    uscc_check,
    uscc_ok,
    uscc_ok_series,
    uscc_problem,
)
from qipan.engine.codes.digits import ORGANISATION_ALPHABET, USCC_ALPHABET
from qipan.engine.codes.repair import tidy

GOOD = ["91110000600037341L", "914403001922038216", "91330100799655058B", "91350100M000100Y43"]


def coded(region: str, body: str) -> str:
    """Return a valid code of the market regulator around a region and eight characters."""
    inner = body + str(organisation_check(body))
    return f"91{region}{inner}{uscc_check(f'91{region}{inner}')}"


valid_codes = st.builds(
    coded,
    st.sampled_from(["110000", "370881", "440300", "542301"]),
    st.text(alphabet="".join(sorted(set(USCC_ALPHABET) & set(ORGANISATION_ALPHABET))), min_size=8, max_size=8),
)


def test_the_standards_worked_example_ends_in_three() -> None:
    assert uscc_check("91350100M000100Y4") == "3"
    assert uscc_problem("91350100M000100Y4Z") == "codes.character"


@pytest.mark.parametrize("code", GOOD)
def test_a_real_code_has_no_finding(code: str) -> None:
    assert is_uscc(code)
    assert uscc_problem(code) is None


def test_a_right_own_check_does_not_hide_a_wrong_inner_one() -> None:
    body = "911100006000373419"[:16] + "2"
    code = body + str(uscc_check(body))
    assert not is_uscc(code)
    assert uscc_problem(code) == "codes.organisation-in-uscc"
    assert uscc_ok_series(pl.Series([code])).to_list() == [False]


@given(valid_codes, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_always_found(code: str, place: int, letter: str) -> None:
    broken = code[:place] + letter + code[place + 1 :]
    assert is_uscc(broken) == (broken == code)


@given(st.lists(st.one_of(st.none(), valid_codes, st.text(alphabet=USCC_ALPHABET + "ZOé", max_size=19)), max_size=90))
def test_the_column_agrees_with_the_single_code(codes: list[str | None]) -> None:
    answers = pl.DataFrame({"c": codes}, schema={"c": pl.String}).select(uscc_ok(pl.col("c")))["c"].to_list()
    assert answers == [None if code is None else is_uscc(code) for code in codes]


@given(st.lists(st.text(alphabet="09AZaz０Ａ -－ \t·", max_size=12), max_size=9))
def test_one_code_is_tidied_as_a_column_is(codes: list[str]) -> None:
    column = pl.DataFrame({"c": codes}, schema={"c": pl.String}).select(normalise_code(pl.col("c")))["c"].to_list()
    assert [code or "" for code in column] == [tidy(code) for code in codes]


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
def test_old_registration_numbers_agree_in_column_and_single(body: str) -> None:
    right = body + str(registration_check(body))
    wrong = body + str((int(right[-1]) + 1) % 10)
    assert is_registration(right)
    assert code_findings(pl.Series([right, wrong])).to_list() == ["codes.registration-only", "codes.registration-check"]


@pytest.mark.parametrize(
    ("text", "finding", "suggestion"),
    [
        ("9.1E+17", "codes.scientific", "—"),
        ("9.11100006E17", "codes.scientific", "—"),
        ("911100006000373000", "codes.rounded", "—"),
        ("911100006000373410.0", "codes.number", "—"),
        ("600037341.0", "codes.number", "600037341"),
        ("911100006OOO37341L", "codes.character", "91110000600037341L"),
        ("9I110000600037341L", "codes.character", "91110000600037341L"),
        ("91110000600037341l", "codes.written", "91110000600037341L"),
        ("９１１１００００６０００３７３４１Ｌ", "codes.written", "91110000600037341L"),
        ("9111 0000 6000 3734 1L", "codes.written", "91110000600037341L"),
        ("91110000600037314L", "codes.uscc-check", "91110000600037341L"),
        ("60003734-1", "codes.organisation-only", "600037341"),
        ("600037342", "codes.organisation-check", None),
        ("320123NA000252X", "codes.registration-only", "—"),
        ("91110000", "codes.length", "—"),
        ("企合苏总字第000063", "codes.character", "—"),
        ("91ll0000600037341L", "codes.uscc-check", None),
        ("abc", "codes.length", "—"),
    ],
)
def test_a_damaged_code_is_named_and_its_likely_origin_only_suggested(
    text: str, finding: str, suggestion: str | None
) -> None:
    problem = code_problem(text)
    assert problem is not None
    assert problem.code == finding
    if suggestion is not None:
        assert problem.params["suggestion"] == suggestion
    if finding not in ("codes.written", "codes.organisation-only"):
        assert uscc_ok_series(pl.Series([text])).to_list() == [False]
    for language in ("zh", "en"):
        assert "{" not in problem.message(language) + problem.hint(language)


def test_blank_is_no_code_and_no_finding() -> None:
    assert code_findings(pl.Series(["", " ", None, "　"])).to_list() == [None] * 4
    assert code_findings(pl.Series([], dtype=pl.String)).to_list() == []
    assert code_findings(pl.Series([None, None])).to_list() == [None, None]


def test_every_problem_of_a_column_is_returned_at_once_with_its_place() -> None:
    found = code_problems(pl.Series([GOOD[0], "9.1E+17", None, "9.1E+17", "abc"]))
    assert found["index"].to_list() == [1, 3, 4]
    assert found["code"].to_list() == ["codes.scientific", "codes.scientific", "codes.length"]


def test_a_suggestion_is_always_a_valid_code() -> None:
    for text in ("911100006OOO37341L", "91110000600037341K", "91ll0000600037341L", "600037347"):
        for candidate in suggestions(text):
            assert uscc_problem(candidate) in (None, "codes.organisation-only")


def test_the_region_is_read_from_the_code_alone() -> None:
    frame = pl.DataFrame({"c": ["91370881MA3C1AB22X", "370881000005886", "600037341", None]})
    assert frame.select(region_prefix(pl.col("c")))["c"].to_list() == ["370881", "370881", None, None]
    assert frame.select(region_prefix(pl.col("c"), "prefecture"))["c"].to_list()[0] == "370800"


@pytest.mark.realdata
def test_our_verdict_on_a_million_firms_differs_from_the_published_one_only_where_it_can_be_explained() -> None:
    path = Path(os.environ.get("QIPAN_DATA", "../shared/data")) / "registry" / "enterprises.parquet"
    if not path.exists():
        pytest.skip(f"real registry absent: {path}")
    frame = pl.read_parquet(path, columns=["uscc", "uscc_ok"])
    frame = frame.with_columns(ours=uscc_ok(normalise_code(pl.col("uscc"))), finding=code_findings(frame["uscc"]))
    apart = frame.filter(pl.col("ours") != pl.col("uscc_ok"))
    # Theirs checks the last character only; lower case fails it there and is merely tidied here.
    assert apart.group_by("finding").len().sort("finding").rows() == [
        ("codes.organisation-in-uscc", 98),
        ("codes.written", 130),
    ]
