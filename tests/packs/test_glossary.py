"""The words of the field: one code each, both languages, and the same words in the packs."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from qipan.packs import Checked

PAGE = Path(__file__).resolve().parents[2] / "glossary.csv"
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def terms() -> list[dict[str, str]]:
    with PAGE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_there_are_enough_terms_and_each_is_whole(terms: list[dict[str, str]]):
    assert len(terms) >= 120
    for term in terms:
        assert list(term) == ["zh", "en", "code", "meaning_zh", "meaning_en"]
        assert CHINESE.search(term["zh"] + term["meaning_zh"])
        assert not CHINESE.search(term["en"] + term["meaning_en"])
        assert re.fullmatch(r"[a-z][a-z0-9_]*", term["code"])


@pytest.mark.parametrize("column", ["zh", "code"])
def test_a_word_stands_once(terms: list[dict[str, str]], column: str):
    found = [term[column] for term in terms]
    assert sorted(set(found)) == sorted(found)


def test_a_code_that_a_pack_also_uses_means_the_same_thing(terms: list[dict[str, str]], hitech: Checked):
    known = {**hitech.resolved.measures, **hitech.resolved.indicators}
    for term in terms:
        thing = known.get(term["code"])
        if thing is not None:
            names = (thing.names.zh, *thing.aliases)
            assert any(term["zh"] in name or name in term["zh"] for name in names), term["code"]
