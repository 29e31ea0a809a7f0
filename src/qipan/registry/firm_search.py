"""Firms by what a person types: the search index, and where there is none yet, name and code from their beginning."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Q

from qipan.platform.models import User
from qipan.platform.screens import Searched
from qipan.platform.search import find, matches
from qipan.platform.storage.among import among
from qipan.registry.models import Enterprise, EnterpriseName
from qipan.registry.searching import FIRMS, firms_within

# So many hits are looked up for a page; where there are more, it shows the best of them.
HITS = 2_000
# Without an index, looking inside every name is affordable only in a small registry.
SMALL = 50_000
# Part of a credit code: four characters or more, digits among them. Names are never written so.
_CODE = re.compile(r"[0-9A-Z]{4,18}")
WORDS = 8  # of one search; more narrow nothing further


def _upto(field: str, text: str) -> Q:
    """Return the condition that `field` begins with `text`, as a range an index answers on both databases."""
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + "\U0010ffff"})


def _inside(text: str, among_firms: Sequence[int] | None = None) -> Q:
    """Return the condition that each word of `text` stands in the name or another name of one `among_firms`."""
    every = Q() if among_firms is None else Q(pk__in=among(among_firms))
    names = EnterpriseName.objects.order_by()
    if among_firms is not None:
        names = names.filter(enterprise__in=among(among_firms))
    for word in text.split()[:WORDS]:
        other = names.filter(name__icontains=word)
        every &= Q(name__icontains=word) | Q(pk__in=other.values("enterprise"))
    return every


def _small() -> bool:
    return Enterprise.objects.order_by()[: SMALL + 1].count() <= SMALL


def _by_name(text: str) -> Q:
    if _small():
        return _inside(text)
    # One question an index: joined by OR they would be answered by reading every firm.
    firms = Enterprise.objects.order_by()
    hits = [
        *firms.filter(_upto("name", text)).values_list("pk", flat=True)[:HITS],
        *firms.filter(_upto("name_key", text)).values_list("pk", flat=True)[:HITS],
        *EnterpriseName.objects.filter(_upto("name_key", text)).values_list("enterprise", flat=True)[:HITS],
    ]
    return Q(pk__in=among(hits))


def matching(user: User, text: str) -> Searched:
    """Return which firms' name, other name or credit code matches `text`.

    What is typed in letters may be pinyin; where no name is written so, it is taken for how a name sounds, or for a
    slip.
    """
    text = " ".join(text.split())[:100]
    code = text.upper().replace(" ", "")
    if _CODE.fullmatch(code) and any(character.isdigit() for character in code):
        return Searched(_upto("uscc", code))
    within = firms_within(user)
    hits = find(FIRMS.code, text, HITS + 1, within) if within is None or within else []
    if len(hits) > HITS:
        return Searched(_inside(text), best=() if _small() else hits[:HITS])
    letters = any(character.isascii() and character.isalpha() for character in text)
    if hits and not letters:
        # The index knows pairs of characters: whether the words themselves stand in a name is seen in those it found.
        return Searched(_inside(text, hits))
    found = matches(user, FIRMS, text)
    alike = Q(pk__in=among([match.shown.key for match in found.matches]))
    if hits:
        return Searched(_inside(text, hits) | alike, more=found.more)
    return Searched(alike, more=found.more) if found.matches else Searched(_by_name(text))
