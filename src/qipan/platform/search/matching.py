"""Why a record matches what was typed, and how well: the index only names candidates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from rapidfuzz.distance import OSA

from qipan.engine.pinyin import Sounds, mistyped
from qipan.platform.search.asked import Asked, Way, heard, shape, spoken
from qipan.platform.search.index import sounds
from qipan.platform.search.kinds import Other, Shown

SHORTEST_SLIP = 3  # characters of a word in which a slip is looked for


class How(IntEnum):
    """How a record came to be found, the surest first."""

    CODE = 0
    NAME = 1  # it is called exactly so
    WORDS = 2  # the words stand in the name
    PINYIN = 3
    INITIALS = 4
    SOUND = 5  # other characters that sound the same
    SLIP = 6  # one character or letter is other, missing, too much or swapped


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a name a word was met, and how."""

    how: How
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A record that was found: how, and under which other name where it was not its own."""

    shown: Shown
    how: How
    places: tuple[Place, ...]  # in the name it was found under
    other: Other | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """What comes first: surer ways, own names, words near the beginning, short names."""
        start = min((place.start for place in self.places), default=0)
        return (self.how, self.other is not None, start, len(self.shown.name), self.shown.name, self.shown.key)


@dataclass(frozen=True, slots=True)
class _Pattern:
    way: Way
    form: re.Pattern[str]


class Matcher:
    """What was typed, ready to be held against many names."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @cached_property
    def _sounds(self) -> Sounds:
        return sounds()

    @cached_property
    def _patterns(self) -> dict[str, tuple[_Pattern, ...]]:
        return {word: tuple(map(_pattern, heard(word, self._sounds))) for word in self.asked.spoken}

    @cached_property
    def _slips(self) -> dict[str, tuple[_Pattern, ...]]:
        return {word: tuple(_pattern(spoken(slip)) for slip in mistyped(word)) for word in self.asked.spoken}

    def match(self, shown: Shown) -> Match | None:
        """Return how the record matches; None where it does not."""
        if self.asked.code and shown.code.upper().startswith(self.asked.code):
            return Match(shown, How.CODE, ())
        others = (None, *shown.others)
        names = (shown.name, *(other.name for other in shown.others))
        whole = "".join(self.asked.words)
        best: Match | None = None
        for other, name in zip(others, names, strict=True):
            found = self._in_name(name)
            if found is None:
                continue
            how = max(place.how for place in found)
            if how is How.WORDS and name.lower() == whole:
                how = How.NAME
            match = Match(shown, how, found, other)
            if best is None or match.order < best.order:
                best = match
        return best or self._across(shown, others, names)

    def _across(self, shown: Shown, others: tuple[Other | None, ...], names: tuple[str, ...]) -> Match | None:
        """Return the match of a record whose names hold the words only together."""
        if len(names) < 2 or len(self.asked.words) < 2:
            return None
        low = [name.lower() for name in names]
        held = [next((at for at, name in enumerate(low) if word in name), None) for word in self.asked.words]
        if None in held:
            return None
        under = next((at for at in held if at), 0)
        places = [
            Place(How.WORDS, low[under].index(word), low[under].index(word) + len(word))
            for word in self.asked.words
            if word in low[under]
        ]
        return Match(shown, How.WORDS, tuple(places), others[under])

    def _in_name(self, name: str) -> tuple[Place, ...] | None:
        """Return where every word stands in one name; None where one does not."""
        low = name.lower()
        places = [_literal(low, word) for word in self.asked.words]
        found = tuple(place for place in places if place is not None)
        if len(found) == len(places):
            return found
        heard_as = self._sounds.of(name)
        said = tuple(self._spoken(low, heard_as, word) for word in self.asked.spoken)
        kept = tuple(place for place in said if place is not None)
        return kept if len(kept) == len(said) else None

    def _spoken(self, low: str, heard_as: str, word: str) -> Place | None:
        """Return where a word stands in a name, as written, as it sounds, or with a slip in it."""
        place = _literal(low, word) or _best(self._patterns[word], low, heard_as)
        if place is not None:
            return place
        slip = next((met for one in self._slips[word] if (met := one.form.search(heard_as)) is not None), None)
        if slip is not None:
            return Place(How.SLIP, *slip.span())
        return _misspelt(low, word) if not word.isascii() else None


def _pattern(way: Way) -> _Pattern:
    return _Pattern(way, re.compile("".join(shape(span) for span in way.spans)))


def _literal(low: str, word: str) -> Place | None:
    at = low.find(word)
    return None if at < 0 else Place(How.WORDS, at, at + len(word))


def _best(patterns: tuple[_Pattern, ...], low: str, heard_as: str) -> Place | None:
    """Return the surest place where one of the patterns meets a name's sounds."""
    found: Place | None = None
    for one in patterns:
        for met in one.form.finditer(heard_as):
            typed = zip(one.way.characters, low[met.start() : met.end()], strict=True)
            if any(character and character != there for character, there in typed):
                how = How.SOUND
            else:
                how = How.INITIALS if one.way.initials else How.PINYIN
            if found is None or how < found.how:
                found = Place(how, *met.span())
    return found


def _misspelt(low: str, word: str) -> Place | None:
    """Return the stretch of a name that is one slip away from a word."""
    size = len(word)
    if size < SHORTEST_SLIP:
        return None
    for length in (size, size - 1, size + 1):
        for start in range(len(low) - length + 1):
            if OSA.distance(word, low[start : start + length], score_cutoff=1) <= 1:
                return Place(How.SLIP, start, start + length)
    return None
