"""The words by which sheets name measures and units, prepared once for many sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from qipan.engine.measures import MeasureSpec
from qipan.engine.sheets.headings import heading
from qipan.engine.sheets.text import fold, unnumbered
from qipan.engine.units import UnitTable

SAME = (("规模以上", "规上"), ("限额以上", "限上"), ("国民经济生产总值", "地区生产总值"), ("本年累计", ""))
PLACES = re.compile(r"^(?:全区|全市|本区|我区|高新区|区级|园区|全园|全县)(?=..)")
GROWTH_WORDS = re.compile(r"(?:同比)?(?:±%?|增速|增长率|增幅|增长速度|同比增长|同比|增长|yoy)%?$")
RANK_WORDS = re.compile(r"(?:全市)?(?:位次|排名|排位|名次)$")
FILLERS = re.compile(r"(?:完成额|完成数|完成值|完成|绝对额|总量|累计)$")


@dataclass(frozen=True, slots=True)
class Named:
    """The measure a label names: its code (or sibling's), and what the label says besides."""

    code: str
    measure: MeasureSpec
    sibling: str = ""  # "" | yoy | rank
    unit: str | None = None
    stated_text: str | None = None
    basis: int | None = None


def measure_key(text: str) -> str:
    """Return a measure's name in the one form in which names are compared."""
    known = fold(text)
    for long, short in SAME:
        known = known.replace(long, short)
    return known


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Measures by every name they go by, and the table of units. Build with `of`, once, and use for many sheets."""

    measures: tuple[MeasureSpec, ...]
    units: UnitTable
    by_code: dict[str, MeasureSpec] = field(default_factory=dict[str, MeasureSpec])
    by_name: dict[str, MeasureSpec] = field(default_factory=dict[str, MeasureSpec])

    @classmethod
    def of(cls, measures: Iterable[MeasureSpec], units: UnitTable) -> Vocabulary:
        """Return the vocabulary of these; where two measures claim a name, the zone's wins over the firms'."""
        known = tuple(measures)
        by_name: dict[str, MeasureSpec] = {}
        for about in ("unit", "enterprise"):
            for spec in known:
                if spec.about != about:
                    continue
                for name in (*spec.names, spec.code, spec.en):
                    by_name.setdefault(measure_key(name), spec)
        return cls(known, units, {spec.code: spec for spec in known}, by_name)

    def named(self, label: str, parent: str = "") -> Named | None:
        """Return the measure that `label` names (under `parent`, for 其中 rows), or None."""
        return _named(self, label, parent)

    def nearest(self, label: str) -> MeasureSpec | None:
        """Return the measure whose name is nearest to `label`, for the question what it means; None if none is near."""
        found = process.extractOne(measure_key(label), self.by_name.keys(), scorer=fuzz.ratio, score_cutoff=60)
        return None if found is None else self.by_name[found[0]]


@lru_cache(maxsize=16384)
def _named(vocabulary: Vocabulary, label: str, parent: str) -> Named | None:
    known, child = unnumbered(label)
    head = heading((known,), vocabulary.units)
    above = measure_key(heading((unnumbered(parent)[0],), vocabulary.units).bare) if parent else ""
    texts = [measure_key(known), measure_key(head.bare)]
    texts += [PLACES.sub("", text) for text in texts] + [FILLERS.sub("", text) for text in texts]
    if child or above:
        bare = measure_key(head.bare)
        own = [above + bare, bare + above, *(bare + above[at:] for at in range(1, max(len(above) - 1, 1)))]
        texts = [*texts[:2], *own, *texts[2:]] if not child else [*own[:2], *texts, *own[2:]]
    for text in dict.fromkeys(texts):
        found = _spoken(vocabulary, text)
        if found is not None:
            spec, sibling = found
            if spec.sibling and spec.of in vocabulary.by_code:
                spec, sibling = vocabulary.by_code[spec.of], spec.sibling
            code = f"{spec.code}.{sibling}" if sibling else spec.code
            return Named(code, spec, sibling, head.unit, head.stated_text, head.basis)
    return None


def _spoken(vocabulary: Vocabulary, text: str) -> tuple[MeasureSpec, str] | None:
    """Return the measure and the sibling that `text` (a measure key) names."""
    if not text:
        return None
    spec = vocabulary.by_name.get(text)
    if spec is not None:
        return spec, ""
    for words, sibling in ((GROWTH_WORDS, "yoy"), (RANK_WORDS, "rank")):
        spec = vocabulary.by_name.get(words.sub("", text)) if words.search(text) else None
        if spec is not None:
            return spec, sibling
    return None
