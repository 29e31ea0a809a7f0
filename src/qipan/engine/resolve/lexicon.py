"""The words names of firms are made of: places, trades, legal forms and old characters."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Self

_ROOM = Path(__file__).resolve().parent

# Common words that are also the short name of a county-level city; read as a place only with 市 behind them.
_WORDS = frozenset(["华蓥", "新星", "双河", "兴化", "永康", "高平", "安宁", "同心", "万源", "弥勒", "大安", "天门"])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by which a name is split; places carry the province they lie in."""

    places: dict[str, str]
    trades: frozenset[str]
    forms: dict[str, str]  # each form and the first of its family
    characters: dict[str, str]
    modern: dict[int, str]  # the same, as str.translate reads it
    longest_place: int
    longest_trade: int
    longest_form: int

    @classmethod
    def default(cls) -> Self:
        """Return the words that come with this room, read once."""
        return cls(*_read())

    def with_places(self, places: Iterable[tuple[str, str]]) -> Lexicon:
        """Return a lexicon that also knows these places (place, its province), such as the counties of a pack."""
        more = {**self.places, **dict(places)}
        return replace(self, places=more, longest_place=max(map(len, more)))


def _words(name: str) -> list[list[str]]:
    lines = (_ROOM / name).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def _places() -> dict[str, str]:
    found: dict[str, str] = {}
    with (_ROOM / "places.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            province = row["province"]
            found |= {province: province, province + row["suffix"]: province}
            for place in row["prefectures"].split():
                found |= {place + ending: province for ending in ("", "市", "地区", "盟", "州", "自治州")}
            for place in row["cities"].split():
                found[place + "市"] = province
                if place not in _WORDS:
                    found.setdefault(place, province)
    return found


@cache
def _read() -> tuple[dict[str, str], frozenset[str], dict[str, str], dict[str, str], dict[int, str], int, int, int]:
    places = _places()
    trades = frozenset(word for line in _words("trades.txt") for word in line)
    forms = {form: line[0] for line in _words("forms.txt") for form in line}
    trades |= {form for form in forms if len(form) > 1 and not form.endswith("公司")}
    characters = {pair[0]: pair[1] for line in _words("characters.txt") for pair in line if pair[0] != pair[1]}
    longest = (max(map(len, places)), max(map(len, trades)), max(map(len, forms)))
    return places, trades, forms, characters, str.maketrans(characters), *longest
