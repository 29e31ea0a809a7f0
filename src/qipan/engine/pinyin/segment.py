"""What typed letters can mean: syllables, beginnings of syllables, or one letter for each (jining, jini, jn)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from qipan.engine.pinyin.syllables import LETTERS, beginning

LONGEST: Final = 30  # letters of one run; more is no name
_KEPT: Final = 6  # readings of a run that are looked for
_INITIALS: Final = frozenset("abcdefghjklmnopqrstwxyz")
_TWO: Final = frozenset(("zh", "ch", "sh"))
_SIZE: Final = max(map(len, LETTERS))
# Costs: a whole syllable explains a letter best, an initial worst; a beginning only stands at the end.
_WHOLE, _BEGUN, _OPEN, _INITIAL, _DOUBLE = 1.0, 1.4, 1.3, 2.0, 2.2
_ENOUGH: Final = 5  # letters in which a slip can be told from another word
_TRIED: Final = 120
_WORSE: Final = 1.01  # readings this much dearer than the best are looked for too


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of sounds: one syllable, or all that begin alike."""

    first: str
    last: str

    @property
    def exact(self) -> bool:
        """Whether it is one syllable."""
        return self.first == self.last

    def __contains__(self, letter: str) -> bool:
        return self.first <= letter <= self.last


Reading = tuple[Span, ...]


def _typed(run: str) -> str:
    """Return letters as syllables are spelled here: ü is v, and lue is lve."""
    return re.sub("([ln])ue", r"\1ve", run.lower().replace("ü", "v"))


def is_syllable(run: str) -> bool:
    """Tell whether the letters are one whole syllable."""
    return _typed(run) in LETTERS


def _span(start: str) -> Span:
    found = beginning(start)
    assert found is not None  # noqa: S101 - callers ask for beginnings that exist
    return Span(*found)


@lru_cache(maxsize=1024)
def _pieces(rest: str) -> tuple[tuple[int, float, Span], ...]:
    """Return what the letters `rest` can begin with: how many letters, at what cost, which sounds."""
    found: list[tuple[int, float, Span]] = []
    for size in range(1, min(_SIZE, len(rest)) + 1):
        part, last = rest[:size], size == len(rest)
        if part in LETTERS:
            found.append((size, _WHOLE, Span(LETTERS[part], LETTERS[part])))
            if last and not _span(part).exact:
                found.append((size, _OPEN, _span(part)))
        elif last and size > 1 and beginning(part) is not None:
            found.append((size, _BEGUN, _span(part)))
        if part in _INITIALS:
            found.append((size, _INITIAL, _span(part)))
        elif part in _TWO:
            found.append((size, _DOUBLE, _span(part)))
    return tuple(found)


@lru_cache(maxsize=1024)
def readings(run: str) -> tuple[Reading, ...]:
    """Return what a run of letters can mean, likeliest first; nothing for what no Chinese name sounds like."""
    text = _typed(run)[:LONGEST]
    if not re.fullmatch("[a-z]+", text):
        return ()
    best: list[list[tuple[float, Reading]]] = [[(0.0, ())], *([] for _ in text)]
    for at in range(len(text)):
        ways = best[at] = _cheapest(best[at])
        for size, price, span in _pieces(text[at:]):
            best[at + size] += [(cost + price, (*path, span)) for cost, path in ways]
    found = _cheapest(best[-1])
    return tuple(path for cost, path in found if cost <= found[0][0] + _WORSE)


def _cheapest(ways: list[tuple[float, Reading]]) -> list[tuple[float, Reading]]:
    """Return the cheapest ways, each reading once."""
    found: dict[Reading, float] = {}
    for cost, path in sorted(ways, key=lambda way: way[0]):
        found.setdefault(path, cost)
    return [(cost, path) for path, cost in found.items()][:_KEPT]


@lru_cache(maxsize=4096)
def _whole(text: str) -> tuple[Reading, ...]:
    """Return the text cut into whole syllables, at most two ways; the empty text is one way."""
    if not text:
        return ((),)
    found: list[Reading] = []
    for size in range(min(_SIZE, len(text)), 0, -1):
        letter = LETTERS.get(text[:size])
        if letter is not None:
            found += ((Span(letter, letter), *rest) for rest in _whole(text[size:]))
    return tuple(sorted(found, key=len)[:2])


@lru_cache(maxsize=4096)
def _near(part: str) -> tuple[Span, ...]:
    """Return the syllables one slip away from `part`: a letter wrong, missing, too much, or swapped with the next."""
    near = (one for one in LETTERS if OSA.distance(one, part, score_cutoff=1) == 1)
    return tuple(Span(LETTERS[one], LETTERS[one]) for one in near)


@lru_cache(maxsize=256)
def mistyped(run: str) -> tuple[Reading, ...]:
    """Return what a run of letters means if there is one slip in it, the shortest first.

    Only whole syllables, at least two of them: of less nearly everything could be meant.
    """
    text = _typed(run)[:LONGEST]
    if len(text) < _ENOUGH or not re.fullmatch("[a-z]+", text):
        return ()
    swaps = (text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1))
    found: dict[Reading, None] = dict.fromkeys(one for swap in swaps if swap != text for one in _whole(swap))
    for at in range(len(text)):
        for end in range(at + 1, min(at + _SIZE + 1, len(text)) + 1):
            before, after = _whole(text[:at])[:1], _whole(text[end:])[:1]
            if before and after:
                found.update(((*before[0], span, *after[0]), None) for span in _near(text[at:end]))
    right = set(_whole(text))
    return tuple(sorted((one for one in found if len(one) > 1 and one not in right), key=len)[:_TRIED])
