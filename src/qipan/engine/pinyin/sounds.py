"""Names as they sound: each character replaced by the letter of its syllable."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import polars as pl

from qipan.engine.pinyin.syllables import LETTERS, syllable
from qipan.engine.pinyin.usual import CHARACTERS, PAIRS

# CJK characters in common use and their first extension; rarer ones stay as they are.
_FIRST, _LAST = 0x3400, 0x9FFF


def _plain(reading: str) -> str:
    """Return a reading as it is typed: without tone, ü as v."""
    return re.sub("[^a-z]", "", unicodedata.normalize("NFD", reading).replace("u\u0308", "v"))


@dataclass(frozen=True, slots=True)
class Sounds:
    """Letters of syllables by character, and by pairs of characters that are read otherwise together."""

    characters: Mapping[str, str]
    pairs: Mapping[str, str]

    @classmethod
    def known(cls) -> Self:
        """Return the sounds of all characters in common use; takes a moment, because a dictionary is read."""
        from pypinyin.phrases_dict import phrases_dict
        from pypinyin.pinyin_dict import pinyin_dict

        heard = {
            chr(code): _plain(told.split(",")[0]) for code, told in pinyin_dict.items() if _FIRST <= code <= _LAST
        } | CHARACTERS
        told = {pair: [_plain(one[0]) for one in said] for pair, said in phrases_dict.items() if len(pair) == 2}
        told |= {pair: said.split() for pair, said in PAIRS.items()}
        characters = {one: LETTERS[said] for one, said in heard.items() if said in LETTERS}
        pairs = {
            pair: "".join(LETTERS[one] for one in said)
            for pair, said in told.items()
            if len(said) == 2 and all(one in LETTERS for one in said)
        }
        usual = {pair: "".join(characters.get(one, one) for one in pair) for pair in pairs}
        # A character that has a reading of its own here keeps it; a dictionary's pair is about words, not names.
        own = frozenset(CHARACTERS)
        odd = {
            pair: said
            for pair, said in pairs.items()
            if said != usual[pair] and (pair in PAIRS or not own.intersection(pair))
        }
        return cls(characters, odd)

    def column(self, names: pl.Series) -> pl.Series:
        """Return the names as they sound: as many characters as before, small letters; null stays null."""
        patterns = [*self.pairs, *self.characters]
        letters = [*self.pairs.values(), *self.characters.values()]
        return names.str.to_lowercase().str.replace_many(patterns, letters, leftmost=True)

    def of(self, text: str) -> str:
        """Return one text as it sounds."""
        found: list[str] = []
        at, low = 0, text.lower()
        while at < len(low):
            pair = self.pairs.get(low[at : at + 2])
            found.append(pair or self.characters.get(low[at], low[at]))
            at += 2 if pair else 1
        return "".join(found)

    def spelled(self, text: str) -> str:
        """Return how a text is typed, syllable by syllable: "ji ning hai fu"."""
        return " ".join(syllable(letter) or letter for letter in self.of(text))

    def written(self) -> str:
        """Return the sounds as text, to be kept beside what was built with them."""
        return json.dumps({"characters": dict(self.characters), "pairs": dict(self.pairs)})

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `written` wrote; raises ValueError and KeyError for anything else."""
        told = json.loads(text)
        return cls(told["characters"], told["pairs"])
