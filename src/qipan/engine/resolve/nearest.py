"""Which known names are worth comparing with a name: those that share the rarest sounds of its brand and trade."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from pypinyin import lazy_pinyin

from qipan.engine.resolve.lexicon import Lexicon

Ints = npt.NDArray[np.int64]

# A sound shared by more known names than this says nothing; it also bounds the work.
COMMON: Final = 1500
RAREST: Final = 8
KEPT: Final = 10
_BATCH: Final = 4000
# Typists of many regions do not hear these apart.
_ALIKE: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


@cache
def sound(letter: str) -> str:
    """Return how a character is typed, without tone and without differences typists do not hear."""
    spoken = lazy_pinyin(letter)[0]
    for strict, loose in _ALIKE:
        spoken = spoken.replace(strict, loose)
    return spoken


@cache
def _edges(lexicon_key: tuple[frozenset[str], frozenset[str]]) -> tuple[str, str]:
    places, forms = lexicon_key
    lead = "|".join(sorted(places, key=len, reverse=True))
    tail = "|".join(sorted((re.escape(form) for form in forms if len(form) > 1), key=len, reverse=True))
    return rf"^(?:中国)?(?:(?:{lead})[县区旗]?)?(?:\p{{Han}}{{2,3}}[市县区])?", rf"(?:{tail})$"


def cores(keys: pl.Series, lexicon: Lexicon) -> pl.Series:
    """Return normal keys without leading places and closing form; the whole key where less than two remain."""
    lead, tail = _edges((frozenset(lexicon.places), frozenset(lexicon.forms)))
    short = keys.str.replace(tail, "")
    core = short.str.replace(lead, "")
    frame = pl.DataFrame([keys.rename("key"), short.rename("short"), core.rename("core")])
    best = (
        pl.when(pl.col("core").str.len_chars() >= 2)
        .then(pl.col("core"))
        .when(pl.col("short").str.len_chars() >= 2)
        .then(pl.col("short"))
        .otherwise(pl.col("key"))
    )
    return frame.select(best.alias(keys.name))[keys.name]


class Sounds:
    """Numbers for sounds, one for each, given in the order they are met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, letters: Ints) -> Ints:
        """Return the number of each character's sound."""
        distinct, places = np.unique(letters, return_inverse=True)
        numbers = [self._numbers.setdefault(sound(chr(letter)), len(self._numbers)) for letter in distinct.tolist()]
        return np.array(numbers, dtype=np.int64)[places]


def grams(texts: pl.Series, sounds: Sounds) -> pl.DataFrame:
    """Return the pairs of sounds in each text: `text` u32 (its place), `gram` i64.

    Neighbours and next but one, in either order and not told apart: a character swapped, lost or wrong leaves some.
    """
    joined = texts.fill_null("").str.join("").item() or ""
    letters = np.frombuffer(str(joined).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    sizes = texts.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), sizes)
    numbers = sounds.of(letters) if len(letters) else letters
    owners: list[Ints] = []
    values: list[Ints] = []
    for step in (1, 2):
        same = owner[step:] == owner[:-step]
        owners.append(owner[step:][same])
        low, high = np.minimum(numbers[:-step], numbers[step:]), np.maximum(numbers[:-step], numbers[step:])
        values.append(((low << 20) + high)[same])
    frame = pl.DataFrame({"text": np.concatenate(owners), "gram": np.concatenate(values)})
    return frame.with_columns(pl.col("text").cast(pl.UInt32)).unique()


def nearest(asked: pl.Series, known: pl.Series, lexicon: Lexicon, *, kept: int = KEPT) -> pl.DataFrame:
    """Return for each asked key the known keys most like it by sound: `asked` u32, `known` u32, `near` f64 (0 to 1).

    `near` is the cosine of the two names' sounds weighted by rarity. At most `kept` a name; keys must not be null.
    """
    sounds = Sounds()
    mine = grams(cores(asked, lexicon), sounds).rename({"text": "asked"})
    theirs = grams(cores(known, lexicon), sounds).rename({"text": "known"})
    rarity = theirs.group_by("gram").agg(pl.len().alias("firms"))
    rarity = rarity.with_columns(weight=(pl.lit(len(known) + 1.0) / pl.col("firms")).log().pow(2))
    unseen = float(np.log(len(known) + 1.0) ** 2)
    mine = mine.join(rarity, on="gram", how="left").with_columns(pl.col("weight").fill_null(unseen))
    mine_sum = mine.group_by("asked").agg(pl.col("weight").sum().alias("asked_sum"))
    useful = mine.filter(pl.col("firms") <= COMMON)
    useful = useful.filter(pl.col("firms").rank("ordinal").over("asked") <= RAREST)
    theirs = theirs.join(rarity.select("gram", "weight"), on="gram", how="left")
    theirs_sum = theirs.group_by("known").agg(pl.col("weight").sum().alias("known_sum"))
    theirs = theirs.join(useful.select("gram").unique(), on="gram", how="semi").select("gram", "known")
    found = [
        _closest(part, theirs, mine_sum, theirs_sum, kept)
        for start in range(0, len(asked), _BATCH)
        if (part := useful.filter(pl.col("asked").is_between(start, start + _BATCH - 1))).height
    ]
    empty = pl.DataFrame(schema={"asked": pl.UInt32, "known": pl.UInt32, "near": pl.Float64})
    return pl.concat([empty, *found])


def _closest(
    part: pl.DataFrame, theirs: pl.DataFrame, mine_sum: pl.DataFrame, theirs_sum: pl.DataFrame, kept: int
) -> pl.DataFrame:
    pairs = (
        part.select("asked", "gram", "weight")
        .join(theirs, on="gram")
        .group_by("asked", "known")
        .agg(pl.col("weight").sum().alias("shared"))
    )
    weighed = (
        pairs.join(mine_sum, on="asked")
        .join(theirs_sum, on="known")
        .with_columns(near=(pl.col("shared") / (pl.col("asked_sum") * pl.col("known_sum")).sqrt()).clip(0, 1))
    )
    ranked = weighed.filter(pl.col("near").rank("ordinal", descending=True).over("asked") <= kept)
    return ranked.select("asked", "known", "near").sort("asked", "near", "known", descending=[False, True, False])
