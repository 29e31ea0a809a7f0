"""How names sound, and what typed letters can mean."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.engine.pinyin import LETTERS, SYLLABLES, Sounds, Span, is_syllable, mistyped, readings
from qipan.engine.pinyin.syllables import beginning, syllable

SOUNDS = Sounds.known()


def told(reading: tuple[Span, ...]) -> str:
    """Return a reading in letters; a beginning has a star."""
    found = [(syllable(span.first) or "", span.exact) for span in reading]
    return " ".join(text if exact else f"{text}*" for text, exact in found)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("济宁海富", "ji ning hai fu"),
        ("重庆长安", "chong qing chang an"),
        ("厦门大厦", "xia men da sha"),
        ("成都银行", "cheng du yin hang"),
        ("成长科技", "cheng zhang ke ji"),
        ("六安绿都", "lu an lv du"),
        ("ABC电子", "a b c dian zi"),
    ],
)
def test_names_are_read_as_their_people_read_them(name, spelled):
    assert SOUNDS.spelled(name) == spelled


@given(
    st.lists(
        st.sampled_from(["济宁海富机械", "重庆", "长", "行", "银行A", "x1（）", "𠮷", "", "乐清音乐"]), max_size=5
    ).map("".join)
)
def test_a_name_sounds_with_as_many_letters_in_a_column_as_alone(name):
    alone = SOUNDS.of(name)
    assert len(alone) == len(name)
    assert SOUNDS.column(pl.Series([name, None])).to_list() == [alone, None]


def test_sounds_are_kept_as_text_and_read_back():
    assert Sounds.read(SOUNDS.written()) == SOUNDS


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("jininghaifu", "ji ning hai fu"),
        ("jnhf", "ji* na* ha* fa*"),
        ("jnhaifu", "ji* na* hai fu"),
        ("haif", "hai fa*"),
        ("xian", "xian"),
        ("zhgs", "zha* ga* sa*"),
        ("lue", "lve"),
        ("NÜ", "nv"),
    ],
)
def test_the_likeliest_meaning_of_letters_comes_first(typed, first):
    assert told(readings(typed)[0]) == first


def test_letters_that_can_be_cut_two_ways_mean_both():
    assert {"fang an", "fan gan"} <= {told(reading) for reading in readings("fangan")}
    assert {"xian", "xi an"} <= {told(reading) for reading in readings("xian")}


def test_the_last_syllable_may_still_be_typed():
    assert "ji ni*" in {told(reading) for reading in readings("jini")}


def test_what_is_no_pinyin_means_nothing():
    for text in ("", "vv", "123", "济宁", "a b"):
        assert readings(text) == ()


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5))
def test_whole_syllables_are_among_the_meanings_of_what_they_spell(syllables):
    text = "".join(syllables)
    found = readings(text)
    assert found
    cheapest = min(len(reading) for reading in found)
    assert cheapest <= len(syllables)
    if len(syllables) == 1:
        assert (Span(LETTERS[text], LETTERS[text]),) in found


@given(st.text("abcdefghijklmnopqrstuvwxyzü", max_size=60))
def test_any_letters_are_answered_in_bounds(text):
    assert len(readings(text)) <= 6
    assert len(mistyped(text)) <= 120


@pytest.mark.parametrize("typed", ["jinnighaifu", "jininhaifu", "jiningghaifu", "jiningheifu", "jninghaifu"])
def test_one_slip_of_the_fingers_is_seen_through(typed):
    assert "ji ning hai fu" in {told(reading) for reading in mistyped(typed)}


def test_syllables_that_begin_alike_are_one_stretch():
    first, last = beginning("zh") or ("", "")
    assert [one for one in SYLLABLES if first <= LETTERS[one] <= last] == [
        one for one in SYLLABLES if one.startswith("zh")
    ]
    assert beginning("v") is None
    assert is_syllable("Lüe")
    assert not is_syllable("ln")
