"""Text work done by one engine for values and columns alike: regular expressions in linear time, and letter case.

Python's own expressions can take exponential time; Polars' cannot, and using them for single values too means that
both evaluators agree by construction. What linear time cannot offer (back references) is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl
from polars.exceptions import ComputeError

from qipan.engine.feel.signature import RefusedError

LONGEST_PATTERN = 1_000
LONGEST_KEPT = 200  # characters; longer texts are not worth the memory of remembering their answers
FLAGS = frozenset("smix")
SUBTRACTION = re.compile(r"(?<!\\)-\[")
GROUP = re.compile(r"\\(.)|\$(\d)|(\$)", re.DOTALL)


def native(pattern: str, flags: str = "") -> str:
    """Return an XPath pattern as Polars reads it; raises RefusedError for one it cannot read."""
    if len(pattern) > LONGEST_PATTERN or not set(flags) <= FLAGS:
        raise RefusedError("feel.bad-pattern", pattern=pattern[:80])
    own = SUBTRACTION.sub("--[", pattern)
    return f"(?{''.join(sorted(set(flags)))}){own}" if flags else own


def template(replacement: str) -> str:
    """Return an XPath replacement (`$1`, `\\$`, `\\\\`) as Polars reads it."""

    def one(found: re.Match[str]) -> str:
        if found[1]:
            return "$$" if found[1] == "$" else found[1]
        return f"${{{found[2]}}}" if found[2] else "$$"

    return GROUP.sub(one, replacement)


def matches(text: str, pattern: str, flags: str = "") -> bool:
    """Tell whether `pattern` is found anywhere in `text`."""
    return (_kept_matches if len(text) < LONGEST_KEPT else _matches)(text, pattern, flags)


def _matches(text: str, pattern: str, flags: str) -> bool:
    try:
        return bool(pl.Series([text]).str.contains(native(pattern, flags)).item())
    except ComputeError:
        raise RefusedError("feel.bad-pattern", pattern=pattern[:80]) from None


_kept_matches = lru_cache(maxsize=4096)(_matches)


def replaced(text: str, pattern: str, replacement: str, flags: str = "") -> str:
    """Return `text` with every match replaced; a pattern that matches nothing at all is refused, as XPath does."""
    if matches("", pattern, flags):
        raise RefusedError("feel.bad-pattern", pattern=pattern[:80])
    return str(pl.Series([text]).str.replace_all(native(pattern, flags), template(replacement)).item())


def split(text: str, delimiter: str) -> tuple[str, ...]:
    """Return the parts of `text` between matches of `delimiter`."""
    mark = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    return tuple(replaced(text, delimiter, mark).split(mark))


def upper(text: str) -> str:
    """Return `text` in capitals."""
    return text.upper() if text.isascii() else str(pl.Series([text]).str.to_uppercase().item())


def lower(text: str) -> str:
    """Return `text` in small letters."""
    return text.lower() if text.isascii() else str(pl.Series([text]).str.to_lowercase().item())
