"""What a person typed, as questions to the index: names as written, as they sound, and with one slip in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import tantivy

from qipan.engine.pinyin import Reading, Sounds, Span, is_syllable, mistyped, readings
from qipan.platform.search.shape import schema

LONGEST = 100  # characters of a search
WORDS = 8  # of one search; more narrow nothing further
READINGS = 6  # of one word
# Letters of part of a code; below that nearly every code would do.
CODE = re.compile(r"[0-9A-Z]{4,64}")
# What stands between words; brackets are typed in both widths.
_BETWEEN = re.compile(r"[\s()（）\[\]【】{}<>《》·,，、;；:：“”\"'‘’]+")
# Letters and digits in full width, which some keyboards type.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
# What means something in a pattern.
_SIGNS = frozenset(r"\.+*?()|[]{}^$#&-~")
_RUNS = re.compile(r"[a-zü]+|[^a-zü]+")
_LATIN = re.compile(r"[a-zü]+")


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a word can sound: a stretch of sounds for each character, and the characters that were typed."""

    spans: tuple[Span, ...]
    characters: tuple[str, ...]  # empty texts where letters were typed

    @property
    def initials(self) -> bool:
        """Whether only the beginnings of syllables were typed."""
        return not any(self.characters) and not any(span.exact for span in self.spans)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: what was typed, and its words in small letters and half width."""

    text: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Asked:
        """Return what `text` asks for; without words, for nothing."""
        tidy = " ".join(text.split())[:LONGEST]
        words = [word for word in _BETWEEN.split(tidy.translate(_WIDE).lower()) if word]
        return cls(tidy, tuple(dict.fromkeys(words))[:WORDS])

    @property
    def code(self) -> str:
        """The code or the beginning of one that it can be; empty where it cannot."""
        joined = "".join(self.words).upper()
        return joined if CODE.fullmatch(joined) and any(one.isdigit() for one in joined) else ""

    @property
    def latin(self) -> bool:
        """Whether any of it is typed in letters, and so may be pinyin."""
        return any(_LATIN.search(word) for word in self.words)

    @property
    def spoken(self) -> tuple[str, ...]:
        """The words as sounds are typed: syllables set apart by spaces (ji ning hai fu) belong together."""
        found: list[str] = []
        joins = False
        for word in self.words:
            one = bool(_LATIN.fullmatch(word)) and is_syllable(word)
            if one and joins:
                found[-1] += word
            else:
                found.append(word)
            joins = one
        return tuple(found)


def _term(pair: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema(), "text", pair)


def _every(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _any(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _pattern(text: str) -> str:
    """Return a character as a pattern that means it literally."""
    return "\\" + text if text in _SIGNS else text


def pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring characters, each once."""
    return list(dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1)))


def literally(asked: Asked) -> tantivy.Query:
    """Ask for records whose names hold every pair of every word, or whose code it is or begins with it."""
    parts = [_term(pair) for word in asked.words for pair in pairs(word)]
    for one in (_pattern(word) for word in asked.words if len(word) == 1):
        parts.append(tantivy.Query.regex_query(schema(), "text", f"{one}.|.{one}"))
    named = _every(parts)
    if not asked.code:
        return named
    code = tantivy.Query.term_query(schema(), "code", asked.code)
    begins = tantivy.Query.regex_query(schema(), "code", f"{asked.code}.*")
    # Who types a whole code means that code: it comes before any that only begins with it.
    return _any([tantivy.Query.boost_query(code, 1000.0), begins, named])


def heard(word: str, sounds: Sounds) -> tuple[Way, ...]:
    """Return the ways in which a word can sound, likeliest first.

    Letters are taken for pinyin or initials; beside other characters also for the letters of a name.
    """
    ways: list[list[Way]] = []
    runs = _RUNS.findall(word)
    for run in runs:
        plain = Way(tuple(Span(letter, letter) for letter in sounds.of(run)), tuple(run))
        said = [spoken(reading) for reading in readings(run)] if _LATIN.fullmatch(run) else []
        ways.append([*said, plain] if len(runs) > 1 or not _LATIN.fullmatch(run) else said)
    found = [
        Way(tuple(span for one in way for span in one.spans), tuple(typed for one in way for typed in one.characters))
        for way in product(*ways)
    ]
    return tuple(found[:READINGS])


def spoken(reading: Reading) -> Way:
    """Return a reading of letters as a way to sound."""
    return Way(reading, ("",) * len(reading))


def _sounds_like(way: Way) -> tantivy.Query:
    if len(way.spans) == 1:
        one = shape(way.spans[0])
        return tantivy.Query.regex_query(schema(), "text", f"{one}.|.{one}")
    found: dict[str, tantivy.Query] = {}
    for first, second in pairwise(way.spans):
        pattern = shape(first) + shape(second)
        if first.exact and second.exact:
            found[pattern] = _term(first.first + second.first)
        else:
            found[pattern] = tantivy.Query.regex_query(schema(), "text", pattern)
    return _every(found.values())


def shape(span: Span) -> str:
    """Return the pattern of one sound."""
    return _pattern(span.first) if span.exact else f"[{span.first}-{span.last}]"


def sounding(asked: Asked, sounds: Sounds) -> tantivy.Query | None:
    """Ask for records that sound like every word; None where there is a word no name sounds like."""
    words = [heard(word, sounds) for word in asked.spoken]
    if not words or not all(words):
        return None
    # One letter alone begins every name.
    if all(len(way.spans) == 1 and not way.spans[0].exact for ways in words for way in ways):
        return None
    return _every(_any(_sounds_like(way) for way in ways) for ways in words)


def _slipped(word: str) -> Iterator[tuple[str, ...]]:
    """Yield, for each slip there may be in a word, the pieces of it that are still right."""
    size = len(word)
    for at in range(size):
        yield word[:at], word[at + 1 :]  # a wrong character
        yield (word[:at] + word[at + 1 :],)  # one too many
        yield word[:at], word[at:]  # one that is missing
        if at + 1 < size:
            yield (word[:at] + word[at + 1] + word[at] + word[at + 2 :],)  # two swapped


def misspelt(asked: Asked) -> tantivy.Query | None:
    """Ask for records that are called so with one slip in one of the words; None where words are too short for it."""
    found: dict[tuple[str, ...], tantivy.Query] = {}
    for at, word in enumerate(asked.words):
        if len(word) < 3 or _LATIN.fullmatch(word):
            continue
        others = [pair for other, text in enumerate(asked.words) if other != at for pair in pairs(text)]
        for pieces in _slipped(word):
            left = tuple(dict.fromkeys(pair for piece in pieces for pair in pairs(piece)))
            if left:
                needed = (*left, *others)
                found.setdefault(needed, _every(_term(pair) for pair in needed))
    return _any(found.values()) if found else None


def misheard(asked: Asked, sounds: Sounds) -> tantivy.Query | None:
    """Ask for records that sound so with one slip in the typing of one word; None where no word can be so."""
    words = asked.spoken
    found: list[tantivy.Query] = []
    for at, word in enumerate(words):
        slips = mistyped(word)
        others = [heard(other, sounds) for place, other in enumerate(words) if place != at]
        if slips and all(others):
            rest = [_any(_sounds_like(way) for way in ways) for ways in others]
            found.append(_every([_any(_sounds_like(spoken(slip)) for slip in slips), *rest]))
    return _any(found) if found else None
