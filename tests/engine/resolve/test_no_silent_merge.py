"""On random zones, whatever is merged without asking rests on a code or on a name no code contradicts."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from qipan.engine.codes import is_uscc, organisation_check, uscc_check
from qipan.engine.resolve import match, name_key

BRANDS = ("海达", "海大", "宏图", "远航")
TRADES = ("软件", "机械制造", "物流")
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "")


def coded(number: int) -> str:
    """Return the valid credit code of a number."""
    body = f"MA3C1A{number:02d}"
    inner = body + str(organisation_check(body))
    return f"91370800{inner}{uscc_check('91370800' + inner)}"


names = st.builds(
    "{}{}{}{}".format, st.sampled_from(("济宁", "", "曲阜市")), *map(st.sampled_from, (BRANDS, TRADES, FORMS))
)
codes = st.one_of(st.none(), st.integers(0, 5).map(coded), st.integers(0, 5).map(lambda number: coded(number)[8:17]))
firms = st.lists(st.tuples(names, codes, st.lists(names, max_size=2)), max_size=8)
asked = st.lists(st.tuples(st.one_of(st.none(), names), st.one_of(codes, st.just("9.1E+17"))), max_size=12)


def organisation(code: str | None) -> str | None:
    """Return the nine characters of a usable code."""
    if code is None or len(code) not in (9, 18):
        return None
    return code[8:17] if is_uscc(code) else code


@given(firms, asked)
@settings(max_examples=60, deadline=None)
def test_nothing_is_merged_without_evidence_and_no_row_is_lost(
    known_rows: list[tuple[str, str | None, list[str]]], rows: list[tuple[str | None, str | None]]
) -> None:
    known = pl.DataFrame(
        [(number, *firm) for number, firm in enumerate(known_rows)],
        schema={"subject": pl.Int64, "name": pl.String, "uscc": pl.String, "former": pl.List(pl.String)},
        orient="row",
    )
    table = pl.DataFrame(rows, schema={"name": pl.String, "uscc": pl.String}, orient="row")
    answer = match(table, known)
    assert answer["row"].to_list() == list(range(len(rows)))
    for (name, code), given_ in zip(rows, answer.iter_rows(named=True), strict=True):
        assert (given_["subject"] is None) != (given_["same_as"] is None) or given_["verdict"] == "nobody"
        if given_["subject"] is None:
            assert given_["verdict"] in ("candidate", "conflict", "new", "nobody")
            continue
        firm, firm_code, former = known_rows[given_["subject"]]
        mine, theirs = organisation(code), organisation(firm_code)
        if given_["verdict"] == "code":
            assert mine is not None
            assert mine == theirs
        else:
            bearers = [
                number
                for number, (each, its_code, formers) in enumerate(known_rows)
                if name_key(str(name)) in map(name_key, (each, *formers))
                and not (mine and organisation(its_code) and mine != organisation(its_code))
            ]
            assert bearers == [given_["subject"]]
            assert name_key(str(name)) in map(name_key, (firm, *former))
