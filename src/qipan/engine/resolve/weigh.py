"""How far two names speak of one firm, part by part: an explained score between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final, Literal

from rapidfuzz.distance import Indel, Levenshtein

from qipan.engine.resolve.names import NameParts
from qipan.engine.resolve.nearest import sound

Part = Literal["same", "sounds", "alike", "within", "missing", "other"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name prepared for comparison: its key, its parts and how it sounds."""

    key: str
    parts: NameParts
    core: str
    spoken: tuple[str, ...]
    brand_spoken: tuple[str, ...]


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
    return Name(key, parts, core, tuple(map(sound, core)), tuple(map(sound, parts.brand or core)))


def _within(short: str, long: str) -> bool:
    """Tell whether the characters of one text stand in another in this order."""
    rest = iter(long)
    return all(letter in rest for letter in short)


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
    plain = [text.replace("省", "").replace("市", "").replace("县", "").replace("区", "") for text in (mine, theirs)]
    if plain[0] == plain[1]:
        return "alike"
    if plain[0] in plain[1] or plain[1] in plain[0]:
        return "within"
    home, there = one.parts.province, two.parts.province
    outer = {plain[0], plain[1]} & {home, there}
    return "within" if home and home == there and outer else "other"


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
    "branch.alike": -2.72,
    "branch.missing": 0.64,
    "branch.other": -1.46,
    "branch.same": 3.33,
    "brand.alike": 1.25,
    "brand.missing": -1.3,
    "brand.other": -2.26,
    "brand.same": 0.78,
    "brand.sounds": 0.49,
    "brand.within": 0.83,
    "core": 4.6,
    "form.alike": -1.6,
    "form.missing": 1.91,
    "form.other": 0.61,
    "form.same": -1.13,
    "key": 14.75,
    "near": 5.81,
    "place.alike": -0.92,
    "place.missing": 1.9,
    "place.other": -1.36,
    "place.same": 0.6,
    "place.within": -0.45,
    "short": 0.97,
    "spoken": -0.75,
    "trade.alike": -2.03,
    "trade.missing": 1.69,
    "trade.other": -0.77,
    "trade.same": 0.07,
    "trade.within": 0.82,
}
BIAS: Final = -21.65


def features(one: Name, two: Name, near: float) -> tuple[dict[str, float], tuple[Part, Part, Part, Part, Part]]:
    """Return what a comparison finds as numbers by name, and its parts (brand, trade, place, form, branch)."""
    parts: tuple[Part, Part, Part, Part, Part] = (
        _brand(one, two),
        _trade(one, two),
        _place(one, two),
        _form(one, two),
        _branch(one, two),
    )
    found = {
        f"{name}.{part}": 1.0 for name, part in zip(("brand", "trade", "place", "form", "branch"), parts, strict=True)
    }
    found["near"] = near
    found["core"] = Indel.normalized_similarity(one.core, two.core)
    found["spoken"] = Indel.normalized_similarity(one.spoken, two.spoken)
    found["key"] = Indel.normalized_similarity(one.key, two.key)
    found["short"] = float(_within(one.core, two.core) or _within(two.core, one.core))
    return found, parts


def compare(one: Name, two: Name, near: float) -> Comparison:
    """Return how two names compare; `near` is their closeness by rare sounds from `nearest`."""
    found, parts = features(one, two, near)
    logit = BIAS + sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())
    return Comparison(*parts, logit)
