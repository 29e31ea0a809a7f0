"""Built-in functions of texts. Positions count characters from 1, or from -1 at the end."""

from __future__ import annotations

from decimal import Decimal

from qipan.engine.feel import patterns
from qipan.engine.feel.signature import Function, RefusedError, function
from qipan.engine.feel.values import LONGEST_TEXT, Value, text_of


def bounded(text: str) -> str:
    """Return `text`; refused beyond a million characters, so that no rule can fill the memory."""
    if len(text) > LONGEST_TEXT:
        raise RefusedError("feel.too-long")
    return text


def length(text: str) -> Value:
    """Return the number of characters."""
    return Decimal(len(text))


def contains(text: str, match: str) -> Value:
    """Tell whether `match` stands in `text`."""
    return match in text


def starts(text: str, match: str) -> Value:
    """Tell whether `text` starts with `match`."""
    return text.startswith(match)


def ends(text: str, match: str) -> Value:
    """Tell whether `text` ends with `match`."""
    return text.endswith(match)


def string(value: Value) -> Value:
    """Return a value as text."""
    return bounded(text_of(value))


def substring(text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """Return the characters from `start` on, at most `length` of them; refused outside the text."""
    first = int(start)
    if first == 0 or abs(first) > len(text) or (length is not None and length < 1):
        raise RefusedError("feel.out-of-range", value=str(start if first == 0 or length is None else length))
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if length is None else text[begin : begin + int(length)]


def before(text: str, match: str) -> Value:
    """Return what stands before the first `match`; empty where there is none."""
    return text.partition(match)[0] if match and match in text else ""


def after(text: str, match: str) -> Value:
    """Return what stands after the first `match`; empty where there is none."""
    return text.partition(match)[2] if match else text


def replace(text: str, pattern: str, replacement: str, flags: str = "") -> Value:
    """Return `text` with every match of `pattern` replaced."""
    # The bound holds before the work: no match is shorter than one character, each may repeat the whole text.
    if len(text) * max(1, len(replacement)) > LONGEST_TEXT * 10:
        raise RefusedError("feel.too-long")
    return bounded(patterns.replaced(text, pattern, replacement, flags or ""))


def joined(items: tuple[Value, ...], delimiter: str | None = None) -> Value:
    """Return texts joined by `delimiter`; nulls are left out."""
    if not all(item is None or isinstance(item, str) for item in items):
        raise RefusedError("feel.argument-type", function="string join", parameter="list", expected="string")
    return bounded((delimiter or "").join(item for item in items if isinstance(item, str)))


def strip(text: str) -> Value:
    """Return `text` without white space at both ends."""
    return text.strip()


TEXTS: tuple[Function, ...] = (
    function("string length", ("string: string", length)),
    function("substring", ("string: string, start position: number, length?: number", substring)),
    function("substring before", ("string: string, match: string", before)),
    function("substring after", ("string: string, match: string", after)),
    function("upper case", ("string: string", patterns.upper)),
    function("lower case", ("string: string", patterns.lower)),
    function("contains", ("string: string, match: string", contains)),
    function("starts with", ("string: string, match: string", starts)),
    function("ends with", ("string: string, match: string", ends)),
    function(
        "matches",
        ("input: string, pattern: string, flags?: string", patterns.matches),
    ),
    function("replace", ("input: string, pattern: string, replacement: string, flags?: string", replace)),
    function("split", ("string: string, delimiter: string", patterns.split)),
    function("string join", ("list: list, delimiter?: string!", joined)),
    function("string", ("from: any", string)),
    function("trim", ("string: string", strip)),
)
