"""Names of firms: the normal key by which they are equal, and the parts by which they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from qipan.engine.resolve.lexicon import Lexicon

_OLD_FORM: Final = "有限责任公司"
_FORM: Final = "有限公司"
_PLAIN: Final = r"^[\p{Han}A-Z0-9]*$"
_OPEN: Final = re.compile(r"[\[{〔【〈《]")
_CLOSE: Final = re.compile(r"[\]}〕】〉》]")
_OUTSIDE: Final = re.compile(r"[^\w()]|_")
_NOT_WORD: Final = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name in parts: 行政区划, 字号, 行业, 组织形式 and what follows it (a branch, 分支机构); blank where absent."""

    place: str
    province: str
    brand: str
    trade: str
    form: str
    branch: str

    @property
    def core(self) -> str:
        """Brand and trade together: what stays when place and form are dropped."""
        return self.brand + self.trade


@cache
def _moved(places: tuple[str, ...]) -> str:
    return rf"^(.+?)\((中国|{'|'.join(places)})\)"


@cache
def _bracket(lexicon_places: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_moved(lexicon_places))


def _ordered(lexicon: Lexicon) -> tuple[str, ...]:
    return _order(frozenset(lexicon.places))


@cache
def _order(places: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(places, key=lambda place: (-len(place), place)))


def tidy_name(name: str, lexicon: Lexicon) -> str:
    """Return a name in half-width capitals and simplified characters, its brackets round and kept."""
    text = unicodedata.normalize("NFKC", name).upper()
    text = _CLOSE.sub(")", _OPEN.sub("(", text)).translate(lexicon.modern)
    return _OUTSIDE.sub("", text)


def name_key(name: str, lexicon: Lexicon | None = None) -> str:
    """Return the normal key of one name: names with one key are written differently and mean the same.

    Width, case, spaces, punctuation and old characters do not count, 有限责任公司 is 有限公司, and a place in brackets
    stands in front: of 1.5 million real firms these last two let no further two of different codes share a key
    beyond the ten that differ in 责任 alone.
    """
    words = lexicon or Lexicon.default()
    text = tidy_name(name, words)
    text = _bracket(_ordered(words)).sub(r"\2\1", text, count=1)
    return _NOT_WORD.sub("", text).replace(_OLD_FORM, _FORM)


def normal_keys(names: pl.Series, lexicon: Lexicon | None = None) -> pl.Series:
    """Return the normal key of each name, null where nothing is left; equal to `name_key`, a column at a time."""
    words = lexicon or Lexicon.default()
    text = names.cast(pl.String)
    rough = ~text.str.contains(_PLAIN).fill_null(value=True)
    if rough.any():
        text = text.scatter(rough.arg_true(), _smooth(text.filter(rough), words))
    old = text.str.contains(f"[{''.join(words.characters)}]").fill_null(value=False)
    if old.any():
        modern = text.filter(old).str.replace_many(words.characters)
        text = text.scatter(old.arg_true(), modern)
    text = text.str.replace_all(_OLD_FORM, _FORM, literal=True)
    return text.set(text == "", None)


def _smooth(names: pl.Series, words: Lexicon) -> pl.Series:
    """Return keys of names that hold anything but Chinese characters, capitals and digits; old characters stay."""
    text = names.str.normalize("NFKC").str.to_uppercase()
    text = text.str.replace_all(_OPEN.pattern, "(").str.replace_all(_CLOSE.pattern, ")")
    text = text.str.replace_all(r"[^\w()]|_", "")
    held = text.str.contains("(", literal=True)
    if held.any():
        # Places are written in simplified characters, so these few names are modernised before a bracket is moved.
        inside = text.filter(held).str.replace_many(words.characters)
        text = text.scatter(held.arg_true(), inside.str.replace(_moved(_ordered(words)), "${2}${1}"))
    return text.str.replace_all("[()]", "")


def normal_key(names: pl.Expr, lexicon: Lexicon | None = None) -> pl.Expr:
    """Read a column of names as normal keys; null where nothing is left."""
    return names.map_batches(lambda column: normal_keys(column, lexicon), return_dtype=pl.String, is_elementwise=True)
