"""YAML with its places: plain values plus the line of every mapping, key and item, read in bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, Union

import yaml

from qipan.engine.problem import Param, Problem, Where

Plain: TypeAlias = Union[bool, int, Decimal, str, date, "list[Plain]", "dict[str, Plain]", None]
Path: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 2_000_000
MAX_NODES = 200_000
MAX_DEPTH = 24
MAX_PROBLEMS = 1_000  # of one file: enough to see that it is the wrong one

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Marked:
    """The value of a file and where its parts stand: `lines[path]` is the 1-based line of a key or item."""

    file: str
    value: Plain
    lines: Mapping[Path, int]
    problems: tuple[Problem, ...]

    def where(self, path: Path = ()) -> Where:
        """Return the nearest known place of `path`: the key itself, else what encloses it."""
        while path and path not in self.lines:
            path = path[:-1]
        return Where(file=self.file, row=self.lines.get(path, 1))


def problem_with(code: str, where: Where, params: Mapping[str, Param]) -> Problem:
    """Return the problem `code` at `where` with fields gathered elsewhere."""
    return replace(Problem.of(code, where=where), params=dict(params))


class _RefusedError(Exception):
    """The text cannot be read on; carries the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(slots=True)
class _Builder:
    """Turns the event stream into plain values, noting lines and refusing what a pack has no use for."""

    file: str
    events: Iterator[Any]
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    problems: list[Problem] = field(default_factory=list[Problem])
    nodes: int = 0

    def problem(self, code: str, event: Any, **params: str | int) -> Problem:
        return problem_with(code, Where(file=self.file, row=_line(event)), params)

    def node(self, event: Any, path: Path) -> Plain:
        self.nodes += 1
        self.lines.setdefault(path, _line(event))
        if self.nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise _RefusedError(self.problem("packs.too-large", event, nodes=MAX_NODES, depth=MAX_DEPTH))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _RefusedError(self.problem("packs.alias", event, name=str(event.anchor)))
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if event.tag is not None:
            raise _RefusedError(self.problem("packs.tag", event, tag=str(event.tag)))
        return self.sequence(path) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(path)

    def sequence(self, path: Path) -> list[Plain]:
        found: list[Plain] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found))))
        return found

    def mapping(self, path: Path) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _RefusedError(self.problem("packs.key", event))
            name: str = event.value
            if name in found:
                first = self.lines[(*path, name)]
                if len(self.problems) < MAX_PROBLEMS:
                    self.problems.append(self.problem("packs.duplicate-key", event, key=name, first=first))
            else:
                self.lines[(*path, name)] = _line(event)
            value = self.node(next(self.events), (*path, name))
            found.setdefault(name, value)
        return found

    def scalar(self, event: Any) -> Plain:
        text: str = event.value
        if event.tag is not None:
            raise _RefusedError(self.problem("packs.tag", event, tag=str(event.tag)))
        return text if event.style else _plain(text)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _plain(text: str) -> Plain:
    """Return what an unquoted scalar means: YAML 1.2 without its surprises (`no` and `on` stay words)."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text) and len(text) < 19:
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def read_marked(text: bytes, file: str) -> Marked:
    """Return the file's value with its places; what cannot be read is a problem and the value null."""
    if len(text) > MAX_BYTES:
        return Marked(file, None, {}, (Problem.of("packs.too-long", where=Where(file=file), bytes=MAX_BYTES),))
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Marked(file, None, {}, (Problem.of("packs.not-utf8", where=Where(file=file), position=error.start),))
    builder = _Builder(file, iter(()))
    value: Plain = None
    try:
        builder.events = (event for event in yaml.parse(decoded, Loader=yaml.CSafeLoader))
        value = _document(builder)
    except _RefusedError as refused:
        builder.problems.append(refused.problem)
    except yaml.YAMLError as error:
        builder.problems.append(_syntax(error, file))
    except RecursionError:
        builder.problems.append(Problem.of("packs.too-large", where=Where(file=file), nodes=MAX_NODES, depth=MAX_DEPTH))
    return Marked(file, value, builder.lines, tuple(builder.problems))


def _document(builder: _Builder) -> Plain:
    value: Plain = None
    seen = False
    for event in builder.events:
        if isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentEndEvent):
            continue
        if isinstance(event, yaml.DocumentStartEvent):
            if seen:
                builder.problems.append(builder.problem("packs.documents", event))
                break
            seen = True
            continue
        value = builder.node(event, ())
    return value


def _syntax(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line: int | None = None if mark is None else mark.line + 1
    detail = str(getattr(error, "problem", None) or error).split("\n")[0][:200]
    return Problem.of("packs.syntax", where=Where(file=file, row=line), detail=detail)
