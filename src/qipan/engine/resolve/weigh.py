"""How far two names speak of one firm, part by part: an explained score between 0 and 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import exp
from typing import Final, Literal

from rapidfuzz.distance import Indel, Levenshtein

from qipan.engine.resolve.names import NameParts
from qipan.engine.resolve.nearest import sound

Part = Literal["same", "sounds", "alike", "within", "missing", "other", "elsewhere"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name prepared for comparison: its key, its parts and how it sounds."""

    key: str
    parts: NameParts
    core: str
    brand_spoken: tuple[str, ...]
    plain_place: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two names share, part by part, and what it is worth as log-odds."""

    brand: Part
    trade: Part
    place: Part
    form: Part
    branch: Part
    logit: float

    @property
    def score(self) -> float:
        """The probability that both name one firm."""
        return 1 / (1 + exp(-max(-30.0, min(30.0, self.logit))))


def prepare(key: str, parts: NameParts) -> Name:
    """Return a name ready to be compared many times."""
    core = parts.core or key
    return Name(key, parts, core, tuple(map(sound, parts.brand or core)), _ENDINGS.sub("", parts.place))


_ENDINGS: Final = re.compile("[省市县区]")


def _within(short: str, long: str) -> bool:
    """Tell whether the characters of one text stand in another in this order."""
    at = -1
    for letter in short:
        at = long.find(letter, at + 1)
        if at < 0:
            return False
    return True


def _brand(one: Name, two: Name) -> Part:
    mine, theirs = one.parts.brand, two.parts.brand
    if mine and mine == theirs:
        return "same"
    if not mine or not theirs:
        return "within" if one.core.startswith(two.core[:2]) or two.core.startswith(one.core[:2]) else "missing"
    if one.brand_spoken == two.brand_spoken:
        return "sounds"
    short, long = sorted((one.core, two.core), key=len)
    # A wrong split moves the border between brand and trade; the other's whole core decides.
    if min(len(mine), len(theirs)) >= 2 and (
        long.startswith(short) or two.core.startswith(mine) or one.core.startswith(theirs)
    ):
        return "within"
    if Levenshtein.distance(mine, theirs) == 1 and max(len(mine), len(theirs)) >= 3:
        return "alike"
    if sorted(mine) == sorted(theirs):
        return "alike"
    return "other"


def _trade(one: Name, two: Name) -> Part:
    mine, theirs = one.parts.trade, two.parts.trade
    if mine == theirs:
        return "same"
    if not mine or not theirs:
        return "missing"
    short, long = sorted((mine, theirs), key=len)
    if _within(short, long):
        return "within"
    return "alike" if Indel.normalized_similarity(mine, theirs) >= 0.5 else "other"


def _place(one: Name, two: Name) -> Part:
    mine, theirs = one.parts.place, two.parts.place
    if mine == theirs:
        return "same"
    if not mine or not theirs:
        return "missing"
    here, there = one.plain_place, two.plain_place
    if here == there:
        return "alike"
    if here in there or there in here:
        return "within"
    home, abroad = one.parts.province, two.parts.province
    if home and abroad and home != abroad:
        return "elsewhere"
    return "within" if home and home == abroad and home in (here, there) else "other"


def _form(one: Name, two: Name) -> Part:
    mine, theirs = one.parts.form, two.parts.form
    if mine == theirs:
        return "same"
    if not mine or not theirs:
        return "missing"
    return "alike" if mine.endswith("公司") and theirs.endswith("公司") else "other"


def _branch(one: Name, two: Name) -> Part:
    mine, theirs = one.parts.branch, two.parts.branch
    if mine == theirs:
        return "same"
    if not mine or not theirs:
        return "missing"
    return "alike" if Levenshtein.distance(mine, theirs) == 1 and len(mine) > 4 else "other"


# Log-odds of each finding; fitted by bench/resolve_fit.py on noised names of firms that no measurement uses.
WEIGHTS: Final[dict[str, float]] = {
    "branch.alike": -2.85,
    "branch.missing": 1.61,
    "branch.other": -1.69,
    "branch.same": 2.73,
    "brand.alike": 1.44,
    "brand.missing": -1.43,
    "brand.other": -1.93,
    "brand.same": 0.48,
    "brand.sounds": 0.43,
    "brand.within": 0.81,
    "core": 3.21,
    "form.alike": -1.74,
    "form.missing": 2.96,
    "form.other": 0.12,
    "form.same": -1.54,
    "key": 17.14,
    "near": 5.07,
    "place.alike": -1.16,
    "place.elsewhere": 0.54,
    "place.missing": 2.05,
    "place.other": -1.12,
    "place.same": 0.08,
    "place.within": -0.6,
    "short": 0.86,
    "trade.alike": -2.03,
    "trade.missing": 1.89,
    "trade.other": -0.68,
    "trade.same": -0.27,
    "trade.within": 0.88,
}
BIAS: Final = -20.5


# Two names that name different provinces are hardly ever one firm; noised names hold no example to fit this to.
_ELSEWHERE: Final = -6.0


def features(one: Name, two: Name, near: float) -> tuple[dict[str, float], Comparison]:
    """Return what a comparison finds as numbers by name, and the comparison itself, not yet weighed."""
    seen = Comparison(_brand(one, two), _trade(one, two), _place(one, two), _form(one, two), _branch(one, two), 0.0)
    found = {
        "brand." + seen.brand: 1.0,
        "trade." + seen.trade: 1.0,
        "place." + seen.place: 1.0,
        "form." + seen.form: 1.0,
        "branch." + seen.branch: 1.0,
        "near": near,
        "core": Indel.normalized_similarity(one.core, two.core),
        "key": Indel.normalized_similarity(one.key, two.key),
        "short": float(_within(*sorted((one.core, two.core), key=len))),
    }
    return found, seen


def compare(one: Name, two: Name, near: float) -> Comparison:
    """Return how two names compare; `near` is their closeness by rare sounds from `nearest`."""
    found, seen = features(one, two, near)
    logit = BIAS + (_ELSEWHERE if seen.place == "elsewhere" else 0.0)
    for name, value in found.items():
        logit += WEIGHTS.get(name, 0.0) * value
    return Comparison(seen.brand, seen.trade, seen.place, seen.form, seen.branch, logit)
