"""The nearest known firms for names that nothing matches exactly, each with a score and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import exp
from typing import Final

import polars as pl

from qipan.engine.resolve.lexicon import Lexicon
from qipan.engine.resolve.nearest import nearest
from qipan.engine.resolve.splitting import split
from qipan.engine.resolve.weigh import Comparison, Name, compare, prepare

# Below this a known firm is not worth a person's look.
WORTH_ASKING: Final = 0.15
SHOWN: Final = 5

FOUND_SCHEMA: Final = {
    "asked": pl.UInt32(),
    "known": pl.UInt32(),
    "score": pl.Float64(),
    "brand": pl.String(),
    "trade": pl.String(),
    "place": pl.String(),
    "form": pl.String(),
    "branch": pl.String(),
}


@dataclass(frozen=True, slots=True)
class _Near:
    known: int
    seen: Comparison


class _Names:
    """Prepared names by key: each is split once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._names: dict[tuple[str, str], Name] = {}

    def get(self, key: str, name: str) -> Name:
        """Return the prepared name."""
        found = self._names.get((key, name))
        if found is None:
            found = self._names[key, name] = prepare(key, split(name, self._lexicon))
        return found


def candidates(asked: pl.DataFrame, known: pl.DataFrame, lexicon: Lexicon) -> pl.DataFrame:
    """Return the firms each asked name may mean, best first, as FOUND_SCHEMA.

    Both frames have `key` and `name`; known also `firm` (u32), of which several names may stand for one. `asked`
    counts rows of the first frame, `known` rows of the second. Scores of one asked name add up to less than one: the
    rest is the chance that none is meant, so two equally good firms get less than half each.
    """
    near = nearest(asked["key"], known["key"], lexicon)
    names = _Names(lexicon)
    mine: list[tuple[str, str]] = asked.select("key", "name").rows()
    theirs: list[tuple[str, str]] = known.select("key", "name").rows()
    firms = known["firm"].to_list()
    found: list[tuple[int, int, float, str, str, str, str, str]] = []
    pairs: list[tuple[int, int, float]] = near.rows()
    for row, group in groupby(pairs, key=lambda pair: pair[0]):
        one = names.get(*mine[row])
        best: dict[int, _Near] = {}
        for _, other, closeness in group:
            seen = compare(one, names.get(*theirs[other]), closeness)
            held = best.get(firms[other])
            if held is None or seen.logit > held.seen.logit:
                best[firms[other]] = _Near(other, seen)
        odds = {firm: exp(min(30.0, pair.seen.logit)) for firm, pair in best.items()}
        total = 1 + sum(odds.values())
        ranked = sorted(best, key=lambda firm: (-odds[firm], best[firm].known))
        for firm in ranked[:SHOWN]:
            pair, score = best[firm], odds[firm] / total
            if score >= WORTH_ASKING:
                seen = pair.seen
                parts = (seen.brand, seen.trade, seen.place, seen.form, seen.branch)
                found.append((row, pair.known, round(score, 4), *parts))
    return pl.DataFrame(found, schema=FOUND_SCHEMA, orient="row")
