"""What pydantic finds wrong, said as Problems with file and line and with what is valid."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from qipan.engine.problem import Param, Problem
from qipan.packs.marks import Marked, Path, problem_with
from qipan.packs.schemas import field_names

_WANTED: Mapping[str, str] = {
    "string_type": "packs.want-text",
    "int_type": "packs.want-integer",
    "int_parsing": "packs.want-integer",
    "int_from_float": "packs.want-integer",
    "decimal_type": "packs.want-number",
    "decimal_parsing": "packs.want-number",
    "bool_type": "packs.want-boolean",
    "bool_parsing": "packs.want-boolean",
    "date_type": "packs.want-date",
    "date_parsing": "packs.want-date",
    "date_from_datetime_parsing": "packs.want-date",
    "list_type": "packs.want-list",
    "tuple_type": "packs.want-list",
    "dict_type": "packs.want-mapping",
    "mapping_type": "packs.want-mapping",
    "dataclass_type": "packs.want-mapping",
    "model_type": "packs.want-mapping",
}
_LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": (">=", "ge"),
    "greater_than": (">", "gt"),
    "less_than_equal": ("<=", "le"),
    "less_than": ("<", "lt"),
}
_LENGTHS: Mapping[str, str] = {
    "string_too_short": "min_length",
    "string_too_long": "max_length",
    "too_short": "min_length",
    "too_long": "max_length",
}
_MAX_PROBLEMS = 200  # of one item: a wrong file is told, not recited


def nearest(name: str, valid: Iterable[str], *, count: int = 3) -> str:
    """Return the names closest to `name`, best first; `—` where none is near."""
    found = difflib.get_close_matches(name, sorted(set(valid)), n=count, cutoff=0.5)
    return "、".join(found) or "—"


def validated(adapter: TypeAdapter[Any], written: type, marked: Marked, path: Path) -> tuple[Any, list[Problem]]:
    """Return the thing standing at `path` of the file, or null and everything wrong with it."""
    value: Any = marked.value
    for step in path:
        value = value[step]
    if not isinstance(value, dict):
        return None, [Problem.of("packs.want-mapping", where=marked.where(path), field=_shown(path) or marked.file)]
    given = cast("dict[str, Any]", value)
    known = frozenset(field_names(written))
    hidden = [key for key in given if key not in known]
    try:
        found = adapter.validate_python({key: part for key, part in given.items() if key in known})
    except ValidationError as error:
        errors = error.errors(include_url=False)[:_MAX_PROBLEMS]
        return None, [
            *_unknown(hidden, written, marked, path),
            *_told(errors, marked, path, given),
        ]
    return (None if hidden else found), _unknown(hidden, written, marked, path)


def _unknown(names: Iterable[str], written: type, marked: Marked, path: Path) -> list[Problem]:
    valid = field_names(written)
    return [
        Problem.of(
            "packs.unknown-field",
            where=marked.where((*path, name)),
            field=name,
            near=nearest(name, valid),
            valid="、".join(valid),
        )
        for name in islice(names, _MAX_PROBLEMS)
    ]


def _told(errors: Iterable[ErrorDetails], marked: Marked, path: Path, value: dict[str, Any]) -> list[Problem]:
    found: dict[tuple[object, ...], Problem] = {}
    for error in errors:
        location = _standing(error["loc"], value)
        problem = _problem(error, location, marked, path)
        found.setdefault((problem.code, location), problem)
    return list(found.values())


def _standing(location: tuple[int | str, ...], value: Any) -> Path:
    """Drop the parts pydantic adds for unions and branches; keep the steps that stand in the file."""
    kept: list[str | int] = []
    for index, step in enumerate(location):
        last = index == len(location) - 1
        if isinstance(value, dict) and isinstance(step, str) and (step in value or last):
            # A branch of a union ("int", "bool") ends the location without being a key of the file.
            if step not in value and kept and step in _BRANCHES:
                continue
            kept.append(step)
            value = cast("dict[str, Any]", value).get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(cast("list[Any]", value)):
            kept.append(step)
            value = cast("list[Any]", value)[step]
    return tuple(kept)


_BRANCHES = {"str", "int", "decimal", "bool", "date", "constrained-str"}


def _problem(error: ErrorDetails, location: Path, marked: Marked, path: Path) -> Problem:
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    name = _shown(location)
    code, params = _saying(kind, context)
    where = marked.where((*path, *location))
    if kind == "missing":
        if location[-1:] == ("source",):
            return Problem.of("packs.no-source", where=where)
        return Problem.of("packs.missing", where=where, field=name)
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return Problem.of("packs.unknown-field", where=where, field=name, near="—", valid="docs/packs.md")
    return problem_with(code, where, {"field": name, "value": _printed(error["input"]), **params})


def _saying(kind: str, context: dict[str, Any]) -> tuple[str, dict[str, Param]]:
    if kind in _WANTED:
        return _WANTED[kind], {}
    if kind in {"literal_error", "enum"}:
        return "packs.not-allowed", {"valid": str(context.get("expected", "")).replace(" or ", ", ")}
    if kind == "string_pattern_mismatch":
        return "packs.pattern", {"pattern": str(context.get("pattern", ""))}
    if kind in _LIMITS:
        relation, key = _LIMITS[kind]
        return "packs.range", {"relation": relation, "limit": str(context.get(key, ""))}
    if kind in _LENGTHS:
        return "packs.length", {"limit": str(context.get(_LENGTHS[kind], ""))}
    return "packs.wrong-value", {"detail": kind}


def _shown(path: Path) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _printed(value: object) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
