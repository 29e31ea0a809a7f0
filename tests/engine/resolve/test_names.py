"""Names are equal by what they mean, and fall into the parts a registrar would name."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.resolve import Lexicon, name_key, normal_key, split


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("济宁市海达软件有限责任公司", "济宁市海达软件有限公司"),
        ("海达（济宁）软件有限公司", "济宁海达软件有限公司"),
        ("海达(北京)软件有限公司", "北京 海达软件 有限公司"),
        ("海達軟件（北京）有限公司", "北京海达软件有限公司"),
        ("ＡＢＣ電子有限公司", "abc电子有限公司"),
        ("海达【济宁】软件有限公司", "济宁海达软件有限公司"),
        ("海达·软件有限公司", "海达软件有限公司"),
    ],
)
def test_two_ways_of_writing_have_one_key(one: str, two: str) -> None:
    assert name_key(one) == name_key(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("济宁海达软件有限公司", "济宁海大软件有限公司"),
        ("济宁海达软件有限公司", "济宁海达软件股份有限公司"),
        ("济宁海达软件有限公司", "海达软件有限公司"),
        ("济宁海达软件有限公司第一分公司", "济宁海达软件有限公司第二分公司"),
        ("海达软件（集团）有限公司", "海达软件有限公司"),
    ],
)
def test_a_difference_that_may_matter_keeps_keys_apart(one: str, two: str) -> None:
    assert name_key(one) != name_key(two)


@given(
    st.lists(
        st.one_of(st.none(), st.text(alphabet="海达濟宁(（)）北京有限责任公司ａＢ ·-[】1２_", max_size=16)), max_size=20
    )
)
def test_the_column_agrees_with_the_single_name(names: list[str | None]) -> None:
    column = pl.DataFrame({"n": names}, schema={"n": pl.String}).select(normal_key(pl.col("n")))["n"].to_list()
    assert column == [None if name is None else name_key(name) or None for name in names]


@pytest.mark.parametrize(
    ("name", "place", "brand", "trade", "form", "branch"),
    [
        ("济宁海达软件有限公司", "济宁", "海达", "软件", "有限公司", ""),
        ("山东省济宁市海达软件科技有限责任公司", "山东省济宁市", "海达", "软件科技", "有限公司", ""),
        ("海达（济宁）精密机械股份有限公司", "济宁", "海达", "精密机械", "股份有限公司", ""),
        ("海达软件集团有限公司", "", "海达", "软件", "集团有限公司", ""),
        ("海达软件（集团）有限公司", "", "海达", "软件", "集团有限公司", ""),
        ("海达电子技术有限公司济宁第二分公司", "", "海达", "电子技术", "有限公司", "济宁第二分公司"),
        ("曲阜市大洼种植农民专业合作社", "曲阜市", "大洼", "种植", "专业合作社", ""),
        ("河南河源文化传播有限公司", "河南", "河源", "文化传播", "有限公司", ""),
        ("福州市仓山区长河商贸店", "福州市仓山区", "长河", "", "商店", ""),
        ("朝阳县大山苗圃", "朝阳县", "大山", "", "农场", ""),
        ("海达", "", "海达", "", "", ""),
        ("公司", "", "公司", "", "", ""),
    ],
)
def test_a_name_falls_into_its_parts(name: str, place: str, brand: str, trade: str, form: str, branch: str) -> None:
    parts = split(name)
    assert (parts.place, parts.brand, parts.trade, parts.form, parts.branch) == (place, brand, trade, form, branch)


@given(st.text(alphabet="济宁海达软件有限公司分店市县(）中国区A1 ", max_size=20))
def test_any_text_can_be_split(name: str) -> None:
    parts = split(name)
    assert all(isinstance(part, str) for part in (parts.place, parts.brand, parts.trade, parts.form, parts.branch))


def test_a_lexicon_learns_the_counties_of_a_pack() -> None:
    assert split("会昌海达贸易有限公司").brand == "会昌海达"
    assert split("会昌海达贸易有限公司", Lexicon.default().with_places([("会昌", "江西")])).brand == "海达"


def data(*path: str) -> Path:
    found = Path(os.environ.get("QIPAN_DATA", "../shared/data")).joinpath(*path)
    if not found.exists():
        pytest.skip(f"real data absent: {found}")
    return found


@pytest.mark.realdata
def test_the_brand_is_found_in_nine_of_ten_published_names() -> None:
    lines = data("names", "companynameparser_groundtruth.txt").read_text(encoding="utf-8").splitlines()
    pairs = [(line.split(" ")[0], line.split(" ")[1] if " " in line else "") for line in lines]
    right = sum(split(name).brand == brand for name, brand in pairs)
    assert right / len(pairs) >= 0.9


@pytest.mark.realdata
def test_every_province_and_prefecture_is_known() -> None:
    with data("geo", "centers.csv").open(encoding="utf-8") as lines:
        rows = [
            row for row in csv.DictReader(lines) if row["level"] in ("province", "city") and row["name"].endswith("市")
        ]
    known = Lexicon.default().places
    assert [row["name"] for row in rows if row["name"] not in known and row["name"] != "东方市"] == []
