"""Which known names are worth comparing with a name: those that share the rarest sounds of its brand and trade."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from qipan.engine.resolve.lexicon import Lexicon

Ints = npt.NDArray[np.int64]

# A sound shared by more known names than this says nothing; it also bounds the work.
COMMON: Final = 1500
RAREST: Final = 8
KEPT: Final = 10
# A known name less than this share as near as the nearest is not compared.
FAR: Final = 0.6
_BATCH: Final = 4000
# Typists of many regions do not hear these apart.
_ALIKE: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


@cache
def sound(letter: str) -> str:
    """Return how a character is typed, without tone and without differences typists do not hear."""
    from pypinyin import lazy_pinyin  # reads a dictionary, for which no command that matches no names should wait

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
        present = np.bincount(letters, minlength=1) > 0
        table = np.zeros(len(present), dtype=np.int64)
        for letter in np.flatnonzero(present).tolist():
            table[letter] = self._numbers.setdefault(sound(chr(letter)), len(self._numbers))
        return table[letters]


def grams(texts: pl.Series, sounds: Sounds) -> pl.DataFrame:
    """Return the pairs of sounds in each text: `text` u32 (its place), `gram` i64; a pair may stand twice.

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
    return pl.DataFrame({"text": np.concatenate(owners), "gram": np.concatenate(values)}).cast({"text": pl.UInt32})


def nearest(asked: pl.Series, known: pl.Series, lexicon: Lexicon, *, kept: int = KEPT) -> pl.DataFrame:
    """Return for each asked key the known keys most like it by sound: `asked` u32, `known` u32, `near` f64 (0 to 1).

    `near` is the cosine of the two names' sounds weighted by rarity. At most `kept` a name; keys must not be null.
    """
    empty = pl.DataFrame(schema={"asked": pl.UInt32, "known": pl.UInt32, "near": pl.Float64})
    if asked.is_empty() or known.is_empty():
        return empty
    sounds = Sounds()
    mine = grams(cores(asked, lexicon), sounds).rename({"text": "asked"}).unique()
    theirs = grams(cores(known, lexicon), sounds).rename({"text": "known"})
    rarity = theirs.group_by("gram").agg(pl.len().alias("firms"))
    rarity = rarity.with_columns(weight=(pl.lit(len(known) + 1.0) / pl.col("firms")).log().pow(2))
    unseen = float(np.log(len(known) + 1.0) ** 2)
    mine = mine.join(rarity, on="gram", how="left").with_columns(pl.col("weight").fill_null(unseen))
    useful = mine.filter(pl.col("firms") <= COMMON)
    useful = useful.filter(pl.col("firms").rank("ordinal").over("asked") <= RAREST)
    met = theirs.join(useful.select("gram").unique(), on="gram", how="semi").unique()
    # Only names that share a rare sound are weighed whole: few of a registry of a million.
    whole = theirs.join(met.select("known").unique(), on="known", how="semi").unique().join(rarity, on="gram")
    sums = (_total(mine, "asked"), _total(whole, "known"))
    found = [
        _closest(part, met, sums, kept)
        for start in range(0, len(asked), _BATCH)
        if (part := useful.filter(pl.col("asked").is_between(start, start + _BATCH - 1))).height
    ]
    return pl.concat([empty, *found])


def _total(weighed: pl.DataFrame, of: str) -> pl.DataFrame:
    return weighed.group_by(of).agg(pl.col("weight").sum().alias(f"{of}_sum"))


def _closest(
    part: pl.DataFrame, theirs: pl.DataFrame, sums: tuple[pl.DataFrame, pl.DataFrame], kept: int
) -> pl.DataFrame:
    pairs = (
        part.select("asked", "gram", "weight")
        .join(theirs, on="gram")
        .group_by("asked", "known")
        .agg(pl.col("weight").sum().alias("shared"))
    )
    mine, known = sums
    weighed = (
        pairs.join(mine, on="asked")
        .join(known, on="known")
        .with_columns(near=(pl.col("shared") / (pl.col("asked_sum") * pl.col("known_sum")).sqrt()).clip(0, 1))
    )
    best = pl.col("near").max().over("asked")
    worth = weighed.filter(pl.col("near") >= best * FAR)
    ranked = worth.filter(pl.col("near").rank("ordinal", descending=True).over("asked") <= kept)
    return ranked.select("asked", "known", "near").sort("asked", "near", "known", descending=[False, True, False])
