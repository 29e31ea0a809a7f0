"""What a request asks for, read by hand where a type alone does not say it: formats, cursors, periods, links."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence, Set
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from qipan.engine.periods import Period, parse
from qipan.engine.problem import Problem, Where

Param = str | int


class Wrong(Exception):
    """A request that does not do; everything that is wrong with it at once."""

    def __init__(self, *problems: Problem, status: int | None = None) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems
        self.status = status


def wrong_value(name: str, why: str) -> Problem:
    """Return the problem that `name` was given a value that does not do."""
    return Problem.of("api.wrong-value", where=Where(column=name), name=name, why=why)


def unknown(name: str, value: str) -> Problem:
    """Return the problem that `value` is no code of anything."""
    shown = "".join(one for one in value[:60] if one.isprintable())
    return Problem.of("api.unknown-code", where=Where(column=name), name=name, value=shown)


def chosen_format(request: HttpRequest, wanted: str, known: Mapping[str, str]) -> str:
    """Return the format of `known` (name → media type) that is asked for: by name, else by the header Accept.

    The first is what everybody gets who says nothing; raises Wrong (406) where only others are accepted.
    """
    if wanted:
        if wanted not in known:
            raise Wrong(_no_format(wanted, known), status=406)
        return wanted
    accepted = request.headers.get("Accept", "") or "*/*"
    for part in sorted(accepted.split(","), key=_weight, reverse=True):
        kind = part.partition(";")[0].strip().lower()
        for name, media in known.items():
            if kind in {media, "*/*", f"{media.partition('/')[0]}/*"}:
                return name
    raise Wrong(_no_format(accepted, known), status=406)


def _weight(part: str) -> float:
    for parameter in part.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _no_format(value: str, known: Mapping[str, str]) -> Problem:
    shown = "".join(one for one in value[:60] if one.isprintable())
    return Problem.of("api.not-acceptable", value=shown, known=", ".join(known))


def cursor(parts: Sequence[Param]) -> str:
    """Return a place in a list as it stands in a link."""
    text = json.dumps(list(parts), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def numbers_at(token: str, count: int) -> tuple[int, ...]:
    """Return the `count` whole numbers of a cursor; raises Wrong for anything else."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, binascii.Error):
        parts = None
    if not isinstance(parts, list) or len(parts) != count or not all(_fits(part) for part in parts):
        raise Wrong(wrong_value("at", "next"))
    return tuple(parts)


def _fits(part: object) -> bool:
    return type(part) is int and -(2**31) <= part < 2**63


def body(request: HttpRequest, known: Set[str] | None = None) -> dict[str, Any]:
    """Return the JSON object a request carries; raises Wrong for any other body, and for members not in `known`."""
    if request.content_type != "application/json":
        raise Wrong(Problem.of("api.wrong-media-type"), status=415)
    try:
        given = json.loads(request.body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Wrong(Problem.of("api.wrong-request"), status=400) from None
    if not isinstance(given, dict):
        raise Wrong(wrong_value("body", "{}"))
    if not _storable(given):
        raise Wrong(wrong_value("body", "U+0000"))
    strange = [name for name in given if known is not None and name not in known]
    if strange:
        raise Wrong(*(unknown("body", name) for name in strange[:20]))
    return given


def _no_number(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON; raises ValueError."""
    raise ValueError(name)


def _storable(value: object) -> bool:
    """Tell whether every database takes all texts of a body: no zero character, no half of a pair."""
    if isinstance(value, str):
        return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, list):
        return all(_storable(one) for one in value)
    if isinstance(value, dict):
        return all(_storable(name) and _storable(one) for name, one in value.items())
    return True


def period(name: str, text: str) -> Period:
    """Return the period a text states; raises Wrong for one that is none."""
    first, _, last = text[:40].partition("/")
    found = parse(first)
    if last and found is not None:
        end = parse(last)
        ordered = end is not None and end.last > found.first
        found = Period.range(found.first, end.last) if end is not None and ordered else None
    if found is None:
        raise Wrong(wrong_value(name, "2026-10, 2026Q3, 2026H1, 2026"))
    return found


def next_link(request: HttpRequest, at: str | None) -> str | None:
    """Return the address of what follows behind the place `at`."""
    if at is None:
        return None
    kept = [(name, value) for name, values in request.GET.lists() for value in values if name != "at"]
    return f"{request.path}?{urlencode([*kept, ('at', at)])}"


def lists_of(values: Sequence[str] | None) -> list[str]:
    """Return values that were given several times, or apart by commas, each once."""
    found = [part.strip() for value in values or () for part in value.split(",")]
    return list(dict.fromkeys(part for part in found if part))
