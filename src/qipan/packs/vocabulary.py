"""The names an expression of a pack may use, and what each of them stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from qipan.engine.feel import Expression, Parsed, parse
from qipan.engine.problem import Problem, Where
from qipan.packs.model import Indicator, Measure
from qipan.packs.resolve import Resolved

About = Literal["unit", "enterprise"]
# What a name's ending asks for instead of the figure of the period itself.
ENDINGS: Mapping[str, str] = {"上年同期": "year_before", "上年末": "year_end_before", "年度目标": "target"}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a name in an expression stands for: a measure or indicator, of which time and reading.

    `at` is `period` (the figure itself), `year_before` (same period last year), `year_end_before`, or `target`.
    """

    code: str
    at: str = "period"

    @classmethod
    def of(cls, name: str) -> Reference:
        """Return the reference behind a name as `Expression.names` holds it (`tax_revenue@year_before`)."""
        code, _, at = name.partition("@")
        return cls(code, at or "period")

    def __str__(self) -> str:
        return self.code if self.at == "period" else f"{self.code}@{self.at}"


def vocabulary(resolved: Resolved, about: About = "unit") -> dict[str, str]:
    """Return every name of measures and indicators of this kind of subject, with the reference it stands for.

    Chinese names, aliases, present and former codes; Chinese names also with `ENDINGS`. Growth and
    place go by their own names (…增速, …位次).
    """
    found: dict[str, str] = {}
    things: list[Measure | Indicator] = [*resolved.measures.values(), *resolved.indicators.values()]
    for thing in things:
        if thing.about != about:
            continue
        for name in (thing.names.zh, *thing.aliases):
            found.setdefault(name, thing.code)
            if isinstance(thing, Measure):
                for ending, at in ENDINGS.items():
                    found.setdefault(name + ending, f"{thing.code}@{at}")
        for code in (thing.code, *thing.formerly):
            found[code] = thing.code
    return found


def read_indicator(resolved: Resolved, indicator: Indicator, names: Mapping[str, str] | None = None) -> Parsed:
    """Return the indicator's expression; its names are references, its problems have file and line."""
    known = vocabulary(resolved, indicator.about) if names is None else names
    return placed(
        parse(indicator.expression, known),
        resolved.where(f"indicator:{indicator.code}@{indicator.valid_from}.expression"),
    )


def placed(parsed: Parsed, where: Where) -> Parsed:
    """Return a reading whose problems say in which file and line they stand."""
    return Parsed(parsed.expression, tuple(at(problem, where) for problem in parsed.problems))


def at(problem: Problem, where: Where) -> Problem:
    """Return the problem at the place of the expression it was found in, moved down to its own line."""
    line = problem.params.get("line")
    offset = line - 1 if isinstance(line, int) else 0
    return replace(problem, where=Where(file=where.file, row=None if where.row is None else where.row + offset))


def referred(expression: Expression | None) -> frozenset[str]:
    """Return the codes an expression refers to, whatever the time."""
    return frozenset(Reference.of(name).code for name in expression.names) if expression else frozenset()


def ring(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """Return one ring of codes that refer to each other, closed, or null where there is none."""
    done: set[str] = set()

    def walk(code: str, road: tuple[str, ...]) -> tuple[str, ...] | None:
        if code in road:
            return (*road[road.index(code) :], code)
        if code in done:
            return None
        for other in edges.get(code, ()):
            found = walk(other, (*road, code))
            if found:
                return found
        done.add(code)
        return None

    for code in edges:
        found = walk(code, ())
        if found:
            return found
    return None
