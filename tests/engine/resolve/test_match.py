"""A row finds its firm only on evidence; everything less is a question, and an answer is remembered."""

from __future__ import annotations

import polars as pl
import pytest

from qipan.engine.codes import organisation_check, uscc_check
from qipan.engine.problem import catalogue
from qipan.engine.resolve import match


def coded(body: str, region: str = "370800") -> str:
    """Return a valid credit code around eight characters."""
    inner = body + str(organisation_check(body))
    return f"91{region}{inner}{uscc_check(f'91{region}{inner}')}"


A, B, C, D = (coded(body) for body in ("MA3C1AB1", "MA3C1AB2", "MA3C1AB3", "MA3C1AB4"))

KNOWN = pl.DataFrame(
    [
        (10, A, "济宁海达软件有限公司", ["济宁海天软件有限公司"], ["海达软件"]),
        (20, B, "济宁宏图机械制造有限公司", [], []),
        (30, None, "济宁远航物流有限公司", [], []),
        (40, None, "曲阜大洼种植专业合作社", [], []),
        (50, C, "济宁海达软件股份有限公司", [], ["海达股份"]),
        (60, None, "兖州金谷面粉有限公司", [], []),
        (61, None, "兖州金谷面粉有限责任公司", [], []),
    ],
    schema={
        "subject": pl.Int64,
        "uscc": pl.String,
        "name": pl.String,
        "former": pl.List(pl.String),
        "aliases": pl.List(pl.String),
    },
    orient="row",
)


def ask(
    *rows: tuple[str | None, str | None], known: pl.DataFrame = KNOWN, verdicts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the verdicts on rows of name and code."""
    frame = pl.DataFrame(rows, schema={"name": pl.String, "uscc": pl.String}, orient="row")
    result = match(frame, known, verdicts=verdicts)
    assert result["row"].to_list() == list(range(len(rows)))
    for code in result["problem"].drop_nulls():
        assert code in catalogue()
    return result


def one(name: str | None, uscc: str | None = None, **more: pl.DataFrame) -> dict[str, object]:
    """Return the verdict on one row."""
    return ask((name, uscc), **more).row(0, named=True)


@pytest.mark.parametrize(
    ("name", "uscc", "subject", "verdict", "problem"),
    [
        ("济宁海达软件有限公司", A, 10, "code", None),
        ("济宁海达软件有限公司", A.lower(), 10, "code", None),
        (None, A, 10, "code", None),
        ("海达软件科技（济宁）有限公司", A, 10, "code", "resolve.name-written"),
        ("济宁海达软件有限责任公司", None, 10, "name", None),
        ("海達軟件（济宁）有限公司", None, 10, "name", None),
        ("海达(济宁)软件有限公司", None, 10, "name", None),
        ("济宁海天软件有限公司", None, 10, "former", None),
        ("海达软件", None, 10, "alias", None),
        ("济宁远航物流有限公司", D, 30, "name", None),
        ("济宁海达软件有限公司", "9.1E+17", 10, "name", None),
        ("济宁海达软件有限公司", A[8:17], 10, "code", None),
        ("济宁宏图机械制造有限公司", A, None, "conflict", "resolve.code-and-name-differ"),
        ("济宁飞马餐饮有限公司", A, None, "conflict", "resolve.code-other-name"),
        ("济宁海达软件有限公司", D, None, "conflict", "resolve.same-name-other-code"),
        ("兖州金谷面粉有限公司", None, None, "candidate", "resolve.name-of-several"),
        ("济宁宏图机械制造厂", None, None, "candidate", "resolve.look-alike"),
        ("宏图机械制造有限公司", None, None, "candidate", "resolve.look-alike"),
        ("上海飞马餐饮管理有限公司", None, None, "new", None),
        ("上海飞马餐饮管理有限公司", D, None, "new", None),
        (None, None, None, "nobody", "resolve.nobody"),
        (" ", "无", None, "nobody", "resolve.nobody"),
    ],
)
def test_a_row_is_judged_by_code_then_name_then_likeness(
    name: str | None, uscc: str | None, subject: int | None, verdict: str, problem: str | None
) -> None:
    answer = one(name, uscc)
    assert (answer["subject"], answer["verdict"], answer["problem"]) == (subject, verdict, problem)


def test_a_likely_firm_comes_first_with_what_was_compared() -> None:
    best = one("宏图机械制造有限公司")["candidates"][0]  # type: ignore[index]
    assert best["subject"] == 20
    assert (best["brand"], best["trade"], best["place"], best["form"]) == ("same", "same", "missing", "same")
    assert 0.5 < best["score"] <= 1


def test_two_valid_codes_are_two_firms_however_alike_the_names() -> None:
    assert one("济宁宏图机械制造厂", D)["verdict"] == "new"
    assert one("济宁远航物流公司", D)["verdict"] == "candidate"


def test_a_conflict_shows_every_firm_that_claims_the_row() -> None:
    claims = one("济宁宏图机械制造有限公司", A)["candidates"]
    assert [claim["subject"] for claim in claims] == [10, 20]  # type: ignore[attr-defined]


def decided(key: str, uscc: str | None, subject: int | None) -> pl.DataFrame:
    return pl.DataFrame(
        [(key, uscc, subject)], schema={"key": pl.String, "uscc": pl.String, "subject": pl.Int64}, orient="row"
    )


def test_a_persons_verdict_is_remembered_for_the_same_evidence_and_for_no_other() -> None:
    asked = one("宏图机械制造有限公司")
    verdict = decided(str(asked["key"]), None, 20)
    again = one("宏图机械制造 有限公司", verdicts=verdict)
    assert (again["subject"], again["verdict"], again["problem"]) == (20, "remembered", None)
    assert one("宏图机械制造有限公司", D, verdicts=verdict)["verdict"] == "new"


def test_a_verdict_that_none_is_meant_ends_the_question() -> None:
    answer = one("济宁海达软件有限公司", D, verdicts=decided("济宁海达软件有限公司", D, None))
    assert (answer["verdict"], answer["problem"]) == ("new", None)


def test_a_verdict_against_what_the_code_now_says_is_asked_again() -> None:
    answer = one("济宁飞马餐饮有限公司", A, verdicts=decided("济宁飞马餐饮有限公司", A, 20))
    assert answer["problem"] == "resolve.verdict-outdated"
    agreeing = one("济宁飞马餐饮有限公司", A, verdicts=decided("济宁飞马餐饮有限公司", A, 10))
    assert (agreeing["subject"], agreeing["verdict"]) == (10, "remembered")


def test_a_verdict_on_a_firm_that_is_gone_says_nothing() -> None:
    assert one("上海飞马餐饮管理有限公司", verdicts=decided("上海飞马餐饮管理有限公司", None, 99))["verdict"] == "new"


def test_rows_of_one_new_firm_are_one_firm() -> None:
    answer = ask(
        ("上海飞马餐饮管理有限公司", None),
        ("上海飞马餐饮管理有限责任公司", D),
        ("上海飞马餐饮管理有限公司", D),
        ("北京天路通信有限公司", None),
        ("北京天路通信有限公司", None),
        ("济宁海达软件有限公司", A),
    )
    assert answer["same_as"].to_list() == [0, 0, 0, 3, 3, None]
    assert answer["verdict"].to_list() == ["new"] * 5 + ["code"]


def test_one_new_name_under_two_codes_is_two_firms_and_says_so() -> None:
    other = coded("MA3C1AB5")
    answer = ask(
        ("上海飞马餐饮管理有限公司", D), ("上海飞马餐饮管理有限公司", other), ("上海飞马餐饮管理有限公司", None)
    )
    assert answer["same_as"].to_list() == [0, 1, 2]
    assert answer["problem"].to_list() == ["resolve.same-name-here"] * 2 + ["resolve.name-of-several"]
    assert answer["verdict"].to_list() == ["new", "new", "candidate"]


def test_one_new_code_under_names_far_apart_is_a_question() -> None:
    answer = ask(("上海飞马餐饮管理有限公司", D), ("北京天路通信有限公司", D))
    assert answer["problem"].to_list() == ["resolve.code-here-other-name"] * 2
    assert answer["verdict"].to_list() == ["conflict", "conflict"]


def test_a_code_that_two_known_firms_bear_decides_nothing() -> None:
    twice = pl.concat([KNOWN, KNOWN.head(1).with_columns(pl.lit(11, pl.Int64).alias("subject"))])
    assert one("济宁海达软件有限公司", A, known=twice)["problem"] == "resolve.code-twice"


def test_a_code_issued_with_a_wrong_inner_check_still_names_its_firm() -> None:
    body = A[:8] + "MA3C1AB10"
    odd = body + str(uscc_check(body))
    known = KNOWN.with_columns(pl.when(pl.col("subject") == 30).then(pl.lit(odd)).otherwise("uscc").alias("uscc"))
    answer = one("远航物流", odd, known=known)
    assert (answer["subject"], answer["verdict"], answer["problem"]) == (30, "code", "resolve.name-written")


def test_an_old_registration_number_neither_proves_nor_contradicts() -> None:
    assert one("济宁海达软件有限公司", "370881000005886")["verdict"] == "name"


def test_a_name_in_another_province_is_no_likely_firm() -> None:
    answer = one("广州宏图机械制造有限公司")
    assert answer["score"] < 0.5  # type: ignore[operator]


def test_names_beyond_the_bound_say_that_they_were_not_compared() -> None:
    rows = pl.DataFrame({"name": ["宏图机械制造有限公司", "远航物流有限公司"]})
    answer = match(rows, KNOWN, compared=1)
    assert answer["problem"].to_list() == ["resolve.look-alike", "resolve.not-compared"]


def test_nothing_known_and_nothing_asked_are_answered_too() -> None:
    assert ask().height == 0
    assert one("济宁海达软件有限公司", A, known=KNOWN.clear())["verdict"] == "new"
    assert match(pl.DataFrame({"name": ["海达"]}), KNOWN.select("subject", "name", "uscc")).height == 1


def test_the_answer_does_not_depend_on_the_order_of_rows() -> None:
    rows = [
        ("宏图机械制造有限公司", None),
        ("济宁海达软件有限公司", D),
        ("海达软件", None),
        ("济宁远航物流有限公司", None),
    ]
    forward, backward = ask(*rows), ask(*reversed(rows))
    assert (
        forward.select("subject", "verdict", "problem").rows()
        == backward.select("subject", "verdict", "problem").rows()[::-1]
    )
