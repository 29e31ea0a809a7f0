"""Words of headings and labels in the one form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TICK = re.compile(r"[√✓✔☑]")
PUNCTUATION = re.compile(r"[\s_\-—–.,,、。::;;/\\|*#\"'“”‘’·•()\[\]{}【】《》<>]+")
BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
# "一、", "(三)", "1.", "1、", "①", "其中:", "#" before a label
NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+[、..]|\([一二三四五六七八九十\d]+\)|\d{1,2}[、..](?!\d)|[①-⑳])+")
CHILD = re.compile(r"^(?:其中|#|—+|-+|·|•|△|▲)[::]?")


@lru_cache(maxsize=65536)
def narrow(text: str) -> str:
    """Return `text` in half width, lower case and without line breaks or runs of spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return `text` without what does not tell one heading from another: width, case, spaces, punctuation, ticks."""
    return PUNCTUATION.sub("", TICK.sub("", narrow(text)))


def bracketed(text: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` (narrow) without its brackets, and what stood in them."""
    known = narrow(text)
    inside = tuple(part.strip() for part in BRACKETED.findall(known) if part.strip())
    return BRACKETED.sub("", known).strip(), inside


def unnumbered(text: str) -> tuple[str, bool]:
    """Return a label without its numbering and 其中, and whether it says it is a part of what stands above."""
    known = narrow(text)
    child = False
    before = ""
    while before != known:
        before = known
        known = NUMBERING.sub("", known).strip()
        if CHILD.match(known):
            child = True
            known = CHILD.sub("", known).strip()
    return known, child
